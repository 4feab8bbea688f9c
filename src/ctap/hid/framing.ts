import { TransportError } from '../errors.js';
import { CONTINUATION_DATA, INITIAL_DATA, MAX_MESSAGE, REPORT_SIZE } from './constants.js';

/** One CTAPHID message: a command without its high bit, and up to 7609 bytes. */
export interface Message {
  readonly command: number;
  readonly payload: Uint8Array;
}

const INITIAL_FLAG = 0x80;

/** Cuts a message into reports of 64 bytes, the last padded with zeros (CTAP 2.2 §11.2.4). Throws `message-too-large`. */
export function* toReports(cid: number, command: number, payload: Uint8Array): Generator<Uint8Array> {
  if (payload.length > MAX_MESSAGE) {
    throw new TransportError('message-too-large', `A message of ${payload.length} bytes; ${MAX_MESSAGE} is the most`);
  }
  const first = report(cid, INITIAL_FLAG | command);
  new DataView(first.buffer).setUint16(5, payload.length);
  first.set(payload.subarray(0, INITIAL_DATA), 7);
  yield first;
  for (let offset = INITIAL_DATA, sequence = 0; offset < payload.length; offset += CONTINUATION_DATA, sequence++) {
    const next = report(cid, sequence);
    next.set(payload.subarray(offset, offset + CONTINUATION_DATA), 5);
    yield next;
  }
}

function report(cid: number, fifthByte: number): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(REPORT_SIZE);
  new DataView(bytes.buffer).setUint32(0, cid);
  bytes[4] = fifthByte;
  return bytes;
}

/** The channel a report belongs to; undefined for a report too short to have one. */
export function channelOf(bytes: Uint8Array): number | undefined {
  return bytes.length < REPORT_SIZE ? undefined : new DataView(bytes.buffer, bytes.byteOffset).getUint32(0);
}

/** Puts the reports of one channel together again. One reader reads one message after the other. */
export class MessageReader {
  readonly #cid: number;
  #command = 0;
  #payload: Uint8Array | undefined;
  #received = 0;
  #sequence = 0;

  constructor(cid: number) {
    this.#cid = cid;
  }

  /** Whether a message has begun and lacks its end. */
  get unfinished(): boolean {
    return this.#payload !== undefined;
  }

  /**
   * Takes one report. Those of other channels are skipped: a HID report reaches every program that holds the device open.
   * @returns the message that this report completes, or undefined
   * @throws TransportError `protocol` for a report out of sequence, or a message longer than there can be
   */
  push(bytes: Uint8Array): Message | undefined {
    if (channelOf(bytes) !== this.#cid) return undefined;
    const kind = bytes[4] ?? 0;
    if (kind & INITIAL_FLAG) this.#begin(kind & ~INITIAL_FLAG, bytes);
    else this.#continue(kind, bytes);
    if (!this.#payload || this.#received < this.#payload.length) return undefined;
    const message = { command: this.#command, payload: this.#payload };
    this.#payload = undefined;
    return message;
  }

  #begin(command: number, bytes: Uint8Array): void {
    const length = new DataView(bytes.buffer, bytes.byteOffset).getUint16(5);
    if (length > MAX_MESSAGE) throw this.#nonsense(`A message that claims ${length} bytes`);
    this.#command = command;
    this.#payload = new Uint8Array(length);
    this.#payload.set(bytes.subarray(7, 7 + length));
    this.#received = INITIAL_DATA;
    this.#sequence = 0;
  }

  #continue(sequence: number, bytes: Uint8Array): void {
    if (!this.#payload) return; // the tail of an answer that we gave up on: not ours any more
    if (sequence !== this.#sequence) {
      throw this.#nonsense(`Continuation report ${sequence} where ${this.#sequence} was due`);
    }
    this.#payload.set(bytes.subarray(5, 5 + this.#payload.length - this.#received), this.#received);
    this.#received += CONTINUATION_DATA;
    this.#sequence++;
  }

  #nonsense(detail: string): TransportError {
    this.#payload = undefined;
    return new TransportError('protocol', detail);
  }
}
