/** How a call is sent again: how often, and how long it is waited between. */

/** The first pause; each further one is twice as long, up to `LONGEST_MS`. */
const FIRST_MS = 200;
const LONGEST_MS = 5000;

/**
 * How long to wait after `tries` failed ones, in milliseconds: anything up to the exponential step, so that windows which
 * were refused in the same moment do not come back in the same moment.
 * @param random a number from 0 up to 1
 */
export function backOff(tries: number, random: number): number {
  return random * Math.min(LONGEST_MS, FIRST_MS * 2 ** (tries - 1));
}

/** Waits; a stop ends the wait early, and whoever waited then finds it. */
export function pause(milliseconds: number, stop: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      clearTimeout(timer);
      stop.removeEventListener('abort', done);
      resolve();
    };
    const timer = setTimeout(done, milliseconds);
    if (stop.aborted) done();
    else stop.addEventListener('abort', done, { once: true });
  });
}
