import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { fromHex, toHex } from '../../../src/ctap/codec/bytes.js';
import { decodeAnswer, decodeCommand, encodeAnswer, encodeCommand } from '../../../src/ctap/u2f/apdu.js';

describe('a command', () => {
  it.each([
    // As the FIDO U2F Raw Message Formats have them: VERSION without data, AUTHENTICATE with some.
    [0x03, 0, '', '00030000 000000'],
    [0x02, 7, 'aabbcc', '00020700 000003 aabbcc 0000'],
  ])('of instruction %i has its lengths in three bytes', (instruction, p1, data, bytes) => {
    expect(toHex(encodeCommand(instruction, p1, fromHex(data)))).toBe(bytes.replaceAll(' ', ''));
  });

  it.each([
    ['extended, with Le', '00010000 000002 aabb 0000'],
    ['extended, without Le', '00010000 000002 aabb'],
    ['short, with Le', '00010000 02 aabb 00'],
    ['short, without Le', '00010000 02 aabb'],
  ])('is understood in its %s form', (_form, bytes) => {
    expect(decodeCommand(fromHex(bytes))).toMatchObject({
      cla: 0,
      instruction: 1,
      p1: 0,
      p2: 0,
      data: fromHex('aabb'),
    });
  });

  it.each(['00030000', '00030000 00', '00030000 000000'])('is understood without data: %s', (bytes) => {
    expect(decodeCommand(fromHex(bytes))).toMatchObject({ instruction: 3, data: new Uint8Array() });
  });

  it.each(['', '000300', '00010000 03 aabb', '00010000 000003 aabb', '00010000 0000', '00010000 000001 aa 00'])(
    'is none whose lengths do not fit: %s',
    (bytes) => {
      expect(decodeCommand(fromHex(bytes))).toBeUndefined();
    },
  );

  it('comes out as it went in', () => {
    const byte = fc.integer({ min: 0, max: 255 });
    fc.assert(
      fc.property(byte, byte, fc.uint8Array({ maxLength: 2000 }), (instruction, p1, data) => {
        expect(decodeCommand(encodeCommand(instruction, p1, data))).toEqual({ cla: 0, instruction, p1, p2: 0, data });
      }),
    );
  });

  it('of any bytes is read or refused, and nothing else', () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => void decodeCommand(bytes)));
  });
});

it('an answer ends with its status word', () => {
  expect(decodeAnswer(fromHex('aabb9000'))).toEqual({ data: fromHex('aabb'), status: 0x9000 });
  expect(decodeAnswer(encodeAnswer(0x6985))).toEqual({ data: new Uint8Array(), status: 0x6985 });
  expect(decodeAnswer(fromHex('90'))).toBeUndefined();
});
