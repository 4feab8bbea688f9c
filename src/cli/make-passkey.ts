import { randomUUID } from 'node:crypto';

import type { CreationOptionsJSON, RegistrationJSON } from '../ctap/client/webauthn-json.js';
import { aaguidText } from '../passport/aaguid.js';
import type { NewEntry } from '../station/journal.js';
import { journalled } from '../station/journalled.js';
import { ceremonySignal } from './ceremony-signal.js';
import type { Context } from './context.js';
import { createAllowed } from './create-allowed.js';
import { type KeySession, type PinOptions, withKey } from './key-session.js';
import { Problem, toProblem } from './problem.js';
import { originFor } from './relying-party.js';

/** For which relying party, and on which key. */
interface MakeOptions extends PinOptions {
  /** The one that the person named: no other is taken, whatever the pool asks for. */
  readonly rpId: string;
}

/**
 * Has a key that the policy allows make a passkey, journalled before the key is asked. Who calls this closes or abandons the
 * entry.
 * @throws Problem that says how to take the passkey off again, where it may be on the key; whatever `create` throws
 */
export async function makePasskey(
  creation: CreationOptionsJSON,
  options: MakeOptions,
  context: Context,
): Promise<{ enrolmentId: string; response: RegistrationJSON }> {
  const { rpId } = options;
  const journal = context.station().journal();
  const origin = originFor(rpId, creation.rp.id);
  const signal = ceremonySignal(context.signal, creation.timeout);
  const onFault = (error: unknown) => {
    context.terminal.say(`keydesk: ${toProblem(error).message}`);
  };
  const id = randomUUID();
  const response = await withKey(options, context, (session) =>
    journalled(
      { journal, entry: entryOf(id, rpId, creation, session), signal, onFault },
      ({ onSent, onMade: onResponse }) =>
        createAllowed(creation, origin, { ...session, signal, onSent, onResponse }, context),
    ),
  ).catch(async (error: unknown) => {
    const orphans = await journal.orphans();
    throw orphans.some((orphan) => orphan.id === id) ? mayExist(error, id) : error;
  });
  return { enrolmentId: id, response };
}

/** What the journal keeps of an enrolment. */
function entryOf(
  id: string,
  rpId: string,
  { user, excludeCredentials = [] }: CreationOptionsJSON,
  { found, authenticator: { info } }: KeySession,
): NewEntry {
  return {
    id,
    rpId,
    userId: user.id,
    userName: user.name,
    excluded: excludeCredentials.map((known) => known.id),
    keyProduct: found.product,
    ...(found.serial !== undefined && { keySerial: found.serial }),
    aaguid: aaguidText(info.aaguid),
    createdAt: new Date().toISOString(),
  };
}

/** The key was asked and has not said no: whoever tries again must know that there may be a passkey on it already. */
function mayExist(error: unknown, id: string): Problem {
  const { code, message, detail } = toProblem(error);
  return new Problem(code, `${message} The passkey may be on the key all the same.`, takeOff(id), { detail });
}

/** What to do about a passkey that is on a key and not in the pool. */
export const takeOff = (id: string) =>
  `Take it off the key with \`keydesk passkeys orphans remove ${id}\`, then try again.`;
