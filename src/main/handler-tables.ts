import type { Handlers, Request } from '../shared/ipc.js';

/** Any handler: its input is what the contract has checked for its own name. */
type Handler = (input: never) => unknown;

/**
 * The same handlers, each behind a guard.
 * @param guard is given the name and the handler of it; returns what answers in its place
 */
export function eachBehind<R extends Request>(
  handlers: Pick<Handlers, R>,
  guard: (name: R, handler: Handler) => Handler,
): Pick<Handlers, R> {
  const entries = (Object.keys(handlers) as R[]).map((name) => [name, guard(name, handlers[name])] as const);
  // Each name keeps its own handler behind the guard: the compiler cannot pair them over a whole table.
  return Object.fromEntries(entries) as unknown as Pick<Handlers, R>;
}

/**
 * Handlers that answer every request of a part of the contract with the same failure.
 * @param why what they throw
 */
export function allRefusing<R extends Request>(
  table: Readonly<Record<R, unknown>>,
  why: () => unknown,
): Pick<Handlers, R> {
  const refuse = () => {
    throw why();
  };
  // One function for every name of the table: the compiler cannot see that none is missing.
  return Object.fromEntries(Object.keys(table).map((name) => [name, refuse])) as unknown as Pick<Handlers, R>;
}
