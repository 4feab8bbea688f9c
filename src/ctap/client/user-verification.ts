import type { Authenticator } from '../authenticator.js';
import { CtapError } from '../errors.js';
import type { DeviceInfo } from '../get-info.js';
import type { MakeCredentialResult } from '../make-credential.js';
import type { ClientPin, PinUvAuthToken, TokenPurpose } from '../pin/client-pin.js';
import type { PinSession } from '../pin/pin-session.js';
import { CtapStatus } from '../status.js';
import { ClientError } from './errors.js';
import type { Interaction } from './interaction.js';

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
 * Verifies the person, by asking for whatever this key takes. Sets a PIN first on a key that can have one and has none.
 * @throws ClientError for a key that cannot verify people, is blocked, or demands another PIN first
 */
export async function verifyPerson(context: CeremonyContext, purpose: TokenPurpose): Promise<Verification> {
  const { info, clientPin } = context.authenticator;
  const pinState = info.options.get('clientPin');
  if (info.options.get('uv') === true) {
    if (!hasTokens(info)) return { uv: true };
    const token = clientPin && (await tokenByUv(context, clientPin, purpose));
    if (token) return { token };
    if (pinState !== true) throw new ClientError('uv-blocked', 'The key does not recognise the person, and has no PIN');
  }
  if (!clientPin || pinState === undefined) throw new ClientError('unsupported', 'This key cannot verify people');
  if (info.options.get('noMcGaPermissionsWithClientPin') === true) {
    throw new ClientError('unsupported', 'On this key a PIN does not serve for credentials');
  }
  const token = await (pinState ? tokenByPin(context, clientPin, purpose) : tokenByNewPin(context, clientPin, purpose));
  return { token };
}

/**
 * Runs a request of a ceremony with the verification that it needs, and forgets the token afterwards: it served this one.
 * A key that turns out to demand a verification, because somebody has set a PIN since it was last asked, gets one.
 * In a session the token of an earlier request serves again; when the key does not take it any more, which costs no
 * try, the person is asked.
 */
export async function withVerification<T>(
  context: CeremonyContext,
  isNeeded: boolean,
  purpose: TokenPurpose,
  request: (verification: Verification) => Promise<T>,
): Promise<T> {
  for (let needed = isNeeded; ; needed = true) {
    const kept = needed ? context.session?.token(purpose.rpId) : undefined;
    const verification = kept ? { token: kept } : needed ? await verifyPerson(context, purpose) : {};
    if (!kept && verification.token) context.session?.keep(verification.token, purpose.rpId);
    try {
      return await request(verification);
    } catch (error) {
      if (isTokenRefused(error)) {
        context.session?.drop();
        if (kept) continue;
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
  if (authenticator.info.forcePinChange) throw pinChangeNeeded();
  let retries: number | undefined;
  for (let wrong = false; ; wrong = true) {
    const pin = await interaction.pin({ wrong, retries, signal });
    interaction.wait();
    try {
      return await takeToken(context, clientPin, pin, purpose);
    } catch (error) {
      // §6.5.5.7.2: the PIN was right and must be changed, which another program may have ordered since we asked
      if (isStatus(error, CtapStatus.PIN_POLICY_VIOLATION)) throw pinChangeNeeded(error);
      retries = await retriesAfter(error, clientPin);
    } finally {
      pin.fill(0);
    }
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

/** Undefined when the key's own verification is blocked or fails: the PIN is next. */
async function tokenByUv({ interaction, signal }: CeremonyContext, clientPin: ClientPin, purpose: TokenPurpose) {
  interaction.touch();
  try {
    return await clientPin.tokenUsingUv(purpose, { signal });
  } catch (error) {
    const fallsBack = [CtapStatus.UV_BLOCKED, CtapStatus.UV_INVALID].some((status) => isStatus(error, status));
    if (!fallsBack) throw error;
    return undefined;
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

/** The key does not know the token: another PIN was set since, or none is set any more. */
function isTokenRefused(error: unknown): boolean {
  return isStatus(error, CtapStatus.PIN_AUTH_INVALID) || isStatus(error, CtapStatus.PIN_NOT_SET);
}

function isStatus(error: unknown, status: CtapStatus): boolean {
  return error instanceof CtapError && error.status === status;
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
