import { Refusal } from './refusal.js';

/**
 * Cognito waits five seconds for a trigger and then calls it again, three times in all. A decision that is not there by
 * then is a no, said while somebody still listens.
 */
export const DECISION_MS = 3500;

/** A Lambda trigger, or the same run by a local pool: the event in, the event with its response out, a Refusal for no. */
export type Trigger = (event: unknown) => Promise<object>;

/**
 * Runs a decision under the deadline. Rejects with a Refusal and nothing else: errors of what the decision leans on become
 * `unavailable`, since their texts (names of tables, roles, accounts) would reach the caller.
 */
export async function decide<T>(decision: (signal: AbortSignal) => T | Promise<T>): Promise<T> {
  const deadline = new AbortController();
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => {
      const refusal = new Refusal('unavailable', { cause: `No decision within ${DECISION_MS} ms` });
      reject(refusal);
      deadline.abort(refusal);
    }, DECISION_MS);
  });
  try {
    return await Promise.race([decision(deadline.signal), late]);
  } catch (error) {
    throw error instanceof Refusal ? error : new Refusal('unavailable', { cause: error });
  } finally {
    clearTimeout(timer);
  }
}
