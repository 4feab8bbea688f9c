import type { Command } from 'commander';

import type { KeyPassport, Refusal, Verdict } from '../shared/passport.js';
import { passportOf } from '../passport/passport.js';
import { verdictOn } from '../passport/verdict.js';
import type { KeySession } from './key-session.js';
import { Problem, problemOf } from './problem.js';
import type { Station } from './station.js';

/** Commands, by their last word, that show something and change nothing; and the stand-ins, which are nobody's real key or pool. */
const VIEWING: ReadonlySet<string> = new Set([
  'keys',
  'wink',
  'info',
  'passport',
  'retries',
  'list',
  'show',
  'check',
  'plan',
  'verify',
  'export',
  'softkey',
  'run',
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
  const passport = passportOf(info, found, { metadata: await station.believedMetadata(), now: Date.now() });
  return { passport, verdict: verdictOn(passport, info, await station.policy()) };
}

/**
 * @returns the passport of a key that the policy allows
 * @throws Problem with the first reason, and all of them in its detail, for one that it does not
 */
export async function demandAllowed(session: KeySession, station: Station): Promise<KeyPassport> {
  const { passport, verdict } = await passportFor(session, station);
  throwRefusals(verdict.refusals);
  return passport;
}

/** @throws Problem when there is any */
export function throwRefusals(refusals: readonly Refusal[], next?: string): void {
  const [first] = refusals;
  if (!first) return;
  const detail = refusals.map((refusal) => [refusal.reason, refusal.detail].filter(Boolean).join(': ')).join('; ');
  const problem = problemOf({ code: first.reason, detail });
  throw next === undefined ? problem : new Problem(first.reason, problem.message, next, { detail });
}
