import { equal, fromBase64url } from '../codec/bytes.js';
import { type CborMap, encodedLength } from '../codec/cbor.js';
import { type CredentialDescriptor } from '../credentials.js';
import { CtapError } from '../errors.js';
import { getAssertion } from '../get-assertion.js';
import type { DeviceInfo } from '../get-info.js';
import { CtapStatus } from '../status.js';
import { badAnswer } from './answer.js';
import { ClientError } from './errors.js';
import { foundByU2f, onlyU2f } from './u2f.js';
import type { CeremonyContext } from './ceremony-context.js';
import { isVerificationSetUp, type Verification } from './user-verification.js';
import type { CredentialDescriptorJSON } from './webauthn-json.js';

/** The credentials of an exclude or allow list that could be on this key at all. Types other than public-key are skipped. */
export function candidates(
  list: readonly CredentialDescriptorJSON[] | undefined,
  info: DeviceInfo,
): CredentialDescriptor[] {
  return (list ?? [])
    .filter(({ type }) => type === 'public-key')
    .map(({ id, type }) => ({ id: binary('credential id', id), type }))
    .filter(({ id }) => id.length > 0 && id.length <= (info.maxCredentialIdLength ?? Infinity));
}

/** Bytes of a request besides its parameters: the command, and the proof of verification that is added last. */
const ROOM_FOR_PROOF = 64;

/**
 * Whether the key takes the whole list with the request itself, whose parameters are given with it, so that no probing is needed.
 * @param more bytes that are still to be added to the request: extension inputs
 */
export function fitsOneRequest(
  list: readonly CredentialDescriptor[],
  info: DeviceInfo,
  parameters: CborMap,
  more: number,
): boolean {
  const length = encodedLength(parameters) + ROOM_FOR_PROOF + more;
  return list.length <= info.maxCredentialCountInList && length <= info.maxMsgSize;
}

/** Whether a key may have credentials that it does not show before the person is verified (credProtect, CTAP 2.2 §12.1). */
export function hidesCredentials(info: DeviceInfo): boolean {
  return info.extensions.includes('credProtect') && isVerificationSetUp(info);
}

/**
 * Which of `list` are on the key, found without touches: as many to a request as the key takes, fewer when that is too
 * large (CTAP 2.2 §6.1.1 and §6.2.1, pre-flight). Credentials that the key hides without user verification need a token.
 * @param stopAtFirst whether one is enough
 */
export async function findOnKey(
  { authenticator, interaction, signal }: CeremonyContext,
  rpId: string,
  list: readonly CredentialDescriptor[],
  { verification = {}, stopAtFirst }: { verification?: Verification; stopAtFirst: boolean },
): Promise<CredentialDescriptor[]> {
  const u2f = onlyU2f(authenticator);
  if (u2f) return foundByU2f(u2f, rpId, list, { stopAtFirst, signal });
  const found: CredentialDescriptor[] = [];
  let size = stopAtFirst ? authenticator.info.maxCredentialCountInList : 1;
  interaction.wait();
  for (let offset = 0; offset < list.length;) {
    const chunk = list.slice(offset, offset + size);
    const outcome = await probe(chunk);
    if (outcome === 'too-large' && size > 1) {
      size = Math.ceil(size / 2);
      continue;
    }
    if (typeof outcome === 'object') found.push(outcome);
    if (found.length > 0 && stopAtFirst) break;
    offset += chunk.length;
  }
  return found;

  async function probe(chunk: readonly CredentialDescriptor[]): Promise<CredentialDescriptor | 'none' | 'too-large'> {
    const clientDataHash = new Uint8Array(32);
    const request = { rpId, clientDataHash, allowList: chunk, up: false as const, token: verification.token };
    try {
      const { credential } = await getAssertion(authenticator.ctap, request, { signal });
      if (!credential && chunk.length === 1) return chunk[0] ?? 'none'; // of one, the key need not say which
      const named = chunk.find(({ id }) => credential && equal(id, credential.id));
      if (named) return named;
      throw badAnswer('is of a credential that was not asked for');
    } catch (error) {
      if (!(error instanceof CtapError)) throw error;
      if (error.status === CtapStatus.REQUEST_TOO_LARGE || error.status === CtapStatus.LIMIT_EXCEEDED)
        return 'too-large';
      if (error.status === CtapStatus.NO_CREDENTIALS || error.status === CtapStatus.INVALID_CREDENTIAL) return 'none';
      throw error;
    }
  }
}

/** The bytes of a member of the options. Throws ClientError `bad-options` that names it. */
export function binary(name: string, text: string): Uint8Array<ArrayBuffer> {
  try {
    return fromBase64url(text);
  } catch (error) {
    throw new ClientError('bad-options', `${name} is not base64url`, { cause: error });
  }
}
