import { SampleStatus } from '../ctap/bio-enrollment.js';
import type { TouchRequest, UserPresence } from './user-presence.js';

/** A finger on the sensor. */
export interface Scan {
  /** Stands for what a sensor sees: the same text is the same finger. */
  readonly finger: string;
  /** How well it was put on; by default well. A bad one is never recognised. */
  readonly status?: SampleStatus;
}

export type ScanAnswer = Scan | 'denied';

/** The fingerprint sensor of the key, or the person who puts fingers on it. */
export interface FingerprintSensor {
  /** Resolves with the next finger. Otherwise it is like `UserPresence.touch`. */
  scan(request: TouchRequest, signal: AbortSignal): Promise<ScanAnswer>;
}

/** The finger of whoever has no other name. */
export const USUAL_FINGER = 'finger';

/** A sensor in the button: whoever presses that puts on the finger which `finger` tells, well and by default always the same. */
export function sensorInButton(presence: UserPresence, finger: () => string = () => USUAL_FINGER): FingerprintSensor {
  return {
    scan: async (request, signal) =>
      (await presence.touch(request, signal)) === 'denied' ? 'denied' : { finger: finger() },
  };
}

/** Fingers that come one after the other as a list says, and then none any more. */
export class ScriptedSensor implements FingerprintSensor {
  readonly #scans: ScanAnswer[];

  constructor(...scans: ScanAnswer[]) {
    this.#scans = scans;
  }

  /** Fingers that were not put on yet. */
  get left(): number {
    return this.#scans.length;
  }

  /** Adds to the end of the list; a scan that waits already does not see it. */
  put(...scans: ScanAnswer[]): void {
    this.#scans.push(...scans);
  }

  scan(): Promise<ScanAnswer> {
    const next = this.#scans.shift();
    return next === undefined ? new Promise(() => undefined) : Promise.resolve(next);
  }
}

/** Whether the sensor could read the finger at all. */
export function isGood({ status = SampleStatus.FP_GOOD }: Scan): boolean {
  return status === SampleStatus.FP_GOOD;
}
