import { randomBytes } from 'node:crypto';

import { fromBase64url, toBase64url } from '../codec/bytes.js';
import { Permission } from '../commands.js';
import type { CredentialDescriptor, UserEntity } from '../credentials.js';
import { badAnswer } from './answer.js';
import type { CeremonyContext } from './ceremony-context.js';
import { ClientError } from './errors.js';
import { get } from './get.js';
import { HeldToken } from './held-token.js';
import { onePinEntry } from './one-pin-entry.js';
import { tokenOf } from './who-is-it.js';

const CHALLENGE_LENGTH = 32;
/** What pools ask for: whoever has set up a PIN or a finger is verified by it. */
const USER_VERIFICATION = 'preferred';

/** Whose key it is by its word, and the verification that the next assertion need not ask the person for. */
export interface WhoByAssertion {
  /** Keys tell no names here: whoever asks must know the handle. Undefined where the key holds nothing discoverable of the relying party. */
  readonly account: { readonly credential: CredentialDescriptor; readonly user: Pick<UserEntity, 'id'> } | undefined;
  /**
   * For `CeremonyContext.session` of one `get`. The caller ends it. Undefined where no PIN was entered: a finger is the
   * touch of the assertion as well, and so is asked for each time.
   */
  readonly verified: HeldToken | undefined;
}

/**
 * Finds out whose key it is where it does not list its passkeys: by an assertion with any discoverable credential of the
 * relying party (CTAP 2.2 §6.2.2 without allowList), for a PIN or a finger and a touch, over a challenge that nobody has given
 * and with which nothing is done. A sign-in has a challenge of its own, so that it takes another touch; and no other PIN entry.
 * Of several accounts the person chooses. The caller vouches for `origin`.
 * @param nameOf what to call an account where the person must choose, for keys that give the handle alone
 * @throws ClientError `unsupported` for a key of U2F; else as `get`
 */
export async function whoByAssertion(
  context: CeremonyContext,
  { rpId, origin }: { readonly rpId: string; readonly origin: string },
  nameOf: (account: UserEntity) => string = ({ name = '' }) => name,
): Promise<WhoByAssertion> {
  const entry = onePinEntry(context.interaction);
  const { interaction } = entry;
  const errand: CeremonyContext = {
    ...context,
    session: undefined,
    interaction: {
      ...interaction,
      account: (accounts, signal) =>
        interaction.account(
          accounts.map((account) => ({ ...account, name: nameOf(account) })),
          signal,
        ),
    },
  };
  try {
    const account = await accountByTouch(errand, rpId, origin);
    interaction.wait(); // the touch was taken: the next one is another
    // The touch has used the token up (CTAP 2.2 §6.5.5.7), and it is the PIN that may serve for another one.
    const purpose = { permissions: Permission.GET_ASSERTION, rpId };
    const verified = entry.isEntered() ? new HeldToken(await tokenOf(errand, purpose, true), rpId) : undefined;
    return { account, verified };
  } finally {
    entry.forget();
  }
}

async function accountByTouch(
  context: CeremonyContext,
  rpId: string,
  origin: string,
): Promise<WhoByAssertion['account']> {
  const challenge = toBase64url(randomBytes(CHALLENGE_LENGTH));
  try {
    const { id, response } = await get({ challenge, rpId, userVerification: USER_VERIFICATION }, origin, context);
    if (response.userHandle === undefined) throw badAnswer('does not say whose the credential is');
    return {
      credential: { id: fromBase64url(id), type: 'public-key' },
      user: { id: fromBase64url(response.userHandle) },
    };
  } catch (error) {
    if (error instanceof ClientError && error.code === 'no-credentials') return undefined;
    throw error;
  }
}
