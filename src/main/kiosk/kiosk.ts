import type { PasskeyRecord } from '../../shared/passkey-records.js';
import type { Station } from '../../shared/station.js';
import type { KioskRules } from '../../shared/mode.js';
import { FailureError } from '../../failures/failure-error.js';
import type { AuditEvent } from '../../audit/entry.js';
import { ApprovalFiles } from '../../station/approval-files.js';
import type { PasskeyRecords } from '../../station/passkey-records.js';
import { UsedApprovals } from '../../station/used-approvals.js';
import type { Ceremonies } from '../keys/ceremonies.js';
import type { TapIns } from '../keys/tap-ins.js';
import { kioskRulesOf } from '../mode.js';
import type { PolicyGate } from '../policy-gate.js';
import { pinRelyingParty } from '../relying-party.js';
import type { CurrentStation } from '../station.js';
import type { MainWindow } from '../window.js';
import { after } from './after.js';
import { KioskApprovals } from './approvals.js';
import { Revocations } from './revocations.js';
import { isPassing, revokerAtPools } from './revoke-at-pool.js';
import { KioskSession } from './session.js';

/** What a kiosk has besides a desk. */
export interface Kiosk {
  readonly session: KioskSession;
  readonly approvals: KioskApprovals;
  readonly revocations: Revocations;
  /** What this station remembers of one person's passkeys. */
  readonly recordsOf: (sub: string) => PasskeyRecord[];
  /** Whose a passkey is, as this station remembers it: base64url; undefined where it does not. */
  readonly userHandleOf: (credentialId: string) => string | undefined;
  /** Resolves when the event is written. */
  readonly audit: (event: AuditEvent) => Promise<unknown>;
  /** As they stand. */
  readonly rules: () => KioskRules;
  /** Resolves when what the audit was told is written, or the log says why not. */
  readonly written: () => Promise<unknown>;
}

export interface KioskParts {
  readonly window: Pick<MainWindow, 'tell' | 'renew' | 'destroy'>;
  readonly station: CurrentStation;
  readonly policy: PolicyGate;
  readonly ceremonies: Ceremonies;
  readonly tapIns: TapIns;
  readonly records: PasskeyRecords;
  readonly leaveKeys: () => void;
  /** Where the station's files are. */
  readonly folder: string;
  /** The name of this computer. */
  readonly name: string;
  /** Resolves when the event is written. */
  readonly audit: (event: AuditEvent) => Promise<unknown>;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  readonly log: (error: unknown) => void;
  /** There can be no window for the next person: the app ends, for whatever watches over it to start it anew. */
  readonly fail: (error: unknown) => void;
}

/** Puts the parts of a kiosk together. */
export function openKiosk(given: KioskParts): Kiosk {
  const { window, station, policy, leaveKeys, log, fail } = given;
  const writing = new Set<Promise<unknown>>();
  const audit = async (event: AuditEvent) => {
    const written = given.audit(event);
    writing.add(written);
    await written.finally(() => writing.delete(written));
  };
  const rules = () => kioskRulesOf(policy.state);
  const revokeAtPool = revokerAtPools();
  const revocations = new Revocations({
    after,
    random: Math.random,
    isPassing,
    onFault: log,
    onLost: (person, error) => {
      const detail = `the tokens of ${person.username} were not revoked: ${error instanceof Error ? error.message : String(error)}`;
      log(new FailureError({ code: 'kiosk/not-revoked', detail }, { cause: error }));
      audit({ action: 'kiosk.tap-out', result: 'failed', person, detail }).catch(log);
    },
  });
  const session = new KioskSession({
    after,
    rules,
    isLocked: () => policy.status.state === 'locked',
    onCountdown: (countdown) => {
      window.tell('kiosk.countdown', countdown ? { countdown } : {});
    },
    renewWindow: (reason) => {
      if (reason === 'shutdown') window.destroy();
      else window.renew().catch(fail);
    },
    leaveKeys,
    revoke: (person, refreshToken) => {
      const send = async (signal: AbortSignal) => {
        await revokeAtPool(poolOf(station), refreshToken, signal);
      };
      revocations.add({ person, send });
    },
    audit,
    log,
  });
  const written = () => Promise.allSettled([...writing]);
  const recordsOf = (sub: string) => given.records.of(sub);
  const userHandleOf = (credentialId: string) => given.records.userHandleOf(credentialId);
  return {
    session,
    approvals: approvalsAt({ ...given, audit }, session),
    revocations,
    recordsOf,
    userHandleOf,
    audit,
    rules,
    written,
  };
}

function approvalsAt(parts: KioskParts, session: KioskSession): KioskApprovals {
  const { station, ceremonies, tapIns, records, folder, name, audit, now, log } = parts;
  return new KioskApprovals({
    session,
    ceremonies,
    tapIns,
    pool: () => {
      const { userPoolId } = poolOf(station);
      return { userPoolId, relyingParty: pinRelyingParty(station.relyingParty, undefined) };
    },
    station: name,
    records,
    used: new UsedApprovals({ folder, now }),
    files: new ApprovalFiles(folder),
    audit,
    now,
    log,
  });
}

function poolOf(station: CurrentStation): NonNullable<Station['pool']> {
  const { pool } = station.get();
  if (!pool) throw new FailureError({ code: 'settings/invalid', detail: 'no pool is connected' });
  return pool;
}
