import { concat } from '../../src/ctap/codec/bytes.js';
import { TransportError } from '../../src/ctap/errors.js';
import { BROADCAST_CID, Capability, HidCommand, NONCE_LENGTH } from '../../src/ctap/hid/constants.js';
import { channelOf, MessageReader, toReports } from '../../src/ctap/hid/framing.js';
import type { HidPort } from '../../src/ctap/hid/port.js';

/** The channel that it gives out. */
export const CHANNEL = 1;

/**
 * A key that gives out a channel as it should, and for the rest sends what it is told: `next` is asked for reports whenever
 * a whole message has come. Where it has none, a read ends at once: nobody waits for time to pass.
 */
export class HostileKey implements HidPort {
  readonly hearsOthers = true;
  readonly #next: () => readonly Uint8Array[];
  readonly #waiting: Uint8Array[] = [];
  readonly #readers = new Map<number, MessageReader>();

  constructor(next: () => readonly Uint8Array[]) {
    this.#next = next;
  }

  write(report: Uint8Array): Promise<void> {
    const channel = channelOf(report) ?? 0;
    const reader = this.#readers.get(channel) ?? new MessageReader(channel);
    this.#readers.set(channel, reader);
    const message = reader.push(report);
    if (message?.command === HidCommand.INIT) this.#waiting.push(...initAnswer(channel, message.payload));
    else if (message) this.#waiting.push(...this.#next());
    return Promise.resolve();
  }

  read(): Promise<Uint8Array> {
    const report = this.#waiting.shift();
    return report ? Promise.resolve(report) : Promise.reject(new TransportError('no-answer', 'There is no more'));
  }

  close(): Promise<void> {
    return Promise.resolve();
  }
}

function initAnswer(channel: number, nonce: Uint8Array): Iterable<Uint8Array> {
  const given = new Uint8Array(4);
  new DataView(given.buffer).setUint32(0, channel === BROADCAST_CID ? CHANNEL : channel);
  const versions = Uint8Array.of(2, 1, 0, 0, Capability.CBOR | Capability.WINK);
  return toReports(channel, HidCommand.INIT, concat(nonce.subarray(0, NONCE_LENGTH), given, versions));
}
