import { concat } from '../../ctap/codec/bytes.js';
import { HidCommand, HidErrorCode, KeepaliveStatus } from '../../ctap/hid/constants.js';
import { channelOf, toReports } from '../../ctap/hid/framing.js';
import type { Reply } from '../hid/hid-device.js';
import type { Quirks } from './quirks.js';

const INITIAL_FLAG = 0x80;
/** A channel that the software key has given to nobody here: it numbers them from 1. */
const STRANGER = 0x7e57c1d0;

/** The quirks that show on the cable: what happens to reports between the key and whoever holds the other end. */
export class QuirkyCable {
  readonly #quirks: Quirks;
  readonly #cutPower: () => void;
  #busyLeft: number;
  /** Reports that went either way, and those that the key sent. */
  #passed = 0;
  #sent = 0;
  /** Channels on which the report that is going out belongs to an answer. */
  readonly #answering = new Set<number>();

  constructor(quirks: Quirks, cutPower: () => void) {
    this.#quirks = quirks;
    this.#cutPower = cutPower;
    this.#busyLeft = quirks.busy ?? 0;
  }

  /** A report from the platform. Returns whether the key gets to see it. */
  takes(report: Uint8Array, reply: Reply): boolean {
    if (this.#breaks()) return false;
    const command = commandOf(report);
    if (command === HidCommand.CANCEL) return !('touch-beats-cancel' in this.#quirks);
    if (command === undefined || command === HidCommand.INIT || this.#busyLeft === 0) return true;
    this.#busyLeft--;
    const busy = Uint8Array.of(HidErrorCode.CHANNEL_BUSY);
    for (const error of toReports(channelOf(report) ?? 0, HidCommand.ERROR, busy)) this.send(error, reply);
    return false;
  }

  /** A report of the key goes out, by `reply`: as it is, late, in bad company, or not at all. */
  send(report: Uint8Array, reply: Reply): void {
    const delay = this.#quirks['late-answers'];
    if (delay !== undefined && this.#isAnswer(report))
      setTimeout(() => {
        this.#send(report, reply);
      }, delay);
    else this.#send(report, reply);
  }

  #send(report: Uint8Array, reply: Reply): void {
    if (this.#breaks()) return;
    if (this.#sent++ >= (this.#quirks.silent ?? Infinity)) return;
    if ('wrong-nonce' in this.#quirks && commandOf(report) === HidCommand.INIT) reply(withOtherNonce(report));
    if ('foreign-frames' in this.#quirks) for (const foreign of strangersReports()) reply(foreign);
    reply(report);
  }

  /** Whether this is the report at which the power goes. */
  #breaks(): boolean {
    if (++this.#passed !== this.#quirks.disconnect) return false;
    this.#cutPower();
    return true;
  }

  #isAnswer(report: Uint8Array): boolean {
    const channel = channelOf(report) ?? 0;
    const command = commandOf(report);
    if (command === HidCommand.CBOR) this.#answering.add(channel);
    else if (command !== undefined) this.#answering.delete(channel);
    return this.#answering.has(channel);
  }
}

/** The command of a message's first report; undefined for those that follow. */
function commandOf(report: Uint8Array): number | undefined {
  const kind = report[4] ?? 0;
  return kind & INITIAL_FLAG ? kind & ~INITIAL_FLAG : undefined;
}

/** What another program might be told: that its request waits for a touch, and the second part of an answer. */
function strangersReports(): Uint8Array[] {
  const [keepalive] = toReports(STRANGER, HidCommand.KEEPALIVE, Uint8Array.of(KeepaliveStatus.UPNEEDED));
  const [, continuation] = toReports(STRANGER, HidCommand.CBOR, new Uint8Array(100));
  return [keepalive, continuation].filter((report) => report !== undefined);
}

/** The same answer with the first byte of the nonce changed, and the channel that goes with it. */
function withOtherNonce(report: Uint8Array): Uint8Array {
  const other = concat(report);
  other[7] = (other[7] ?? 0) ^ 0xff;
  new DataView(other.buffer).setUint32(15, STRANGER);
  return other;
}
