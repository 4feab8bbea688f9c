import { TransportError } from '../../src/ctap/errors.js';
import { BROADCAST_CID, HidCommand, HidErrorCode, REPORT_SIZE } from '../../src/ctap/hid/constants.js';
import { channelOf, toReports } from '../../src/ctap/hid/framing.js';
import type { HidPort } from '../../src/ctap/hid/port.js';
import { MemoryPort } from '../../src/softkey/ports/memory-port.js';
import type { SoftKey } from '../../src/softkey/soft-key.js';

/** What goes wrong at one report. */
export const FAULTS = [
  'disconnect', // the key is pulled out
  'silence', // from here on nothing passes any more, and nobody says so
  'lost', // this report alone does not arrive
  'busy', // the key says that it is busy
  'foreign', // another program talks to the key
  'garbage, continued', // a report out of any sequence
  'garbage, begun', // the beginning of a message that never goes on
  'garbage, unknown', // a command that there is not
  'garbage, too long', // a message longer than there can be
  'cancel', // the person gives up
  'cancel, then silence',
] as const;
export type Fault = (typeof FAULTS)[number];

export type Direction = 'out' | 'in';
export const DIRECTIONS: readonly Direction[] = ['out', 'in'];

/** Where a fault strikes: at the report number `index`, from 0, to the key or from it. */
export interface Injection {
  readonly fault: Fault;
  readonly direction: Direction;
  readonly index: number;
}

/** A channel that belongs to somebody else. */
const STRANGER = 0x7e57c1d0;
const INITIAL_FLAG = 0x80;
/** What another program says to the key, and what the key says to it. */
const OTHER_REQUESTS = [
  ...toReports(BROADCAST_CID, HidCommand.INIT, new Uint8Array(8).fill(0x5a)),
  ...toReports(STRANGER, HidCommand.PING, new Uint8Array(8)),
];
const OTHER_ANSWERS = [...toReports(STRANGER, HidCommand.CBOR, new Uint8Array(100))];

/** A cable to a software key on which one thing goes wrong. */
export class FaultyPort implements HidPort {
  readonly hearsOthers = true;
  /** Reports so far. */
  readonly seen: Record<Direction, number> = { out: 0, in: 0 };
  readonly #key: SoftKey;
  readonly #port: MemoryPort;
  readonly #injection: Injection | undefined;
  readonly #cancel: () => void;
  /** Reports that are not the key's, and come before the next one of its. */
  readonly #between: Uint8Array[] = [];
  /** A report of the key that was held back for them. */
  #held: Uint8Array | undefined;
  #isSilent = false;

  /** @param cancel gives up, as a person does */
  constructor(key: SoftKey, injection: Injection | undefined, cancel: () => void) {
    this.#key = key;
    this.#port = new MemoryPort(key);
    this.#injection = injection;
    this.#cancel = cancel;
  }

  async write(report: Uint8Array): Promise<void> {
    const fault = this.#faultAt('out');
    const channel = channelOf(report) ?? 0;
    if (fault === 'disconnect') this.#key.unplug();
    const isSilent = this.#strike(fault);
    if (fault === 'busy') {
      this.#between.push(...toReports(channel, HidCommand.ERROR, Uint8Array.of(HidErrorCode.CHANNEL_BUSY)));
      return;
    }
    if (fault === 'lost' || isSilent) return;
    for (const other of strangers(fault, channel, 'out')) await this.#port.write(other);
    await this.#port.write(report);
  }

  async read(timeoutMs: number): Promise<Uint8Array> {
    const next = this.#between.shift() ?? this.#held;
    if (next) {
      if (next === this.#held) this.#held = undefined;
      return next;
    }
    if (this.#isSilent) return this.#nothing(timeoutMs);
    const report = await this.#port.read(timeoutMs);
    const fault = this.#faultAt('in');
    const channel = channelOf(report) ?? 0;
    if (fault === 'disconnect') {
      this.#key.unplug();
      throw new TransportError('device-removed', 'The key was pulled out');
    }
    if (this.#strike(fault)) return this.#nothing(timeoutMs);
    if (fault === 'lost') return this.read(timeoutMs);
    this.#between.push(...strangers(fault, channel, 'in'));
    this.#held = report;
    return this.read(timeoutMs);
  }

  close(): Promise<void> {
    this.#between.length = 0;
    return this.#port.close();
  }

  #faultAt(direction: Direction): Fault | undefined {
    const index = this.seen[direction]++;
    const injection = this.#injection;
    return injection?.direction === direction && injection.index === index ? injection.fault : undefined;
  }

  /** Returns whether nothing passes any more. */
  #strike(fault: Fault | undefined): boolean {
    if (fault === 'silence' || fault === 'cancel, then silence') this.#isSilent = true;
    if (fault === 'cancel' || fault === 'cancel, then silence') this.#cancel();
    return this.#isSilent;
  }

  #nothing(timeoutMs: number): Promise<never> {
    return new Promise((_resolve, reject) => {
      setTimeout(() => {
        reject(new TransportError('no-answer', `No report within ${timeoutMs} ms`));
      }, timeoutMs);
    });
  }
}

/** Reports that come before the one that a fault strikes. */
function strangers(fault: Fault | undefined, channel: number, direction: Direction): readonly Uint8Array[] {
  switch (fault) {
    case 'busy':
      return [...toReports(channel, HidCommand.ERROR, Uint8Array.of(HidErrorCode.CHANNEL_BUSY))];
    case 'foreign':
      return direction === 'out' ? OTHER_REQUESTS : OTHER_ANSWERS;
    case 'garbage, continued':
      return [garbage(channel, 0x5a, 0)];
    case 'garbage, begun':
      return [garbage(channel, INITIAL_FLAG | HidCommand.CBOR, 300)];
    case 'garbage, unknown':
      return [garbage(channel, INITIAL_FLAG | 0x3a, 5)];
    case 'garbage, too long':
      return [garbage(channel, INITIAL_FLAG | HidCommand.CBOR, 0xffff)];
    case 'disconnect':
    case 'silence':
    case 'lost':
    case 'cancel':
    case 'cancel, then silence':
    case undefined:
      return [];
  }
}

/** A report of noise, the same each time, but for its channel and the bytes by which a reader takes it for something. */
function garbage(channel: number, kind: number, length: number): Uint8Array {
  const report = Uint8Array.from({ length: REPORT_SIZE }, (_, index) => index * 37 + kind);
  const view = new DataView(report.buffer);
  view.setUint32(0, channel);
  report[4] = kind;
  if (kind & INITIAL_FLAG) view.setUint16(5, length);
  return report;
}
