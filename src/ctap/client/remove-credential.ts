import { createHash } from 'node:crypto';

import { Permission } from '../commands.js';
import { CredentialManagement, managesCredentials, type StoredCredential } from '../credential-management.js';
import type { CeremonyContext } from './ceremony-context.js';
import { ClientError } from './errors.js';
import { tokenByPin } from './token-by-pin.js';

/**
 * Takes the credential of one relying party that `isMeant` picks off a key, and reads the list again to see that it is gone.
 * @throws ClientError `unsupported` for a key that cannot remove single credentials, `pin-not-set`, `no-credentials`,
 *   `several-credentials` when it picks more than one, and none is removed then, `unchanged`
 */
export async function removeCredential(
  context: CeremonyContext,
  rpId: string,
  isMeant: (credential: StoredCredential) => boolean,
): Promise<void> {
  const { authenticator, signal } = context;
  const { ctap, info, clientPin } = authenticator;
  if (!managesCredentials(info) || !clientPin)
    throw new ClientError('unsupported', 'This key cannot delete single passkeys');
  if (info.options.get('clientPin') !== true) throw new ClientError('pin-not-set', 'The key has no PIN');
  const token = await tokenByPin(context, clientPin, { permissions: Permission.CREDENTIAL_MANAGEMENT, rpId });
  try {
    const rpIdHash = createHash('sha256').update(rpId).digest();
    await removeMeant(new CredentialManagement(ctap, info, token), rpIdHash, isMeant, signal);
  } finally {
    token.bytes.fill(0);
  }
}

/** The same for whoever has the token already, by the SHA-256 of the RP ID. */
export async function removeMeant(
  management: CredentialManagement,
  rpIdHash: Uint8Array,
  isMeant: (credential: StoredCredential) => boolean,
  signal: AbortSignal | undefined,
): Promise<void> {
  const [first, ...others] = (await management.credentials(rpIdHash, { signal })).filter(isMeant);
  if (!first) throw new ClientError('no-credentials', 'None of these passkeys is on the key');
  if (others.length > 0)
    throw new ClientError('several-credentials', `${others.length + 1} passkeys may be meant, and one only was`);
  await management.delete(first.id, { signal });
  if ((await management.credentials(rpIdHash)).some(isMeant)) {
    throw new ClientError('unchanged', 'The key says that it deleted the passkey, and still lists it');
  }
}
