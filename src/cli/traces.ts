import { writeFile } from 'node:fs/promises';

import type { FoundKey } from '../ctap/discovery.js';
import type { DeviceInfo } from '../ctap/get-info.js';
import type { TraceEntry } from '../ctap/trace/entry.js';
import { RecordingPort } from '../ctap/trace/recording-port.js';
import { traceText } from '../ctap/trace/trace-text.js';
import { passportOf } from '../passport/passport.js';
import { printable } from './printable.js';
import { usage } from './problem.js';

interface Recording {
  readonly found: FoundKey;
  readonly startedAt: string;
  readonly entries: TraceEntry[];
  info: DeviceInfo | undefined;
}

/** What goes over the cable to every key that is opened, for --trace: names and lengths, one recording after the other. */
export class Traces {
  readonly #file: string | undefined;
  readonly #recordings: Recording[] = [];

  /** @param file where to save them; undefined: nothing is recorded */
  constructor(file: string | undefined) {
    this.#file = file;
  }

  /** The same key, whose traffic is recorded. */
  of(found: FoundKey): FoundKey {
    if (this.#file === undefined) return found;
    return {
      ...found,
      open: async () => {
        const port = await found.open();
        const startedAt = new Date().toISOString();
        const recording: Recording = { found, startedAt, entries: [], info: undefined };
        this.#recordings.push(recording);
        return new RecordingPort(port, {
          onEntry: (entry) => recording.entries.push(entry),
          onInfo: (info) => {
            recording.info = info;
          },
          now: () => performance.now(),
        });
      },
    };
  }

  /** Writes the file, whatever came of the command. @throws Problem when that is not possible */
  async save(): Promise<void> {
    if (this.#file === undefined) return;
    const text = this.#recordings.map(({ found, startedAt, entries, info }) => {
      const { product, manufacturer, connection } = found; // no serial number: a trace is sent to others
      const passport = info && passportOf(info, found, { now: Date.now() });
      return traceText({ startedAt, key: { product, manufacturer, connection, passport }, entries });
    });
    try {
      await writeFile(this.#file, text.join(''), { mode: 0o600 });
    } catch (error) {
      throw usage(
        `The trace cannot be saved to ${printable(this.#file)}.`,
        error instanceof Error ? error.message : String(error),
      );
    }
  }
}
