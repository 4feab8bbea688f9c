/** Runs `act` once so many milliseconds have passed, unless the function that it returns is called before. */
export type After = (milliseconds: number, act: () => void) => () => void;

/** The timer of this process. */
export const after: After = (milliseconds, act) => {
  const timer = setTimeout(act, milliseconds);
  return () => {
    clearTimeout(timer);
  };
};
