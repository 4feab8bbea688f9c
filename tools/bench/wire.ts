import { createSocket, type RemoteInfo, type Socket } from 'node:dgram';

import { BROADCAST_CID, HidCommand, REPORT_SIZE } from '../../src/ctap/hid/constants.js';
import { channelOf, MessageReader } from '../../src/ctap/hid/framing.js';
import type { SoftKey } from '../../src/softkey/soft-key.js';

/** What went over the wire for messages of one kind, and how long the key itself took for them. */
export interface Traffic {
  messages: number;
  /** 64-byte reports, keepalives included. */
  reportsOut: number;
  reportsIn: number;
  /** From the last report of a request, come to its end, to the first report of the answer, keepalives aside. */
  keyMs: number;
}

/** Kinds of messages: the CTAP command in hex for CBOR messages (`cbor:01`), else the CTAPHID command (`hid:06`). */
export type TrafficByKind = Readonly<Record<string, Traffic>>;

/**
 * A software key on UDP behind a wire that counts, and, when it is paced, takes its time as USB does: each direction
 * carries one report at a time and takes `reportMs` for each. So n reports out and m reports in, one after the other,
 * take (n + m) × `reportMs` at the least: that is the wire's own minimum, which no client can undercut.
 */
export class Wire {
  readonly #socket: Socket;
  readonly #key: SoftKey;
  readonly #clock: PreciseClock;
  #reportMs = 0;
  #freeOut = 0;
  #freeIn = 0;
  #traffic: Record<string, Traffic> = {};
  /** What each channel is asking right now. */
  readonly #asking = new Map<number, { reader: MessageReader; kind: string; reports: number; askedAt: number }>();

  private constructor(socket: Socket, key: SoftKey) {
    this.#socket = socket;
    this.#key = key;
    this.#clock = new PreciseClock();
    socket.on('message', (datagram, sender) => {
      if (datagram.length === REPORT_SIZE) this.#out(Uint8Array.from(datagram), sender);
    });
  }

  /** A wire to `key` on a free port of this machine. */
  static async lay(key: SoftKey): Promise<Wire> {
    const socket = createSocket('udp4');
    await new Promise<void>((resolve) => {
      socket.bind(0, '127.0.0.1', resolve);
    });
    return new Wire(socket, key);
  }

  get address(): string {
    return `127.0.0.1:${this.#socket.address().port}`;
  }

  /** Sets the pace, 0 for none, and begins to count anew. */
  begin(reportMs: number): void {
    this.#reportMs = reportMs;
    this.#traffic = {};
  }

  get traffic(): TrafficByKind {
    return this.#traffic;
  }

  close(): void {
    this.#socket.close();
  }

  #out(report: Uint8Array, sender: RemoteInfo): void {
    this.#freeOut = Math.max(performance.now(), this.#freeOut) + this.#reportMs;
    this.#clock.at(this.#reportMs === 0 ? 0 : this.#freeOut, () => {
      this.#note(report);
      this.#key.receive(report, (answer) => {
        this.#in(answer, sender);
      });
    });
  }

  #in(report: Uint8Array, sender: RemoteInfo): void {
    this.#noteAnswer(report);
    this.#freeIn = Math.max(performance.now(), this.#freeIn) + this.#reportMs;
    this.#clock.at(this.#reportMs === 0 ? 0 : this.#freeIn, () => {
      this.#socket.send(report, sender.port, sender.address);
    });
  }

  #note(report: Uint8Array): void {
    const cid = channelOf(report) ?? BROADCAST_CID;
    const asking = this.#asking.get(cid) ?? { reader: new MessageReader(cid), kind: '', reports: 0, askedAt: 0 };
    this.#asking.set(cid, asking);
    asking.reports++;
    const message = asking.reader.push(report);
    if (!message) return;
    asking.kind = kindOf(message.command, message.payload);
    const traffic = this.#of(asking.kind);
    traffic.messages++;
    traffic.reportsOut += asking.reports;
    asking.reports = 0;
    asking.askedAt = performance.now();
  }

  #noteAnswer(report: Uint8Array): void {
    const asking = this.#asking.get(channelOf(report) ?? BROADCAST_CID);
    if (!asking) return;
    const traffic = this.#of(asking.kind);
    traffic.reportsIn++;
    if (asking.askedAt === 0 || ((report[4] ?? 0) & 0x7f) === HidCommand.KEEPALIVE) return;
    traffic.keyMs += performance.now() - asking.askedAt;
    asking.askedAt = 0;
  }

  #of(kind: string): Traffic {
    return (this.#traffic[kind] ??= { messages: 0, reportsOut: 0, reportsIn: 0, keyMs: 0 });
  }
}

function kindOf(command: number, payload: Uint8Array): string {
  const [name, number] = command === HidCommand.CBOR ? ['cbor', payload[0] ?? 0] : ['hid', command];
  return `${name}:${number.toString(16).padStart(2, '0')}`;
}

/** Does things at a time, in order, to some microseconds: timers are a millisecond coarse, so it turns with the event loop. */
class PreciseClock {
  #due: { readonly at: number; readonly act: () => void }[] = [];

  at(time: number, act: () => void): void {
    if (time === 0) {
      act();
      return;
    }
    this.#due.push({ at: time, act });
    if (this.#due.length === 1) this.#turn();
  }

  #turn(): void {
    const now = performance.now();
    const ready = this.#due.filter(({ at }) => at <= now);
    this.#due = this.#due.filter(({ at }) => at > now);
    for (const { act } of ready) act();
    if (this.#due.length > 0) setImmediate(() => { this.#turn(); }); // prettier-ignore
  }
}
