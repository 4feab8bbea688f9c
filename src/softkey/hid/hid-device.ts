import {
  BROADCAST_CID,
  Capability,
  HidCommand,
  HidErrorCode,
  KeepaliveStatus,
  MAX_MESSAGE,
  NONCE_LENGTH,
  REPORT_SIZE,
} from '../../ctap/hid/constants.js';
import { channelOf, type Message, MessageReader, toReports } from '../../ctap/hid/framing.js';
import { TransportError } from '../../ctap/errors.js';

/** Where an answer goes. Ports on which every reader hears everything have no need of it. */
export type Reply = (report: Uint8Array) => void;

export interface HidDeviceOptions {
  /** Carries out a CBOR request; must not reject. Undefined: the key does not speak CTAP2. */
  readonly onCbor: ((request: Uint8Array, call: CborCall) => Promise<Uint8Array>) | undefined;
  /** Carries out a U2F command; must not reject. Undefined: the key does not speak U2F. */
  readonly onMsg?: ((apdu: Uint8Array) => Promise<Uint8Array>) | undefined;
  /** Somebody wants to see which key this is. */
  readonly onWink: () => void;
  /** How long an unfinished message is waited for, in milliseconds. */
  readonly messageTimeoutMs: number;
  readonly keepaliveMs: number;
}

/** One CBOR request as the layer above sees it. */
export interface CborCall {
  readonly channel: number;
  readonly signal: AbortSignal;
  readonly onTouchNeeded: (needed: boolean) => void;
}

/** The answer to INIT (CTAP 2.2 §11.2.9.1.3) after nonce and channel: protocol 2, device version, capabilities. */
const PROTOCOL_VERSION = 2;
const DEVICE_VERSION = [1, 0, 0] as const;
const INITIAL_FLAG = 0x80;
const MAX_LOCK_SECONDS = 10;

/** The channel that the device is busy with: first receiving a message, then carrying it out. */
type Transaction =
  | {
      readonly state: 'receiving';
      readonly channel: number;
      readonly reader: MessageReader;
      readonly reply: Reply;
      timer: NodeJS.Timeout;
    }
  | { readonly state: 'working'; readonly channel: number; readonly abort: AbortController };

/**
 * The device side of CTAPHID (CTAP 2.2 §11.2): allocates channels, puts messages together, and keeps all other channels
 * waiting meanwhile. Any 64 bytes may come in, in any order.
 */
export class HidDevice {
  readonly #options: HidDeviceOptions;
  #transaction: Transaction | undefined;
  /** Channels are numbered one after the other: those after `#retired`, up to `#newest`, are in use. */
  #retired = 0;
  #newest = 0;
  #lock: { readonly channel: number; readonly timer: NodeJS.Timeout } | undefined;

  constructor(options: HidDeviceOptions) {
    this.#options = options;
  }

  /** The power is gone and back: nothing is under way, and no channel of before is known any more. */
  powerCycle(): void {
    this.#drop();
    this.#unlock();
    this.#retired = this.#newest;
  }

  /** Takes one report. Those of another size than 64 bytes are no reports, and ignored. */
  receive(report: Uint8Array, reply: Reply): void {
    const channel = report.length === REPORT_SIZE ? channelOf(report) : undefined;
    if (channel === undefined) return;
    const kind = report[4] ?? 0;
    if ((kind & INITIAL_FLAG) === 0) this.#continue(channel, report, reply);
    else this.#begin(channel, kind & ~INITIAL_FLAG, report, reply);
  }

  #begin(channel: number, command: number, report: Uint8Array, reply: Reply): void {
    if (command === HidCommand.INIT) {
      this.#init(channel, report, reply);
      return;
    }
    if (!this.#isAllocated(channel)) {
      fail(channel, HidErrorCode.INVALID_CHANNEL, reply);
      return;
    }
    const transaction = this.#transaction;
    if (command === HidCommand.CANCEL) {
      // §11.2.9.1.5: CANCEL itself is never answered, the pending request is
      if (transaction?.state === 'working' && transaction.channel === channel) transaction.abort.abort();
      return;
    }
    if (transaction?.channel === channel && transaction.state === 'receiving') {
      this.#drop();
      fail(channel, HidErrorCode.INVALID_SEQ, reply);
      return;
    }
    if (transaction || (this.#lock && this.#lock.channel !== channel)) {
      fail(channel, HidErrorCode.CHANNEL_BUSY, reply);
      return;
    }
    const error = this.#objection(command, lengthOf(report));
    if (error === undefined) this.#receive({ channel, reader: new MessageReader(channel), reply }, report);
    else fail(channel, error, reply);
  }

  /** INIT is answered at any time: on the broadcast channel with a new one, on an allocated one by starting it afresh. */
  #init(channel: number, report: Uint8Array, reply: Reply): void {
    if (channel !== BROADCAST_CID && !this.#isAllocated(channel)) {
      fail(channel, HidErrorCode.INVALID_CHANNEL, reply);
      return;
    }
    if (lengthOf(report) !== NONCE_LENGTH) {
      fail(channel, HidErrorCode.INVALID_LEN, reply);
      return;
    }
    if (this.#transaction?.channel === channel) this.#drop();
    const answer = new Uint8Array(NONCE_LENGTH + 9);
    answer.set(report.subarray(7, 7 + NONCE_LENGTH));
    new DataView(answer.buffer).setUint32(NONCE_LENGTH, channel === BROADCAST_CID ? this.#allocate() : channel);
    answer.set([PROTOCOL_VERSION, ...DEVICE_VERSION, this.#capabilities()], NONCE_LENGTH + 4);
    send(channel, { command: HidCommand.INIT, payload: answer }, reply);
  }

  #capabilities(): number {
    const { onCbor, onMsg } = this.#options;
    return Capability.WINK | (onCbor ? Capability.CBOR : 0) | (onMsg ? 0 : Capability.NMSG);
  }

  #continue(channel: number, report: Uint8Array, reply: Reply): void {
    // Spurious continuation reports are ignored (§11.2.5.2).
    const transaction = this.#transaction;
    if (transaction?.state !== 'receiving' || transaction.channel !== channel) return;
    clearTimeout(transaction.timer);
    this.#receive({ channel, reader: transaction.reader, reply }, report);
  }

  #receive(receiving: { channel: number; reader: MessageReader; reply: Reply }, report: Uint8Array): void {
    const { channel, reader, reply } = receiving;
    let message: Message | undefined;
    try {
      message = reader.push(report);
    } catch (error) {
      if (!(error instanceof TransportError)) throw error;
      this.#drop();
      fail(channel, HidErrorCode.INVALID_SEQ, reply);
      return;
    }
    if (message) {
      this.#transaction = undefined;
      this.#act(channel, message, reply);
      return;
    }
    const timer = setTimeout(() => {
      this.#drop();
      fail(channel, HidErrorCode.MSG_TIMEOUT, reply);
    }, this.#options.messageTimeoutMs);
    this.#transaction = { state: 'receiving', ...receiving, timer };
  }

  #act(channel: number, message: Message, reply: Reply): void {
    const { onCbor, onMsg } = this.#options;
    if (message.command === HidCommand.CBOR || message.command === HidCommand.MSG) {
      const run = message.command === HidCommand.CBOR ? onCbor : onMsg;
      if (run) void this.#work(channel, message, run, reply);
      return;
    }
    if (message.command === HidCommand.LOCK) {
      this.#obeyLock(channel, message.payload[0] ?? 0, reply);
      return;
    }
    if (message.command === HidCommand.WINK) this.#options.onWink();
    send(channel, message, reply); // PING and WINK are answered by themselves
  }

  /** CTAPHID_LOCK (§11.2.9.2.2): this channel alone is served for that many seconds; 0 ends it. A crash locks nobody out for long. */
  #obeyLock(channel: number, seconds: number, reply: Reply): void {
    if (seconds > MAX_LOCK_SECONDS) {
      fail(channel, HidErrorCode.INVALID_PAR, reply);
      return;
    }
    this.#unlock();
    if (seconds > 0) {
      const timer = setTimeout(() => {
        this.#unlock();
      }, seconds * 1000);
      this.#lock = { channel, timer };
    }
    send(channel, { command: HidCommand.LOCK, payload: new Uint8Array() }, reply);
  }

  #unlock(): void {
    clearTimeout(this.#lock?.timer);
    this.#lock = undefined;
  }

  async #work(
    channel: number,
    { command, payload: request }: Message,
    run: (request: Uint8Array, call: CborCall) => Promise<Uint8Array>,
    reply: Reply,
  ): Promise<void> {
    const transaction = { state: 'working', channel, abort: new AbortController() } as const;
    this.#transaction = transaction;
    const isCurrent = () => this.#transaction === transaction;
    let status: number = KeepaliveStatus.PROCESSING;
    const keepalive = () => {
      if (isCurrent()) send(channel, { command: HidCommand.KEEPALIVE, payload: Uint8Array.of(status) }, reply);
    };
    const timer = setInterval(keepalive, this.#options.keepaliveMs);
    const onTouchNeeded = (needed: boolean) => {
      status = needed ? KeepaliveStatus.UPNEEDED : KeepaliveStatus.PROCESSING;
      if (needed) keepalive(); // §11.2.9.2.1: whenever the status changes
    };
    const { signal } = transaction.abort;
    const answer = await run(request, { channel, signal, onTouchNeeded });
    clearInterval(timer);
    // After an INIT on the channel, or without power, nobody is told how it ended.
    if (!isCurrent()) return;
    this.#transaction = undefined;
    send(channel, { command, payload: answer }, reply);
  }

  /** What is wrong with a message of that command and length, told by its first report. */
  #objection(command: number, length: number): HidErrorCode | undefined {
    const { onCbor, onMsg } = this.#options;
    if (length > MAX_MESSAGE) return HidErrorCode.INVALID_LEN;
    switch (command) {
      case HidCommand.PING:
        return undefined;
      case HidCommand.LOCK:
        return length === 1 ? undefined : HidErrorCode.INVALID_LEN;
      case HidCommand.CBOR:
      case HidCommand.MSG:
        if (!(command === HidCommand.CBOR ? onCbor : onMsg)) return HidErrorCode.INVALID_CMD;
        return length === 0 ? HidErrorCode.INVALID_LEN : undefined;
      case HidCommand.WINK:
        return length > 0 ? HidErrorCode.INVALID_LEN : undefined;
      default:
        return HidErrorCode.INVALID_CMD;
    }
  }

  /** Gives up what is under way, without an answer. */
  #drop(): void {
    const transaction = this.#transaction;
    this.#transaction = undefined;
    if (transaction?.state === 'receiving') clearTimeout(transaction.timer);
    if (transaction?.state === 'working') transaction.abort.abort();
  }

  #allocate(): number {
    this.#newest++;
    if (this.#newest === BROADCAST_CID) {
      this.#newest = 1;
      this.#retired = 0;
    }
    return this.#newest;
  }

  #isAllocated(channel: number): boolean {
    return channel > this.#retired && channel <= this.#newest;
  }
}

function lengthOf(report: Uint8Array): number {
  return new DataView(report.buffer, report.byteOffset).getUint16(5);
}

function fail(channel: number, code: HidErrorCode, reply: Reply): void {
  send(channel, { command: HidCommand.ERROR, payload: Uint8Array.of(code) }, reply);
}

function send(channel: number, { command, payload }: Message, reply: Reply): void {
  for (const report of toReports(channel, command, payload)) reply(report);
}
