import { purposeOf } from '../app-clients.js';
import type { Trigger } from '../decide.js';
import { decide } from '../decide.js';
import type { VerifyAuthChallengeResponseEvent } from '../events.js';
import type { EventHead } from '../read-event.js';
import { malformed, readEvent, strings, text } from '../read-event.js';
import { Refusal } from '../refusal.js';
import { permissionBytes, readAnswer, readReason, REASON } from './message.js';
import { noticeOf, provedAddress } from './notice.js';
import type { OnBehalf } from './rules.js';

/** Takes the place of a `sub` where there is nobody, so that the MAC is looked at all the same. */
const NOBODY = '-';

/**
 * VerifyAuthChallengeResponse: right is an answer in time whose MAC fits the person, this challenge, this pool, this client
 * and the operator it names, and that is the first for its nonce, which right answers only use up. Then the person is told,
 * and only when the mail is on its way the answer is right: no notice, no session. Refused, with the nonce left, is who gives
 * no reason (ClientMetadata `reason`), and whoever has no proved address. When Cognito calls again because the first decision
 * was lost, the nonce is gone and the answer wrong: the operator begins anew, and nobody is told twice of one session.
 */
export const verifyAuthChallengeResponse =
  (rules: Omit<OnBehalf, 'newNonce'>): Trigger =>
  (input) =>
    decide(async (signal) => {
      const event = readEvent('verifyAuthChallengeResponse', input);
      if (purposeOf(rules.clients, event.clientId) !== 'helpdesk') throw new Refusal('unknown-client');
      const response: VerifyAuthChallengeResponseEvent['response'] = {
        answerCorrect: await isRight(rules, event, signal),
      };
      return event.answered(response);
    });

async function isRight(
  { now, verifyMac, useOnce, notify }: Omit<OnBehalf, 'newNonce'>,
  event: EventHead<'VerifyAuthChallengeResponse_Authentication'>,
  signal: AbortSignal,
): Promise<boolean> {
  const challenge = strings(event.request['privateChallengeParameters'], 'privateChallengeParameters');
  const nonce = text(challenge.get('nonce'), 'nonce');
  const expiresAt = Number(text(challenge.get('expiresAt'), 'expiresAt'));
  if (!Number.isSafeInteger(expiresAt) || expiresAt <= 0) throw malformed('expiresAt');
  const account = event.userNotFound ? NOBODY : text(event.attributes.get('sub'), 'sub');
  const answer = readAnswer(event.request['challengeAnswer']);
  if (!answer || now() >= expiresAt * 1000) return false;
  const { userPoolId, clientId, userNotFound } = event;
  const message = permissionBytes({ userPoolId, clientId, account, operator: answer.operator, nonce, expiresAt });
  const genuine: unknown = await verifyMac(message, answer.mac, signal);
  if (genuine !== true || userNotFound) return false;
  const reason = readReason(strings(event.request['clientMetadata'] ?? {}, 'clientMetadata').get(REASON));
  if (reason === undefined) throw new Refusal('no-reason');
  const address = provedAddress(event.attributes);
  const first: unknown = await useOnce(nonce, expiresAt, signal);
  if (first !== true) return false;
  await notify(noticeOf(address, event.userName, { operator: answer.operator, reason, at: now() }), signal);
  return true;
}
