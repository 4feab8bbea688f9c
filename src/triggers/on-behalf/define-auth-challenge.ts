import { purposeOf } from '../app-clients.js';
import type { Trigger } from '../decide.js';
import { decide } from '../decide.js';
import type { DefineAuthChallengeEvent } from '../events.js';
import { readEvent, readSession } from '../read-event.js';
import { Refusal } from '../refusal.js';
import type { OnBehalf } from './rules.js';
import { CHALLENGE_METADATA, CUSTOM_CHALLENGE } from './rules.js';

type Response = DefineAuthChallengeEvent['response'];

const ASK: Response = { challengeName: CUSTOM_CHALLENGE, issueTokens: false, failAuthentication: false };
const OPEN: Response = { issueTokens: true, failAuthentication: false };
const FAIL: Response = { issueTokens: false, failAuthentication: true };

/**
 * DefineAuthChallenge: one round, at the helpdesk's client. Nothing played yet: ask. Our one challenge answered rightly: open.
 * Everything else fails, a second try and a sign-in by SRP before it (CHALLENGE_NAME=SRP_A) among it.
 */
export const defineAuthChallenge =
  ({ clients }: Pick<OnBehalf, 'clients'>): Trigger =>
  (input) =>
    decide(() => {
      const event = readEvent('defineAuthChallenge', input);
      if (purposeOf(clients, event.clientId) !== 'helpdesk') throw new Refusal('unknown-client');
      const session = readSession(event.request['session']);
      if (session.length === 0) return event.answered(ASK);
      const [round] = session;
      const right =
        session.length === 1 &&
        round?.challengeName === CUSTOM_CHALLENGE &&
        round.challengeMetadata === CHALLENGE_METADATA &&
        round.challengeResult &&
        !event.userNotFound;
      return event.answered(right ? OPEN : FAIL);
    });
