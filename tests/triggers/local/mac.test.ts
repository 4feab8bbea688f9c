import { describe, expect, it } from 'vitest';

import { localMac } from '../../../src/triggers/local/mac.js';

const hex = (text: string) => Uint8Array.from(Buffer.from(text, 'hex'));

describe('the local MAC', () => {
  it('is HMAC with SHA-256', async () => {
    // RFC 4231 §4.7, test case 6: the first with a key as long as this one asks for.
    const { generateMac, verifyMac } = localMac(new Uint8Array(131).fill(0xaa));
    const message = new TextEncoder().encode('Test Using Larger Than Block-Size Key - Hash Key First');
    const mac = hex('60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54');
    expect(generateMac(message)).toEqual(mac);
    await expect(verifyMac(message, mac)).resolves.toBe(true);
    await expect(verifyMac(message.subarray(1), mac)).resolves.toBe(false);
    await expect(verifyMac(message, mac.subarray(1))).resolves.toBe(false);
    await expect(
      verifyMac(
        message,
        mac.map((byte) => byte ^ 1),
      ),
    ).resolves.toBe(false);
  });

  it('wants a key of the length of its hash', () => {
    expect(() => localMac(new Uint8Array(31))).toThrow(RangeError);
  });
});
