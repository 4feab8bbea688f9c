import { HidErrorCode } from './hid/constants.js';
import { type CtapStatus, statusName } from './status.js';

/** The authenticator answered with a status other than success. Unknown and vendor statuses are kept as they came. */
export class CtapError extends Error {
  override readonly name = 'CtapError';
  readonly status: number;
  /** The command that was refused: a number of `CtapCommand`. */
  readonly command: number;

  constructor(status: number, command: number) {
    super(`${statusName(status)} (0x${hex(status)}) in answer to command 0x${hex(command)}`);
    this.status = status;
    this.command = command;
  }
}

/** Whether the authenticator answered with this status. */
export function isStatus(error: unknown, status: CtapStatus): boolean {
  return error instanceof CtapError && error.status === status;
}

/** Whether it answered with one of them. */
export function isOneOf(error: unknown, statuses: readonly CtapStatus[]): boolean {
  return statuses.some((status) => isStatus(error, status));
}

export type TransportErrorCode =
  | 'device-removed' // unplugged, or the other end is gone
  | 'not-permitted' // it is there, but the system does not let us open it
  | 'no-answer' // silence beyond the time allowed
  | 'unconfirmed' // cancelled, and the authenticator did not say how it ended: what was asked may have happened
  | 'channel-busy' // another program is using it, and went on for as long as we waited
  | 'protocol' // reports that make no sense: wrong sequence, wrong command, wrong length
  | 'refused' // CTAPHID_ERROR with any other code; `hidError` has it
  | 'message-too-large'
  | 'closed' // we closed it ourselves
  | 'io'; // the system reports a fault that it does not explain further

/** The cable, not the authenticator, failed. */
export class TransportError extends Error {
  override readonly name = 'TransportError';
  readonly code: TransportErrorCode;
  /** The code of the CTAPHID_ERROR message, where there was one (§11.2.9.1.6). */
  readonly hidError: number | undefined;

  constructor(code: TransportErrorCode, message: string, options: ErrorOptions & { hidError?: number } = {}) {
    super(message, options);
    this.code = code;
    this.hidError = options.hidError;
  }
}

/** A successful answer that does not hold what the specification says it must. `member` names what is wrong. */
export class ResponseError extends Error {
  override readonly name = 'ResponseError';
  readonly member: string;

  constructor(member: string, problem: string, options?: ErrorOptions) {
    super(`${member}: ${problem}`, options);
    this.member = member;
  }
}

/** What CTAPHID_ERROR stands for among our transport errors. */
export function hidRefusal(code: number | undefined): TransportError {
  if (code === undefined) return new TransportError('protocol', 'An error report without a code');
  const name = Object.entries(HidErrorCode).find(([, value]) => value === code)?.[0] ?? 'unknown';
  const message = `CTAPHID_ERROR ${name} (0x${hex(code)})`;
  const kind = code === HidErrorCode.CHANNEL_BUSY ? 'channel-busy' : 'refused';
  return new TransportError(kind, message, { hidError: code });
}

function hex(value: number): string {
  return value.toString(16).padStart(2, '0');
}
