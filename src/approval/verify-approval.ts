import {
  type AuthenticatorData,
  AuthenticatorFlag,
  decodeAuthenticatorData,
} from '../ctap/codec/authenticator-data.js';
import { concat, equal, fromBase64url, toBase64url, utf8 } from '../ctap/codec/bytes.js';
import { CborError } from '../ctap/codec/cbor-errors.js';
import { checkSignature } from '../ctap/codec/cose-signature.js';
import { sha256 } from '../ctap/codec/sha256.js';
import { FailureError } from '../failures/failure-error.js';
import { type ClientData, readClientData } from '../shared/client-data.js';
import type { ErrorCode } from '../shared/result.js';
import { readApproval } from './approval.js';
import { challengeOf } from './canonical.js';
import { type PublicKey, readPublicKey } from './public-key.js';
import { type ApprovalRequest, LIFETIME_MS } from './request.js';

/** What an approval is held against besides its signature. */
interface Expected {
  /** Of the passkey that must have signed, where that is known. */
  readonly credentialId?: string | undefined;
  /** Whose it is, where that is known: nobody approves for somebody else. */
  readonly sub?: string | undefined;
  readonly rpId: string;
  readonly origin: string;
  /** Milliseconds since 1970. */
  readonly now: number;
  /** How old the request may be in milliseconds, whatever it says itself: five minutes unless given. */
  readonly maxAgeMs?: number | undefined;
  /** IDs of requests that were used before. Where something is done once, `UsedApprovals` is what keeps count. */
  readonly usedIds?: { has(id: string): boolean } | undefined;
}

export interface Verification extends Expected {
  /** Of the passkey that must have signed: COSE_Key, base64url, as captured when it was enrolled. */
  readonly publicKey: string;
}

/**
 * Verifies an approval (WebAuthn Level 3 §7.2, as far as it concerns one that is no sign-in), and says what was approved. The
 * first of these that is wrong is told: its form, the passkey, the request, origin, relying party, touch and verification, the
 * person, the signature, the time, and whether it was used. The counter is not looked at: requests are told apart by their IDs.
 * @param approval as it came, from a file or another station
 * @returns the request, which holds
 * @throws FailureError `approval/…`
 */
export function verifyApproval(approval: unknown, expected: Verification): ApprovalRequest {
  return examine(approval, expected, () => readPublicKey(expected.publicKey));
}

/**
 * The same for whoever has just had the key sign, and knows no public key of it: everything but the signature, and so no proof for
 * anybody else.
 * @throws FailureError `approval/…`
 */
export function checkUnproved(approval: unknown, expected: Expected): ApprovalRequest {
  return examine(approval, expected, undefined);
}

function examine(approval: unknown, expected: Expected, publicKeyOf: (() => PublicKey) | undefined): ApprovalRequest {
  const { request, credentialId, assertion } = readApproval(approval);
  const publicKey = publicKeyOf?.();
  if (expected.credentialId !== undefined && expected.credentialId !== credentialId)
    throw refusal('approval/other-key', `signed with the passkey ${credentialId}`);
  const clientDataJSON = fromBase64url(assertion.response.clientDataJSON);
  const authenticatorData = fromBase64url(assertion.response.authenticatorData);
  checkClientData(readClientData(clientDataJSON), request, expected.origin);
  checkAuthenticatorData(decoded(authenticatorData), expected.rpId);
  checkPerson(request, assertion.response.userHandle, expected.sub);
  if (publicKey) {
    const signed = concat(authenticatorData, sha256(clientDataJSON));
    demandSigned({ ...publicKey, signed, signature: fromBase64url(assertion.response.signature) });
  }
  checkTime(request, expected);
  if (expected.usedIds?.has(request.id) === true) throw refusal('approval/replayed', request.id);
  return request;
}

/** §7.2 steps 19 and 20. */
function demandSigned(signature: Parameters<typeof checkSignature>[0]): void {
  const finding = checkSignature(signature);
  if (finding === 'unknown-algorithm' || finding === 'unfit-key') throw refusal('approval/no-key', finding);
  if (finding === 'wrong') throw refusal('approval/bad-signature');
}

/** §7.2 steps 11 to 15. */
function checkClientData(clientData: ClientData | undefined, request: ApprovalRequest, origin: string): void {
  if (clientData?.type !== 'webauthn.get') throw refusal('approval/malformed', 'no client data of an assertion');
  if (clientData.challenge !== toBase64url(challengeOf(request))) throw refusal('approval/altered');
  if (clientData.origin !== origin || clientData.crossOrigin === true) throw refusal('approval/other-origin');
}

/** §7.2 steps 16 to 18. */
function checkAuthenticatorData({ rpIdHash, flags }: AuthenticatorData, rpId: string): void {
  if (!equal(rpIdHash, sha256(utf8(rpId)))) throw refusal('approval/other-rp');
  if (!(flags & AuthenticatorFlag.UP)) throw refusal('approval/not-verified', 'without a touch');
  if (!(flags & AuthenticatorFlag.UV)) throw refusal('approval/not-verified', 'without PIN or finger');
}

/** The user handle of a pool's passkey is the text of its person's sub. */
function checkPerson({ approver }: ApprovalRequest, userHandle: string | undefined, sub: string | undefined): void {
  if (sub !== undefined && sub !== approver.sub) throw refusal('approval/other-person');
  if (userHandle !== undefined && !equal(fromBase64url(userHandle), utf8(approver.sub)))
    throw refusal('approval/other-person', 'by the user handle');
}

/** Within its own time, and within what the verifier grants; a clock that was set back makes it one of the future. */
function checkTime({ requestedAt, expiresAt }: ApprovalRequest, expected: Expected): void {
  const { now, maxAgeMs = LIFETIME_MS } = expected;
  const age = now - Date.parse(requestedAt);
  if (age < 0) throw refusal('approval/stale', `asked for at ${requestedAt}, which is yet to come`);
  if (now >= Date.parse(expiresAt)) throw refusal('approval/stale', `expired at ${expiresAt}`);
  if (age > maxAgeMs) throw refusal('approval/stale', `asked for at ${requestedAt}, which is too long ago`);
}

function decoded(bytes: Uint8Array): AuthenticatorData {
  try {
    return decodeAuthenticatorData(bytes);
  } catch (error) {
    if (!(error instanceof RangeError || error instanceof CborError)) throw error;
    throw refusal('approval/malformed', 'no authenticator data', error);
  }
}

function refusal(code: ErrorCode & `approval/${string}`, detail?: string, cause?: unknown): FailureError {
  return new FailureError({ code, ...(detail !== undefined && { detail }) }, { cause });
}
