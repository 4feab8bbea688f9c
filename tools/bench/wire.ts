import { createSocket, type RemoteInfo, type Socket } from 'node:dgram';

import { REPORT_SIZE } from '../../src/ctap/hid/constants.js';
import type { SoftKey } from '../../src/softkey/soft-key.js';
import { countTraffic, type Passed, type TrafficByKind } from './traffic.js';

/**
 * How long the wire takes for a report, in each direction.
 *
 * - `frames`: as full-speed USB does, where an interrupt endpoint carries one report in each frame of a millisecond: what is
 *   handed over during a frame arrives with the next one.
 * - `spaced`: a millisecond for each report from the moment that it is handed over, so that every computation comes on top.
 *
 * In both, n reports out and m reports in, one after the other, take n + m milliseconds at the least: that is the wire's own
 * minimum, which no client can undercut.
 */
export type Pace = 'none' | 'frames' | 'spaced';

/** A frame of full-speed USB (USB 2.0 §5.3.3), and the shortest interval at which an interrupt endpoint is served. */
export const REPORT_MS = 1;

/** A software key on UDP behind a wire that counts, and that takes its time when it has a pace. */
export class Wire {
  readonly #socket: Socket;
  readonly #key: SoftKey;
  readonly #clock = new PreciseClock();
  #pace: Pace = 'none';
  #freeOut = 0;
  #freeIn = 0;
  /** Only noted while it goes, and counted in the end: counting would keep the reports waiting. */
  #passed: Passed[] = [];

  private constructor(socket: Socket, key: SoftKey) {
    this.#socket = socket;
    this.#key = key;
    socket.on('message', (datagram, sender) => {
      if (datagram.length === REPORT_SIZE) this.#out(new Uint8Array(datagram), sender);
    });
  }

  /** A wire to `key` on a free port of this machine. */
  static async lay(key: SoftKey): Promise<Wire> {
    // Senders are numbers here: nothing has to be looked up before each report.
    const socket = createSocket({ type: 'udp4', lookup: (host, _options, found) => { found(null, host, 4); } }); // prettier-ignore
    await new Promise<void>((resolve) => {
      socket.bind(0, '127.0.0.1', resolve);
    });
    return new Wire(socket, key);
  }

  get address(): string {
    return `127.0.0.1:${this.#socket.address().port}`;
  }

  /** Sets the pace and begins to count anew. While there is a pace, the process takes a whole CPU. */
  begin(pace: Pace): void {
    this.#pace = pace;
    this.#passed = [];
    if (pace === 'none') this.#clock.stop();
    else this.#clock.start();
  }

  /** Ends the pace. Gives what went over the wire since `begin`. */
  end(): TrafficByKind {
    this.#clock.stop();
    this.#pace = 'none';
    return countTraffic(this.#passed);
  }

  #out(report: Uint8Array, sender: RemoteInfo): void {
    const deliver = () => {
      this.#passed.push({ report, direction: 'out', at: performance.now() });
      this.#key.receive(report, (answer) => {
        this.#in(answer, sender);
      });
    };
    if (this.#pace === 'none') {
      deliver();
      return;
    }
    this.#freeOut = this.#arrival(performance.now(), this.#freeOut);
    this.#clock.at(this.#freeOut, deliver);
  }

  #in(report: Uint8Array, sender: RemoteInfo): void {
    const now = performance.now();
    this.#passed.push({ report, direction: 'in', at: now });
    const deliver = () => {
      this.#socket.send(report, sender.port, sender.address);
    };
    if (this.#pace === 'none') {
      deliver();
      return;
    }
    this.#freeIn = this.#arrival(now, this.#freeIn);
    this.#clock.at(this.#freeIn, deliver);
  }

  /** When a report arrives that is handed over `now`, on a way whose last report arrives, or arrived, at `last`. */
  #arrival(now: number, last: number): number {
    if (this.#pace === 'spaced') return Math.max(now, last) + REPORT_MS;
    return Math.max((Math.floor(now / REPORT_MS) + 1) * REPORT_MS, last + REPORT_MS);
  }
}

/**
 * Does things at a time, in order, to some microseconds: timers are a millisecond coarse, so it turns with the event
 * loop. It turns when nothing is due as well, for a process that sleeps takes a while to hear what comes next.
 */
class PreciseClock {
  #due: { readonly at: number; readonly act: () => void }[] = [];
  #turning: NodeJS.Immediate | undefined;

  start(): void {
    this.#turning ??= setImmediate(this.#turn);
  }

  /** What is still due is not done any more. */
  stop(): void {
    clearImmediate(this.#turning);
    this.#turning = undefined;
    this.#due = [];
  }

  at(time: number, act: () => void): void {
    this.#due.push({ at: time, act });
  }

  readonly #turn = (): void => {
    this.#turning = setImmediate(this.#turn);
    if (this.#due.length === 0) return;
    const now = performance.now();
    const ready = this.#due.filter(({ at }) => at <= now);
    if (ready.length === 0) return;
    this.#due = this.#due.filter(({ at }) => at > now);
    for (const { act } of ready) act();
  };
}
