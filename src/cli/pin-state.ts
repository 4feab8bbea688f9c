import type { Authenticator } from '../ctap/authenticator.js';
import { pinMeter } from '../shared/pin-coach.js';
import { readTries } from './pin-tries.js';

/** What a key says of its PIN. */
export interface PinState {
  readonly state: 'set' | 'unset' | 'unsupported';
  /** Tries left before the PIN is blocked; undefined where there is none, or the key does not say. */
  readonly retries: number | undefined;
  /** Three wrong ones in a row: none is taken before the key was unplugged and plugged again. */
  readonly replugNeeded: boolean;
  readonly changeRequired: boolean;
}

export async function pinState({ info, clientPin }: Authenticator, signal: AbortSignal): Promise<PinState> {
  const isSet = info.options.get('clientPin');
  const changeRequired = info.forcePinChange;
  if (!clientPin || isSet === undefined)
    return { state: 'unsupported', retries: undefined, replugNeeded: false, changeRequired };
  if (!isSet) return { state: 'unset', retries: undefined, replugNeeded: false, changeRequired };
  return { state: 'set', ...(await readTries(clientPin, signal)), changeRequired };
}

export function describePin({ state, retries, replugNeeded, changeRequired }: PinState): string {
  if (state === 'unsupported') return 'This key has no PIN.';
  if (state === 'unset') return 'Not set.';
  const { sentence, next } = pinMeter(retries, replugNeeded);
  const meter = next === '' ? sentence : `${sentence} ${next}`;
  const change = changeRequired ? ' It must be changed before it is used.' : '';
  return `Set. ${meter}${change}`;
}
