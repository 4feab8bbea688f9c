import type { KioskRules } from '../../shared/mode.js';
import { FailureError } from '../../failures/failure-error.js';
import { kioskRulesOf } from '../mode.js';
import type { PolicyGate } from '../policy-gate.js';
import type { CurrentStation } from '../station.js';
import type { MainWindow } from '../window.js';
import { after } from './after.js';
import { Revocations } from './revocations.js';
import { isPassing, revokerAtPools } from './revoke-at-pool.js';
import { type KioskEvent, KioskSession } from './session.js';

/** What a kiosk has besides a desk. */
export interface Kiosk {
  readonly session: KioskSession;
  readonly revocations: Revocations;
  /** As they stand. */
  readonly rules: () => KioskRules;
  /** Resolves when what the audit was told is written, or the log says why not. */
  readonly written: () => Promise<unknown>;
}

export interface KioskParts {
  readonly window: Pick<MainWindow, 'tell' | 'renew' | 'destroy'>;
  readonly station: CurrentStation;
  readonly policy: PolicyGate;
  readonly leaveKeys: () => void;
  /** Resolves when the event is written. */
  readonly audit: (event: KioskEvent) => Promise<unknown>;
  readonly log: (error: unknown) => void;
  /** There can be no window for the next person: the app ends, for whatever watches over it to start it anew. */
  readonly fail: (error: unknown) => void;
}

/** Puts the parts of a kiosk together. */
export function openKiosk({ window, station, policy, leaveKeys, log, fail, ...parts }: KioskParts): Kiosk {
  const writing = new Set<Promise<unknown>>();
  const audit = async (event: KioskEvent) => {
    const written = parts.audit(event);
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
        const { pool } = station.get();
        if (!pool) throw new FailureError({ code: 'settings/invalid', detail: 'no pool is connected' });
        await revokeAtPool(pool, refreshToken, signal);
      };
      revocations.add({ person, send });
    },
    audit,
    log,
  });
  return { session, revocations, rules, written: () => Promise.allSettled([...writing]) };
}
