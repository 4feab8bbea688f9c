import type { Authenticator } from '../authenticator.js';
import { Permission } from '../commands.js';
import { CtapError } from '../errors.js';
import type { DeviceInfo } from '../get-info.js';
import type { MakeCredentialResult } from '../make-credential.js';
import type { ClientPin } from '../pin/client-pin.js';
import type { PinUvAuthToken, TokenPurpose } from '../pin/token.js';
import type { PinSession } from '../pin/pin-session.js';
import { CtapStatus } from '../status.js';
import { ClientError } from './errors.js';
import type { Interaction, PinChange } from './interaction.js';

/** How the person is verified for one request: by a token, by the key's own sensor without a token, or not at all. */
export interface Verification {
  readonly token?: PinUvAuthToken;
  readonly uv?: true;
}

/** A new credential as the key attests it (WebAuthn Level 3 §6.5). */
export interface MadeCredential extends Pick<MakeCredentialResult, 'fmt' | 'authData' | 'attStmt'> {
  /** SHA-256 of clientDataJSON, which the attestation signs too. */
  readonly clientDataHash: Uint8Array;
}

/** Everything a ceremony works with. */
export interface CeremonyContext {
  readonly authenticator: Authenticator;
  readonly interaction: Interaction;
  /** Aborting it ends the ceremony with its reason, and leaves the key idle. */
  readonly signal?: AbortSignal | undefined;
  /** Called when the request that makes a credential goes out: from then on it may exist, unless the key refuses (`isRefusal`). */
  readonly onSent?: (() => void) | undefined;
  /** Told what the key has made, with the attestation as it came: the relying party may not have asked for it. */
  readonly onMade?: ((made: MadeCredential) => void) | undefined;
  /**
   * Relying parties that may learn which very key it is because this station trusts them with that (platform-managed
   * enterprise attestation). Others learn it only where the key's maker has named them in the key.
   */
  readonly enterpriseRpIds?: readonly string[] | undefined;
  /** Given by a caller for whom one PIN shall serve for several requests: `ClientPin.openSession`. */
  readonly session?: PinSession | undefined;
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

/** A token for a PIN that the person enters: also for work other than ceremonies, such as credential management. */
export async function tokenByPin(
  context: CeremonyContext,
  clientPin: ClientPin,
  purpose: TokenPurpose,
): Promise<PinUvAuthToken> {
  const { authenticator, interaction, signal } = context;
  if (authenticator.info.forcePinChange) return tokenByChangedPin(context, clientPin, purpose);
  let retries: number | undefined;
  for (let wrong = false; ; wrong = true) {
    const pin = await interaction.pin({ wrong, retries, signal });
    interaction.wait();
    try {
      return await takeToken(context, clientPin, pin, purpose);
    } catch (error) {
      // §6.5.5.7.2: the PIN was right and must be changed, which another program may have ordered since we asked
      if (isStatus(error, CtapStatus.PIN_POLICY_VIOLATION)) {
        await authenticator.refresh({ signal });
        return await tokenByChangedPin(context, clientPin, purpose, error);
      }
      retries = await retriesAfter(error, clientPin);
    } finally {
      pin.fill(0);
    }
  }
}

/**
 * Has the person change the PIN first, where the key demands that (forcePINChange), and goes on with the new one.
 * @param cause how the key said so, where getInfo had not
 */
async function tokenByChangedPin(
  context: CeremonyContext,
  clientPin: ClientPin,
  purpose: TokenPurpose,
  cause?: unknown,
): Promise<PinUvAuthToken> {
  const { authenticator, interaction, signal } = context;
  if (!interaction.changePin) throw pinChangeNeeded(cause);
  let retries: number | undefined;
  for (let wrong = false; ; wrong = true) {
    const { minPinLength, maxPinLength } = authenticator.info;
    const { current, next } = await interaction.changePin({ wrong, retries, minPinLength, maxPinLength, signal });
    interaction.wait();
    try {
      const left = await changePin(clientPin, { current, next }, signal);
      if (left !== undefined) {
        retries = left;
        continue;
      }
      await authenticator.refresh({ signal });
      return await takeToken(context, clientPin, next, purpose);
    } finally {
      current.fill(0);
      next.fill(0);
    }
  }
}

/** The tries that are left when the current PIN is wrong; undefined when it was changed. */
async function changePin(
  clientPin: ClientPin,
  { current, next }: PinChange,
  signal: AbortSignal | undefined,
): Promise<number | undefined> {
  try {
    await clientPin.changePin(current, next, { signal });
    return undefined;
  } catch (error) {
    return await retriesAfter(error, clientPin);
  }
}

/** A PIN that has just been set serves at once: nobody should have to type it a third time. */
async function tokenByNewPin(
  context: CeremonyContext,
  clientPin: ClientPin,
  purpose: TokenPurpose,
): Promise<PinUvAuthToken> {
  const { authenticator, interaction, signal } = context;
  const { minPinLength, maxPinLength } = authenticator.info;
  const pin = await interaction.newPin({ minPinLength, maxPinLength, signal });
  interaction.wait();
  try {
    await clientPin.setPin(pin, { signal });
    await authenticator.refresh();
    return await takeToken(context, clientPin, pin, purpose);
  } finally {
    pin.fill(0);
  }
}

/** After these the person may still enter the PIN: the finger is not taken, or not for this purpose. */
const NOT_BY_FINGER = [CtapStatus.UV_BLOCKED, CtapStatus.UNAUTHORIZED_PERMISSION, CtapStatus.NOT_ALLOWED];

/**
 * Asks for a finger as often as the key wants platforms to, telling the tries that are left.
 * @returns why the PIN is next, where no token was given
 */
async function tokenByFinger(
  { authenticator, interaction, signal }: CeremonyContext,
  clientPin: ClientPin,
  purpose: TokenPurpose,
): Promise<PinUvAuthToken | 'uv-blocked' | 'uv-failed'> {
  // Keys that say nothing repeat by themselves (CTAP 2.2 §6.5.5.7.3, step 6).
  const attempts = authenticator.info.preferredPlatformUvAttempts ?? 1;
  let retries = await uvRetries(clientPin, signal);
  for (let attempt = 0; attempt < attempts && retries !== 0; attempt++) {
    interaction.fingerprint({ failed: attempt > 0, retries });
    try {
      return await clientPin.tokenUsingUv(purpose, { signal });
    } catch (error) {
      if (isOneOf(error, NOT_BY_FINGER)) return 'uv-blocked';
      if (!isStatus(error, CtapStatus.UV_INVALID)) throw error;
      retries = await uvRetries(clientPin, signal);
    } finally {
      interaction.wait();
    }
  }
  return retries === 0 ? 'uv-blocked' : 'uv-failed';
}

/** Undefined where the key does not say. */
async function uvRetries(clientPin: ClientPin, signal: AbortSignal | undefined): Promise<number | undefined> {
  try {
    return await clientPin.uvRetries({ signal });
  } catch (error) {
    if (error instanceof CtapError) return undefined;
    throw error;
  }
}

async function takeToken(
  { authenticator, signal }: CeremonyContext,
  clientPin: ClientPin,
  pin: Uint8Array,
  purpose: TokenPurpose,
) {
  if (hasTokens(authenticator.info)) return clientPin.tokenUsingPin(pin, purpose, { signal });
  return clientPin.legacyToken(pin, { signal });
}

/**
 * What is left after a PIN that was not taken. Only a wrong PIN may be asked for again; everything else ends the ceremony.
 * @returns the tries left, at least one
 */
export async function retriesAfter(error: unknown, clientPin: ClientPin): Promise<number> {
  if (isStatus(error, CtapStatus.PIN_AUTH_BLOCKED)) throw replugNeeded(error);
  if (isStatus(error, CtapStatus.PIN_BLOCKED)) throw blocked(error);
  if (isStatus(error, CtapStatus.PIN_NOT_SET))
    throw new ClientError('pin-not-set', 'The key has no PIN', { cause: error });
  if (!isStatus(error, CtapStatus.PIN_INVALID)) throw error;
  // Some keys answer the last try with PIN_INVALID as well: what counts is what is left.
  const { retries, powerCycleState } = await clientPin.pinRetries();
  if (retries === 0) throw blocked(error);
  if (powerCycleState) throw replugNeeded(error);
  return retries;
}

function hasTokens({ options }: DeviceInfo): boolean {
  return options.get('pinUvAuthToken') === true;
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

function isStatus(error: unknown, status: CtapStatus): boolean {
  return error instanceof CtapError && error.status === status;
}

function isOneOf(error: unknown, statuses: readonly CtapStatus[]): boolean {
  return statuses.some((status) => isStatus(error, status));
}

/** Without a PIN to fall back to, PIN_BLOCKED says that the sensor is (CTAP 2.2 §6.1.2, step 11.2). */
function fingerRefused(cause: unknown): unknown {
  if (isStatus(cause, CtapStatus.OPERATION_DENIED)) return cause;
  const isBlocked = isOneOf(cause, [CtapStatus.PIN_BLOCKED, CtapStatus.UV_BLOCKED]);
  return new ClientError(isBlocked ? 'uv-blocked' : 'uv-failed', 'The key does not recognise the person', { cause });
}

function pinChangeNeeded(cause?: unknown): ClientError {
  return new ClientError('pin-change-required', 'The PIN must be changed before it is used', { cause });
}

function blocked(cause: unknown): ClientError {
  return new ClientError('pin-blocked', 'No PIN tries are left', { cause });
}

function replugNeeded(cause: unknown): ClientError {
  return new ClientError('pin-replug', 'No further PIN before the key is unplugged and plugged again', { cause });
}
