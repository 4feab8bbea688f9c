import { FAILURE_MESSAGES, type FailureMessage } from '../shared/messages.js';
import type { ErrorCode } from '../shared/result.js';

/** Where the command line can name the command to type, it does so instead of the words that it shares with the window. */
const OWN: Partial<Record<ErrorCode, Partial<FailureMessage>>> = {
  'pin/not-set': { next: 'Set one with `keydesk pin set`, then try again.' },
  'pin/already-set': { next: 'Change it with `keydesk pin change`.' },
  'pin/change-required': { next: 'Change it with `keydesk pin change`, then try again.' },
  'pin/last-tries': {
    next: 'When you are sure of the PIN, run the command again with --spend-last-tries. After the last try the key must be reset.',
  },
  'key/several-passkeys': {
    next: 'See `keydesk credentials list`, and delete the one that you know is of no use with `keydesk credentials delete`.',
  },
  'rp/not-allowed': { next: 'Give an --origin whose domain is the RP ID of the options, or ends with it.' },
  'ceremony/bad-options': { next: 'Correct the options, then try again.' },
  'policy/locked': { next: 'Correct the policy: `keydesk policy check FILE` says what is wrong in it.' },
  internal: { next: 'Try again. If it happens again, please report it with the details.' },
};

export function messageOf(code: ErrorCode): FailureMessage {
  return { ...FAILURE_MESSAGES[code], ...OWN[code] };
}
