import { equal } from '../codec/bytes.js';
import { TransportError } from '../errors.js';
import { HidCommand, NONCE_LENGTH } from '../hid/constants.js';
import type { HidPort } from '../hid/port.js';
import { ReportQueue } from '../hid/report-queue.js';

/** One report of a full recording (`RecordingOptions.onReport`). */
export interface RecordedReport {
  readonly direction: 'out' | 'in';
  readonly report: Uint8Array;
}

/** What was sent is not what was sent when the recording was made. */
export class ReplayError extends Error {
  override readonly name = 'ReplayError';
}

export interface ReplayOptions {
  /**
   * `bytes`: our reports must equal the recorded ones, the nonce of INIT aside. `shape`: they must be of the same channel,
   * kind and length; for exchanges that hold random numbers of ours, such as a key agreement.
   */
  readonly match: 'bytes' | 'shape';
}

const INIT = 0x80 | HidCommand.INIT;
/** Where the nonce stands in a report of INIT, in either direction. */
const NONCE = { start: 7, end: 7 + NONCE_LENGTH };
/** Channel, command or sequence number, and in a first report the length. */
const HEAD = { first: 7, next: 5 };

/** Plays the authenticator of a full recording: each report that is written is compared, and what followed it then follows it now. */
export class ReplayPort implements HidPort {
  readonly hearsOthers = true;
  readonly #recorded: readonly RecordedReport[];
  readonly #match: ReplayOptions['match'];
  readonly #queue = new ReportQueue();
  #at = 0;
  #nonce: Uint8Array | undefined;

  constructor(recorded: readonly RecordedReport[], { match }: ReplayOptions) {
    this.#recorded = recorded;
    this.#match = match;
    this.#answer();
  }

  /** Reports of the recording that nobody has come to yet. */
  get left(): number {
    return this.#recorded.length - this.#at;
  }

  write(report: Uint8Array): Promise<void> {
    if (this.#queue.ended) return Promise.reject(this.#queue.ended);
    const expected = this.#recorded[this.#at];
    if (!expected) return Promise.reject(new ReplayError(`Report ${this.#at} is one more than was recorded`));
    if (report[4] === INIT) this.#nonce = report.slice(NONCE.start, NONCE.end);
    const known = report[4] === INIT ? withNonce(expected.report, this.#nonce) : expected.report;
    if (!this.#isSame(report, known))
      return Promise.reject(new ReplayError(`Report ${this.#at} is another than was recorded`));
    this.#at++;
    this.#answer();
    return Promise.resolve();
  }

  read(timeoutMs: number): Promise<Uint8Array> {
    return this.#queue.read(timeoutMs);
  }

  close(): Promise<void> {
    this.#queue.end(new TransportError('closed', 'The port was closed'));
    return Promise.resolve();
  }

  #answer(): void {
    for (let next = this.#recorded[this.#at]; next?.direction === 'in'; next = this.#recorded[++this.#at])
      this.#queue.push(next.report[4] === INIT ? withNonce(next.report, this.#nonce) : next.report);
  }

  #isSame(report: Uint8Array, known: Uint8Array): boolean {
    if (this.#match === 'bytes') return equal(report, known);
    const head = (report[4] ?? 0) & 0x80 ? HEAD.first : HEAD.next;
    return equal(report.subarray(0, head), known.subarray(0, head));
  }
}

/** Nonces are new every time: the recorded one gives way to ours. */
function withNonce(report: Uint8Array, nonce: Uint8Array | undefined): Uint8Array {
  if (!nonce) return report;
  const changed = Uint8Array.from(report);
  changed.set(nonce, NONCE.start);
  return changed;
}
