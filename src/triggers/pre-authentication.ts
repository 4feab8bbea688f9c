import { purposeOf } from './app-clients.js';
import type { Trigger } from './decide.js';
import { decide } from './decide.js';
import type { PasskeyOnly } from './passkey-only.js';
import { asksForFactors, checkPasskeyOnly } from './passkey-only.js';
import { readEvent } from './read-event.js';
import { Refusal } from './refusal.js';

/**
 * PreAuthentication: before the first challenge of every sign-in, by API and by managed login. Clients without a purpose are
 * refused, and people with a passkey at password clients. It changes nothing, so Cognito may call it again.
 *
 * Somebody who does not exist is left to the service, which has an answer for that, after the same question to the pool: the
 * time tells no more than the answer. What it cannot hide is its own refusal: `passkey-required` says that the account
 * exists and has a passkey, as the choice of challenges at a passkey client does too.
 */
export const preAuthentication =
  (rule: PasskeyOnly): Trigger =>
  (input) =>
    decide(async (signal) => {
      const event = readEvent('preAuthentication', input);
      const purpose = purposeOf(rule.clients, event.clientId);
      if (event.userNotFound) {
        if (asksForFactors(rule, purpose)) await rule.authFactorsOf(event.userName, signal);
        return event.answered({});
      }
      // A one-time code signs in and confirms at once, past PostConfirmation: sign-ups are confirmed first (sign-up/settle.ts).
      if (event.attributes.get('cognito:user_status') === 'UNCONFIRMED') throw new Refusal('unconfirmed-account');
      await checkPasskeyOnly(rule, purpose, event.userName, signal);
      return event.answered({});
    });
