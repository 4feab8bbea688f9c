import { TransportError } from '../errors.js';

/** Reports that have arrived and await a reader: the receiving half of every port that is driven by events. */
export class ReportQueue {
  readonly #reports: Uint8Array[] = [];
  #reader: { resolve: (report: Uint8Array) => void; reject: (error: TransportError) => void } | undefined;
  #end: TransportError | undefined;

  push(report: Uint8Array): void {
    if (this.#end) return;
    if (this.#reader) this.#reader.resolve(report);
    else this.#reports.push(report);
  }

  /** No report will come any more: pending and later reads reject with `reason`. The first reason stays. */
  end(reason: TransportError): void {
    this.#end ??= reason;
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
        clearTimeout(timer);
        this.#reader = undefined;
      };
      const timer = setTimeout(() => {
        settled();
        reject(new TransportError('no-answer', `No report within ${timeoutMs} ms`));
      }, timeoutMs);
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
