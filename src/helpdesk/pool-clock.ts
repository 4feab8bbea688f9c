import { FailureError } from '../failures/failure-error.js';

/** How far the two clocks may be apart, in ms: as far as AWS lets those of signed requests. */
const MOST_APART_MS = 5 * 60_000;
/** How much the difference may seem to change between two sign-ins, in ms: the time that calls take, and the second to which the pool rounds. */
const MOST_DRIFT_MS = 30_000;
/** `auth_time` has whole seconds, rounded down. */
const ROUNDING_MS = 1000;

/**
 * How much later it is at this computer than in the pool, in milliseconds, as a sign-in that has just ended shows it; by what
 * the call took too much, never too little.
 * @param authTime `auth_time`, seconds since the epoch by the pool's clock
 * @param now milliseconds since the epoch by ours, when the answer was there
 * @throws FailureError `helpdesk/clock-differs`
 */
export function clockDifference(authTime: number, now: number): number {
  const difference = now - authTime * 1000;
  if (Math.abs(difference) <= MOST_APART_MS) return difference;
  const seconds = Math.round(difference / 1000);
  throw new FailureError({ code: 'helpdesk/clock-differs', detail: `${seconds} s ahead of the user pool` });
}

/** A sign-in that is to confirm an action. */
export interface Confirmation {
  /** Seconds since the epoch by the pool's clock. */
  readonly authTime: number;
  /** When the action began, and when the sign-in had ended: milliseconds since the epoch by ours. */
  readonly began: number;
  readonly now: number;
}

/**
 * Demands that a sign-in is not older than what it confirms. The two times are told by two clocks, so the pool's is read by the
 * difference that the operator's first sign-in has shown, and no allowance of minutes is needed: only a clock that was set since
 * would make that wrong, and then the difference is another one.
 * @throws FailureError `helpdesk/clock-changed`, `helpdesk/not-fresh`
 */
export function demandFresh({ authTime, began, now }: Confirmation, difference: number): void {
  const drift = now - authTime * 1000 - difference;
  const isFresh = authTime * 1000 + difference + ROUNDING_MS >= began;
  if (!isFresh && now >= began) throw new FailureError({ code: 'helpdesk/not-fresh', detail: `auth_time ${authTime}` });
  if (now < began || Math.abs(drift) > MOST_DRIFT_MS)
    throw new FailureError({ code: 'helpdesk/clock-changed', detail: `by about ${Math.round(drift / 1000)} s` });
}
