import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { concat, fromHex, toHex } from '../../src/ctap/codec/bytes.js';
import { HidCommand, REPORT_SIZE } from '../../src/ctap/hid/constants.js';
import { MessageReader, toReports } from '../../src/ctap/hid/framing.js';
import type { HidPort } from '../../src/ctap/hid/port.js';

/** A port to a key that answers CTAPHID, and the means to take the key away. */
export interface Plugged {
  readonly port: HidPort;
  /** Pulls the key out. */
  remove(): Promise<void>;
  /** After the test: gives back what the key needed. The port is closed by the suite. */
  release?(): Promise<void>;
}

/** Longer than any answer takes; a test that waits that long has failed. */
const ANSWER_MS = 4000;
const NONCE = 'a0a1a2a3a4a5a6a7';
const INIT = fromHex(`ffffffff 86 0008 ${NONCE} ${'00'.repeat(49)}`);

/** What every HidPort does, whatever the cable is made of. */
export function describeHidPort(name: string, open: () => Promise<Plugged>): void {
  describe(`${name} as a HidPort`, () => {
    let plugged: Plugged;
    beforeEach(async () => {
      plugged = await open();
    });
    afterEach(async () => {
      await plugged.port.close();
      await plugged.release?.();
    });

    it('carries a report out and the answer in, 64 bytes each', async () => {
      const { port } = plugged;
      await port.write(INIT);
      const answer = await port.read(ANSWER_MS);
      expect(answer).toHaveLength(REPORT_SIZE);
      expect(toHex(answer.subarray(0, 15))).toBe(`ffffffff860011${NONCE}`);
    });

    it('keeps reports in order and loses none', async () => {
      const { port } = plugged;
      await port.write(INIT);
      const cid = new DataView((await port.read(ANSWER_MS)).slice(15, 19).buffer).getUint32(0);
      const payload = Uint8Array.from({ length: 1024 }, (_, index) => index * 7);
      for (const report of toReports(cid, HidCommand.PING, payload)) await port.write(report);
      const reader = new MessageReader(cid);
      let message = reader.push(await port.read(ANSWER_MS));
      while (!message) message = reader.push(await port.read(ANSWER_MS));
      expect(toHex(concat(Uint8Array.of(message.command), message.payload))).toBe(`01${toHex(payload)}`);
    });

    it('ends a read with no-answer when nothing comes, and goes on working', async () => {
      const { port } = plugged;
      for (const timeout of [0, 1, 20])
        await expect(port.read(timeout)).rejects.toMatchObject({ name: 'TransportError', code: 'no-answer' });
      await port.write(INIT);
      expect(await port.read(ANSWER_MS)).toHaveLength(REPORT_SIZE);
    });

    it('gives a report that came while nobody was reading to the next read', async () => {
      const { port } = plugged;
      await port.write(INIT);
      await port.write(INIT);
      await port.read(ANSWER_MS);
      expect(await port.read(ANSWER_MS)).toHaveLength(REPORT_SIZE);
    });

    it('is device-removed for reading and writing once the key is gone', async () => {
      const { port } = plugged;
      await plugged.remove();
      // Over some cables the first report that is not taken tells.
      await port.write(INIT).catch(() => undefined);
      await expect(port.read(ANSWER_MS)).rejects.toMatchObject({ name: 'TransportError', code: 'device-removed' });
      await expect(port.write(INIT)).rejects.toMatchObject({ name: 'TransportError', code: 'device-removed' });
    });

    it('ends a pending read with closed when it is closed', async () => {
      const { port } = plugged;
      const pending = expect(port.read(ANSWER_MS)).rejects.toMatchObject({ name: 'TransportError', code: 'closed' });
      await port.close();
      await pending;
    });

    it('takes and gives nothing after closing, and may be closed twice', async () => {
      const { port } = plugged;
      await port.write(INIT);
      await port.close();
      await port.close();
      await expect(port.write(INIT)).rejects.toMatchObject({ code: 'closed' });
      await expect(port.read(20)).rejects.toMatchObject({ code: 'closed' });
    });
  });
}
