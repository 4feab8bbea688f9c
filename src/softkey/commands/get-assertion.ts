import { AuthenticatorFlag, encodeAuthenticatorData } from '../../ctap/codec/authenticator-data.js';
import { concat, utf8 } from '../../ctap/codec/bytes.js';
import { type CborMap, type CborValue, numbered } from '../../ctap/codec/cbor.js';
import { sha256 } from '../../ctap/codec/sha256.js';
import { Permission } from '../../ctap/commands.js';
import { CtapStatus } from '../../ctap/status.js';
import { type Credential, discoverableCredentials, findCredential } from '../credentials/lookup.js';
import { assertionExtensions, type ExtensionOutputs } from '../extensions/offered.js';
import { refuse, required } from '../fields.js';
import type { AuthToken } from '../pin/auth-tokens.js';
import { Protection } from '../store/key-state.js';
import type { Command, CommandContext } from './command.js';
import { clientDataHash, credentialIds, proofOf, PUBLIC_KEY, toUserEntity } from './parameters.js';
import { knowsFingers, verifyByFinger } from './verify-user.js';

/** Parameters (CTAP 2.2 §6.2). */
const Key = {
  RP_ID: 0x01,
  CLIENT_DATA_HASH: 0x02,
  ALLOW_LIST: 0x03,
  EXTENSIONS: 0x04,
  OPTIONS: 0x05,
  PIN_UV_AUTH_PARAM: 0x06,
  PIN_UV_AUTH_PROTOCOL: 0x07,
} as const;

/** authenticatorGetAssertion (CTAP 2.2 §6.2.2; the steps are numbered as there). */
export const getAssertion: Command = async (context, params) => {
  const { profile, memory } = context;
  const rpId = required(params.text(Key.RP_ID));
  const hash = clientDataHash(params, Key.CLIENT_DATA_HASH);
  const allowed = credentialIds(params, Key.ALLOW_LIST, profile);

  // Steps 1 and 2: the PIN/UV auth parameter
  const param = params.bytes(Key.PIN_UV_AUTH_PARAM);
  const proof = await proofOf(context, rpId, param, params.integer(Key.PIN_UV_AUTH_PROTOCOL));

  // Step 4: options; a pinUvAuthParam makes `uv` meaningless, and without it a finger is wanted
  const options = params.fields(Key.OPTIONS);
  const usesFinger = options?.boolean('uv') === true && !proof;
  if (usesFinger && !knowsFingers(context)) refuse(profile.statuses.uvNotSupported);
  if (options?.has('rk')) refuse(profile.statuses.rkInAssertion);
  const userPresence = profile.noSilence || (options?.boolean('up') ?? true);

  // Step 5: alwaysUv leaves only silent probes, which sign nothing that counts
  if (memory.state.config.alwaysUv && userPresence && !proof && !usesFinger) refuse(CtapStatus.PUAT_REQUIRED);

  // Step 6: the token, its permission and its RP ID, or the finger
  let token: AuthToken | undefined;
  if (proof) {
    token = context.power.tokens.verify(proof, hash) ?? refuse(CtapStatus.PIN_AUTH_INVALID);
    if (!token.permits(Permission.GET_ASSERTION)) refuse(CtapStatus.PIN_AUTH_INVALID);
    if (token.rpId !== undefined && token.rpId !== rpId) refuse(CtapStatus.PIN_AUTH_INVALID);
    token.bind(rpId);
  }
  if (usesFinger) await verifyByFinger(context, rpId);
  const userVerified = token !== undefined || usesFinger;
  const isUserPresent = token?.isUserPresent ?? usesFinger;

  // Step 7: credentials of the relying party that may be shown to whoever asks in this way
  const candidates = allowed
    ? allowed.flatMap((id) => findCredential(memory.state, rpId, id) ?? [])
    : discoverableCredentials(memory.state, rpId);
  const credentials = candidates.filter(({ protection }) => {
    if (protection === Protection.REQUIRED) return userVerified;
    return protection === Protection.OPTIONAL || userVerified || allowed !== undefined;
  });
  const [first, ...others] = credentials;
  if (!first) return refuse(CtapStatus.NO_CREDENTIALS);

  // Step 10 before step 9: inputs that are wrong are refused without troubling the user
  const call = { context, rpId, userPresence, userVerified };
  const outputs = assertionExtensions(call, params.fields(Key.EXTENSIONS));

  // Step 9: the user is present, as a finger has shown already; the token has served. A silent probe leaves it as it is
  if (userPresence) {
    if (!isUserPresent) await context.touch(rpId);
    token?.spend();
  }

  // Steps 11 and 12: of an allow list any one will do; without, the newest comes first and the rest on demand
  const more = allowed ? [] : others;
  const flags = (userPresence ? AuthenticatorFlag.UP : 0) | (userVerified ? AuthenticatorFlag.UV : 0);
  // Names identify people: only after user verification, and only where somebody has to choose (§6.2.3).
  const withNames = userVerified && more.length > 0;
  const answer = (credential: Credential, count?: number) =>
    assertion(context, { credential, rpId, hash, flags, withNames, outputs: outputs(credential) }, count);
  if (more.length > 0) {
    context.power.walk.begin(
      'assertions',
      more.map((credential) => () => answer(credential)),
    );
  }
  return answer(first, more.length > 0 ? credentials.length : undefined);
};

/** authenticatorGetNextAssertion (CTAP 2.2 §6.3): the next credential that getAssertion found, else NOT_ALLOWED. */
export const getNextAssertion: Command = ({ power }) => power.walk.next('assertions');

interface Assertion {
  readonly credential: Credential;
  readonly rpId: string;
  readonly hash: Uint8Array;
  readonly flags: number;
  readonly withNames: boolean;
  readonly outputs: ExtensionOutputs;
}

/** Step 13: counts, then signs. */
async function assertion(
  { memory }: CommandContext,
  { credential, rpId, hash, flags, withNames, outputs: { signed, largeBlobKey } }: Assertion,
  numberOfCredentials: number | undefined,
): Promise<CborMap> {
  const signCount = memory.state.signCount + 1;
  await memory.update({ signCount });
  const authData = encodeAuthenticatorData({
    rpIdHash: sha256(utf8(rpId)),
    flags,
    signCount,
    ...(signed && { extensions: signed }),
  });
  const signature = credential.signingKey().sign(concat(authData, hash));
  const descriptor = new Map<string, CborValue>([
    ['id', credential.id],
    ['type', PUBLIC_KEY],
  ]);
  const user = credential.user && toUserEntity(withNames ? credential.user : { id: credential.user.id });
  return numbered(descriptor, authData, signature, user, numberOfCredentials, undefined, largeBlobKey);
}
