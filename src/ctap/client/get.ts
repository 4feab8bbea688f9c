import { equal, toBase64url } from '../codec/bytes.js';
import { Permission } from '../commands.js';
import type { CredentialDescriptor } from '../credentials.js';
import { CtapError } from '../errors.js';
import {
  getAssertion,
  getAssertionParameters,
  type GetAssertionRequest,
  type GetAssertionResult,
  getNextAssertion,
} from '../get-assertion.js';
import { CtapStatus } from '../status.js';
import { badAnswer, checkAuthenticatorData } from './answer.js';
import { clientData } from './client-data.js';
import { binary, candidates, findOnKey, fitsOneRequest } from './credential-lists.js';
import { ClientError } from './errors.js';
import { effectiveRpId } from './rp-id.js';
import { askingForTouch } from './touch.js';
import { type CeremonyContext, needsVerification, type Verification, withVerification } from './user-verification.js';
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
  const isNeeded = needsVerification(info, options.userVerification ?? 'preferred');
  const purpose = { permissions: Permission.GET_ASSERTION, rpId };
  return withVerification(context, isNeeded, purpose, async (verification) => {
    const request = { rpId, clientDataHash: hash, ...verification };
    const allowList = await allowListFor(options, request, verification, context);
    const result = await assert({ ...request, allowList }, context);
    const verified = verification.token !== undefined || verification.uv === true;
    checkAuthenticatorData(result.authData, { rpId, verified });
    const id = toBase64url(credentialOf(result, allowList).id);
    return {
      id,
      rawId: id,
      type: 'public-key',
      authenticatorAttachment: 'cross-platform',
      clientExtensionResults: {},
      response: {
        clientDataJSON: toBase64url(json),
        authenticatorData: toBase64url(result.authData),
        signature: toBase64url(result.signature),
        ...(result.user && { userHandle: toBase64url(result.user.id) }),
      },
    };
  });
}

/** Undefined: any discoverable credential of the relying party. */
async function allowListFor(
  { allowCredentials }: RequestOptionsJSON,
  request: GetAssertionRequest,
  verification: Verification,
  context: CeremonyContext,
): Promise<readonly CredentialDescriptor[] | undefined> {
  if (!allowCredentials?.length) return undefined;
  const { info } = context.authenticator;
  const allowed = candidates(allowCredentials, info);
  const usable = fitsOneRequest(allowed, info, getAssertionParameters({ ...request, allowList: allowed }))
    ? allowed
    : await findOnKey(context, request.rpId, allowed, { verification, stopAtFirst: true });
  return usable.length > 0 ? usable : [NOBODY];
}

async function assert(request: GetAssertionRequest, context: CeremonyContext): Promise<GetAssertionResult> {
  const { ctap } = context.authenticator;
  try {
    const first = await getAssertion(ctap, request, askingForTouch(context));
    // With an allow list the key has chosen; without one the person does, unless that was done on the key itself.
    if (request.allowList || first.numberOfCredentials <= 1 || first.userSelected) return first;
    const results = [first];
    while (results.length < first.numberOfCredentials)
      results.push(await getNextAssertion(ctap, { signal: context.signal }));
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
