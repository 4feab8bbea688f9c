import { randomBytes } from 'node:crypto';

import { equal } from '../codec/bytes.js';
import { hidRefusal, TransportError, type TransportErrorCode } from '../errors.js';
import { onAbort } from '../on-abort.js';
import { sleep } from '../sleep.js';
import { type CallOptions, EpochChanged, type Transport } from '../transport.js';
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
  /** The longest that one request may take, touch included, in ms; then it is cancelled. Authenticators give up after about 30 s. */
  readonly transactionMs: number;
  /** How long a cancelled request may take to end, in ms: a key that was touched just before finishes its work first. */
  readonly cancelMs: number;
  /** How long to go on trying while another program has the authenticator, in ms. */
  readonly busyMs: number;
}

const USUAL_TIMES: ChannelTimes = { silenceMs: 3000, transactionMs: 120_000, cancelMs: 10_000, busyMs: 5000 };
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
  #inSync = false;
  #last: Promise<unknown> = Promise.resolve();

  private constructor(port: HidPort, times: ChannelTimes) {
    this.#port = port;
    this.#times = times;
  }

  /** Asks the authenticator behind `port` for a channel. Rejects with a TransportError; the port stays open then. */
  static async open(port: HidPort, times: Partial<ChannelTimes> = {}): Promise<HidChannel> {
    const channel = new HidChannel(port, { ...USUAL_TIMES, ...times });
    await channel.#persist(undefined, () => channel.#allocate(BROADCAST_CID));
    return channel;
  }

  get init(): InitResponse {
    return this.#init;
  }

  get epoch(): number {
    return this.#epoch;
  }

  get hearsOthers(): boolean {
    return this.#port.hearsOthers ?? false;
  }

  call(command: HidCommand, payload: Uint8Array, options: CallOptions = {}): Promise<Uint8Array> {
    const before = this.#last;
    const answer = inTurn(before, options.signal).then(() =>
      this.#persist(options.signal, (isAgain) => this.#exchange(command, payload, options, isAgain)),
    );
    // A call that is given up while it waits must not let the next one in before its turn.
    this.#last = Promise.allSettled([before, answer]);
    return answer;
  }

  async close(): Promise<void> {
    await this.#port.close();
  }

  /** Tries again where the specification says so: while the authenticator is busy, and once when it has forgotten our channel. */
  async #persist<T>(signal: AbortSignal | undefined, attempt: (isAgain: boolean) => Promise<T>): Promise<T> {
    const busyUntil = performance.now() + this.#times.busyMs;
    let reopened = false;
    for (let isAgain = false; ; isAgain = true) {
      signal?.throwIfAborted();
      try {
        return await attempt(isAgain);
      } catch (error) {
        if (!(error instanceof TransportError)) throw error;
        if (error.code === 'channel-busy' && performance.now() < busyUntil) {
          await sleep(BUSY_RETRY_MS, signal);
        } else if (error.hidError === HidErrorCode.INVALID_CHANNEL && !reopened) {
          reopened = true;
          this.#init = { ...this.#init, cid: BROADCAST_CID };
          this.#inSync = false;
        } else throw error;
      }
    }
  }

  async #exchange(
    command: HidCommand,
    payload: Uint8Array,
    options: CallOptions,
    isAgain: boolean,
  ): Promise<Uint8Array> {
    if (!this.#inSync) await this.#allocate(this.#init.cid);
    const isAnswered = await this.#catchUp();
    if (options.epoch !== undefined && options.epoch !== this.#epoch) throw new EpochChanged();
    try {
      // Whoever says "busy" has not taken the request. One who answers it all the same has: sent again, it would be done twice.
      if (isAgain && isAnswered) throw this.#lost('The authenticator says that it is busy, and answers');
      return await this.#transact(command, payload, options);
    } catch (error) {
      const wasCutShort = await this.#settle(error);
      if (wasCutShort && options.signal?.aborted && error instanceof TransportError)
        throw new TransportError('unconfirmed', 'Cancelled, but the authenticator did not say how it ended', {
          cause: error,
        });
      throw error;
    }
  }

  /**
   * Looks at what came since the last exchange: other programs' reports, and words of the authenticator that nobody waits
   * for. Resolves with whether there were such words.
   */
  async #catchUp(): Promise<boolean> {
    let isAnswered = false;
    for (const until = performance.now() + this.#times.silenceMs; performance.now() < until;) {
      try {
        const report = await this.#port.read(0);
        if (channelOf(report) === this.#init.cid) isAnswered = true;
        else this.#epoch++;
      } catch (error) {
        if (error instanceof TransportError && error.code === 'no-answer') return isAnswered;
        throw error;
      }
    }
    return isAnswered;
  }

  /** The two ends do not understand each other: the exchange ends here, and the channel must be put in order. */
  #lost(problem: string, cause?: unknown): TransportError {
    this.#inSync = false;
    return new TransportError('protocol', problem, { cause });
  }

  /**
   * Leaves the authenticator idle after an exchange that ended in the middle: INIT on its channel ends whatever runs there.
   * Resolves with whether that was necessary.
   */
  async #settle(error: unknown): Promise<boolean> {
    const isGone = error instanceof TransportError && GONE.has(error.code);
    if (this.#inSync || isGone) return false;
    // The first failure is the one to report; should this one fail too, the next call starts with another INIT.
    await this.#allocate(this.#init.cid).catch(() => undefined);
    return true;
  }

  async #transact(command: HidCommand, payload: Uint8Array, options: CallOptions): Promise<Uint8Array> {
    const { signal, onKeepalive, onSent, onWaiting } = options;
    this.#inSync = false;
    await this.#send(this.#init.cid, command, payload, onSent);
    const cancel = new Cancel(() => this.#send(this.#init.cid, HidCommand.CANCEL, new Uint8Array()));
    const want = () => {
      cancel.want();
    };
    const deadline = setTimeout(want, this.#times.transactionMs);
    const ignore = onAbort(signal, want);
    try {
      onWaiting?.();
      let status: number | undefined;
      return await this.#answer(command, cancel, (now) => {
        if (now !== status) onKeepalive?.(now);
        status = now;
      });
    } finally {
      clearTimeout(deadline);
      ignore();
      await cancel.done();
    }
  }

  async #answer(command: HidCommand, cancel: Cancel, onKeepalive: (status: number) => void): Promise<Uint8Array> {
    const reader = new MessageReader(this.#init.cid);
    let silentUntil = performance.now() + this.#times.silenceMs;
    let isTaken = false;
    for (;;) {
      const report = await this.#port.read(Math.max(1, silentUntil - performance.now()));
      if (channelOf(report) === this.#init.cid) silentUntil = performance.now() + this.#times.silenceMs;
      else {
        this.#epoch++; // somebody else is talking to this authenticator
        // However much others say, this one has been silent.
        if (performance.now() >= silentUntil) throw new TransportError('no-answer', 'Only others are answered');
      }
      const message = reader.push(report);
      if (message?.command === command) {
        this.#inSync = true;
        return message.payload;
      }
      if (message?.command === HidCommand.ERROR) {
        const refusal = hidRefusal(message.payload[0]);
        // What is at work already cannot be refused any more, and must not be sent again.
        if (isTaken) throw this.#lost(`An error report in the middle: ${refusal.message}`, refusal);
        // An INIT would disturb the program that the authenticator is busy with; otherwise it makes sure that nothing runs.
        this.#inSync = UNDISTURBED.has(message.payload[0] ?? 0);
        throw refusal;
      }
      if (cancel.age > this.#times.cancelMs)
        throw new TransportError('no-answer', 'The authenticator cannot be stopped');
      if (message?.command === HidCommand.KEEPALIVE) {
        isTaken = true;
        cancel.allow();
        onKeepalive(message.payload[0] ?? 0);
      } else if (message) {
        throw new TransportError('protocol', `An answer to command ${message.command}; ours is ${command}`);
      }
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
      const message = pushLenient(reader, await this.#port.read(left));
      // Other programs may be asking for channels at the same time: only our nonce counts.
      if (message?.command === HidCommand.INIT && equal(message.payload.subarray(0, NONCE_LENGTH), nonce)) {
        this.#init = decodeInit(message.payload);
        this.#inSync = true;
        return;
      }
      if (message?.command !== HidCommand.ERROR) continue;
      if (message.payload[0] === HidErrorCode.CHANNEL_BUSY) throw hidRefusal(message.payload[0]);
      if (cid !== BROADCAST_CID) return this.#allocate(BROADCAST_CID);
    }
  }

  async #send(cid: number, command: HidCommand, payload: Uint8Array, onLast?: () => void): Promise<void> {
    const reports = [...toReports(cid, command, payload)];
    for (const [index, report] of reports.entries()) {
      if (index === reports.length - 1) onLast?.();
      await this.#port.write(report);
    }
  }
}

/** CTAPHID errors by which the authenticator says that it is not ours at the moment. */
const UNDISTURBED: ReadonlySet<number> = new Set([
  HidErrorCode.CHANNEL_BUSY,
  HidErrorCode.LOCK_REQUIRED,
  HidErrorCode.INVALID_CHANNEL,
]);

/** Failures after which there is nobody to talk to. */
const GONE: ReadonlySet<TransportErrorCode> = new Set(['device-removed', 'closed', 'io']);

/** Resolves when `before` has settled; rejects with the signal's reason when that is aborted first. */
function inTurn(before: Promise<unknown>, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve, reject) => {
    const ignore = onAbort(signal, () => {
      reject(signal?.reason as Error);
    });
    void before.then(() => {
      ignore();
      resolve();
    });
  });
}

/** While a channel is being put in order, the tail of an old answer may come in any state. */
function pushLenient(reader: MessageReader, report: Uint8Array): Message | undefined {
  try {
    return reader.push(report);
  } catch (error) {
    if (error instanceof TransportError) return undefined;
    throw error;
  }
}

/**
 * CANCEL goes out once, and only while a request is under way. Some keys mistreat one that comes before they wait for
 * a touch, so it is held until the first keepalive shows that they do, or for a short grace.
 */
class Cancel {
  readonly #write: () => Promise<void>;
  #isAllowed = false;
  #isWanted = false;
  #grace: NodeJS.Timeout | undefined;
  #written: Promise<void> | undefined;
  #writtenAt = Infinity;

  constructor(write: () => Promise<void>) {
    this.#write = write;
  }

  /** How long ago CANCEL went out, in ms; below zero when it did not. */
  get age(): number {
    return performance.now() - this.#writtenAt;
  }

  want(): void {
    this.#isWanted = true;
    if (this.#isAllowed) this.#now();
    else
      this.#grace ??= setTimeout(() => {
        this.allow();
      }, CANCEL_GRACE_MS);
  }

  allow(): void {
    this.#isAllowed = true;
    if (this.#isWanted) this.#now();
  }

  /** Holds back a CANCEL that has not gone out yet, and waits for one that is going: it must not hit the next request. */
  async done(): Promise<void> {
    this.#isWanted = false;
    clearTimeout(this.#grace);
    await this.#written;
  }

  #now(): void {
    if (this.#written) return;
    this.#writtenAt = performance.now();
    // §11.2.9.1.5: CANCEL itself is never answered, the pending request is. If the write fails, the read fails as well and tells.
    this.#written = this.#write().catch(() => undefined);
  }
}

function decodeInit(payload: Uint8Array): InitResponse {
  if (payload.length < 17) throw new TransportError('protocol', `An answer to CTAPHID_INIT of ${payload.length} bytes`);
  const [protocolVersion = 0, major = 0, minor = 0, build = 0, capabilities = 0] = payload.subarray(12);
  const cid = new DataView(payload.buffer, payload.byteOffset).getUint32(NONCE_LENGTH);
  if (cid === 0 || cid === BROADCAST_CID) throw new TransportError('protocol', `Channel ${cid}, which is reserved`);
  return { cid, protocolVersion, deviceVersion: [major, minor, build], capabilities };
}
