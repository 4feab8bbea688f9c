import { concat } from '../../src/ctap/codec/bytes.js';
import { TransportError } from '../../src/ctap/errors.js';
import { BROADCAST_CID, Capability, HidCommand } from '../../src/ctap/hid/constants.js';
import { channelOf, type Message, MessageReader, toReports } from '../../src/ctap/hid/framing.js';
import type { HidPort } from '../../src/ctap/hid/port.js';
import { ReportQueue } from '../../src/ctap/hid/report-queue.js';

export interface Heard extends Message {
  readonly cid: number;
}

export const CID = 0x0a0b0c0d;

/**
 * The other end of a cable, of which a test says what it does: `script` gets every whole message but INIT, which is
 * answered as the specification says unless `onInit` says otherwise.
 */
export class FakeKey implements HidPort {
  hearsOthers = true;
  readonly heard: Heard[] = [];
  script: (message: Heard) => void = () => undefined;
  onInit: (message: Heard) => void = (message) => {
    this.init(message);
  };
  /** Reports in either direction before the key is pulled out. */
  lasts = Infinity;
  closed = 0;
  readonly #readers = new Map<number, MessageReader>();
  readonly #queue = new ReportQueue();
  #nextCid = CID;

  /** The commands heard so far, INIT included. */
  get commands(): number[] {
    return this.heard.map(({ command }) => command);
  }

  write(report: Uint8Array): Promise<void> {
    this.#wear();
    if (this.#queue.ended) return Promise.reject(this.#queue.ended);
    const cid = channelOf(report) ?? 0;
    const reader = this.#readers.get(cid) ?? new MessageReader(cid);
    this.#readers.set(cid, reader);
    const message = reader.push(report);
    if (message) {
      const heard = { cid, ...message };
      this.heard.push(heard);
      if (message.command === HidCommand.INIT) this.onInit(heard);
      else this.script(heard);
    }
    return Promise.resolve();
  }

  read(timeoutMs: number): Promise<Uint8Array> {
    return this.#queue.read(timeoutMs);
  }

  close(): Promise<void> {
    this.closed++;
    this.#queue.end(new TransportError('closed', 'closed'));
    return Promise.resolve();
  }

  /** Answers INIT: on the broadcast channel with a new channel. */
  init({ cid, payload: nonce }: Heard, capabilities: number = Capability.CBOR | Capability.WINK): void {
    const channel = new Uint8Array(4);
    new DataView(channel.buffer).setUint32(0, cid === BROADCAST_CID ? this.#nextCid++ : cid);
    this.send(cid, HidCommand.INIT, concat(nonce, channel, Uint8Array.of(2, 5, 4, 3, capabilities)));
  }

  send(cid: number, command: number, payload: Uint8Array = new Uint8Array()): void {
    for (const report of toReports(cid, command, payload)) this.report(report);
  }

  report(report: Uint8Array): void {
    this.#wear();
    this.#queue.push(report);
  }

  keepalive(cid: number, status: number): void {
    this.send(cid, HidCommand.KEEPALIVE, Uint8Array.of(status));
  }

  error(cid: number, code: number): void {
    this.send(cid, HidCommand.ERROR, Uint8Array.of(code));
  }

  remove(): void {
    this.#queue.end(new TransportError('device-removed', 'pulled out'));
  }

  #wear(): void {
    if (this.lasts-- <= 0) this.remove();
  }
}
