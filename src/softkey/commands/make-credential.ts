import { randomBytes } from 'node:crypto';

import { AuthenticatorFlag, encodeAuthenticatorData } from '../../ctap/codec/authenticator-data.js';
import { equal, utf8 } from '../../ctap/codec/bytes.js';
import { encode, numbered } from '../../ctap/codec/cbor.js';
import { sha256 } from '../../ctap/codec/sha256.js';
import { Permission } from '../../ctap/commands.js';
import { CtapStatus } from '../../ctap/status.js';
import { attestationStatement, chooseAttestation } from '../attestation/attest.js';
import { sealKeyHandle } from '../credentials/key-handle.js';
import { findCredential } from '../credentials/lookup.js';
import { SigningKey } from '../credentials/signing-key.js';
import { type Fields, refuse, required } from '../fields.js';
import { creationExtensions } from '../extensions/offered.js';
import type { AuthToken } from '../pin/auth-tokens.js';
import { Protection, type StoredCredential, type User } from '../store/key-state.js';
import type { Command, CommandContext } from './command.js';
import { clientDataHash, credentialIds, proofOf, PUBLIC_KEY, userEntity } from './parameters.js';
import { isProtected, knowsFingers, verifyByFinger } from './verify-user.js';

/** Parameters (CTAP 2.2 §6.1). */
const Key = {
  CLIENT_DATA_HASH: 0x01,
  RP: 0x02,
  USER: 0x03,
  PUB_KEY_CRED_PARAMS: 0x04,
  EXCLUDE_LIST: 0x05,
  EXTENSIONS: 0x06,
  OPTIONS: 0x07,
  PIN_UV_AUTH_PARAM: 0x08,
  PIN_UV_AUTH_PROTOCOL: 0x09,
  ENTERPRISE_ATTESTATION: 0x0a,
  ATTESTATION_FORMATS_PREFERENCE: 0x0b,
} as const;

/** Bytes of the ID of a credential that the key keeps itself. */
const STORED_ID_LENGTH = 32;

/** authenticatorMakeCredential (CTAP 2.2 §6.1.2; the steps are numbered as there). */
export const makeCredential: Command = async (context, params) => {
  const { profile, memory } = context;
  const hash = clientDataHash(params, Key.CLIENT_DATA_HASH);
  const rpId = required(required(params.fields(Key.RP)).text('id'));
  const user = userEntity(required(params.fields(Key.USER)));
  const wanted = required(params.fieldsList(Key.PUB_KEY_CRED_PARAMS));
  const excluded = credentialIds(params, Key.EXCLUDE_LIST, profile) ?? [];

  // Steps 1 and 2: the PIN/UV auth parameter
  const param = params.bytes(Key.PIN_UV_AUTH_PARAM);
  const proof = await proofOf(context, rpId, param, params.integer(Key.PIN_UV_AUTH_PROTOCOL));

  // Step 3: the first algorithm in the list that this key has
  const algorithm = chooseAlgorithm(wanted, profile.algorithms);

  // Step 5: options; a pinUvAuthParam makes `uv` meaningless, and without it a finger is wanted
  const options = params.fields(Key.OPTIONS);
  const usesFinger = options?.boolean('uv') === true && !proof;
  if (usesFinger && !knowsFingers(context)) refuse(profile.statuses.uvNotSupported);
  if (options?.boolean('up') === false) refuse(CtapStatus.INVALID_OPTION);
  const discoverable = options?.boolean('rk') ?? false;

  // Steps 6 to 8: what may be made without verifying the user. With alwaysUv nothing, not even where nothing is set up
  const { alwaysUv } = memory.state.config;
  const mustVerify = alwaysUv || (isProtected(context) && (discoverable || !profile.makeCredUvNotRqd));
  if (mustVerify && !proof && !usesFinger) {
    const takesToken = (memory.state.pin && !profile.pinOnlyManages) || (alwaysUv && !isProtected(context));
    refuse(takesToken ? CtapStatus.PUAT_REQUIRED : CtapStatus.OPERATION_DENIED);
  }

  // Step 9: an attestation that names this very key
  const attestation = chooseAttestation(context, {
    rpId,
    enterprise: profile.infoSince.includes('2.1') ? params.integer(Key.ENTERPRISE_ATTESTATION) : undefined,
    formats: params.textList(Key.ATTESTATION_FORMATS_PREFERENCE),
  });

  // Step 11: the token, its permission and its RP ID, or the finger
  let token: AuthToken | undefined;
  if (proof) {
    token = context.power.tokens.verify(proof, hash) ?? refuse(CtapStatus.PIN_AUTH_INVALID);
    if (!token.permits(Permission.MAKE_CREDENTIAL)) refuse(CtapStatus.PIN_AUTH_INVALID);
    if (token.rpId !== undefined && token.rpId !== rpId) refuse(CtapStatus.PIN_AUTH_INVALID);
    token.bind(rpId);
  }
  if (usesFinger) await verifyByFinger(context, rpId);
  const userVerified = token !== undefined || usesFinger;
  const userPresent = token?.isUserPresent ?? usesFinger;

  // Step 12: one of the excluded credentials is on this key
  const isExcluded = excluded.some((id) => {
    const found = findCredential(memory.state, rpId, id);
    return found && (found.protection !== Protection.REQUIRED || userVerified);
  });
  if (isExcluded) await admitExclusion(context, rpId, userPresent);

  // Step 14: the user is present, as a finger has shown already; the token has served
  if (!userPresent) await context.touch(rpId);
  token?.spend();

  // Step 15: extensions
  const call = { context, rpId, discoverable, userVerified };
  const { traits, outputs } = creationExtensions(call, params.fields(Key.EXTENSIONS));

  // Step 16: a new key pair. RSA takes its time, so the platform may have given up meanwhile
  const isStored = discoverable || !SigningKey.fitsKeyHandle(algorithm);
  const rest = isStored ? makeRoom(context, discoverable ? { rpId, user } : undefined) : [];
  const key = await SigningKey.generate(algorithm);
  if (context.signal.aborted) refuse(CtapStatus.KEEPALIVE_CANCEL);

  // Steps 17 and 18: discoverable credentials are kept, replacing the account's old one; the others travel in their IDs
  const { protection = Protection.OPTIONAL } = traits;
  const id = isStored
    ? Uint8Array.from(randomBytes(STORED_ID_LENGTH))
    : sealKeyHandle(memory.state.masterSecret, sha256(utf8(rpId)), { key, protection });
  const signCount = memory.state.signCount + 1;
  const credential = { id, rpId, user, discoverable, algorithm, secret: key.secret, ...traits, protection };
  await memory.update({ signCount, ...(isStored && { credentials: [...rest, credential] }) });

  // Step 19: attestation
  const publicKey = key.publicKey();
  const { signed, largeBlobKey } = outputs(id);
  const authData = encodeAuthenticatorData({
    rpIdHash: sha256(utf8(rpId)),
    flags: AuthenticatorFlag.UP | (userVerified ? AuthenticatorFlag.UV : 0),
    signCount,
    attestedCredential: { aaguid: profile.aaguid, id, publicKey, publicKeyBytes: encode(publicKey) },
    ...(signed && { extensions: signed }),
  });
  const statement = attestationStatement(attestation, key, authData, hash);
  return numbered(attestation.format, authData, statement, attestation.isEnterprise || undefined, largeBlobKey);
};

function chooseAlgorithm(wanted: readonly Fields[], offered: readonly number[]): number {
  let chosen: number | undefined;
  for (const parameters of wanted) {
    const type = parameters.text('type');
    const algorithm = parameters.integer('alg');
    if (type === undefined || algorithm === undefined) refuse(CtapStatus.INVALID_CBOR);
    if (type === PUBLIC_KEY && offered.includes(algorithm)) chosen ??= algorithm;
  }
  return chosen ?? refuse(CtapStatus.UNSUPPORTED_ALGORITHM);
}

/** Says that a credential is there only when somebody touched the key, or let the time pass: never to a silent probe. */
async function admitExclusion(context: CommandContext, rpId: string, userPresent: boolean): Promise<never> {
  try {
    if (!userPresent) await context.touch(rpId);
  } catch (error) {
    if (context.signal.aborted) throw error;
  }
  return refuse(CtapStatus.CREDENTIAL_EXCLUDED);
}

/**
 * The stored credentials that stay beside a new one: all but the discoverable one of the same account.
 * Refuses with KEY_STORE_FULL where they leave no room.
 */
function makeRoom(
  { memory, capacity }: CommandContext,
  account: { rpId: string; user: User } | undefined,
): readonly StoredCredential[] {
  const rest = memory.state.credentials.filter(
    ({ discoverable, rpId, user }) =>
      !(account && discoverable && rpId === account.rpId && equal(user.id, account.user.id)),
  );
  return rest.length < capacity ? rest : refuse(CtapStatus.KEY_STORE_FULL);
}
