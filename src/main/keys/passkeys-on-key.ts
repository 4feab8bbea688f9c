import { blobSizes } from '../../ctap/client/blob-sizes.js';
import { removeMeant } from '../../ctap/client/remove-credential.js';
import { fromBase64url, toBase64url } from '../../ctap/codec/bytes.js';
import {
  CredentialManagement,
  type StoredCredential,
  type StoredRelyingParty,
} from '../../ctap/credential-management.js';
import type { CheckedInput, StoredPasskey, StoredPasskeys } from '../../shared/ipc.js';
import { FailureError } from '../failure-error.js';
import type { KeyVisits } from './visits.js';

/** All passkeys on a key, by relying party. */
export function listOnKey(
  visits: KeyVisits,
  { ceremonyId, keyId }: CheckedInput<'onKey.list'>,
): Promise<StoredPasskeys> {
  return visits.run(ceremonyId, keyId, async ({ authenticator, signal }, token) => {
    const management = new CredentialManagement(authenticator.ctap, authenticator.info, token);
    const { existing, remaining } = await management.metadata({ signal });
    const groups: { rp: StoredRelyingParty; stored: StoredCredential[] }[] = [];
    for (const rp of await management.relyingParties({ signal }))
      groups.push({ rp, stored: await management.credentials(rp.rpIdHash, { signal }) });
    const sizes = await blobSizes(
      authenticator,
      groups.flatMap(({ stored }) => stored),
      { signal },
    );
    return {
      existing,
      remaining,
      ...(!sizes && { blobsUnreadable: true }),
      relyingParties: groups.map(({ rp: { id: rpId, rpIdHash }, stored }) => ({
        rpId,
        rpIdHash: toBase64url(rpIdHash),
        passkeys: stored.map((credential) => describe(credential, sizes?.get(credential))),
      })),
    };
  });
}

/** Changes the names of one passkey on a key, which keeps its user handle, and reads it again. */
export function renameOnKey(visits: KeyVisits, input: CheckedInput<'onKey.rename'>): Promise<void> {
  const { ceremonyId, keyId, rpIdHash, credentialId, userName, displayName } = input;
  return visits.run(ceremonyId, keyId, async ({ authenticator: { ctap, info }, signal }, token) => {
    const management = new CredentialManagement(ctap, info, token);
    const find = async () =>
      (await management.credentials(fromBase64url(rpIdHash), { signal })).find(isOf(credentialId));
    const stored = await find();
    if (!stored) throw new FailureError({ code: 'key/no-passkey' });
    const names = { name: userName, displayName: displayName || undefined };
    await management.updateUser(stored.id, { id: stored.user.id, ...names }, { signal });
    const now = (await find())?.user;
    // Keys may cut names: what they keep must be the beginning.
    if (now?.name === undefined || !userName.startsWith(now.name))
      throw new FailureError({ code: 'key/unchanged', detail: 'the passkey has another name' });
  });
}

/** Takes one passkey off a key, and reads the list again to see that it is gone. */
export function deleteOnKey(visits: KeyVisits, input: CheckedInput<'onKey.delete'>): Promise<void> {
  const { ceremonyId, keyId, rpIdHash, credentialId } = input;
  return visits.run(ceremonyId, keyId, ({ authenticator: { ctap, info }, signal }, token) =>
    removeMeant(new CredentialManagement(ctap, info, token), fromBase64url(rpIdHash), isOf(credentialId), signal),
  );
}

function describe({ id, user }: StoredCredential, blobSize: number | undefined): StoredPasskey {
  const names = { userName: user.name ?? '', displayName: user.displayName ?? '' };
  return { credentialId: toBase64url(id.id), ...names, ...(blobSize !== undefined && { blobSize }) };
}

function isOf(credentialId: string): (credential: StoredCredential) => boolean {
  return ({ id }) => toBase64url(id.id) === credentialId;
}
