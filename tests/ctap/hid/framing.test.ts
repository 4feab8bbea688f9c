import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { fromHex, toHex } from '../../../src/ctap/codec/bytes.js';
import { TransportError } from '../../../src/ctap/errors.js';
import { HidCommand, MAX_MESSAGE } from '../../../src/ctap/hid/constants.js';
import { MessageReader, toReports } from '../../../src/ctap/hid/framing.js';

const CID = 0x01020304;

describe('cutting a message into reports', () => {
  it('an INIT request is one report, padded with zeros (CTAP 2.2 §11.2.9.1.3)', () => {
    const [only, ...more] = [...toReports(0xffffffff, HidCommand.INIT, fromHex('0011223344556677'))];
    expect(toHex(only ?? new Uint8Array())).toBe(`ffffffff8600080011223344556677${'00'.repeat(49)}`);
    expect(more).toEqual([]);
  });

  it('58 bytes need a continuation, whose sequence starts at 0', () => {
    const reports = [...toReports(CID, HidCommand.PING, new Uint8Array(58).fill(0xaa))];
    expect(reports.map((report) => toHex(report.subarray(0, 7)))).toEqual(['0102030481003a', '0102030400aa00']);
  });

  it('7609 bytes are the most: 129 reports', () => {
    expect(MAX_MESSAGE).toBe(7609);
    expect([...toReports(CID, HidCommand.PING, new Uint8Array(MAX_MESSAGE))]).toHaveLength(129);
    expect(() => [...toReports(CID, HidCommand.PING, new Uint8Array(MAX_MESSAGE + 1))]).toThrow(
      expect.objectContaining({ name: 'TransportError', code: 'message-too-large' }),
    );
  });
});

describe('putting reports together', () => {
  it('gives back every message, whatever stands between its reports on other channels', () => {
    const foreign = fc.uint8Array({ minLength: 64, maxLength: 64 }).filter((report) => report[0] !== 0x01);
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: MAX_MESSAGE }), fc.array(foreign, { maxLength: 3 }), (payload, others) => {
        const reader = new MessageReader(CID);
        const reports = [...toReports(CID, HidCommand.CBOR, payload)];
        const messages = reports.flatMap((report) => [...others, report]).map((report) => reader.push(report));
        expect(messages.slice(0, -1).every((message) => message === undefined)).toBe(true);
        expect(messages.at(-1)?.command).toBe(HidCommand.CBOR);
        expect(toHex(messages.at(-1)?.payload ?? new Uint8Array(1))).toBe(toHex(payload));
      }),
      { numRuns: 50 },
    );
  });

  it('refuses a continuation out of sequence, and is ready for the next message', () => {
    const reader = new MessageReader(CID);
    const [first, second, third] = [...toReports(CID, HidCommand.CBOR, new Uint8Array(150))];
    if (!first || !second || !third) throw new Error('150 bytes are three reports');
    reader.push(first);
    expect(() => reader.push(third)).toThrow(expect.objectContaining({ code: 'protocol' }));
    expect(reader.unfinished).toBe(false);
    expect(reader.push(second)).toBeUndefined();
    expect([first, second, third].map((report) => reader.push(report)).at(-1)?.payload).toHaveLength(150);
  });

  it('refuses a message that claims more than there can be', () => {
    const report = fromHex(`0102030490ffff${'00'.repeat(57)}`);
    expect(() => new MessageReader(CID).push(report)).toThrow(expect.objectContaining({ code: 'protocol' }));
  });

  it('any reports give messages or TransportErrors', () => {
    const own = fc.uint8Array({ minLength: 60, maxLength: 60 }).map((rest) => Uint8Array.of(1, 2, 3, 4, ...rest));
    const any = fc.oneof(own, fc.uint8Array({ maxLength: 70 }));
    fc.assert(
      fc.property(fc.array(any, { maxLength: 20 }), (reports) => {
        const reader = new MessageReader(CID);
        for (const report of reports) {
          try {
            reader.push(report);
          } catch (error) {
            expect(error).toBeInstanceOf(TransportError);
          }
        }
      }),
    );
  });
});
