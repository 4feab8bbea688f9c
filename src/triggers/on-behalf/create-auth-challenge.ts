import { purposeOf } from '../app-clients.js';
import type { Trigger } from '../decide.js';
import { decide } from '../decide.js';
import type { CreateAuthChallengeEvent } from '../events.js';
import { malformed, readEvent, readSession } from '../read-event.js';
import { Refusal } from '../refusal.js';
import { CHALLENGE_SECONDS } from './message.js';
import type { OnBehalf } from './rules.js';
import { CHALLENGE_METADATA, CUSTOM_CHALLENGE } from './rules.js';

/**
 * CreateAuthChallenge: a nonce and the second at which it ends. The person's `sub` is not told to whoever asks: an operator
 * gets it from AdminGetUser. For somebody who does not exist there is a challenge too; no answer to it is right.
 */
export const createAuthChallenge =
  ({ clients, now, newNonce }: Pick<OnBehalf, 'clients' | 'now' | 'newNonce'>): Trigger =>
  (input) =>
    decide(() => {
      const event = readEvent('createAuthChallenge', input);
      if (purposeOf(clients, event.clientId) !== 'helpdesk') throw new Refusal('unknown-client');
      if (event.request['challengeName'] !== CUSTOM_CHALLENGE) throw malformed('challengeName');
      if (readSession(event.request['session']).length > 0) throw malformed('session');
      const challenge = { nonce: newNonce(), expiresAt: String(Math.floor(now() / 1000) + CHALLENGE_SECONDS) };
      const response: CreateAuthChallengeEvent['response'] = {
        publicChallengeParameters: challenge,
        privateChallengeParameters: challenge,
        challengeMetadata: CHALLENGE_METADATA,
      };
      return event.answered(response);
    });
