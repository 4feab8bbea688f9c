import { isStatus } from '../errors.js';
import type { DeviceInfo } from '../get-info.js';
import type { ClientPin } from '../pin/client-pin.js';
import { pinComplexity } from '../pin/pin-complexity.js';
import type { PinUvAuthToken, TokenPurpose } from '../pin/token.js';
import { CtapStatus } from '../status.js';
import type { CeremonyContext } from './ceremony-context.js';
import { ClientError } from './errors.js';
import type { ChangePinRequest, PinChange } from './interaction.js';

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
  let before: Before = { wrong: false, refused: false, retries: undefined };
  for (;;) {
    const { current, next } = await interaction.changePin({ ...before, ...newPinRules(authenticator.info), signal });
    interaction.wait();
    try {
      const again = await changePin(clientPin, { current, next }, signal);
      if (again) {
        before = again;
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

/** What became of the change of PIN that was tried before. */
type Before = Pick<ChangePinRequest, 'wrong' | 'refused' | 'retries'>;

/** Why the person is to be asked again: the current PIN is wrong, or the key refuses the next. Undefined when it was changed. */
async function changePin(
  clientPin: ClientPin,
  { current, next }: PinChange,
  signal: AbortSignal | undefined,
): Promise<Before | undefined> {
  try {
    await clientPin.changePin(current, next, { signal });
    return undefined;
  } catch (error) {
    if (isStatus(error, CtapStatus.PIN_POLICY_VIOLATION)) return { wrong: false, refused: true, retries: undefined };
    return { wrong: true, refused: false, retries: await retriesAfter(error, clientPin) };
  }
}

/** A PIN that has just been set serves at once: nobody should have to type it a third time. */
export async function tokenByNewPin(
  context: CeremonyContext,
  clientPin: ClientPin,
  purpose: TokenPurpose,
): Promise<PinUvAuthToken> {
  const { authenticator, interaction, signal } = context;
  for (let refused = false; ; refused = true) {
    const pin = await interaction.newPin({ ...newPinRules(authenticator.info), refused, signal });
    interaction.wait();
    try {
      if (!(await isTaken(clientPin, pin, signal))) continue;
      await authenticator.refresh();
      return await takeToken(context, clientPin, pin, purpose);
    } finally {
      pin.fill(0);
    }
  }
}

/** Sets a first PIN. False where the key refuses it by rules of its own (§6.5.5.5): another one may be chosen. */
async function isTaken(clientPin: ClientPin, pin: Uint8Array, signal: AbortSignal | undefined): Promise<boolean> {
  try {
    await clientPin.setPin(pin, { signal });
    return true;
  } catch (error) {
    if (isStatus(error, CtapStatus.PIN_POLICY_VIOLATION)) return false;
    throw error;
  }
}

/** What a new PIN of this key may be. */
export function newPinRules(info: DeviceInfo) {
  const { minPinLength, maxPinLength } = info;
  return { minPinLength, maxPinLength, ...pinComplexity(info) };
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

/** Whether its tokens have permissions (CTAP 2.1); otherwise one is good for everything. */
export function hasTokens({ options }: DeviceInfo): boolean {
  return options.get('pinUvAuthToken') === true;
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
