/**
 * Calls `act` once, so many milliseconds from now, and returns how to prevent that. Timers go by a clock that nobody can set: a
 * session does not get longer because somebody has set the date back.
 */
export type After = (milliseconds: number, act: () => void) => () => void;

export const after: After = (milliseconds, act) => {
  const timer = setTimeout(act, milliseconds);
  return () => {
    clearTimeout(timer);
  };
};
