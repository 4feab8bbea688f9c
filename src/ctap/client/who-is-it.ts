import { sha256 } from '../codec/sha256.js';
import { Permission } from '../commands.js';
import { CredentialManagement, managesCredentials, type StoredCredential } from '../credential-management.js';
import type { CredentialDescriptor, UserEntity } from '../credentials.js';
import { isOneOf } from '../errors.js';
import type { PinUvAuthToken, TokenPurpose } from '../pin/token.js';
import { CtapStatus } from '../status.js';
import type { CeremonyContext } from './ceremony-context.js';
import { findOnKey } from './credential-lists.js';
import { ClientError } from './errors.js';
import { HeldToken } from './held-token.js';
import { onePinEntry } from './one-pin-entry.js';
import { isVerificationSetUp, verifyPerson } from './user-verification.js';

/** An account at the relying party, as the key keeps it. Keys may cut names. */
interface AccountOnKey {
  readonly credential: CredentialDescriptor;
  readonly user: UserEntity;
}

/** Whose key it is, and the verification that the next assertion need not ask the person for. */
export interface WhoIsIt {
  /** In the key's order; empty where it holds nothing of the relying party. */
  readonly accounts: readonly AccountOnKey[];
  /** For `CeremonyContext.session` of one `get`. The caller ends it. */
  readonly verified: HeldToken;
}

const { CREDENTIAL_MANAGEMENT, GET_ASSERTION } = Permission;

/**
 * Asks a key whose it is: its discoverable credentials of one relying party, by one PIN entry or one finger and without a
 * touch, and with a token left over for signing in. One token does both where the key lets it (CTAP 2.2 §6.5.5.7: its
 * permissions go with the first touch, and a list takes none); else there is a second one for the same PIN entry.
 * @throws ClientError `unsupported` for a key that cannot list its credentials, `pin-not-set` for one that cannot verify
 *   anybody yet; and as `withVerification`
 */
export async function whoIsIt(context: CeremonyContext, rpId: string): Promise<WhoIsIt> {
  const { info } = context.authenticator;
  if (!managesCredentials(info)) throw new ClientError('unsupported', 'This key does not list its passkeys');
  if (!isVerificationSetUp(info)) throw new ClientError('pin-not-set', 'The key verifies nobody yet');
  const entry = onePinEntry(context.interaction);
  const errand: CeremonyContext = { ...context, interaction: entry.interaction };
  try {
    const token = await tokenForBoth(errand, rpId);
    return await whileHeld(token, async () => {
      const accounts = await accountsOf(errand, rpId, token);
      const [first] = accounts;
      const asserts = !first || (await isGoodForAsserting(errand, rpId, first, token));
      const verified = asserts ? copyOf(token) : await tokenOf(errand, { permissions: GET_ASSERTION, rpId });
      return { accounts, verified: new HeldToken(verified, rpId) };
    });
  } finally {
    entry.forget();
  }
}

/** One that may list and assert; one that may only list, of a key that gives no such thing. */
async function tokenForBoth(context: CeremonyContext, rpId: string): Promise<PinUvAuthToken> {
  try {
    return await tokenOf(context, { permissions: CREDENTIAL_MANAGEMENT | GET_ASSERTION, rpId });
  } catch (error) {
    if (!isOneOf(error, NO_SUCH_TOKEN)) throw error;
    return tokenOf(context, { permissions: CREDENTIAL_MANAGEMENT });
  }
}

/**
 * A token for what comes next; the caller zeroes it.
 * @param byPinOnly leaves out the finger
 * @throws ClientError as `verifyPerson`
 */
export async function tokenOf(
  context: CeremonyContext,
  purpose: TokenPurpose,
  byPinOnly = false,
): Promise<PinUvAuthToken> {
  const { token } = await verifyPerson(context, purpose, byPinOnly);
  if (!token) throw new ClientError('unsupported', 'This key gives no token for a finger');
  return token;
}

async function accountsOf(
  { authenticator, interaction, signal }: CeremonyContext,
  rpId: string,
  token: PinUvAuthToken,
): Promise<AccountOnKey[]> {
  interaction.wait();
  const management = new CredentialManagement(authenticator.ctap, authenticator.info, token);
  const stored = await management.credentials(sha256(new TextEncoder().encode(rpId)), { signal });
  return stored.map(({ id, user }: StoredCredential) => ({ credential: id, user }));
}

/** Asks for an assertion without a touch, which uses nothing up. */
async function isGoodForAsserting(
  context: CeremonyContext,
  rpId: string,
  { credential }: AccountOnKey,
  token: PinUvAuthToken,
): Promise<boolean> {
  if (token.permissions !== undefined && (token.permissions & GET_ASSERTION) === 0) return false;
  try {
    const found = await findOnKey(context, rpId, [credential], { verification: { token }, stopAtFirst: true });
    return found.length > 0;
  } catch (error) {
    if (isOneOf(error, TOKEN_OVER)) return false;
    throw error;
  }
}

/** Zeroes the token whatever becomes of it. */
async function whileHeld<T>(token: PinUvAuthToken, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } finally {
    token.bytes.fill(0);
  }
}

const copyOf = (token: PinUvAuthToken): PinUvAuthToken => ({ ...token, bytes: token.bytes.slice() });

const NO_SUCH_TOKEN = [CtapStatus.UNAUTHORIZED_PERMISSION, CtapStatus.INVALID_PARAMETER];
const TOKEN_OVER = [
  CtapStatus.PIN_AUTH_INVALID,
  CtapStatus.PIN_TOKEN_EXPIRED,
  CtapStatus.PUAT_REQUIRED,
  CtapStatus.UNAUTHORIZED_PERMISSION,
];
