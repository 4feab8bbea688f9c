import { StringDecoder } from 'node:string_decoder';

import { onAbort } from '../ctap/on-abort.js';
import type { Input } from './world.js';

/** More than any PIN, password or options document that fits on one line, in characters. */
const MAX_LINE = 1 << 20;

/**
 * Reads standard input line by line, and only while somebody waits for a line: what is not asked for stays where it is,
 * and an input that is never asked for does not keep the program alive.
 */
export class LineReader {
  readonly #input: Input;
  readonly #decoder = new StringDecoder('utf8');
  #text = '';
  #ended = false;

  constructor(input: Input) {
    this.#input = input;
  }

  /** The next line without its end, or undefined after the last. Rejects with the signal's reason, or a RangeError for a line beyond all measure. */
  async next(signal: AbortSignal): Promise<string | undefined> {
    for (;;) {
      signal.throwIfAborted();
      const end = this.#text.indexOf('\n');
      if (end >= 0) {
        const line = this.#text.slice(0, end);
        this.#text = this.#text.slice(end + 1);
        return line.endsWith('\r') ? line.slice(0, -1) : line;
      }
      if (this.#text.length > MAX_LINE) throw new RangeError('A line of standard input is too long');
      if (this.#ended) {
        const last = this.#text;
        this.#text = '';
        return last === '' ? undefined : last;
      }
      await this.#more(signal);
    }
  }

  /**
   * Key presses of a terminal in raw mode: what has come since the last call, at least one character; undefined at the end
   * of input.
   */
  async keys(signal: AbortSignal): Promise<string | undefined> {
    while (this.#text === '' && !this.#ended) await this.#more(signal);
    const keys = this.#text;
    this.#text = '';
    return keys === '' ? undefined : keys;
  }

  /** Gives back what was read too much. */
  putBack(text: string): void {
    this.#text = text + this.#text;
  }

  #more(signal: AbortSignal): Promise<void> {
    const input = this.#input;
    return new Promise<void>((resolve, reject) => {
      const stop = () => {
        ignoreAbort();
        input.off('data', onData).off('end', onEnd).off('close', onEnd).off('error', onError);
        input.pause();
      };
      const onData = (chunk: Buffer | string) => {
        this.#text += typeof chunk === 'string' ? chunk : this.#decoder.write(chunk);
        stop();
        resolve();
      };
      const onEnd = () => {
        this.#text += this.#decoder.end();
        this.#ended = true;
        stop();
        resolve();
      };
      const onError = (error: Error) => {
        stop();
        reject(error);
      };
      if (input.readableEnded || input.destroyed) {
        this.#ended = true;
        resolve();
        return;
      }
      let ignoreAbort: () => void = () => undefined;
      input.on('data', onData).on('end', onEnd).on('close', onEnd).on('error', onError);
      ignoreAbort = onAbort(signal, () => {
        stop();
        reject(signal.reason as Error);
      });
      input.resume();
    });
  }
}
