import type { AttestedCredential } from '../codec/authenticator-data.js';
import { toBase64url } from '../codec/bytes.js';
import { type CborMap, encode } from '../codec/cbor.js';
import { CoseAlgorithm, CoseLabel, publicKeyInfoOf } from '../codec/cose.js';
import { Permission } from '../commands.js';
import { CtapError } from '../errors.js';
import type { UserEntity } from '../credentials.js';
import { CeremonyExtensions } from '../extensions/ceremony-extensions.js';
import type { DeviceInfo } from '../get-info.js';
import {
  makeCredential,
  makeCredentialParameters,
  type MakeCredentialRequest,
  type MakeCredentialResult,
} from '../make-credential.js';
import { CtapStatus } from '../status.js';
import { badAnswer, checkAuthenticatorData, checkLargeBlobKey } from './answer.js';
import { conveyed } from './attestation.js';
import { clientData } from './client-data.js';
import { binary, candidates, findOnKey, fitsOneRequest } from './credential-lists.js';
import { ClientError } from './errors.js';
import { shortened } from './names.js';
import { effectiveRpId } from './rp-id.js';
import { askingForTouch } from './touch.js';
import { makeCredentialByU2f, onlyU2f } from './u2f.js';
import type { CeremonyContext } from './ceremony-context.js';
import { needsVerificationToCreate, withVerification } from './user-verification.js';
import type { CreationOptionsJSON, ExtensionResultsJSON, RegistrationJSON } from './webauthn-json.js';

/** The longest user handle in bytes (WebAuthn Level 3 §5.4.3). */
const MAX_USER_ID = 64;
/** The longest credential ID in bytes (WebAuthn Level 3 §7.1 step 25). */
const MAX_CREDENTIAL_ID = 1023;

/**
 * Makes a credential on one key: WebAuthn's create() from JSON options to the JSON response (Level 3 §5.1.3), with the
 * person's part left to `context.interaction`. The caller vouches for `origin`.
 *
 * When the signal is aborted but the touch came first, the credential exists: it is returned like any other, and it is
 * for the caller to look at the signal and take it off the key again. When `create` fails after `context.onSent` was
 * called, the credential may exist as well, unless the error is a refusal (`isRefusal`).
 * @throws ClientError, CtapError, TransportError, ResponseError; the signal's reason when cancelled
 */
export async function create(
  options: CreationOptionsJSON,
  origin: string,
  context: CeremonyContext,
): Promise<RegistrationJSON> {
  const { info } = context.authenticator;
  const rpId = effectiveRpId(options.rp.id, origin);
  binary('challenge', options.challenge);
  const { json, hash } = clientData('webauthn.create', options.challenge, origin);
  const algorithms = algorithmsFor(options, info);
  const rk = wantsDiscoverable(options, info);
  const request = {
    clientDataHash: hash,
    rp: { id: rpId, name: shortened(options.rp.name) },
    user: userEntity(options),
    algorithms,
    rk,
    enterpriseAttestation: enterpriseAttestation(options, rpId, context),
  };
  const extensions = CeremonyExtensions.ofCreation({ inputs: options.extensions ?? {}, info, rk });
  const { answer, results } = await verifyAndMake(request, extensions, options, context);
  const { result, credential } = answer;
  const { algorithm, publicKey } = checkCredential(credential, algorithms);
  context.onMade?.({ ...result, clientDataHash: hash });
  const id = toBase64url(credential.id);
  return {
    id,
    rawId: id,
    type: 'public-key',
    authenticatorAttachment: 'cross-platform',
    clientExtensionResults: results,
    response: {
      clientDataJSON: toBase64url(json),
      attestationObject: toBase64url(attestationObject(result, credential, options.attestation)),
      authenticatorData: toBase64url(result.authData),
      transports: [...new Set(info.transports.length > 0 ? info.transports : ['usb'])].sort(),
      publicKeyAlgorithm: algorithm,
      ...(publicKey && { publicKey: toBase64url(publicKey) }),
    },
  };
}

/** What a key has made, held against what was asked. */
interface Made {
  readonly result: MakeCredentialResult;
  readonly credential: AttestedCredential;
  readonly outputs: CborMap | undefined;
  readonly largeBlobKey: Uint8Array | undefined;
}

/** 1: for whom the key's maker has named; 2: for whom the station has. Undefined: not asked for, or not enabled on the key. */
function enterpriseAttestation(
  { attestation }: CreationOptionsJSON,
  rpId: string,
  { authenticator, enterpriseRpIds = [] }: CeremonyContext,
): 1 | 2 | undefined {
  if (attestation !== 'enterprise' || authenticator.info.options.get('ep') !== true) return undefined;
  return enterpriseRpIds.includes(rpId) ? 2 : 1;
}

/** The person's part and the key's. */
async function verifyAndMake(
  request: MakeCredentialRequest,
  extensions: CeremonyExtensions,
  { excludeCredentials, authenticatorSelection }: CreationOptionsJSON,
  context: CeremonyContext,
): Promise<{ answer: Made; results: ExtensionResultsJSON }> {
  const { info, ctap } = context.authenticator;
  const excluded = candidates(excludeCredentials, info);
  const parameters = makeCredentialParameters({ ...request, excludeList: excluded });
  const probes = !fitsOneRequest(excluded, info, parameters, extensions.room);
  const isNeeded =
    needsVerificationToCreate(info, authenticatorSelection?.userVerification ?? 'preferred', request.rk === true) ||
    extensions.needsVerification;
  const permissions = Permission.MAKE_CREDENTIAL | (probes ? Permission.GET_ASSERTION : 0) | extensions.permissions;
  const u2f = onlyU2f(context.authenticator);
  try {
    return await withVerification(context, isNeeded, { permissions, rpId: request.rp.id }, async (verification) => {
      // One that is found is sent along: only then may the key tell, after a touch, that the person has registered it.
      const excludeList = probes
        ? await findOnKey(context, request.rp.id, excluded, { verification, stopAtFirst: true })
        : excluded;
      return extensions.run(context, { verification }, async (inputs, guard) => {
        const asked = { ...request, excludeList, extensions: inputs, ...verification };
        if (u2f) return checked(await makeCredentialByU2f(u2f, asked, askingForTouch(context)), asked);
        const callOptions = { ...askingForTouch(context, verification.uv), ...guard, onSent: context.onSent };
        return checked(await makeCredential(ctap, asked, callOptions), asked);
      });
    });
  } catch (error) {
    throw asClientError(error);
  }
}

function checked(result: MakeCredentialResult, asked: MakeCredentialRequest): Made {
  const verified = asked.token !== undefined || asked.uv === true;
  const expected = { rpId: asked.rp.id, verified, extensions: asked.extensions };
  const data = checkAuthenticatorData(result.authData, expected);
  if (!data.attestedCredential) throw badAnswer('holds no credential');
  if (result.epAtt && !asked.enterpriseAttestation) throw badAnswer('names this very key, which nobody asked for');
  checkLargeBlobKey(result, asked);
  return {
    result,
    credential: data.attestedCredential,
    outputs: data.extensions,
    largeBlobKey: result.largeBlobKey,
  };
}

function userEntity({ user }: CreationOptionsJSON): UserEntity {
  const id = binary('user.id', user.id);
  if (id.length < 1 || id.length > MAX_USER_ID)
    throw new ClientError('bad-options', `user.id has ${id.length} bytes; 1 to ${MAX_USER_ID} are allowed`);
  return { id, name: shortened(user.name), displayName: shortened(user.displayName) };
}

/** What an empty list of algorithms stands for (WebAuthn Level 3 §5.1.3 step 10). */
const USUAL_ALGORITHMS = [CoseAlgorithm.ES256, CoseAlgorithm.RS256];

/** The relying party's algorithms, each once, without those that this key says it lacks. */
function algorithmsFor({ pubKeyCredParams }: CreationOptionsJSON, info: DeviceInfo): readonly number[] {
  const named = pubKeyCredParams.filter(({ type }) => type === 'public-key').map(({ alg }) => alg);
  const wanted = pubKeyCredParams.length > 0 ? [...new Set(named)] : USUAL_ALGORITHMS;
  const { algorithms } = info;
  const shared = algorithms ? wanted.filter((alg) => algorithms.includes(alg)) : wanted;
  if (shared.length === 0)
    throw new ClientError('unsupported', `The key has none of the algorithms ${wanted.join(', ')}`);
  return shared;
}

/** Other values count as none (WebAuthn Level 3 §5.4.4). */
const RESIDENT_KEY_WISHES: ReadonlySet<string> = new Set(['required', 'preferred', 'discouraged']);

function wantsDiscoverable({ authenticatorSelection }: CreationOptionsJSON, info: DeviceInfo): boolean {
  const { residentKey, requireResidentKey } = authenticatorSelection ?? {};
  const isKnown = residentKey !== undefined && RESIDENT_KEY_WISHES.has(residentKey);
  const wish = isKnown ? residentKey : requireResidentKey ? 'required' : 'discouraged';
  const hasRoom = info.remainingDiscoverableCredentials !== 0;
  const isAble = info.options.get('rk') === true;
  if (wish === 'required') {
    if (!isAble) throw new ClientError('unsupported', 'This key holds no discoverable credentials');
    if (!hasRoom) throw new ClientError('full', 'This key has no room for another discoverable credential');
  }
  return wish === 'required' || (wish === 'preferred' && isAble && hasRoom);
}

function checkCredential(
  { id, publicKey }: AttestedCredential,
  algorithms: readonly number[],
): { algorithm: number; publicKey: Uint8Array | undefined } {
  if (id.length === 0 || id.length > MAX_CREDENTIAL_ID) throw badAnswer(`has a credential ID of ${id.length} bytes`);
  const algorithm = publicKey.get(CoseLabel.ALG);
  if (typeof algorithm !== 'number' || !algorithms.includes(algorithm))
    throw badAnswer('has an algorithm that was not asked for');
  try {
    return { algorithm, publicKey: publicKeyInfoOf(publicKey) };
  } catch (error) {
    throw badAnswer('holds no valid public key', error);
  }
}

function attestationObject(
  result: MakeCredentialResult,
  credential: AttestedCredential,
  conveyance = 'none',
): Uint8Array {
  try {
    return encode(conveyed(result, credential, conveyance));
  } catch (error) {
    throw badAnswer('has an attestation that cannot be passed on', error);
  }
}

function asClientError(error: unknown): unknown {
  if (!(error instanceof CtapError)) return error;
  if (error.status === CtapStatus.CREDENTIAL_EXCLUDED) {
    return new ClientError('already-registered', 'The key holds a credential for this account', { cause: error });
  }
  if (error.status === CtapStatus.KEY_STORE_FULL)
    return new ClientError('full', 'The key has no room for another credential', { cause: error });
  return error;
}
