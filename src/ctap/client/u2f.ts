import type { Authenticator } from '../authenticator.js';
import { AuthenticatorFlag, encodeAuthenticatorData } from '../codec/authenticator-data.js';
import { utf8 } from '../codec/bytes.js';
import { type CborKey, type CborMap, type CborValue, encode } from '../codec/cbor.js';
import { CoseAlgorithm, CoseCurve, CoseKeyType, CoseLabel } from '../codec/cose.js';
import { CtapCommand } from '../commands.js';
import { sha256 } from '../codec/sha256.js';
import type { CredentialDescriptor } from '../credentials.js';
import { CtapError, ResponseError } from '../errors.js';
import type { GetAssertionResult } from '../get-assertion.js';
import type { MakeCredentialRequest, MakeCredentialResult } from '../make-credential.js';
import { CtapStatus } from '../status.js';
import type { CallOptions } from '../transport.js';
import { POINT_LENGTH } from '../u2f/apdu.js';
import { MAX_KEY_HANDLE, type U2f } from '../u2f/u2f.js';

/**
 * Makes a credential with U2F, as if by CTAP2 (CTAP 2.2 §10.2): algorithm ES256, not discoverable, a touch and no user
 * verification. The key itself keeps nothing of it, so that none can be left behind.
 * @throws CtapError CREDENTIAL_EXCLUDED, after a touch, when one of the excluded credentials is on the key; as
 *   `U2f.register` does
 */
export async function makeCredentialByU2f(
  u2f: U2f,
  { rp, clientDataHash, excludeList = [] }: MakeCredentialRequest,
  options: CallOptions,
): Promise<MakeCredentialResult> {
  const application = sha256(utf8(rp.id));
  const [excluded] = await knownTo(u2f, application, excludeList, { stopAtFirst: true, signal: options.signal });
  if (excluded) {
    // The relying party may only learn of it from somebody who is there.
    await u2f.touched(options);
    throw new CtapError(CtapStatus.CREDENTIAL_EXCLUDED, CtapCommand.MAKE_CREDENTIAL);
  }
  const registration = await u2f.register({ challenge: clientDataHash, application }, options);
  const publicKey = coseKey(registration.publicKey);
  return {
    fmt: 'fido-u2f',
    authData: encodeAuthenticatorData({
      rpIdHash: application,
      flags: AuthenticatorFlag.UP,
      signCount: 0,
      attestedCredential: {
        aaguid: new Uint8Array(16),
        id: registration.keyHandle,
        publicKey,
        publicKeyBytes: encode(publicKey),
      },
    }),
    attStmt: new Map<CborKey, CborValue>([
      ['sig', registration.signature],
      ['x5c', [registration.certificate]],
    ]),
    epAtt: false,
    largeBlobKey: undefined,
  };
}

/**
 * Signs with one of the allowed credentials by U2F, as if by CTAP2 (CTAP 2.2 §10.3).
 * @throws CtapError NO_CREDENTIALS, after a touch, when none of them is on the key; as `U2f.authenticate` does
 */
export async function getAssertionByU2f(
  u2f: U2f,
  rpId: string,
  clientDataHash: Uint8Array,
  allowList: readonly CredentialDescriptor[],
  options: CallOptions,
): Promise<GetAssertionResult> {
  const rpIdHash = sha256(utf8(rpId));
  const [credential] = await knownTo(u2f, rpIdHash, allowList, { stopAtFirst: true, signal: options.signal });
  if (!credential) {
    await u2f.touched(options);
    throw new CtapError(CtapStatus.NO_CREDENTIALS, CtapCommand.GET_ASSERTION);
  }
  const parameters = { challenge: clientDataHash, application: rpIdHash };
  const { userPresence, counter, signature } = await u2f.authenticate(parameters, credential.id, options);
  return {
    credential,
    // What was signed: of the byte the lowest bit is the touch, and the others are not flags of WebAuthn.
    authData: encodeAuthenticatorData({ rpIdHash, flags: userPresence & AuthenticatorFlag.UP, signCount: counter }),
    signature,
    user: undefined,
    numberOfCredentials: 1,
    userSelected: false,
    largeBlobKey: undefined,
  };
}

/** Which of the credentials of a relying party are on the key, found without touches. */
export function foundByU2f(
  u2f: U2f,
  rpId: string,
  list: readonly CredentialDescriptor[],
  options: { stopAtFirst: boolean; signal?: AbortSignal | undefined },
): Promise<CredentialDescriptor[]> {
  return knownTo(u2f, sha256(utf8(rpId)), list, options);
}

async function knownTo(
  u2f: U2f,
  application: Uint8Array,
  list: readonly CredentialDescriptor[],
  { stopAtFirst, signal }: { stopAtFirst: boolean; signal?: AbortSignal | undefined },
): Promise<CredentialDescriptor[]> {
  const known: CredentialDescriptor[] = [];
  for (const credential of list) {
    signal?.throwIfAborted();
    if (credential.id.length > MAX_KEY_HANDLE || !(await u2f.knows(application, credential.id))) continue;
    known.push(credential);
    if (stopAtFirst) break;
  }
  return known;
}

/** The U2F half of a key that has no other. */
export function onlyU2f({ u2f, speaksCtap2 }: Authenticator): U2f | undefined {
  return speaksCtap2 ? undefined : u2f;
}

/** The first byte of a point that gives both coordinates. */
const UNCOMPRESSED = 0x04;

/** An uncompressed point as a COSE_Key (CTAP 2.2 §10.2). */
function coseKey(point: Uint8Array): CborMap {
  if (point.length !== POINT_LENGTH || point[0] !== UNCOMPRESSED)
    throw new ResponseError('public key', 'is no point on P-256');
  return new Map<CborKey, CborValue>([
    [CoseLabel.KTY, CoseKeyType.EC2],
    [CoseLabel.ALG, CoseAlgorithm.ES256],
    [CoseLabel.CRV, CoseCurve.P256],
    [CoseLabel.X, point.slice(1, 33)],
    [CoseLabel.Y, point.slice(33)],
  ]);
}
