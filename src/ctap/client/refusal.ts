import { CtapError, TransportError } from '../errors.js';
import { HidErrorCode } from '../hid/constants.js';
import { ClientError } from './errors.js';

/**
 * Whether an error says that what was asked of a key has not been done: the key refused it, or confirmed the cancel that
 * `signal` stands for. Once a request has gone out nothing else says so: a cable that failed, an answer that cannot be
 * used, or a fault of our own leave it open what the key has done.
 */
export function isRefusal(error: unknown, signal?: AbortSignal): boolean {
  if (signal?.aborted && error === signal.reason) return true;
  if (error instanceof TransportError) return error.hidError !== undefined && error.hidError !== HidErrorCode.OTHER;
  return error instanceof CtapError || (error instanceof ClientError && error.code !== 'bad-answer');
}
