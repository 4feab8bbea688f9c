import { managementToken } from '../ctap/client/user-verification.js';
import { fromBase64url } from '../ctap/codec/bytes.js';
import { Permission } from '../ctap/commands.js';
import {
  CredentialManagement,
  managesCredentials,
  type StoredCredential,
  type StoredRelyingParty,
} from '../ctap/credential-management.js';
import type { PinUvAuthToken } from '../ctap/pin/token.js';
import type { Context } from './context.js';
import { unmarked } from './dashed-ids.js';
import { type KeySession, type PinOptions, withKey } from './key-session.js';
import { printable } from './printable.js';
import { Problem, problemOf, usage } from './problem.js';

/** One discoverable credential and whose it is. */
export interface Entry {
  readonly rp: StoredRelyingParty;
  readonly credential: StoredCredential;
}

/**
 * Opens the chosen key for work on the credentials that it stores. Asks for the PIN, or for a finger.
 * @param permissions of the token, CREDENTIAL_MANAGEMENT among them
 */
export async function withManagement(
  options: PinOptions,
  context: Context,
  use: (management: CredentialManagement, session: KeySession, token: PinUvAuthToken) => Promise<void>,
  permissions: number = Permission.CREDENTIAL_MANAGEMENT,
): Promise<void> {
  await withKey(options, context, async (session) => {
    const { ctap, info } = session.authenticator;
    if (!managesCredentials(info))
      throw problemOf({ code: 'key/unsupported', detail: 'This key cannot list or delete single passkeys' });
    const token = await managementToken(session, { permissions });
    try {
      await use(new CredentialManagement(ctap, info, token), session, token);
    } finally {
      token.bytes.fill(0);
    }
  });
}

/** Every discoverable credential, relying party by relying party. */
export async function listCredentials(management: CredentialManagement, signal: AbortSignal): Promise<Entry[]> {
  const entries: Entry[] = [];
  for (const rp of await management.relyingParties({ signal })) {
    const credentials = await management.credentials(rp.rpIdHash, { signal });
    entries.push(...credentials.map((credential) => ({ rp, credential })));
  }
  return entries;
}

/** The bytes of a credential ID as it was typed. */
export function credentialId(text: string): Uint8Array {
  try {
    return fromBase64url(unmarked(text));
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw usage('A credential ID is base64url text.', 'Take it from `keydesk credentials list`.');
  }
}

export function notThere(): Problem {
  return new Problem('key/no-passkey', 'This key has no passkey of that ID.', 'See `keydesk credentials list`.');
}

/** Whose credential it is, in a few words. */
export function ownerOf({ rp, credential: { user } }: Entry): string {
  return printable(`${user.name ?? user.displayName ?? 'an account without a name'} at ${rp.id}`);
}
