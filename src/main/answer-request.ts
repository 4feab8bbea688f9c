import { toFailure } from '../failures/ctap-failure.js';
import { type Handlers, type Request, requests } from '../shared/ipc.js';
import type { Failure, Result } from '../shared/result.js';

/** Answers one request: input and output are held against the contract, and every error becomes a code. */
export async function answerRequest(handlers: Handlers, name: Request, raw: unknown): Promise<Result<unknown>> {
  const input = requests[name].input.safeParse(raw);
  // The path says where, the value is not repeated: it may be a PIN.
  if (!input.success)
    return failed({ code: 'ipc/bad-input', detail: `${name} ${input.error.issues[0]?.path.join('.') ?? ''}` });
  try {
    // `name` is one key of a union here, so the compiler cannot pair handler and input; the table above does.
    const handler = handlers[name] as (input: unknown) => Promise<unknown>;
    return { ok: true, value: requests[name].output.parse(await handler(input.data)) };
  } catch (error) {
    return failed(toFailure(error));
  }
}

export function failed(error: Failure): Result<never> {
  return { ok: false, error };
}
