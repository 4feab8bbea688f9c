import { randomBytes } from 'node:crypto';

import { equal } from '../codec/bytes.js';
import { hidRefusal, TransportError } from '../errors.js';
import { onAbort } from '../on-abort.js';
import { sleep } from '../sleep.js';
import type { CallOptions, Transport } from '../transport.js';
import { BROADCAST_CID, HidCommand, HidErrorCode, NONCE_LENGTH } from './constants.js';
import { channelOf, type Message, MessageReader, toReports } from './framing.js';
import type { HidPort } from './port.js';

/** What an authenticator says of itself when it gives out a channel (CTAP 2.2 §11.2.9.1.3). */
export interface InitResponse {
  readonly cid: number;
  readonly protocolVersion: number;
  readonly deviceVersion: readonly [major: number, minor: number, build: number];
  /** Bits of `Capability`. */
  readonly capabilities: number;
}

export interface ChannelTimes {
  /** Silence after which an authenticator is taken for dead, in ms. Keepalives come every 100 ms. */
  readonly silenceMs: number;
  /** The longest that one request may take, touch included, in ms. Authenticators give up after about 30 s. */
  readonly transactionMs: number;
  /** How long to go on trying while another program has the authenticator, in ms. */
  readonly busyMs: number;
}

const USUAL_TIMES: ChannelTimes = { silenceMs: 3000, transactionMs: 120_000, busyMs: 5000 };
const BUSY_RETRY_MS = 100;
/** How long a cancel waits for the keepalive that shows the authenticator ready for it. */
const CANCEL_GRACE_MS = 300;

/** One CTAPHID channel of one authenticator (CTAP 2.2 §11.2). Calls are answered strictly in turn. */
export class HidChannel implements Transport {
  readonly #port: HidPort;
  readonly #times: ChannelTimes;
  #init: InitResponse = { cid: BROADCAST_CID, protocolVersion: 0, deviceVersion: [0, 0, 0], capabilities: 0 };
  #epoch = 0;
  /** False after an exchange that ended in the middle: the next one starts with INIT, which ends the old one. */
  #inSync = true;
  #last: Promise<unknown> = Promise.resolve();

  private constructor(port: HidPort, times: ChannelTimes) {
    this.#port = port;
    this.#times = times;
  }

  /** Asks the authenticator behind `port` for a channel. Rejects with a TransportError; the port stays open then. */
  static async open(port: HidPort, times: Partial<ChannelTimes> = {}): Promise<HidChannel> {
    const channel = new HidChannel(port, { ...USUAL_TIMES, ...times });
    await channel.#allocate(BROADCAST_CID);
    return channel;
  }

  get init(): InitResponse {
    return this.#init;
  }

  get epoch(): number {
    return this.#epoch;
  }

  call(command: HidCommand, payload: Uint8Array, options: CallOptions = {}): Promise<Uint8Array> {
    const answer = this.#last.then(() => this.#persist(command, payload, options));
    this.#last = answer.catch(() => undefined);
    return answer;
  }

  async close(): Promise<void> {
    await this.#port.close();
  }

  /** Tries again where the specification says so: when the authenticator is busy, and once when it has forgotten our channel. */
  async #persist(command: HidCommand, payload: Uint8Array, options: CallOptions): Promise<Uint8Array> {
    const busyUntil = performance.now() + this.#times.busyMs;
    let reopened = false;
    for (;;) {
      options.signal?.throwIfAborted();
      try {
        if (!this.#inSync) await this.#allocate(this.#init.cid);
        return await this.#transact(command, payload, options);
      } catch (error) {
        if (!(error instanceof TransportError)) throw error;
        if (error.code === 'channel-busy' && performance.now() < busyUntil) {
          await sleep(BUSY_RETRY_MS, options.signal);
        } else if (error.hidError === HidErrorCode.INVALID_CHANNEL && !reopened) {
          reopened = true;
          await this.#allocate(BROADCAST_CID);
        } else {
          await this.#settle(error);
          throw error;
        }
      }
    }
  }

  /** Leaves the authenticator idle after an exchange that ended in the middle: INIT on its channel ends whatever runs there. */
  async #settle({ code }: TransportError): Promise<void> {
    if (code !== 'no-answer' && code !== 'protocol') return;
    this.#inSync = false;
    // The first failure is the one to report; should this one fail too, the next call starts with another INIT.
    await this.#allocate(this.#init.cid).catch(() => undefined);
  }

  async #transact(command: HidCommand, payload: Uint8Array, { signal, onKeepalive }: CallOptions): Promise<Uint8Array> {
    this.#inSync = false;
    const deadline = AbortSignal.timeout(this.#times.transactionMs);
    await this.#send(this.#init.cid, command, payload);
    const cancel = new Cancel(() => this.#send(this.#init.cid, HidCommand.CANCEL, new Uint8Array()));
    const ignore = [signal, deadline].map((stop) =>
      onAbort(stop, () => {
        cancel.wanted();
      }),
    );
    let status: number | undefined;
    try {
      const message = await this.#answer(command, (now) => {
        cancel.possible();
        if (now !== status) onKeepalive?.(now);
        status = now;
      });
      this.#inSync = true;
      if (deadline.aborted && !signal?.aborted)
        throw new TransportError('no-answer', 'The authenticator took too long');
      return message.payload;
    } finally {
      for (const stop of ignore) stop();
      cancel.done();
    }
  }

  async #answer(command: HidCommand, onKeepalive: (status: number) => void): Promise<Message> {
    const reader = new MessageReader(this.#init.cid);
    let silentUntil = performance.now() + this.#times.silenceMs;
    for (;;) {
      const report = await this.#port.read(Math.max(1, silentUntil - performance.now()));
      if (channelOf(report) !== this.#init.cid) {
        this.#epoch++; // somebody else is talking to this authenticator
        continue;
      }
      const message = reader.push(report);
      silentUntil = performance.now() + this.#times.silenceMs;
      if (!message) continue;
      if (message.command === command) return message;
      if (message.command === HidCommand.KEEPALIVE) onKeepalive(message.payload[0] ?? 0);
      else if (message.command === HidCommand.ERROR) {
        this.#inSync = true;
        throw hidRefusal(message.payload[0]);
      } else throw new TransportError('protocol', `An answer to command ${message.command}; ours is ${command}`);
    }
  }

  /** CTAPHID_INIT: on the broadcast channel it gives us a channel, on our own it ends what is going on there (§11.2.9.1.3). */
  async #allocate(cid: number): Promise<void> {
    this.#epoch++;
    const nonce = randomBytes(NONCE_LENGTH);
    await this.#send(cid, HidCommand.INIT, nonce);
    const reader = new MessageReader(cid);
    const until = performance.now() + this.#times.silenceMs;
    for (;;) {
      const left = until - performance.now();
      if (left <= 0) throw new TransportError('no-answer', 'No answer to CTAPHID_INIT');
      const message = reader.push(await this.#port.read(left));
      // Other programs may be asking for channels at the same time: only our nonce counts.
      if (message?.command === HidCommand.INIT && equal(message.payload.subarray(0, NONCE_LENGTH), nonce)) {
        this.#init = decodeInit(message.payload);
        this.#inSync = true;
        return;
      }
      if (message?.command === HidCommand.ERROR && cid !== BROADCAST_CID) return this.#allocate(BROADCAST_CID);
    }
  }

  async #send(cid: number, command: HidCommand, payload: Uint8Array): Promise<void> {
    for (const report of toReports(cid, command, payload)) await this.#port.write(report);
  }
}

/**
 * CANCEL goes out once, and only while a request is under way. Some keys mistreat one that comes before they wait for
 * a touch, so it is held until the first keepalive shows that they do, or for a short grace.
 */
class Cancel {
  readonly #send: () => Promise<void>;
  #isPossible = false;
  #isWanted = false;
  #timer: NodeJS.Timeout | undefined;

  constructor(send: () => Promise<void>) {
    this.#send = send;
  }

  wanted(): void {
    this.#isWanted = true;
    this.#timer ??= setTimeout(() => {
      this.possible();
    }, CANCEL_GRACE_MS);
    if (this.#isPossible) this.#now();
  }

  possible(): void {
    this.#isPossible = true;
    if (this.#isWanted) this.#now();
  }

  done(): void {
    this.#isWanted = false;
    clearTimeout(this.#timer);
  }

  #now(): void {
    this.done();
    // §11.2.9.1.5: CANCEL itself is never answered, the pending request is. If the write fails, the read fails as well and tells.
    this.#send().catch(() => undefined);
  }
}

function decodeInit(payload: Uint8Array): InitResponse {
  if (payload.length < 17) throw new TransportError('protocol', `An answer to CTAPHID_INIT of ${payload.length} bytes`);
  const [protocolVersion = 0, major = 0, minor = 0, build = 0, capabilities = 0] = payload.subarray(12);
  const cid = new DataView(payload.buffer, payload.byteOffset).getUint32(NONCE_LENGTH);
  return { cid, protocolVersion, deviceVersion: [major, minor, build], capabilities };
}
