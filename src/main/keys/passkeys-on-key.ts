import { managementToken } from '../../ctap/client/user-verification.js';
import { canBeRecognised, PERSISTENT_TOKEN } from '../../ctap/persistent-token.js';
import type { PinUvAuthToken } from '../../ctap/pin/token.js';
import { blobSizes } from '../../ctap/client/blob-sizes.js';
import { removeMeant } from '../../ctap/client/remove-credential.js';
import { fromBase64url, toBase64url } from '../../ctap/codec/bytes.js';
import {
  CredentialManagement,
  type StoredCredential,
  type StoredRelyingParty,
} from '../../ctap/credential-management.js';
import type { CheckedInput } from '../../shared/ipc.js';
import type { StoredPasskey, StoredPasskeys } from '../../shared/on-key.js';
import { FailureError } from '../../failures/failure-error.js';
import type { Ceremonies, CeremonyWork } from './ceremonies.js';
import type { RememberedKeys } from './remembered-keys.js';
import { isTokenRefused, type KeyVisits } from './visits.js';

export interface ListingServices {
  readonly ceremonies: Ceremonies;
  readonly visits: KeyVisits;
  readonly remembered: RememberedKeys;
}

/** All passkeys on a key, by relying party: for the PIN, once a visit, or without it where the person has wanted that. */
export function listOnKey(
  { ceremonies, visits, remembered }: ListingServices,
  { ceremonyId, keyId, remember }: CheckedInput<'onKey.list'>,
): Promise<StoredPasskeys> {
  return ceremonies.run(ceremonyId, keyId, async (context) => {
    const kept = remembered.tokenOf(context.authenticator.info);
    if (kept) {
      try {
        return await readAll(context, kept, true);
      } catch (error) {
        if (!isTokenRefused(error)) throw error;
        remembered.forgetToken(kept);
      }
    }
    if (!remember || !canBeRecognised(context.authenticator.info))
      return visits.verified(context, keyId, (work, token) => readAll(work, token, false));
    const token = await managementToken(context, PERSISTENT_TOKEN);
    try {
      await context.authenticator.refresh({ signal: context.signal }); // a first token may have changed the key's mark
      const all = await readAll(context, token, true);
      remembered.keep(keyId, context.authenticator.info, token);
      return all;
    } catch (error) {
      token.bytes.fill(0);
      throw error;
    }
  });
}

async function readAll(
  { authenticator, signal }: CeremonyWork,
  token: PinUvAuthToken,
  isRemembered: boolean,
): Promise<StoredPasskeys> {
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
    remembered: isRemembered,
    ...(!sizes && { blobsUnreadable: true }),
    relyingParties: groups.map(({ rp: { id: rpId, rpIdHash }, stored }) => ({
      rpId,
      rpIdHash: toBase64url(rpIdHash),
      passkeys: stored.map((credential) => describe(credential, sizes?.get(credential))),
    })),
  };
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
