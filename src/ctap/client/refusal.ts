import { CtapError, TransportError } from '../errors.js';
import { HidErrorCode } from '../hid/constants.js';
import { ClientError } from './errors.js';

/** CTAPHID errors that can only mean that the request was not let in. The others may as well be about some other report. */
const NOT_LET_IN: ReadonlySet<number> = new Set([
  HidErrorCode.CHANNEL_BUSY,
  HidErrorCode.LOCK_REQUIRED,
  HidErrorCode.INVALID_CHANNEL,
]);

/**
 * Whether an error says that what was asked of a key has not been done: the key refused it, or confirmed the cancel that
 * `signal` stands for. Once a request has gone out nothing else says so: a cable that failed, an answer that cannot be
 * used, or a fault of our own leave it open what the key has done.
 */
export function isRefusal(error: unknown, signal?: AbortSignal): boolean {
  if (signal?.aborted && error === signal.reason) return true;
  if (error instanceof TransportError) return error.hidError !== undefined && NOT_LET_IN.has(error.hidError);
  return error instanceof CtapError || (error instanceof ClientError && error.code !== 'bad-answer');
}
