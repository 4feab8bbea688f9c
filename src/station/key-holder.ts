import type { CeremonyContext } from '../ctap/client/ceremony-context.js';
import { ClientError } from '../ctap/client/errors.js';
import type { HeldToken } from '../ctap/client/held-token.js';
import { isSurelyWhole } from '../ctap/client/names.js';
import { whoByAssertion } from '../ctap/client/who-by-assertion.js';
import { type WhoIsIt, whoIsIt } from '../ctap/client/who-is-it.js';
import { toBase64url } from '../ctap/codec/bytes.js';
import type { CredentialDescriptor, UserEntity } from '../ctap/credentials.js';
import { managesCredentials } from '../ctap/credential-management.js';
import type { PasskeyRecords } from './passkey-records.js';

/** An account at the relying party that is on a key. */
export interface HeldAccount {
  /** Base64url, as is the user handle. */
  readonly credentialId: string;
  readonly userHandle: string;
  /** As the key keeps them, which may cut them; empty where it does not tell. */
  readonly name: string;
  readonly displayName: string;
  /** Whom to sign in. Undefined where neither station nor key is sure of the whole name: then the person types it. */
  readonly username: string | undefined;
}

/** Whose key it is, by what the key says and what the station knows. */
export interface KeyHolder {
  /** In the key's order. Undefined where the key does not tell: then the person types their name. */
  readonly accounts: readonly HeldAccount[] | undefined;
  /** Whether the person has touched the key for that: signing in takes another touch. */
  readonly byTouch: boolean;
  /** For the session of the one `get` that follows, which then asks for no PIN. The caller ends it. */
  readonly verified: HeldToken | undefined;
}

/** Those whose passkeys were enrolled at this station. */
type People = Pick<PasskeyRecords, 'knowsAnybody' | 'usernameOf'>;

const NOT_TOLD: KeyHolder = { accounts: undefined, byTouch: false, verified: undefined };

/**
 * Asks a key whose it is, for one PIN entry or one finger: by the list of its passkeys, which takes no touch. Of a key that
 * does not list, a touch tells it, where the station knows people by their passkeys; else it is asked for nothing.
 * @throws ClientError `pin-not-set` for a key that lists, and verifies nobody yet; and as `get`
 */
export async function whoHolds(
  context: CeremonyContext,
  relyingParty: { readonly rpId: string; readonly origin: string },
  people: People | undefined,
): Promise<KeyHolder> {
  const describe = (credential: CredentialDescriptor, { id, name = '', displayName = '' }: UserEntity) => {
    const userHandle = toBase64url(id);
    const known = people?.usernameOf(userHandle);
    const username = known ?? (name !== '' && isSurelyWhole(name) ? name : undefined);
    return { credentialId: toBase64url(credential.id), userHandle, name, displayName, username };
  };
  const listed = await whereItLists(context, relyingParty.rpId);
  if (listed) {
    const { accounts, verified } = listed;
    return { accounts: accounts.map(({ credential, user }) => describe(credential, user)), byTouch: false, verified };
  }
  if (!people?.knowsAnybody) return NOT_TOLD;
  const nameOf = ({ id, name = '' }: UserEntity) => people.usernameOf(toBase64url(id)) ?? name;
  try {
    const { account, verified } = await whoByAssertion(context, relyingParty, nameOf);
    return { accounts: account && [describe(account.credential, account.user)], byTouch: true, verified };
  } catch (error) {
    if (isUnsupported(error)) return NOT_TOLD;
    throw error;
  }
}

async function whereItLists(context: CeremonyContext, rpId: string): Promise<WhoIsIt | undefined> {
  if (!managesCredentials(context.authenticator.info)) return undefined;
  try {
    return await whoIsIt(context, rpId);
  } catch (error) {
    // Before anybody was asked for anything: it gives no token for this.
    if (isUnsupported(error)) return undefined;
    throw error;
  }
}

function isUnsupported(error: unknown): boolean {
  return error instanceof ClientError && error.code === 'unsupported';
}
