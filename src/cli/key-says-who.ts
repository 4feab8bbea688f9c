import { ClientError } from '../ctap/client/errors.js';
import type { HeldToken } from '../ctap/client/held-token.js';
import { fromBase64url } from '../ctap/codec/bytes.js';
import { managesCredentials } from '../ctap/credential-management.js';
import { type HeldAccount, type KeyHolder, whoHolds } from '../station/key-holder.js';
import type { Context } from './context.js';
import type { KeySession } from './key-session.js';
import { printable } from './printable.js';
import { originFor } from './relying-party.js';

/** Who is to be signed in, and what spares them another PIN entry. */
interface Identified {
  readonly username: string;
  /** The caller ends it. */
  readonly verified: HeldToken | undefined;
}

/** Asks the key whose it is: by its list, or by a touch where the station knows its people. Who cannot be told so types their name. */
export async function whoSignsIn(key: KeySession, rpId: string, context: Context): Promise<Identified> {
  const { accounts, verified } = await holderOf(key, rpId, context);
  try {
    const account = accounts && (await chosen(accounts, key));
    return { username: account?.username ?? (await typed(account, context)), verified };
  } catch (error) {
    verified?.drop();
    throw error;
  }
}

async function holderOf(key: KeySession, rpId: string, { station, terminal }: Context): Promise<KeyHolder> {
  const people = await station().findRecords();
  if (people?.knowsAnybody && !managesCredentials(key.authenticator.info))
    terminal.say('This key does not list its passkeys: it is touched to say whose it is, and once more to sign in.');
  try {
    return await whoHolds(key, { rpId, origin: originFor(rpId, undefined) }, people);
  } catch (error) {
    // It verifies nobody yet: how that ends is for the sign-in to say.
    if (error instanceof ClientError && error.code === 'pin-not-set')
      return { accounts: undefined, byTouch: false, verified: undefined };
    throw error;
  }
}

async function chosen(accounts: readonly HeldAccount[], { interaction, signal }: KeySession): Promise<HeldAccount> {
  const choices = accounts.map(({ userHandle, username, name, displayName }) => ({
    id: fromBase64url(userHandle),
    name: username ?? name,
    displayName,
  }));
  const account = accounts[accounts.length > 1 ? await interaction.account(choices, signal) : 0];
  if (!account) throw new ClientError('no-credentials', 'The key has no passkey of this user pool');
  return account;
}

function typed(account: HeldAccount | undefined, { terminal, signal }: Context): Promise<string> {
  if (account?.name) terminal.say(`The key may have cut the user name. It begins with ${printable(account.name)}`);
  return terminal.line('User name: ', signal);
}
