import { printable } from './printable.js';
import { Problem } from './problem.js';

/**
 * The origin to attest for a pool's passkeys. A program attests its own origin, so phishing resistance rests here:
 * whatever RP ID a server asks for, only the one that the person named is taken.
 * @throws Problem `rp/not-allowed`
 */
export function originFor(configured: string, asked: string | undefined): string {
  if (asked !== undefined && asked !== configured)
    throw new Problem(
      'rp/not-allowed',
      `The user pool asks for a passkey of ${printable(asked)}, and not of ${printable(configured)}.`,
      'Compare --rp-id with what your helpdesk gave you. If it is right, somebody else may be answering for the pool.',
    );
  // Browsers know no https on localhost in development; everywhere else it is the rule.
  return configured === 'localhost' ? 'http://localhost' : `https://${configured}`;
}
