import { ClientError, type ClientErrorCode } from '../ctap/client/errors.js';
import { CborError } from '../ctap/codec/cbor-errors.js';
import { CtapCommand } from '../ctap/commands.js';
import { CtapError, ResponseError, TransportError, type TransportErrorCode } from '../ctap/errors.js';
import { HidErrorCode } from '../ctap/hid/constants.js';
import { PinError } from '../ctap/pin/pin.js';
import { MetadataError } from '../passport/metadata-error.js';
import { CtapStatus } from '../ctap/status.js';
import { U2fError } from '../ctap/u2f/u2f.js';
import type { ErrorCode, Failure } from '../shared/result.js';
import { FailureError } from './failure-error.js';

/**
 * What an error of a security key is to the person: a code of `shared/result.ts`, for window, command line and audit alike.
 * The detail names the status or the member, for the helpdesk. Errors that are not of our own classes become `internal`,
 * and their message, which we do not know to be free of secrets, stays out.
 */
export function toFailure(error: unknown): Failure {
  if (error instanceof FailureError) return error.failure;
  if (error instanceof CtapError) return ofStatus(error);
  if (error instanceof TransportError) return { code: transportCode(error), detail: detailOf(error) };
  if (error instanceof ClientError) return ofClient(error);
  if (error instanceof PinError) return { code: 'pin/policy', detail: detailOf(error) };
  if (error instanceof ResponseError || error instanceof CborError)
    return { code: 'key/protocol', detail: detailOf(error) };
  if (error instanceof MetadataError) return { code: `metadata/${error.code}`, detail: detailOf(error) };
  if (error instanceof U2fError) return { code: 'key/refused', detail: detailOf(error) };
  return ofOther(error);
}

const STATUS_CODES: Record<CtapStatus, ErrorCode> = {
  [CtapStatus.SUCCESS]: 'key/protocol', // a success is no error: whoever threw it has misread the key
  [CtapStatus.INVALID_COMMAND]: 'key/unsupported',
  [CtapStatus.INVALID_PARAMETER]: 'key/refused',
  [CtapStatus.INVALID_LENGTH]: 'key/protocol',
  [CtapStatus.INVALID_SEQ]: 'key/protocol',
  [CtapStatus.TIMEOUT]: 'key/no-answer',
  [CtapStatus.CHANNEL_BUSY]: 'key/busy',
  [CtapStatus.LOCK_REQUIRED]: 'key/locked',
  [CtapStatus.INVALID_CHANNEL]: 'key/protocol',
  [CtapStatus.CBOR_UNEXPECTED_TYPE]: 'key/protocol',
  [CtapStatus.INVALID_CBOR]: 'key/protocol',
  [CtapStatus.MISSING_PARAMETER]: 'key/refused',
  [CtapStatus.LIMIT_EXCEEDED]: 'key/too-much',
  [CtapStatus.FP_DATABASE_FULL]: 'key/fingerprints-full',
  [CtapStatus.LARGE_BLOB_STORAGE_FULL]: 'key/blobs-full',
  [CtapStatus.CREDENTIAL_EXCLUDED]: 'key/already-registered',
  [CtapStatus.PROCESSING]: 'key/busy',
  [CtapStatus.INVALID_CREDENTIAL]: 'key/no-passkey',
  [CtapStatus.USER_ACTION_PENDING]: 'key/busy',
  [CtapStatus.OPERATION_PENDING]: 'key/busy',
  [CtapStatus.NO_OPERATIONS]: 'key/not-allowed',
  [CtapStatus.UNSUPPORTED_ALGORITHM]: 'key/unsupported',
  [CtapStatus.OPERATION_DENIED]: 'key/denied',
  [CtapStatus.KEY_STORE_FULL]: 'key/full',
  [CtapStatus.UNSUPPORTED_OPTION]: 'key/unsupported',
  [CtapStatus.INVALID_OPTION]: 'key/unsupported',
  [CtapStatus.KEEPALIVE_CANCEL]: 'cancelled',
  [CtapStatus.NO_CREDENTIALS]: 'key/no-passkey',
  [CtapStatus.USER_ACTION_TIMEOUT]: 'key/not-touched',
  [CtapStatus.NOT_ALLOWED]: 'key/not-allowed',
  [CtapStatus.PIN_INVALID]: 'pin/wrong',
  [CtapStatus.PIN_BLOCKED]: 'pin/blocked',
  [CtapStatus.PIN_AUTH_INVALID]: 'key/verify-again', // a token that has run out, not a wrong PIN
  [CtapStatus.PIN_AUTH_BLOCKED]: 'pin/replug',
  [CtapStatus.PIN_NOT_SET]: 'pin/not-set',
  [CtapStatus.PUAT_REQUIRED]: 'key/verify-again',
  [CtapStatus.PIN_POLICY_VIOLATION]: 'pin/policy',
  [CtapStatus.PIN_TOKEN_EXPIRED]: 'key/verify-again',
  [CtapStatus.REQUEST_TOO_LARGE]: 'key/too-much',
  [CtapStatus.ACTION_TIMEOUT]: 'key/not-touched',
  [CtapStatus.UP_REQUIRED]: 'key/touch-needed',
  [CtapStatus.UV_BLOCKED]: 'uv/blocked',
  [CtapStatus.INTEGRITY_FAILURE]: 'key/blobs-damaged',
  [CtapStatus.INVALID_SUBCOMMAND]: 'key/unsupported',
  [CtapStatus.UV_INVALID]: 'uv/failed',
  [CtapStatus.UNAUTHORIZED_PERMISSION]: 'key/unsupported',
  [CtapStatus.OTHER]: 'key/refused',
};

function ofStatus(error: CtapError): Failure {
  const detail = detailOf(error);
  // §6.6: the key's way to say that it was plugged in too long ago.
  if (error.command === CtapCommand.RESET && error.status === CtapStatus.NOT_ALLOWED)
    return { code: 'key/reset-window', detail };
  // §6.7.7 and §6.7.8: which option is meant by that is the fingerprint.
  const isOfFingerprints =
    error.command === CtapCommand.BIO_ENROLLMENT || error.command === CtapCommand.BIO_ENROLLMENT_PREVIEW;
  if (isOfFingerprints && error.status === CtapStatus.INVALID_OPTION) return { code: 'key/no-fingerprint', detail };
  if (isOfFingerprints && error.status === CtapStatus.INVALID_LENGTH) return { code: 'key/too-much', detail }; // a name
  // A status may be any byte: of those without a name here the detail tells.
  const code = isKnown(error.status) ? STATUS_CODES[error.status] : 'key/refused';
  return code === 'pin/blocked' ? { code, retries: 0, detail } : { code, detail };
}

function isKnown(status: number): status is CtapStatus {
  return Object.hasOwn(STATUS_CODES, status);
}

const TRANSPORT_CODES: Record<TransportErrorCode, ErrorCode> = {
  'device-removed': 'key/removed',
  'not-permitted': 'key/not-permitted',
  'no-answer': 'key/no-answer',
  unconfirmed: 'cancelled',
  'channel-busy': 'key/busy',
  protocol: 'key/protocol',
  refused: 'key/unsupported',
  'message-too-large': 'key/unsupported',
  closed: 'internal', // only we close a port, and not while something is under way
  io: 'key/unreachable',
};

/** CTAPHID_ERROR (§11.2.9.1.6): most say that the two ends have lost each other. */
const HID_CODES: Record<HidErrorCode, ErrorCode> = {
  [HidErrorCode.INVALID_CMD]: 'key/unsupported', // an ability that lacks
  [HidErrorCode.INVALID_PAR]: 'key/protocol',
  [HidErrorCode.INVALID_LEN]: 'key/protocol',
  [HidErrorCode.INVALID_SEQ]: 'key/protocol',
  [HidErrorCode.MSG_TIMEOUT]: 'key/protocol',
  [HidErrorCode.CHANNEL_BUSY]: 'key/busy',
  [HidErrorCode.LOCK_REQUIRED]: 'key/locked',
  [HidErrorCode.INVALID_CHANNEL]: 'key/protocol',
  [HidErrorCode.OTHER]: 'key/protocol',
};

function transportCode({ code, hidError }: TransportError): ErrorCode {
  if (hidError === undefined) return TRANSPORT_CODES[code];
  return isHidError(hidError) ? HID_CODES[hidError] : 'key/protocol';
}

function isHidError(code: number): code is HidErrorCode {
  return Object.hasOwn(HID_CODES, code);
}

const CLIENT_CODES: Record<ClientErrorCode, ErrorCode> = {
  'bad-options': 'ceremony/bad-options',
  'rp-id': 'rp/not-allowed',
  unsupported: 'key/unsupported',
  full: 'key/full',
  'already-registered': 'key/already-registered',
  'no-credentials': 'key/no-passkey',
  'several-credentials': 'key/several-passkeys',
  'pin-not-set': 'pin/not-set',
  'pin-change-required': 'pin/change-required',
  'pin-replug': 'pin/replug',
  'pin-blocked': 'pin/blocked',
  'uv-blocked': 'uv/blocked',
  'uv-failed': 'uv/failed',
  'reset-blocked': 'reset/blocked',
  'reset-alike': 'reset/alike-keys',
  'reset-not-unplugged': 'reset/not-unplugged',
  'reset-not-plugged': 'reset/not-plugged',
  'reset-another-key': 'reset/another-key',
  'reset-unproven': 'reset/unproven',
  'pin-length': 'pin/length-only-grows',
  'too-much': 'key/too-much',
  unchanged: 'key/unchanged',
  'bad-answer': 'key/protocol',
};

function ofClient(error: ClientError): Failure {
  const failure = { code: CLIENT_CODES[error.code], detail: detailOf(error) };
  return error.code === 'pin-blocked' ? { ...failure, retries: 0 } : failure;
}

/** An abort ends with the signal's reason: an AbortError when somebody asked for it, a TimeoutError when the time was up. */
function ofOther(error: unknown): Failure {
  if (!(error instanceof Error)) return { code: 'internal' };
  if (error.name === 'AbortError') return { code: 'cancelled' };
  if (error.name === 'TimeoutError') return { code: 'key/not-touched' };
  return { code: 'internal', detail: error.name };
}

/** The message, with that of the status it came from. */
function detailOf({ message, cause }: Error): string {
  return cause instanceof CtapError || cause instanceof ResponseError ? `${message}: ${cause.message}` : message;
}
