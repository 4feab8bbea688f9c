import { decodeInfo, type DeviceInfo } from '../get-info.js';
import { decode } from '../codec/cbor.js';
import { CborError } from '../codec/cbor-errors.js';
import { CtapCommand } from '../commands.js';
import { ResponseError, TransportError } from '../errors.js';
import { BROADCAST_CID, HidCommand } from '../hid/constants.js';
import { channelOf, type Message, MessageReader } from '../hid/framing.js';
import type { HidPort } from '../hid/port.js';
import { isMap } from '../members.js';
import { describeAnswer, describeRequest, hidName, type TraceEntry } from './entry.js';

export interface RecordingOptions {
  readonly onEntry: (entry: TraceEntry) => void;
  /** Told whenever the key says of itself what it is: a trace is headed by that. */
  readonly onInfo?: (info: DeviceInfo) => void;
  /**
   * Told every report as it is, PINs and tokens encrypted or not included: for tests that replay one, on keys that are nobody's.
   * Nothing that ships sets it.
   */
  readonly onReport?: (direction: 'out' | 'in', report: Uint8Array) => void;
  /** Milliseconds, from any beginning. */
  readonly now: () => number;
}

/** Stands between a channel and a port, and notes every message that goes by: names and lengths, never what is in it. */
export class RecordingPort implements HidPort {
  readonly hearsOthers: boolean;
  readonly #port: HidPort;
  readonly #options: RecordingOptions;
  readonly #begin: number;
  readonly #readers = { out: new Map<number, MessageReader>(), in: new Map<number, MessageReader>() };
  /** Channels that we have written on. */
  readonly #ours = new Set<number>([BROADCAST_CID]);
  /** The CTAP command that awaits its answer. */
  #asked: number | undefined;

  constructor(port: HidPort, options: RecordingOptions) {
    this.#port = port;
    this.#options = options;
    this.#begin = options.now();
    this.hearsOthers = port.hearsOthers ?? false;
  }

  async write(report: Uint8Array): Promise<void> {
    this.#options.onReport?.('out', report);
    const cid = channelOf(report);
    if (cid !== undefined) this.#ours.add(cid);
    this.#note('out', report);
    await this.#telling('out', () => this.#port.write(report));
  }

  async read(timeoutMs: number): Promise<Uint8Array> {
    const report = await this.#telling('in', () => this.#port.read(timeoutMs));
    this.#options.onReport?.('in', report);
    this.#note('in', report);
    return report;
  }

  close(): Promise<void> {
    return this.#port.close();
  }

  /** A cable that fails is part of the story. Silence is not: who listens asks again and again. */
  async #telling<T>(direction: TraceEntry['direction'], act: () => Promise<T>): Promise<T> {
    try {
      return await act();
    } catch (error) {
      if (error instanceof TransportError && error.code !== 'no-answer' && error.code !== 'closed')
        this.#tell({ direction, hid: 'CABLE', bytes: 0, status: error.code });
      throw error;
    }
  }

  #note(direction: TraceEntry['direction'], report: Uint8Array): void {
    const cid = channelOf(report);
    if (cid === undefined) return;
    const reader = this.#readers[direction].get(cid) ?? new MessageReader(cid);
    this.#readers[direction].set(cid, reader);
    const message = pushed(reader, report);
    if (message === 'nonsense') this.#tell({ direction, hid: 'NONSENSE', bytes: report.length });
    else if (message && !this.#ours.has(cid))
      this.#tell({ direction, hid: hidName(message.command), bytes: message.payload.length, foreign: true });
    else if (message) this.#tellOurs(direction, message);
  }

  #tellOurs(direction: TraceEntry['direction'], message: Message): void {
    const { command, payload } = message;
    if (direction === 'out') {
      if (command === HidCommand.CBOR) this.#asked = payload[0];
      this.#tell({ direction, ...describeRequest(message) });
      return;
    }
    this.#tell({ direction, ...describeAnswer(message) });
    if (command === HidCommand.CBOR && this.#asked === CtapCommand.GET_INFO) this.#tellInfo(payload);
  }

  #tellInfo(payload: Uint8Array): void {
    if (!this.#options.onInfo || payload[0] !== 0) return;
    const info = readable(payload.subarray(1));
    if (info) this.#options.onInfo(info);
  }

  #tell(entry: Omit<TraceEntry, 'at'>): void {
    const at = Math.round((this.#options.now() - this.#begin) * 10) / 10;
    this.#options.onEntry({ at, ...entry });
  }
}

function pushed(reader: MessageReader, report: Uint8Array): Message | 'nonsense' | undefined {
  try {
    return reader.push(report);
  } catch (error) {
    if (error instanceof TransportError) return 'nonsense';
    throw error;
  }
}

/** Undefined for bytes that cannot be read: whoever asked gets the same ones, and says what is wrong with them. */
function readable(bytes: Uint8Array): DeviceInfo | undefined {
  try {
    const answer = decode(bytes);
    return isMap(answer) ? decodeInfo(answer) : undefined;
  } catch (error) {
    if (error instanceof CborError || error instanceof ResponseError) return undefined;
    throw error;
  }
}
