import { concat } from '../../src/ctap/codec/bytes.js';
import { type CborMap, decodeStrict, encode } from '../../src/ctap/codec/cbor.js';
import type { HidCommand } from '../../src/ctap/hid/constants.js';
import type { CallOptions, Transport } from '../../src/ctap/transport.js';
import type { Asked, Reply } from './scripted-key.js';

/** A transport without a cable: it records what is asked and answers what a test says. */
export class ScriptedTransport implements Transport {
  readonly asked: Asked[] = [];
  epoch = 0;
  hearsOthers = true;
  /** Called before anything is recorded; may throw. */
  onCall: (options: CallOptions) => void = () => undefined;
  readonly #reply: (asked: Asked) => Reply;
  #next: Reply | Error | Uint8Array | undefined;

  constructor(reply: (asked: Asked) => Reply) {
    this.#reply = reply;
  }

  /** The answer to the next message alone: a reply, or bytes as they are. */
  replyOnce(reply: Reply | Uint8Array): void {
    this.#next = reply;
  }

  /** The next message fails before it is sent. */
  failOnce(error: Error): void {
    this.#next = error;
  }

  async call(_command: HidCommand, payload: Uint8Array, options: CallOptions = {}): Promise<Uint8Array> {
    await Promise.resolve();
    this.onCall(options);
    const next = this.#next;
    this.#next = undefined;
    if (next instanceof Error) throw next;
    const command = payload[0] ?? 0;
    // Requests are always maps.
    const parameters = payload.length > 1 ? (decodeStrict(payload.subarray(1)) as CborMap) : new Map();
    this.asked.push({ command, parameters });
    if (next instanceof Uint8Array) return next;
    const reply = next ?? this.#reply({ command, parameters });
    return typeof reply === 'number' ? Uint8Array.of(reply) : concat(Uint8Array.of(0), encode(reply));
  }

  close(): Promise<void> {
    return Promise.resolve();
  }
}
