import { type Asserted, KioskSession, type KioskEvent, type KioskPerson } from '../../../src/main/kiosk/session.js';
import { KeyId } from '../../../src/shared/keys.js';
import type { KioskCountdown, KioskEnd } from '../../../src/shared/kiosk.js';
import type { KioskRules } from '../../../src/shared/mode.js';
import { Clock } from './clock.js';

export const ANAS_KEY = KeyId.parse('usb:ana');
export const BENS_KEY = KeyId.parse('usb:ben');

/** What somebody's key says with which it has signed. */
export function passkeyOf(username: string): Asserted {
  return {
    credentialId: `passkey-of-${username}`,
    userHandle: Buffer.from(`sub of ${username}`).toString('base64url'),
  };
}

/** A kiosk without its window, keys and pool: what they are told is noted, in order. */
export function openKioskSession(rules: Partial<KioskRules> = {}) {
  const clock = new Clock();
  const steps: string[] = [];
  const countdowns: (KioskCountdown | undefined)[] = [];
  const revoked: { person: KioskPerson; refreshToken: string }[] = [];
  const events: KioskEvent[] = [];
  const faults: unknown[] = [];
  const kiosk = {
    clock,
    /** What happened, in the order in which it did. */
    steps,
    countdowns,
    revoked,
    events,
    faults,
    rules: { idleSeconds: 120, warnSeconds: 15, mayChange: false, greets: true, ...rules },
    locked: false,
    audit: (event: KioskEvent): Promise<void> => {
      events.push(event);
      return Promise.resolve();
    },
  };
  const session = new KioskSession({
    after: clock.after,
    rules: () => kiosk.rules,
    isLocked: () => kiosk.locked,
    onCountdown: (countdown) => countdowns.push(countdown),
    renewWindow: (reason: KioskEnd) => steps.push(`window:${reason}`),
    leaveKeys: () => steps.push('keys'),
    revoke: (person, refreshToken) => {
      steps.push('revoke');
      revoked.push({ person, refreshToken });
    },
    audit: (event) => kiosk.audit(event),
    log: (error) => faults.push(error),
  });
  /** Taps in as the window does. */
  const tapIn = async (username: string, keyId: KeyId, refreshToken = `token of ${username}`) => {
    session.use(keyId);
    session.asserted(keyId, passkeyOf(username));
    await session.begin({ username, sub: `sub of ${username}`, refreshToken, keyId });
  };
  return { ...kiosk, kiosk, session, tapIn };
}
