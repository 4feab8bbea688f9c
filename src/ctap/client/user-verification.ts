import { Permission } from '../commands.js';
import { isOneOf, isStatus } from '../errors.js';
import type { DeviceInfo } from '../get-info.js';
import type { PinUvAuthToken, TokenPurpose } from '../pin/token.js';
import { CtapStatus } from '../status.js';
import type { CeremonyContext } from './ceremony-context.js';
import { ClientError } from './errors.js';
import { tokenByFinger } from './token-by-finger.js';
import { hasTokens, tokenByNewPin, tokenByPin } from './token-by-pin.js';

/** How the person is verified for one request: by a token, by the key's own sensor without a token, or not at all. */
export interface Verification {
  readonly token?: PinUvAuthToken;
  readonly uv?: true;
}

/** Whether somebody has set up a PIN or a fingerprint on this key. */
export function isVerificationSetUp({ options }: DeviceInfo): boolean {
  return options.get('clientPin') === true || options.get('uv') === true;
}

/**
 * Whether a request needs user verification (WebAuthn Level 3 §5.1.3, CTAP 2.2 §6.2.1): asked for, or preferred and
 * set up, or demanded by the key always. Preferred on a key that has nothing set up goes on without.
 */
export function needsVerification(info: DeviceInfo, requirement: string): boolean {
  if (requirement === 'required' || info.options.get('alwaysUv') === true) return true;
  return requirement !== 'discouraged' && isVerificationSetUp(info);
}

/**
 * The same for making a credential (§6.1.1): a key with a verification set up demands it, unless it says
 * makeCredUvNotRqd and the credential is not discoverable.
 */
export function needsVerificationToCreate(info: DeviceInfo, requirement: string, rk: boolean): boolean {
  const keyInsists = isVerificationSetUp(info) && (rk || info.options.get('makeCredUvNotRqd') !== true);
  return keyInsists || needsVerification(info, requirement);
}

/**
 * Verifies the person, by whatever this key takes: a finger first, where one is enrolled and gives leave to the purpose,
 * then the PIN. Sets a PIN first on a key that can have one and has none.
 * @param byPinOnly leaves out the finger
 * @throws ClientError for a key that cannot verify people, is blocked, or demands another PIN first
 */
export async function verifyPerson(
  context: CeremonyContext,
  purpose: TokenPurpose,
  byPinOnly = false,
): Promise<Verification> {
  const { info, clientPin } = context.authenticator;
  const pinState = info.options.get('clientPin');
  const asksFinger = !byPinOnly && takesFinger(info, purpose);
  if (asksFinger) {
    if (!hasTokens(info)) return { uv: true };
    const token = clientPin ? await tokenByFinger(context, clientPin, purpose) : 'uv-blocked';
    if (typeof token === 'object') return { token };
    if (pinState !== true) throw new ClientError(token, 'The key does not recognise the person, and has no PIN');
  }
  if (!clientPin || pinState === undefined) throw new ClientError('unsupported', 'This key cannot verify people');
  if (!takesPin(info, purpose)) {
    throw asksFinger || byPinOnly
      ? new ClientError('uv-blocked', 'The key does not recognise the person, and its PIN is for other things')
      : new ClientError('unsupported', 'On this key a PIN does not serve for credentials');
  }
  const token = await (pinState ? tokenByPin(context, clientPin, purpose) : tokenByNewPin(context, clientPin, purpose));
  return { token };
}

/**
 * A token for managing the key, never by setting a PIN: a key without one holds nothing to manage. By PIN where the key
 * has one, which it takes for everything; else by finger. The caller zeroes it.
 * @throws ClientError `pin-not-set` and as `verifyPerson`
 */
export async function managementToken(context: CeremonyContext, purpose: TokenPurpose): Promise<PinUvAuthToken> {
  const { info, clientPin } = context.authenticator;
  if (clientPin && info.options.get('clientPin') === true) return tokenByPin(context, clientPin, purpose);
  const { token } = hasTokens(info) && takesFinger(info, purpose) ? await verifyPerson(context, purpose) : {};
  if (!token) throw new ClientError('pin-not-set', 'The key has no PIN');
  return token;
}

/**
 * Runs a request of a ceremony with the verification that it needs, and forgets the token afterwards: it served this one.
 * A key that turns out to demand a verification, because somebody has set a PIN since it was last asked, gets one. A
 * finger that the key does not take is followed by the PIN, and a token that it does not take by another one: each once.
 * In a session the token of an earlier request serves again; when the key does not take it any more, which costs no
 * try, the person is asked.
 */
export async function withVerification<T>(
  context: CeremonyContext,
  isNeeded: boolean,
  purpose: TokenPurpose,
  request: (verification: Verification) => Promise<T>,
): Promise<T> {
  let byPinOnly = false;
  let isSecondToken = false;
  for (let needed = isNeeded; ; needed = true) {
    const kept = needed ? context.session?.token(purpose.rpId) : undefined;
    const verification = kept ? { token: kept } : needed ? await verifyPerson(context, purpose, byPinOnly) : {};
    if (!kept && verification.token) context.session?.keep(verification.token, purpose.rpId);
    try {
      return await request(verification);
    } catch (error) {
      if (isTokenRefused(error)) {
        context.session?.drop();
        if (kept) continue;
      }
      if (verification.uv && isOneOf(error, FINGER_REFUSED)) {
        if (context.authenticator.info.options.get('clientPin') !== true) throw fingerRefused(error);
        byPinOnly = true;
        continue;
      }
      if (verification.token && !isSecondToken && isOneOf(error, TOKEN_OVER)) {
        isSecondToken = true;
        continue;
      }
      if (needed || !isStatus(error, CtapStatus.PUAT_REQUIRED)) throw error;
      await context.authenticator.refresh({ signal: context.signal });
    } finally {
      verification.token?.bytes.fill(0);
    }
  }
}

const { MAKE_CREDENTIAL, GET_ASSERTION, BIO_ENROLLMENT, AUTHENTICATOR_CONFIGURATION } = Permission;
const NONE = 0;

/** Whether a finger is enrolled, and gives leave to this: by a token, or in the request itself on keys without. */
function takesFinger(info: DeviceInfo, { permissions }: TokenPurpose): boolean {
  const { options } = info;
  if (options.get('uv') !== true) return false;
  if (!hasTokens(info)) return (permissions & ~(MAKE_CREDENTIAL | GET_ASSERTION)) === NONE;
  if ((permissions & BIO_ENROLLMENT) !== NONE && options.get('uvBioEnroll') !== true) return false;
  return (permissions & AUTHENTICATOR_CONFIGURATION) === NONE || options.get('uvAcfg') === true;
}

function takesPin({ options }: DeviceInfo, { permissions }: TokenPurpose): boolean {
  const isForCredentials = (permissions & (MAKE_CREDENTIAL | GET_ASSERTION)) !== NONE;
  return !isForCredentials || options.get('noMcGaPermissionsWithClientPin') !== true;
}

/** How keys refuse a finger that came with the request. Those of CTAP 2.0 have one word for it and for a person who says no. */
const FINGER_REFUSED = [
  CtapStatus.UV_INVALID,
  CtapStatus.UV_BLOCKED,
  CtapStatus.PIN_BLOCKED,
  CtapStatus.OPERATION_DENIED,
  CtapStatus.PUAT_REQUIRED,
];

/** The token has run out, or another program has taken one since. */
const TOKEN_OVER = [CtapStatus.PIN_AUTH_INVALID, CtapStatus.PIN_TOKEN_EXPIRED];

/** The key does not know the token: another PIN was set since, or none is set any more. */
function isTokenRefused(error: unknown): boolean {
  return isStatus(error, CtapStatus.PIN_AUTH_INVALID) || isStatus(error, CtapStatus.PIN_NOT_SET);
}

/** Without a PIN to fall back to, PIN_BLOCKED says that the sensor is (CTAP 2.2 §6.1.2, step 11.2). */
function fingerRefused(cause: unknown): unknown {
  if (isStatus(cause, CtapStatus.OPERATION_DENIED)) return cause;
  const isBlocked = isOneOf(cause, [CtapStatus.PIN_BLOCKED, CtapStatus.UV_BLOCKED]);
  return new ClientError(isBlocked ? 'uv-blocked' : 'uv-failed', 'The key does not recognise the person', { cause });
}
