import { fromBase64url, toBase64url } from '../../ctap/codec/bytes.js';
import { CredentialManagement, type StoredCredential } from '../../ctap/credential-management.js';
import type { CheckedInput, StoredPasskeys } from '../../shared/ipc.js';
import { removeMeant } from './remove-credential.js';
import type { KeyVisits } from './visits.js';

/** All passkeys on a key, by relying party. */
export function listOnKey(
  visits: KeyVisits,
  { ceremonyId, keyId }: CheckedInput<'onKey.list'>,
): Promise<StoredPasskeys> {
  return visits.run(ceremonyId, keyId, async ({ authenticator: { ctap, info }, signal }, token) => {
    const management = new CredentialManagement(ctap, info, token);
    const { existing, remaining } = await management.metadata({ signal });
    const relyingParties: StoredPasskeys['relyingParties'] = [];
    for (const { id: rpId, rpIdHash } of await management.relyingParties({ signal })) {
      const stored = await management.credentials(rpIdHash, { signal });
      relyingParties.push({ rpId, rpIdHash: toBase64url(rpIdHash), passkeys: stored.map(describe) });
    }
    return { existing, remaining, relyingParties };
  });
}

/** Takes one passkey off a key, and reads the list again to see that it is gone. */
export function deleteOnKey(visits: KeyVisits, input: CheckedInput<'onKey.delete'>): Promise<void> {
  const { ceremonyId, keyId, rpIdHash, credentialId } = input;
  return visits.run(ceremonyId, keyId, ({ authenticator: { ctap, info }, signal }, token) =>
    removeMeant(new CredentialManagement(ctap, info, token), fromBase64url(rpIdHash), isOf(credentialId), signal),
  );
}

function describe({ id, user }: StoredCredential) {
  return { credentialId: toBase64url(id.id), userName: user.name ?? '', displayName: user.displayName ?? '' };
}

function isOf(credentialId: string): (credential: StoredCredential) => boolean {
  return ({ id }) => toBase64url(id.id) === credentialId;
}
