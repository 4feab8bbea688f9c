import type { DeviceInfo } from '../../ctap/get-info.js';
import type { TraceEntry } from '../../ctap/trace/entry.js';
import { RecordingPort } from '../../ctap/trace/recording-port.js';
import { traceText } from '../../ctap/trace/trace-text.js';
import { passportOf } from '../../passport/passport.js';
import { FailureError } from '../../failures/failure-error.js';
import type { PluggedKey } from './plugged-key.js';

/** Messages kept for each key: the last few minutes of work with it. */
const MOST_ENTRIES = 500;

interface Recording {
  readonly found: PluggedKey;
  readonly entries: TraceEntry[];
  info: DeviceInfo | undefined;
}

/** The last traffic with each key, so that a fault that has just happened can be told to others: names and lengths, never what was in it. */
export class KeyTraffic {
  readonly #recordings = new Map<string, Recording>();
  /** Milliseconds since 1970. */
  readonly #now: () => number;

  constructor(now: () => number) {
    this.#now = now;
  }

  /** The same key, whose traffic is kept. */
  watch(found: PluggedKey): PluggedKey {
    return { ...found, open: async () => this.#recording(found, await found.open()) };
  }

  /** Forgets keys that are not plugged in any more. */
  keysChanged(plugged: readonly { readonly id: string }[]): void {
    for (const id of this.#recordings.keys()) if (!plugged.some((key) => key.id === id)) this.#recordings.delete(id);
  }

  /** What was last said with a key, as JSON Lines. Throws FailureError `key/removed` for a key that nobody has spoken to. */
  textOf(keyId: string): string {
    const recording = this.#recordings.get(keyId);
    if (!recording) throw new FailureError({ code: 'key/removed', detail: keyId });
    const { found, entries, info } = recording;
    const { product, manufacturer, connection } = found; // no serial number: a trace is sent to others
    const passport = info && passportOf(info, found, { now: this.#now() });
    const startedAt = new Date(this.#now()).toISOString();
    return traceText({ startedAt, key: { product, manufacturer, connection, passport }, entries });
  }

  #recording(found: PluggedKey, port: Awaited<ReturnType<PluggedKey['open']>>): RecordingPort {
    const recording = this.#recordings.get(found.id) ?? { found, entries: [], info: undefined };
    this.#recordings.set(found.id, recording);
    return new RecordingPort(port, {
      onEntry: (entry) => {
        recording.entries.push(entry);
        if (recording.entries.length > MOST_ENTRIES) recording.entries.shift();
      },
      onInfo: (info) => {
        recording.info = info;
      },
      now: () => performance.now(),
    });
  }
}
