import { ipcMain, type IpcMainInvokeEvent, type WebFrameMain } from 'electron';

import { toFailure } from '../failures/ctap-failure.js';
import { type Handlers, type Request, requests } from '../shared/ipc.js';
import type { Failure, Result } from '../shared/result.js';
import { FailureError } from './failure-error.js';

/** Answers the window's requests: the sender is checked, the input and the output validated, every error becomes a code. */
export function serveRequests(handlers: Handlers, isTrusted: (frame: WebFrameMain | null) => boolean): void {
  for (const name of Object.keys(requests) as Request[]) {
    ipcMain.handle(name, (event: IpcMainInvokeEvent, raw: unknown) =>
      isTrusted(event.senderFrame) ? answer(handlers, name, raw) : failed({ code: 'ipc/untrusted' }),
    );
  }
}

export async function answer(handlers: Handlers, name: Request, raw: unknown): Promise<Result<unknown>> {
  const input = requests[name].input.safeParse(raw);
  // The path says where, the value is not repeated: it may be a PIN.
  if (!input.success)
    return failed({ code: 'ipc/bad-input', detail: `${name} ${input.error.issues[0]?.path.join('.') ?? ''}` });
  try {
    // `name` is one key of a union here, so the compiler cannot pair handler and input; the table above does.
    const handler = handlers[name] as (input: unknown) => Promise<unknown>;
    return { ok: true, value: requests[name].output.parse(await handler(input.data)) };
  } catch (error) {
    return failed(error instanceof FailureError ? error.failure : toFailure(error));
  }
}

function failed(error: Failure): Result<never> {
  return { ok: false, error };
}
