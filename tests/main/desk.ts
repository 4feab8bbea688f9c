import { join } from 'node:path';

import { onTestFinished } from 'vitest';

import { stationJournal } from '../../src/station/journal.js';
import { JsonFile } from '../../src/station/json-file.js';
import { Ceremonies } from '../../src/main/keys/ceremonies.js';
import { Enrolment } from '../../src/main/keys/enrolment.js';
import type { PluggedKey } from '../../src/main/keys/plugged-key.js';
import { RememberedKeys } from '../../src/main/keys/remembered-keys.js';
import { KeyRegistry } from '../../src/main/keys/registry.js';
import { TapIns } from '../../src/main/keys/tap-ins.js';
import { KeyVisits } from '../../src/main/keys/visits.js';
import { PasskeyRecords, PasskeyRecordsFile } from '../../src/station/passkey-records.js';
import { PolicyGate } from '../../src/main/policy-gate.js';
import type { PolicyState } from '../../src/passport/policy.js';
import { type CeremonyAnswer, type CeremonyEvent, CeremonyId } from '../../src/shared/ceremony.js';
import { KeyId, type KeySummary } from '../../src/shared/keys.js';
import { MemoryPort } from '../../src/softkey/ports/memory-port.js';
import { SoftKey, type SoftKeyOptions } from '../../src/softkey/soft-key.js';
import { AskPresence } from '../../src/softkey/user-presence.js';

export const KEY = KeyId.parse('test:1');
export const RP = { id: 'auth.example.com', origin: 'https://auth.example.com' };
/** 16 bytes, as the service's challenges have. */
const CHALLENGE = 'AAECAwQFBgcICQoLDA0ODw';

export type Need = CeremonyEvent['need'];
type Answer = Parameters<typeof CeremonyAnswer.parse>[0];

/** Everything of main that works with keys, over a software key whose button the test presses. */
export async function openDesk({
  folder,
  policy = { state: 'none' },
  ...options
}: { folder: string; policy?: PolicyState } & Partial<SoftKeyOptions>) {
  const presence = new AskPresence();
  const key = new SoftKey({ profile: '2.1', presence, ...options });
  let plugged: PluggedKey = {
    id: KEY,
    product: 'Test key',
    manufacturer: 'Keydesk',
    serial: '0001',
    connection: 'usb',
    open: () => Promise.resolve(new MemoryPort(key)),
  };
  const changes: KeySummary[][] = [];
  const gate = new PolicyGate({ policy, now: Date.now });
  const registry = new KeyRegistry({
    policy: gate,
    discover: () => Promise.resolve(key.plugged ? [plugged] : []),
    onChange: (keys) => {
      changes.push(keys);
      ceremonies.keysChanged(keys);
      visits.keysChanged(keys);
      tapIns.keysChanged(keys);
    },
    onFault: (error) => {
      throw error;
    },
  });
  const needs: Need[] = [];
  let seen = 0;
  let look: (() => void) | undefined;
  const emit = ({ need }: CeremonyEvent) => {
    needs.push(need);
    look?.();
  };
  const ceremonies = new Ceremonies({ registry, emit, now: Date.now });
  const visits = new KeyVisits({ ceremonies });
  const remembered = new RememberedKeys();
  const journal = stationJournal(folder);
  const records = await PasskeyRecords.open(new JsonFile(join(folder, 'passkeys.json'), PasskeyRecordsFile));
  /** Who was greeted while the PIN was asked for. */
  const greeted: string[] = [];
  const tapIns = new TapIns({
    ceremonies,
    records,
    greets: () => true,
    onGreeting: ({ username }) => greeted.push(username),
    log: (error) => {
      throw error;
    },
  });
  const enrolment = new Enrolment({
    ceremonies,
    policy: gate,
    journal,
    records,
    now: Date.now,
    log: (error) => {
      throw error;
    },
  });
  await registry.look();
  onTestFinished(() => {
    ceremonies.cancelAll();
    visits.leaveAll();
    tapIns.leaveAll();
    registry.stop();
  });

  /** Resolves with the next need of this kind that was not waited for before; others are passed over. */
  const need = <K extends Need['kind']>(kind: K): Promise<Extract<Need, { kind: K }>> =>
    new Promise((resolve) => {
      look = () => {
        const index = needs.findIndex((now, at) => at >= seen && now.kind === kind);
        if (index < 0) return;
        look = undefined;
        seen = index + 1;
        resolve(needs[index] as Extract<Need, { kind: K }>);
      };
      look();
    });
  const answer = (ceremonyId: CeremonyId, given: Answer) => {
    ceremonies.answer({ ceremonyId, answer: { spendLastTries: false, ...(given as object) } as never });
  };
  /** Unplugs the key and plugs it in at another place: one without a serial number is known by its place alone. */
  const plugElsewhere = async (id: KeyId) => {
    key.unplug();
    await registry.look();
    plugged = { ...plugged, id };
    key.replug();
    await registry.look();
  };
  return {
    plugElsewhere,
    key,
    presence,
    gate,
    registry,
    ceremonies,
    visits,
    tapIns,
    greeted,
    remembered,
    journal,
    records,
    enrolment,
    changes,
    needs,
    need,
    answer,
  };
}

export function newCeremony(): CeremonyId {
  return CeremonyId.parse(crypto.randomUUID());
}

/** Creation options as the service sends them. */
export function creationOptions(name = 'ana') {
  return {
    rp: { id: RP.id, name: RP.id },
    user: { id: Buffer.from(`sub-of-${name}`).toString('base64url'), name, displayName: name },
    challenge: CHALLENGE,
    pubKeyCredParams: [{ type: 'public-key', alg: -7 }],
    authenticatorSelection: { residentKey: 'required', requireResidentKey: true, userVerification: 'preferred' },
    timeout: 60_000,
  };
}
