import type { AppClients } from '../app-clients.js';
import { purposeOf } from '../app-clients.js';
import type { Trigger } from '../decide.js';
import { decide } from '../decide.js';
import { readEvent } from '../read-event.js';
import { Refusal } from '../refusal.js';
import { ACCOUNT_NUMBER, normalizeAccountNumber, normalizeEmail } from './details.js';
import type { Registry } from './registry.js';

export interface SignUpGate {
  readonly clients: AppClients;
  readonly registry: Registry;
}

/** A number that is looked up in place of one that cannot be: a refusal takes one look-up, whatever it is for. */
const NOBODY = '0000';

/**
 * PreSignUp: only who is on file with account number and e-mail address, and has no account yet, may sign up.
 *
 * - `PreSignUp_SignUp`: at passkey clients only. The number comes in the attribute `custom:account_number`, not in validation
 *   data, because PostConfirmation must still know it and validation data are gone by then. All refusals read the same and
 *   take one look-up. A success does tell that the pair is on file, and sends a code to the address on file.
 * - `PreSignUp_AdminCreateUser`: IAM has decided who may. An account number, if given, must be on file with that address.
 * - `PreSignUp_ExternalProvider`: refused; the identity provider's word is not the organisation's file.
 *
 * Nothing is confirmed or verified here: the address is only claimed, and the code that is sent to it is the proof. The
 * event holds no password, and not whether there is one; what can be done about passwords is in settle.ts.
 */
export const preSignUp =
  (gate: SignUpGate): Trigger =>
  (input) =>
    decide(async (signal) => {
      const event = readEvent('preSignUp', input);
      if (event.source === 'PreSignUp_ExternalProvider') throw new Refusal('federated-account');
      const byAdministrator = event.source === 'PreSignUp_AdminCreateUser';
      if (!byAdministrator && purposeOf(gate.clients, event.clientId) !== 'passkey')
        throw new Refusal('unknown-client');
      if (!byAdministrator || event.attributes.has(ACCOUNT_NUMBER)) await checkOnFile(gate, event.attributes, signal);
      return event.answered({ autoConfirmUser: false, autoVerifyEmail: false, autoVerifyPhone: false });
    });

async function checkOnFile(
  { registry }: SignUpGate,
  attributes: ReadonlyMap<string, string>,
  signal: AbortSignal,
): Promise<void> {
  const number = normalizeAccountNumber(attributes.get(ACCOUNT_NUMBER) ?? '');
  const email = normalizeEmail(attributes.get('email') ?? '');
  const registration = await registry.find(number ?? NOBODY, signal);
  if (number === undefined || email === undefined || registration?.email !== email) throw new Refusal('not-registered');
  if (registration.account !== undefined) throw new Refusal('registration-taken');
}
