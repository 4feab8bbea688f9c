import { Refusal } from '../refusal.js';

/** A message to the person on whose behalf a session is opened. */
export interface Notice {
  /** Their address, which is proved to be theirs. */
  readonly to: string;
  /** The user's real name in the pool. */
  readonly username: string;
  readonly subject: string;
  /** Plain text; lines end with \n. */
  readonly text: string;
}

export interface Opening {
  readonly operator: string;
  /** As `readReason` gives it. */
  readonly reason: string;
  /** Milliseconds since the epoch. */
  readonly at: number;
}

/** What the person is told: who, when, why, and what to do if it was not wanted. No link, so that none can be forged. */
export const noticeOf = (to: string, username: string, { operator, reason, at }: Opening): Notice => ({
  to,
  username,
  subject: 'The helpdesk has opened your account',
  text: [
    'The helpdesk has opened a session on behalf of your account, to help with your passkeys. It ends within five minutes.',
    '',
    `Who: ${operator}`,
    `When: ${new Date(at).toISOString().slice(0, 16).replace('T', ' ')} UTC`,
    `Why, as told by the helpdesk: ${reason}`,
    '',
    'If you have not asked for this, call your helpdesk at once, by a number that you know and not one from a message. Ask that',
    'you are signed out everywhere, and look at the list of your passkeys: delete each one that is not yours.',
    '',
  ].join('\n'),
});

/**
 * The address that the person has proved, to which notices go. Throws Refusal `nobody-to-tell` when there is none: a session
 * that its owner does not hear of is not opened.
 */
export function provedAddress(attributes: ReadonlyMap<string, string>): string {
  const email = attributes.get('email');
  if (email === undefined || email === '' || attributes.get('email_verified') !== 'true')
    throw new Refusal('nobody-to-tell');
  return email;
}
