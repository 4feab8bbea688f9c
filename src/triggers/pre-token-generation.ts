import { purposeOf } from './app-clients.js';
import type { Trigger } from './decide.js';
import { decide } from './decide.js';
import type { PasskeyOnly } from './passkey-only.js';
import { checkPasskeyOnly } from './passkey-only.js';
import { readEvent } from './read-event.js';
import { Refusal } from './refusal.js';
import { ACCOUNT_NUMBER } from './sign-up/details.js';
import type { SignUpDesk } from './sign-up/settle.js';
import { requireRegistration } from './sign-up/settle.js';

/**
 * PreTokenGeneration: before tokens are issued, at sign-in and at each refresh, for which there is no PreAuthentication. So
 * - a session that began with a password ends at its next refresh once the person has a passkey, and a passkey that was
 *   enrolled between the first and the last step of a sign-in by password counts;
 * - a session on behalf of somebody is not prolonged;
 * - an account that was signed up gets tokens only while a registration is bound to it, which PostConfirmation does, and
 *   only once it has made the password worthless.
 * Claims are left as they are.
 */
export const preTokenGeneration =
  (rule: PasskeyOnly, desk: Pick<SignUpDesk, 'registry'>): Trigger =>
  (input) =>
    decide(async (signal) => {
      const event = readEvent('tokenGeneration', input);
      const purpose = purposeOf(rule.clients, event.clientId);
      if (purpose === 'helpdesk' && event.source !== 'TokenGeneration_Authentication') throw new Refusal('no-refresh');
      await checkPasskeyOnly(rule, purpose, event.userName, signal);
      // Accounts that an administrator made, or that are older than the gate, have no number.
      if (event.attributes.has(ACCOUNT_NUMBER)) await requireRegistration(desk, event.attributes, signal);
      return event.answered(event.response);
    });
