import { Authenticator } from '../authenticator.js';
import { CtapCommand } from '../commands.js';
import { toHex } from '../codec/bytes.js';
import { encode } from '../codec/cbor.js';
import { CtapError, ResponseError, TransportError } from '../errors.js';
import type { DeviceInfo } from '../get-info.js';
import { KeepaliveStatus } from '../hid/constants.js';
import type { PinUvAuthToken } from '../pin/token.js';
import { reset } from '../reset.js';
import { sleep } from '../sleep.js';
import { CtapStatus } from '../status.js';
import { ClientError } from './errors.js';
import { type InfoChange, infoChanges } from './info-changes.js';
import { readLosses, type ResetLosses, stillThere } from './reset-losses.js';
import { type IdentifierOf, isSameKey, type KeyAtHand, type KeyIdentity } from './same-key.js';

/** What is known before a reset begins: which key, how it wants to be touched, and what it will lose. */
export interface ResetPlan {
  readonly key: KeyIdentity;
  /** How long the touch must last, in seconds; undefined: a short one does. */
  readonly touchSeconds: number | undefined;
  readonly losses: ResetLosses;
}

/** Where a reset stands. `deadline` is in milliseconds of the injected clock: by then the person must have done what is needed. */
export type ResetStep =
  | { readonly step: 'armed'; readonly needs: 'unplug'; readonly deadline: number }
  | { readonly step: 'unplugged'; readonly needs: 'plug'; readonly deadline: number }
  /** A key was plugged in that is not the one; the right one is still awaited. */
  | { readonly step: 'another-key'; readonly needs: 'plug'; readonly deadline: number; readonly product: string }
  /** The key is back and has been told to reset itself. */
  | { readonly step: 'resetting'; readonly needs: undefined; readonly deadline: number }
  | {
      readonly step: 'touch';
      readonly needs: 'touch';
      readonly deadline: number;
      /** How long the key must be held; undefined: a short touch does. */
      readonly touchSeconds: number | undefined;
    }
  /** It says that it is done; now it is asked again what it holds. */
  | { readonly step: 'proving'; readonly needs: undefined; readonly deadline: number };

/** What the key says of itself after the reset. */
export interface ResetReport {
  readonly info: DeviceInfo;
  /** What it says otherwise than before. */
  readonly changes: readonly InfoChange[];
}

interface ResetTimes {
  /** How long the person may take to unplug the key, and to plug it in again, in ms. */
  readonly unplugMs: number;
  readonly plugMs: number;
  /** How often to look whether they have, in ms. */
  readonly pollMs: number;
}

export interface GuidedResetOptions {
  /** Everything that is plugged in right now. */
  readonly discover: () => Promise<readonly KeyAtHand[]>;
  readonly onStep: (step: ResetStep) => void;
  /** Aborting it ends the reset with its reason and leaves the key idle; after a touch that won, the reset is done all the same. */
  readonly signal?: AbortSignal | undefined;
  readonly identifierOf?: IdentifierOf | undefined;
  /**
   * Asked when the window was missed, the touch did not come, or the key refused, which people at it may have done by
   * mistake: whether to start again, with unplugging the key. Without it, that is where the reset ends.
   */
  readonly mayStartAgain?: ((missed: CtapError | ClientError) => Promise<boolean>) | undefined;
  /** The clock of the deadlines, in ms; `Date.now` by default. */
  readonly now?: () => number;
  readonly times?: Partial<ResetTimes>;
}

const USUAL_TIMES: ResetTimes = { unplugMs: 60_000, plugMs: 60_000, pollMs: 200 };
/** Keys give up on a touch after about half a minute. */
const TOUCH_MS = 30_000;
/** A key that says nothing for that long, in ms, is looked for anew. */
const SILENCE_MS = 1000;
/** Seconds of a long touch: CTAP 2.3 shortened what 2.2 said. */
const LONG_TOUCH = { since23: 5, before: 10 } as const;

/**
 * Looks at an open key that is to be reset, and at all that is plugged in besides. Changes nothing.
 * @param present everything that is plugged in, the key itself included
 * @param token with permission to read credentials, for losses by name
 * @throws ClientError `unsupported` for a key without a reset, `reset-blocked` where USB may not be used for it,
 *   `reset-alike` when another key cannot be told from it
 */
export async function planReset(
  authenticator: Authenticator,
  found: KeyAtHand,
  present: readonly KeyAtHand[],
  { token, signal }: { token?: PinUvAuthToken | undefined; signal?: AbortSignal | undefined } = {},
): Promise<ResetPlan> {
  const { info, deviceVersion } = authenticator;
  if (!authenticator.speaksCtap2)
    throw new ClientError('unsupported', 'A key of U2F has no PIN, keeps no passkeys, and cannot be reset');
  if (info.transportsForReset && !info.transportsForReset.includes('usb'))
    throw new ClientError('reset-blocked', `The key takes a reset over ${info.transportsForReset.join(', ')} only`);
  const key: KeyIdentity = { found, info, deviceVersion };
  for (const other of present) {
    if (other.id !== found.id && (await isAlike(key, other))) {
      throw new ClientError('reset-alike', 'Another key is plugged in that cannot be told from this one');
    }
    signal?.throwIfAborted();
  }
  const longTouch = info.versions.includes('FIDO_2_3') ? LONG_TOUCH.since23 : LONG_TOUCH.before;
  return {
    key,
    touchSeconds: info.longTouchForReset ? longTouch : undefined,
    losses: await readLosses(authenticator, token, { signal }),
  };
}

/** Whether the two might be mixed up once both have been unplugged. One that cannot be asked might. */
async function isAlike(key: KeyIdentity, other: KeyAtHand): Promise<boolean> {
  const twin = { ...key, found: other };
  if (!isSameKey(key, twin)) return false; // another product, serial number or place: no need to ask
  try {
    const authenticator = await openQuickly(other);
    await authenticator.close();
    return isSameKey(key, identityOf(other, authenticator));
  } catch (error) {
    if (isOfTheKey(error)) return true;
    throw error;
  }
}

/**
 * Resets a key with a person's help. A key takes a reset only within seconds of being plugged in, so it is unplugged and
 * plugged in again; as soon as the same key is back the command is sent, then the person touches it. What counts as done
 * is what the key says of itself afterwards.
 * @throws ClientError `reset-not-unplugged`, `reset-not-plugged`, `reset-another-key` when the time for that is up,
 *   `reset-blocked` when the key refuses, `reset-unproven` when it says that it is done and is not
 * @throws CtapError NOT_ALLOWED when the window was missed: start again; USER_ACTION_TIMEOUT or ACTION_TIMEOUT without a touch
 * @throws TransportError, ResponseError; the signal's reason when cancelled
 */
export async function guidedReset(plan: ResetPlan, options: GuidedResetOptions): Promise<ResetReport> {
  const journey = { now: Date.now, ...options, times: { ...USUAL_TIMES, ...options.times } };
  let { found } = plan.key;
  for (;;) {
    const others = await untilUnplugged(found, journey);
    const back = await untilPluggedAgain(plan, others, journey);
    ({ found } = back); // plugged in anew it may have another path
    try {
      await erase(back.authenticator, plan, journey);
      journey.onStep({ step: 'proving', needs: undefined, deadline: journey.now() + TOUCH_MS });
      return await prove(back.authenticator, plan);
    } catch (error) {
      if (!isMissed(error)) throw error;
      await back.authenticator.close();
      if (!(await journey.mayStartAgain?.(error))) throw error;
    } finally {
      await back.authenticator.close();
    }
  }
}

/** Whether the key might take a reset that is begun anew. */
function isMissed(error: unknown): error is CtapError | ClientError {
  if (error instanceof ClientError) return error.code === 'reset-blocked';
  return error instanceof CtapError && error.command === CtapCommand.RESET && MISSED.has(error.status);
}

const MISSED: ReadonlySet<number> = new Set([
  CtapStatus.NOT_ALLOWED,
  CtapStatus.USER_ACTION_TIMEOUT,
  CtapStatus.ACTION_TIMEOUT,
]);

/** The options with all defaults. */
type Journey = GuidedResetOptions & { readonly now: () => number; readonly times: ResetTimes };

/** Resolves once the key has lost its power, with the ids of the keys that are plugged in besides. */
async function untilUnplugged(found: KeyAtHand, journey: Journey): Promise<Set<string>> {
  const { onStep, now, signal, times } = journey;
  const deadline = now() + times.unplugMs;
  // Others are known before: a key that is plugged in while this one is pulled out is a newcomer.
  let present = await lookAround(journey);
  const line = await openQuickly(found);
  try {
    const before = await signOfPower(line, signal);
    onStep({ step: 'armed', needs: 'unplug', deadline });
    while (await isPoweredStill(line, before, found, journey)) {
      if (now() > deadline) throw new ClientError('reset-not-unplugged', 'The key was not unplugged in time');
      await sleep(times.pollMs, signal);
      present = await lookAround(journey);
    }
  } finally {
    await line.close();
  }
  return new Set(present.keys.map(({ id }) => id).filter((id) => id !== found.id));
}

/**
 * What stays the same while a simulator has power: our channel, unless it keeps channels all the same, and its key for
 * agreements (§6.5.5.4). On USB the port itself tells, and others who use the key would change both.
 */
async function signOfPower({ ctap, clientPin }: Authenticator, signal: AbortSignal | undefined): Promise<string> {
  if (ctap.transport.hearsOthers) return '';
  const publicKey = await clientPin?.publicKey({ signal });
  return `${ctap.transport.epoch} ${publicKey ? toHex(encode(publicKey)) : ''}`;
}

/** A PING tells more than the system's list, which may lag, and simulators have no other sign. */
async function isPoweredStill(
  line: Authenticator,
  before: string,
  found: KeyAtHand,
  journey: Journey,
): Promise<boolean> {
  const { signal } = journey;
  try {
    await line.ping(Uint8Array.of(0), { signal });
    return (await signOfPower(line, signal)) === before;
  } catch (error) {
    if (!(error instanceof TransportError)) throw error;
    if (error.code === 'channel-busy') return true;
    if (error.code === 'device-removed' || error.code === 'closed' || error.code === 'io') return false;
    const { keys } = await lookAround(journey);
    return keys.some(({ id }) => id === found.id);
  }
}

/** Resolves with the same key, open, as soon as it is there again. */
async function untilPluggedAgain(
  plan: ResetPlan,
  others: Set<string>,
  journey: Journey,
): Promise<{ found: KeyAtHand; authenticator: Authenticator }> {
  const { onStep, now, signal, times } = journey;
  const deadline = now() + times.plugMs;
  onStep({ step: 'unplugged', needs: 'plug', deadline });
  let trouble: Error | undefined;
  for (;;) {
    signal?.throwIfAborted();
    const { keys, fault } = await lookAround(journey);
    if (!fault) for (const id of others) if (!keys.some((key) => key.id === id)) others.delete(id);
    for (const found of keys) {
      if (others.has(found.id)) continue;
      try {
        const authenticator = await openQuickly(found);
        if (isSameKey(plan.key, identityOf(found, authenticator), journey.identifierOf))
          return { found, authenticator };
        await authenticator.close();
        others.add(found.id);
        trouble = new ClientError('reset-another-key', 'Another key was plugged in');
        onStep({ step: 'another-key', needs: 'plug', deadline, product: found.product });
      } catch (error) {
        if (!isOfTheKey(error)) throw error;
        trouble = error; // it has only just been plugged in: the next look may find it ready
      }
    }
    if (now() > deadline)
      throw (
        trouble ?? new ClientError('reset-not-plugged', 'The key was not plugged in again in time', { cause: fault })
      );
    await sleep(times.pollMs, signal);
  }
}

async function erase({ ctap }: Authenticator, { touchSeconds }: ResetPlan, journey: Journey): Promise<void> {
  const { onStep, now, signal } = journey;
  onStep({ step: 'resetting', needs: undefined, deadline: now() + TOUCH_MS });
  let isAsked = false;
  try {
    await reset(ctap, {
      signal,
      onKeepalive: (status) => {
        if (status !== KeepaliveStatus.UPNEEDED || isAsked) return;
        isAsked = true;
        onStep({ step: 'touch', needs: 'touch', deadline: now() + TOUCH_MS, touchSeconds });
      },
    });
  } catch (error) {
    if (error instanceof CtapError && error.status === CtapStatus.OPERATION_DENIED)
      throw new ClientError('reset-blocked', 'The key, or the person at it, refuses the reset', { cause: error });
    throw error;
  }
}

/** What the key says afterwards counts. The signal does not: what was done cannot be undone, and must be told. */
async function prove(authenticator: Authenticator, { key, losses }: ResetPlan): Promise<ResetReport> {
  const before = key.info;
  const info = await authenticator.refresh();
  const slots = [before, info].map(({ remainingDiscoverableCredentials: left }) => left);
  const [slotsBefore = 0, slotsAfter = slotsBefore] = slots;
  const left = [
    ...SET_BY_PEOPLE.filter((option) => info.options.get(option) === true),
    ...(slotsAfter < slotsBefore ? ['remainingDiscoverableCredentials'] : []),
    ...((await stillThere(authenticator, losses.credentials ?? [])) > 0 ? ['credentials'] : []),
  ];
  if (left.length > 0)
    throw new ClientError('reset-unproven', `The key says that it was reset, and still has: ${left.join(', ')}`);
  return { info, changes: infoChanges(before, info) };
}

/** Options that only people can have made true: a PIN, fingerprints, another verification of the key's own. */
const SET_BY_PEOPLE = ['clientPin', 'bioEnroll', 'userVerificationMgmtPreview', 'uv'] as const;

/** What is plugged in. A look that fails says nothing: USB is busy with the very key that comes or goes. */
async function lookAround({ discover }: Journey): Promise<{ keys: readonly KeyAtHand[]; fault?: TransportError }> {
  try {
    return { keys: await discover() };
  } catch (error) {
    if (error instanceof TransportError) return { keys: [], fault: error };
    throw error;
  }
}

async function openQuickly(found: KeyAtHand): Promise<Authenticator> {
  return Authenticator.open(await found.open(), { silenceMs: SILENCE_MS, busyMs: SILENCE_MS });
}

function identityOf(found: KeyAtHand, { info, deviceVersion }: Authenticator): KeyIdentity {
  return { found, info, deviceVersion };
}

/** Errors of the key or its cable, as opposed to ours. */
function isOfTheKey(error: unknown): error is Error {
  return error instanceof TransportError || error instanceof CtapError || error instanceof ResponseError;
}
