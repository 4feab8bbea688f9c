import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import { describe, expect, it } from 'vitest';

import { verifyApproval } from '../../../src/approval/verify-approval.js';
import type { AuditEvent } from '../../../src/audit/entry.js';
import { get } from '../../../src/ctap/client/get.js';
import { FailureError } from '../../../src/failures/failure-error.js';
import { setPin } from '../../../src/main/keys/pins.js';
import { KioskApprovals } from '../../../src/main/kiosk/approvals.js';
import type { KioskSigner } from '../../../src/main/kiosk/session.js';
import { ApprovalFiles } from '../../../src/station/approval-files.js';
import { UsedApprovals } from '../../../src/station/used-approvals.js';
import { creationOptions, KEY, newCeremony, openDesk, RP } from '../desk.js';
import { temporaryFolder } from '../temporary-folder.js';

const PIN = '2468-kiosk';
const SUB = '94482458-e0a1-7005-dd3f-0c1d2e3f4a5b';
const BENS_SUB = '0b8f4e5e-6f0a-4a51-9d7c-6d7f0f0f5a11';
const ENROL = { action: 'passkey.enrol' } as const;
const MINUTE_MS = 60_000;

const failing = (code: string) => ({ failure: { code } });

/** Ana is signed in with a key that holds her passkey; what is written down is noted. */
async function withAna() {
  const folder = temporaryFolder();
  const desk = await openDesk({ folder });
  await setPin(desk.registry, { keyId: KEY, pin: PIN });
  const ceremonyId = newCeremony();
  const user = { id: Buffer.from(SUB).toString('base64url'), name: 'ana', displayName: 'Ana' };
  const made = desk.enrolment.create({ ceremonyId, keyId: KEY, options: { ...creationOptions(), user } }, RP);
  await desk.need('pin');
  desk.answer(ceremonyId, { kind: 'pin', pin: PIN });
  await desk.need('touch');
  desk.presence.press();
  const { enrolmentId } = await made;
  const { credentialId } = await desk.enrolment.confirm({ enrolmentId, nickname: 'Blue key' });
  const [record] = desk.records.kept();
  if (!record) throw new Error('nothing was recorded');
  await desk.records.forget(credentialId); // until a test wants it
  const signer: KioskSigner = {
    person: { sub: SUB, username: 'ana' },
    userHandle: user.id,
    keyId: KEY,
    credentialIds: [credentialId],
  };
  const events: AuditEvent[] = [];
  const world = {
    now: Date.now(),
    signer: signer as KioskSigner | undefined,
    audit: (event: AuditEvent): Promise<unknown> => Promise.resolve(events.push(event)),
  };
  const used = new UsedApprovals({ folder, now: () => world.now });
  const faults: unknown[] = [];
  const approvals = new KioskApprovals({
    session: {
      get signer() {
        return world.signer;
      },
      active: () => undefined,
    },
    ceremonies: desk.ceremonies,
    tapIns: desk.tapIns,
    pool: () => ({ userPoolId: 'eu-west-1_AbCdEfGhI', relyingParty: RP }),
    station: 'Front desk',
    records: desk.records,
    used,
    files: new ApprovalFiles(folder),
    audit: (event) => world.audit(event),
    now: () => world.now,
    log: (error) => faults.push(error),
  });
  const files = () => {
    try {
      return readdirSync(join(folder, 'approvals'));
    } catch {
      return []; // there is no folder before the first one
    }
  };
  /** Enters the PIN and touches. */
  const sign = async (requestId: string) => {
    const ceremony = newCeremony();
    const signed = approvals.approve({ ceremonyId: ceremony, requestId });
    signed.catch(() => undefined); // awaited by whoever wants to know
    await desk.need('pin');
    desk.answer(ceremony, { kind: 'pin', pin: PIN });
    await desk.need('touch');
    desk.presence.press();
    return signed;
  };
  const results = () => events.map(({ action, result }) => `${action} ${result}`);
  return { ...desk, folder, world, record, approvals, used, events, faults, files, sign, results };
}

describe('an approval at a kiosk', () => {
  it('is signed, verified by the records, used up, kept and written down', async () => {
    const ana = await withAna();
    await ana.records.add(ana.record);
    const { credentialId, publicKey = '' } = ana.record;
    const { requestId, text } = ana.approvals.ask({ action: 'passkey.delete', credentialId });
    expect(text).toBe('Delete the passkey “Blue key” from the account “ana”. It can no longer be used to sign in.');
    expect(await ana.sign(requestId)).toEqual({ verified: true });

    expect(ana.files()).toEqual([`${requestId}.approval.json`]);
    const kept: unknown = JSON.parse(readFileSync(join(ana.folder, 'approvals', `${requestId}.approval.json`), 'utf8'));
    const request = verifyApproval(kept, { publicKey, credentialId, sub: SUB, rpId: RP.id, origin: RP.origin, now: ana.world.now }); // prettier-ignore
    expect(request).toMatchObject({
      id: requestId,
      text,
      facts: { username: 'ana', credentialId },
      station: 'Front desk',
      pool: 'eu-west-1_AbCdEfGhI',
      approver: { sub: SUB, username: 'ana' },
    });
    await expect(ana.used.use(request)).rejects.toMatchObject(failing('approval/replayed'));

    const person = { sub: SUB, username: 'ana' };
    expect(ana.events).toMatchObject([
      { action: 'kiosk.approval', result: 'begun', person, approver: person },
      { action: 'kiosk.approval', result: 'done', person, approver: person },
    ]);
    expect(ana.events[0]?.detail).toContain(text);
    expect(ana.events[1]?.detail).toContain(`${requestId}.approval.json`);
  });

  it('is taken where the station does not know the public key, and says that it is not verified', async () => {
    const ana = await withAna();
    expect(await ana.sign(ana.approvals.ask(ENROL).requestId)).toEqual({ verified: false });
    expect(ana.events.at(-1)?.detail).toContain('not verified');
    await ana.approvals.use(ENROL, () => undefined);
  });

  it('leaves the next assertion without the PIN', async () => {
    const ana = await withAna();
    await ana.sign(ana.approvals.ask(ENROL).requestId);
    const from = ana.needs.length;
    const options = { challenge: 'AAECAwQFBgcICQoLDA0ODw', rpId: RP.id, userVerification: 'required' };
    const signedIn = ana.ceremonies.run(newCeremony(), KEY, (work) =>
      ana.tapIns.asserting(work, KEY, (verified) => get(options, RP.origin, verified)),
    );
    await ana.need('touch');
    ana.presence.press();
    await signedIn;
    expect(ana.needs.slice(from).map(({ kind }) => kind)).not.toContain('pin');
  });

  it.each([
    ['the record has the public key of another passkey', 'approval/bad-signature', async (ana: World) => {
      const other = await withAna();
      await ana.records.add({ ...ana.record, publicKey: other.record.publicKey });
    }], // prettier-ignore
    ['the passkey is somebody else’s by the record', 'approval/other-person', async (ana: World) => {
      await ana.records.add({ ...ana.record, sub: BENS_SUB });
    }], // prettier-ignore
    ['the key says that the passkey is somebody else’s', 'approval/other-person', (ana: World) => {
      if (ana.world.signer) ana.world.signer = { ...ana.world.signer, person: { sub: BENS_SUB, username: 'ben' } };
      return Promise.resolve();
    }], // prettier-ignore
  ])('is refused where %s: nothing is kept or allowed', async (_, code, before) => {
    const ana = await withAna();
    await before(ana);
    await expect(ana.sign(ana.approvals.ask(ENROL).requestId)).rejects.toMatchObject(failing(code));
    expect(ana.results()).toEqual(['kiosk.approval begun', 'kiosk.approval refused']);
    expect(ana.events.at(-1)?.detail).toContain(code);
    expect(ana.files()).toEqual([]);
    await expect(ana.approvals.use(ENROL, () => 'done')).rejects.toMatchObject(failing('kiosk/not-approved'));
  });

  it('is of what was asked last, by this person, and once', async () => {
    const ana = await withAna();
    const first = ana.approvals.ask(ENROL);
    const second = ana.approvals.ask(ENROL);
    const refused = (requestId: string) =>
      expect(ana.approvals.approve({ ceremonyId: newCeremony(), requestId })).rejects.toMatchObject(
        failing('kiosk/not-approved'),
      );
    await refused(first.requestId);
    await ana.sign(second.requestId);
    await refused(second.requestId);
    const third = ana.approvals.ask(ENROL);
    if (ana.world.signer) ana.world.signer = { ...ana.world.signer, person: { ...ana.world.signer.person } };
    await refused(third.requestId);
    expect(ana.results()).toEqual(['kiosk.approval begun', 'kiosk.approval done']);
  });

  it('is refused after five minutes, before the key is asked', async () => {
    const ana = await withAna();
    const { requestId } = ana.approvals.ask(ENROL);
    ana.world.now += 5 * MINUTE_MS;
    const needs = ana.needs.length;
    await expect(ana.approvals.approve({ ceremonyId: newCeremony(), requestId })).rejects.toMatchObject(
      failing('approval/stale'),
    );
    expect(ana.needs.slice(needs).filter(({ kind }) => kind !== 'wait')).toEqual([]);
  });

  it('is not asked for where it cannot be written down, nor with a name that cannot be shown as it is', async () => {
    const ana = await withAna();
    const { requestId } = ana.approvals.ask(ENROL);
    ana.world.audit = () => Promise.reject(new FailureError({ code: 'audit/unwritable' }));
    const needs = ana.needs.length;
    await expect(ana.approvals.approve({ ceremonyId: newCeremony(), requestId })).rejects.toMatchObject(
      failing('audit/unwritable'),
    );
    expect(ana.needs).toHaveLength(needs);
    if (ana.world.signer) ana.world.signer = { ...ana.world.signer, person: { sub: SUB, username: 'ana\u202Egro' } };
    expect(() => ana.approvals.ask(ENROL)).toThrow('approval/unshowable');
  });

  it('that the person gives up is written down as refused', async () => {
    const ana = await withAna();
    const ceremonyId = newCeremony();
    const signed = ana.approvals.approve({ ceremonyId, requestId: ana.approvals.ask(ENROL).requestId });
    await ana.need('pin');
    ana.ceremonies.cancel({ ceremonyId });
    await expect(signed).rejects.toThrow();
    expect(ana.results()).toEqual(['kiosk.approval begun', 'kiosk.approval refused']);
    expect(ana.files()).toEqual([]);
  });

  it('allows nothing to whoever has gone while it was written down', async () => {
    const ana = await withAna();
    const { signer } = ana.world;
    const { requestId } = ana.approvals.ask(ENROL);
    ana.world.audit = (event) => {
      if (event.result === 'done') ana.world.signer = undefined;
      return Promise.resolve(ana.events.push(event));
    };
    await expect(ana.sign(requestId)).rejects.toMatchObject(failing('kiosk/over'));
    expect(ana.files()).toHaveLength(1);
    ana.world.signer = signer;
    await expect(ana.approvals.use(ENROL, () => 'done')).rejects.toMatchObject(failing('kiosk/not-approved'));
  });
});

describe('what was approved', () => {
  const DELETION = { action: 'passkey.delete', credentialId: 'b25l' } as const;

  it('may be done once, for five minutes, and nothing else', async () => {
    const ana = await withAna();
    await ana.sign(ana.approvals.ask(DELETION).requestId);
    const refused = (wish: Parameters<typeof ana.approvals.use>[0]) =>
      expect(ana.approvals.use(wish, () => 'done')).rejects.toMatchObject(failing('kiosk/not-approved'));
    await refused(ENROL);
    await refused({ ...DELETION, credentialId: 'b3RoZXI' });
    expect(await ana.approvals.use(DELETION, () => 'done')).toBe('done');
    await refused(DELETION);
    await ana.sign(ana.approvals.ask(DELETION).requestId);
    ana.world.now += 5 * MINUTE_MS;
    await refused(DELETION);
  });

  it('may be tried again where it has failed, and not by whoever comes next', async () => {
    const ana = await withAna();
    await ana.sign(ana.approvals.ask(ENROL).requestId);
    await expect(ana.approvals.use(ENROL, () => Promise.reject(new Error('no key')))).rejects.toThrow('no key');
    const { signer } = ana.world;
    if (signer) ana.world.signer = { ...signer, person: { ...signer.person } };
    await expect(ana.approvals.use(ENROL, () => 'done')).rejects.toMatchObject(failing('kiosk/not-approved'));
    ana.world.signer = signer;
    expect(await ana.approvals.use(ENROL, () => 'done')).toBe('done');
  });
});

type World = Awaited<ReturnType<typeof withAna>>;
