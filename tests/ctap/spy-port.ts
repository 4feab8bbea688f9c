import { HidCommand } from '../../src/ctap/hid/constants.js';
import { channelOf, MessageReader } from '../../src/ctap/hid/framing.js';
import type { HidPort } from '../../src/ctap/hid/port.js';

/** Stands between a channel and a port, and counts the CTAP commands that go out and the answers that come in. */
export class SpyPort implements HidPort {
  readonly hearsOthers: boolean;
  /** Command bytes, in the order in which they went out. */
  readonly commands: number[] = [];
  /** Status bytes, in the order in which they came in. */
  readonly answers: number[] = [];
  /** Reports in each direction. */
  readonly reports = { out: 0, in: 0 };
  readonly #port: HidPort;
  readonly #out = new Map<number, MessageReader>();
  readonly #in = new Map<number, MessageReader>();

  constructor(port: HidPort, hearsOthers = port.hearsOthers ?? false) {
    this.#port = port;
    this.hearsOthers = hearsOthers;
  }

  async write(report: Uint8Array): Promise<void> {
    this.reports.out++;
    collect(this.#out, report, this.commands);
    await this.#port.write(report);
  }

  async read(timeoutMs: number): Promise<Uint8Array> {
    const report = await this.#port.read(timeoutMs);
    this.reports.in++;
    collect(this.#in, report, this.answers);
    return report;
  }

  close(): Promise<void> {
    return this.#port.close();
  }

  forget(): void {
    this.commands.length = 0;
    this.answers.length = 0;
  }
}

function collect(readers: Map<number, MessageReader>, report: Uint8Array, into: number[]): void {
  const cid = channelOf(report) ?? 0;
  const reader = readers.get(cid) ?? new MessageReader(cid);
  readers.set(cid, reader);
  const message = reader.push(report);
  if (message?.command === HidCommand.CBOR) into.push(message.payload[0] ?? -1);
}
