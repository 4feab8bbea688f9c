import { createHash } from 'node:crypto';

import type { CeremonyContext } from '../../ctap/client/ceremony-context.js';
import { tokenByPin } from '../../ctap/client/token-by-pin.js';
import { CredentialManagement, managesCredentials, type StoredCredential } from '../../ctap/credential-management.js';
import { Permission } from '../../ctap/commands.js';
import { FailureError } from '../failure-error.js';

/**
 * Takes the credentials of one relying party that `isMeant` picks off a key, and reads the list again to see that they are gone.
 * @throws FailureError `key/unsupported` for a key that cannot remove single credentials, `pin/not-set`, `key/no-passkey`
 */
export async function removeCredential(
  context: CeremonyContext,
  rpId: string,
  isMeant: (credential: StoredCredential) => boolean,
): Promise<void> {
  const { authenticator, signal } = context;
  const { ctap, info, clientPin } = authenticator;
  if (!managesCredentials(info) || !clientPin)
    throw new FailureError({ code: 'key/unsupported', detail: 'no credential management' });
  if (info.options.get('clientPin') !== true) throw new FailureError({ code: 'pin/not-set' });
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
  const meant = (await management.credentials(rpIdHash, { signal })).filter(isMeant);
  if (meant.length === 0) throw new FailureError({ code: 'key/no-passkey' });
  for (const { id } of meant) await management.delete(id, { signal });
  if ((await management.credentials(rpIdHash)).some(isMeant)) {
    throw new FailureError({
      code: 'key/refused',
      detail: 'the key says it removed the passkey, but still lists it',
    });
  }
}
