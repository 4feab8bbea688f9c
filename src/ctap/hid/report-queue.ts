import { TransportError } from '../errors.js';

/** Reports kept while nobody reads: a long message and more. What is older is other programs' traffic. */
const MOST_WAITING = 512;

/** What a look that does not wait ends with when nothing is there. One for all: making an error takes longer than the look. */
const NOTHING_THERE = new TransportError('no-answer', 'No report is there');

/** Reports that have arrived and await a reader: the receiving half of every port that is driven by events. */
export class ReportQueue {
  readonly #reports: Uint8Array[] = [];
  #reader: { resolve: (report: Uint8Array) => void; reject: (error: TransportError) => void } | undefined;
  #end: TransportError | undefined;

  push(report: Uint8Array): void {
    if (this.#end) return;
    if (this.#reader) this.#reader.resolve(report);
    else if (this.#reports.push(report) > MOST_WAITING) this.#reports.shift();
  }

  /**
   * No report will come any more: pending and later reads reject with `reason`. The first reason stays. What arrived
   * before a device was removed can still be read; what nobody asked for before closing cannot.
   */
  end(reason: TransportError): void {
    this.#end ??= reason;
    if (reason.code === 'closed') this.#reports.length = 0;
    this.#reader?.reject(this.#end);
  }

  get ended(): TransportError | undefined {
    return this.#end;
  }

  /** The next report. One reader at a time: a channel reads its answers in turn. */
  read(timeoutMs: number): Promise<Uint8Array> {
    const waiting = this.#reports.shift();
    if (waiting) return Promise.resolve(waiting);
    if (this.#end) return Promise.reject(this.#end);
    if (this.#reader) return Promise.reject(new TransportError('protocol', 'Two readers at one port'));
    return new Promise<Uint8Array>((resolve, reject) => {
      const settled = () => {
        stop();
        this.#reader = undefined;
      };
      const giveUp = () => {
        settled();
        reject(timeoutMs > 0 ? new TransportError('no-answer', `No report within ${timeoutMs} ms`) : NOTHING_THERE);
      };
      const stop = timeoutMs > 0 ? later(giveUp, timeoutMs) : afterEventLoop(giveUp);
      this.#reader = {
        resolve: (report) => {
          settled();
          resolve(report);
        },
        reject: (error) => {
          settled();
          reject(error);
        },
      };
    });
  }
}

/** Runs `act` after a time in ms. Returns how to stop that. */
function later(act: () => void, ms: number): () => void {
  const timer = setTimeout(act, ms);
  return () => {
    clearTimeout(timer);
  };
}

/**
 * Runs `act` once the event loop has looked for arrivals, so that what is there already is heard; the shortest timer
 * takes a millisecond for that. One turn may have begun before: the second is a whole one. Returns how to stop that.
 */
function afterEventLoop(act: () => void): () => void {
  let turn = setImmediate(() => {
    turn = setImmediate(act);
  });
  return () => {
    clearImmediate(turn);
  };
}
