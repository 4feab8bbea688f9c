import type { CborKey, CborMap, CborValue } from '../codec/cbor.js';
import { CoseAlgorithm } from '../codec/cose.js';
import { TransportError } from '../errors.js';
import { decodeInfo, type DeviceInfo, InfoKey } from '../get-info.js';
import { MAX_KEY_HANDLE, U2F_VERSION, type U2f, U2fError } from './u2f.js';

/**
 * What a key that speaks U2F only would say of itself, had it a way to: one version, one algorithm, no PIN, no passkeys.
 * @throws TransportError `refused` for a key that does not speak U2F either
 */
export async function infoOfU2f(u2f: U2f | undefined): Promise<DeviceInfo> {
  if ((await versionOf(u2f)) !== U2F_VERSION)
    throw new TransportError('refused', 'This key speaks neither CTAP2 nor U2F');
  const es256: CborMap = new Map<CborKey, CborValue>([
    ['alg', CoseAlgorithm.ES256],
    ['type', 'public-key'],
  ]);
  return decodeInfo(
    new Map<CborKey, CborValue>([
      [InfoKey.VERSIONS, [U2F_VERSION]],
      [InfoKey.AAGUID, new Uint8Array(16)],
      [InfoKey.MAX_CREDENTIAL_ID_LENGTH, MAX_KEY_HANDLE],
      [InfoKey.ALGORITHMS, [es256]],
      [InfoKey.ATTESTATION_FORMATS, ['fido-u2f']],
    ]),
  );
}

async function versionOf(u2f: U2f | undefined): Promise<string | undefined> {
  try {
    return await u2f?.version();
  } catch (error) {
    if (error instanceof U2fError) return undefined;
    throw error;
  }
}
