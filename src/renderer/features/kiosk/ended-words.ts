import type { KioskEnd } from '../../../shared/kiosk.js';

/** Why the person before was signed out, for them if they are still there. Whoever comes next learns nothing of them. */
export const ENDED_WORDS: Readonly<Record<KioskEnd, string>> = {
  'tapped-out': 'Tapped out.',
  'key-out': 'Signed out: the key was pulled out.',
  idle: 'Signed out: nothing was done for a while.',
  'other-key': 'Signed out: another key was plugged in.',
  suspend: 'Signed out: this computer was asleep.',
  lock: 'Signed out: this computer was locked.',
  policy: 'Signed out: the policy of this station has changed.',
  window: 'Signed out: Keydesk had to start this window anew.',
  shutdown: 'Signed out.',
};
