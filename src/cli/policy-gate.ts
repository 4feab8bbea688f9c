import type { Command } from 'commander';

import type { KeyPassport, Verdict } from '../shared/passport.js';
import { passportOf } from '../passport/passport.js';
import { verdictOn } from '../passport/verdict.js';
import type { KeySession } from './key-session.js';
import { problemOf } from './problem.js';
import type { Station } from './station.js';

/** Commands, by their last word, that show something and change nothing; and the stand-ins, which are nobody's real key or pool. */
const VIEWING: ReadonlySet<string> = new Set([
  'keys',
  'info',
  'passport',
  'retries',
  'list',
  'show',
  'check',
  'softkey',
  'pool',
]);

/**
 * A station whose policy cannot be read changes nothing.
 * @throws Problem `policy/locked` for a command that is not known to be harmless
 */
export async function demandUnlocked(command: Command, station: Station): Promise<void> {
  if (VIEWING.has(command.name())) return;
  const policy = await station.policy();
  if (policy.state !== 'locked') return;
  const { line, reason } = policy.error;
  throw problemOf({ code: 'policy/locked', detail: line === undefined ? reason : `line ${line}: ${reason}` });
}

/** What the key says of itself, and what the station's policy says to that. */
export async function passportFor(
  { found, authenticator: { info } }: Pick<KeySession, 'found' | 'authenticator'>,
  station: Station,
): Promise<{ passport: KeyPassport; verdict: Verdict }> {
  const passport = passportOf(info, found, { now: Date.now() });
  return { passport, verdict: verdictOn(passport, info, await station.policy()) };
}

/** @throws Problem with the first reason, and all of them in its detail, for a key that the policy does not allow */
export async function demandAllowed(session: KeySession, station: Station): Promise<void> {
  const { verdict } = await passportFor(session, station);
  const [first] = verdict.refusals;
  if (!first) return;
  const detail = verdict.refusals.map((refusal) => [refusal.reason, refusal.detail].filter(Boolean).join(': '));
  throw problemOf({ code: first.reason, detail: detail.join('; ') });
}
