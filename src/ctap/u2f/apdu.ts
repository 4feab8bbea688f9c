import { concat } from '../codec/bytes.js';

/**
 * Numbers of U2F, which CTAP calls CTAP1, one table per concept (FIDO U2F Raw Message Formats v1.2).
 * https://fidoalliance.org/specs/fido-u2f-v1.2-ps-20170411/fido-u2f-raw-message-formats-v1.2-ps-20170411.html
 */
export const U2fInstruction = { REGISTER: 0x01, AUTHENTICATE: 0x02, VERSION: 0x03 } as const;

/** The first parameter of AUTHENTICATE. */
export const U2fControl = { CHECK_ONLY: 0x07, ENFORCE_USER_PRESENCE: 0x03, DONT_ENFORCE_USER_PRESENCE: 0x08 } as const;

/** The two bytes at the end of an answer (ISO/IEC 7816-4). */
export const StatusWord = {
  NO_ERROR: 0x9000,
  WRONG_LENGTH: 0x6700,
  /** A touch is wanted; for CHECK_ONLY: the key handle is one of this key. */
  CONDITIONS_NOT_SATISFIED: 0x6985,
  COMMAND_NOT_ALLOWED: 0x6986,
  /** The key handle is none of this key, or not for this application. */
  WRONG_DATA: 0x6a80,
  INS_NOT_SUPPORTED: 0x6d00,
  CLA_NOT_SUPPORTED: 0x6e00,
} as const;

/** Bytes of a hash, such as the challenge and the application parameter. */
export const PARAMETER_LENGTH = 32;
/** The first byte of the answer to REGISTER. */
export const REGISTRATION_MARK = 0x05;
/** An uncompressed point on P-256: 0x04, x, y. */
export const POINT_LENGTH = 65;

/** A command to a key. */
export interface CommandApdu {
  readonly cla: number;
  readonly instruction: number;
  readonly p1: number;
  readonly p2: number;
  readonly data: Uint8Array;
}

const HEADER_LENGTH = 4;

/** A command with its lengths in three bytes, the only form over USB (FIDO U2F HID Protocol §4.1). */
export function encodeCommand(instruction: number, p1: number, data: Uint8Array): Uint8Array<ArrayBuffer> {
  const head = Uint8Array.of(0, instruction, p1, 0);
  const anyLength = Uint8Array.of(0, 0); // Le: as much as there is
  if (data.length === 0) return concat(head, Uint8Array.of(0), anyLength);
  return concat(head, Uint8Array.of(0, data.length >> 8, data.length & 0xff), data, anyLength);
}

/**
 * Reads a command, with lengths in three bytes or in one: some platforms send the short form. How much answer it
 * expects is not looked at.
 * @returns undefined when the lengths do not fit
 */
export function decodeCommand(bytes: Uint8Array): CommandApdu | undefined {
  if (bytes.length < HEADER_LENGTH) return undefined;
  const [cla = 0, instruction = 0, p1 = 0, p2 = 0, first, second, third] = bytes;
  const body = bytes.subarray(HEADER_LENGTH);
  const command = (data: Uint8Array) => ({ cla, instruction, p1, p2, data: data.slice() });
  if (first === undefined || body.length === 1) return command(new Uint8Array());
  if (first !== 0) return hasRest(body.length - 1 - first, 1) ? command(body.subarray(1, 1 + first)) : undefined;
  if (second === undefined || third === undefined) return undefined;
  if (body.length === 3) return command(new Uint8Array());
  const length = (second << 8) | third;
  return hasRest(body.length - 3 - length, 2) ? command(body.subarray(3, 3 + length)) : undefined;
}

/** Whether there is nothing, or Le, after the data. */
function hasRest(left: number, lengthOfLe: number): boolean {
  return left === 0 || left === lengthOfLe;
}

/** An answer: its data and its status word; undefined when it is too short to have one. */
export function decodeAnswer(bytes: Uint8Array): { data: Uint8Array; status: number } | undefined {
  if (bytes.length < 2) return undefined;
  const [high = 0, low = 0] = bytes.subarray(-2);
  return { data: bytes.slice(0, -2), status: (high << 8) | low };
}

export function encodeAnswer(status: number, data: Uint8Array = new Uint8Array()): Uint8Array<ArrayBuffer> {
  return concat(data, Uint8Array.of(status >> 8, status & 0xff));
}
