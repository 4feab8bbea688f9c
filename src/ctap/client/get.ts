import { equal, toBase64url } from '../codec/bytes.js';
import { CtapCommand, Permission } from '../commands.js';
import type { CredentialDescriptor } from '../credentials.js';
import { CtapError } from '../errors.js';
import { CeremonyExtensions } from '../extensions/ceremony-extensions.js';
import {
  getAssertion,
  getAssertionParameters,
  type GetAssertionRequest,
  type GetAssertionResult,
  getNextAssertion,
} from '../get-assertion.js';
import type { DeviceInfo } from '../get-info.js';
import { listLength } from '../members.js';
import { CtapStatus } from '../status.js';
import type { CallOptions } from '../transport.js';
import { badAnswer, checkAuthenticatorData, checkLargeBlobKey } from './answer.js';
import { clientData } from './client-data.js';
import { binary, candidates, findOnKey, fitsOneRequest, hidesCredentials } from './credential-lists.js';
import { ClientError } from './errors.js';
import { effectiveRpId } from './rp-id.js';
import { askingForTouch } from './touch.js';
import { getAssertionByU2f, onlyU2f } from './u2f.js';
import type { CeremonyContext } from './ceremony-context.js';
import { needsVerification, type Verification, withVerification } from './user-verification.js';
import type { AuthenticationJSON, RequestOptionsJSON } from './webauthn-json.js';

/** An ID that no key has: asked for when the key has none of the allowed ones, so that a touch comes before the answer. */
const NOBODY: CredentialDescriptor = { id: Uint8Array.of(0), type: 'public-key' };

/** The second one is how some keys refuse an ID that they cannot have made. */
const NOT_THERE: ReadonlySet<number> = new Set([CtapStatus.NO_CREDENTIALS, CtapStatus.INVALID_CREDENTIAL]);

/**
 * Signs in with a credential on one key: WebAuthn's get() from JSON options to the JSON response (Level 3 §5.1.4), with
 * the person's part left to `context.interaction`. The caller vouches for `origin`.
 * @throws ClientError, CtapError, TransportError, ResponseError; the signal's reason when cancelled
 */
export async function get(
  options: RequestOptionsJSON,
  origin: string,
  context: CeremonyContext,
): Promise<AuthenticationJSON> {
  const { info } = context.authenticator;
  const rpId = effectiveRpId(options.rpId, origin);
  binary('challenge', options.challenge);
  const { json, hash } = clientData('webauthn.get', options.challenge, origin);
  const allowed = candidates(options.allowCredentials, info);
  const extensions = CeremonyExtensions.ofAssertion({
    inputs: options.extensions ?? {},
    info,
    allowed: (options.allowCredentials ?? []).map(({ id }) => id),
  });
  const probes = mustProbe(allowed, { rpId, clientDataHash: hash }, extensions, info);
  const isNeeded = needsVerification(info, options.userVerification ?? 'preferred') || extensions.needsVerification;
  const purpose = { permissions: Permission.GET_ASSERTION | extensions.permissions, rpId };
  return withVerification(context, isNeeded, purpose, async (verification) => {
    const usable = probes ? await findAllowed(context, rpId, allowed, verification) : allowed;
    // Without a list of the relying party's: any discoverable credential.
    const allowList = options.allowCredentials?.length ? (usable.length > 0 ? usable : [NOBODY]) : undefined;
    const only = allowList?.length === 1 ? allowList[0] : undefined;
    const { answer, results } = await extensions.run(context, { verification, only }, async (inputs, guard) => {
      const request = { rpId, clientDataHash: hash, allowList, extensions: inputs, ...verification };
      const result = await assert(request, context, guard);
      const verified = verification.token !== undefined || verification.uv === true;
      const data = checkAuthenticatorData(result.authData, { rpId, verified, extensions: inputs });
      checkLargeBlobKey(result, request);
      return {
        result,
        credential: credentialOf(result, allowList),
        outputs: data.extensions,
        largeBlobKey: result.largeBlobKey,
      };
    });
    const { result, credential } = answer;
    const id = toBase64url(credential.id);
    return {
      id,
      rawId: id,
      type: 'public-key',
      authenticatorAttachment: 'cross-platform',
      clientExtensionResults: results,
      response: {
        clientDataJSON: toBase64url(json),
        authenticatorData: toBase64url(result.authData),
        signature: toBase64url(result.signature),
        ...(result.user && { userHandle: toBase64url(result.user.id) }),
      },
    };
  });
}

/** Whether it must be known before the request which of the allowed credentials is on the key. */
function mustProbe(
  allowed: readonly CredentialDescriptor[],
  request: GetAssertionRequest,
  extensions: CeremonyExtensions,
  info: DeviceInfo,
): boolean {
  const parameters = getAssertionParameters({ ...request, allowList: allowed });
  return (
    !fitsOneRequest(allowed, info, parameters, extensions.room) || (extensions.perCredential && allowed.length > 1)
  );
}

async function findAllowed(
  context: CeremonyContext,
  rpId: string,
  allowed: readonly CredentialDescriptor[],
  verification: Verification,
): Promise<readonly CredentialDescriptor[]> {
  const found = await findOnKey(context, rpId, allowed, { verification, stopAtFirst: true });
  const isVerified = verification.token !== undefined || verification.uv === true;
  // None: it may be one that the key shows to verified persons only. That is as if the key had asked for verification.
  if (found.length === 0 && !isVerified && hidesCredentials(context.authenticator.info))
    throw new CtapError(CtapStatus.PUAT_REQUIRED, CtapCommand.GET_ASSERTION);
  return found;
}

async function assert(
  request: GetAssertionRequest,
  context: CeremonyContext,
  guard: Pick<CallOptions, 'epoch'>,
): Promise<GetAssertionResult> {
  const { ctap } = context.authenticator;
  const u2f = onlyU2f(context.authenticator);
  if (u2f && !request.allowList) throw new ClientError('unsupported', 'This key holds no discoverable credentials');
  try {
    if (u2f && request.allowList)
      return await getAssertionByU2f(
        u2f,
        request.rpId,
        request.clientDataHash,
        request.allowList,
        askingForTouch(context),
      );
    const first = await getAssertion(ctap, request, { ...askingForTouch(context, request.uv), ...guard });
    // With an allow list the key has chosen; without one the person does, unless that was done on the key itself.
    if (request.allowList || first.numberOfCredentials <= 1 || first.userSelected) return first;
    const results = [first];
    const total = listLength(first.numberOfCredentials, 'numberOfCredentials');
    while (results.length < total) results.push(await getNextAssertion(ctap, { signal: context.signal }));
    return await choose(results, context);
  } catch (error) {
    throw error instanceof CtapError && NOT_THERE.has(error.status)
      ? new ClientError('no-credentials', 'The key holds none of the credentials asked for', { cause: error })
      : error;
  }
}

async function choose(
  results: readonly GetAssertionResult[],
  { interaction, signal }: CeremonyContext,
): Promise<GetAssertionResult> {
  const accounts = results.map(({ user }) => {
    if (!user) throw badAnswer('names no account where there are several');
    return { id: user.id, name: user.name ?? '', displayName: user.displayName ?? '' };
  });
  const chosen = results[await interaction.account(accounts, signal)];
  if (!chosen) throw new RangeError('An account was chosen that is not in the list');
  return chosen;
}

function credentialOf(
  { credential }: GetAssertionResult,
  allowList: readonly CredentialDescriptor[] | undefined,
): CredentialDescriptor {
  if (!allowList) {
    if (!credential) throw badAnswer('does not say which credential signed');
    return credential;
  }
  const [only, ...others] = allowList;
  if (!credential && only && others.length === 0) return only; // of one, the key need not say which
  const allowed = allowList.find(({ id }) => credential && equal(id, credential.id));
  if (!allowed) throw badAnswer('is of a credential that was not allowed');
  return allowed;
}
