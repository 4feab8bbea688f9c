import { TransportError } from '../../ctap/errors.js';
import { REPORT_SIZE } from '../../ctap/hid/constants.js';
import type { HidPort } from '../../ctap/hid/port.js';
import { ReportQueue } from '../../ctap/hid/report-queue.js';
import type { SoftKey } from '../soft-key.js';

/**
 * A port to a software key in the same process. As with a real device, several may be open at once and every one of
 * them gets all the reports that the key sends; when the key is unplugged they end, and a new one is opened after.
 */
export class MemoryPort implements HidPort {
  /** As with HID: every open port gets what the key sends, whoever asked. */
  readonly hearsOthers = true;
  readonly #key: SoftKey;
  readonly #queue = new ReportQueue();
  readonly #detach: () => void;

  constructor(key: SoftKey) {
    this.#key = key;
    const onUnplug = () => {
      this.#queue.end(new TransportError('device-removed', 'The software key was unplugged'));
    };
    this.#detach = key.attach({
      onReport: (report) => {
        this.#queue.push(report.slice());
      },
      onUnplug,
    });
    if (!key.plugged) onUnplug();
  }

  write(report: Uint8Array): Promise<void> {
    const { ended } = this.#queue;
    if (ended) return Promise.reject(ended);
    if (report.length !== REPORT_SIZE) {
      return Promise.reject(new TransportError('protocol', `A report of ${report.length} bytes`));
    }
    this.#key.receive(report.slice());
    return Promise.resolve();
  }

  read(timeoutMs: number): Promise<Uint8Array> {
    return this.#queue.read(timeoutMs);
  }

  close(): Promise<void> {
    this.#detach();
    this.#queue.end(new TransportError('closed', 'The port is closed'));
    return Promise.resolve();
  }
}
