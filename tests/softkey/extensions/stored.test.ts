import { describe, expect, it } from 'vitest';

import { decodeAuthenticatorData } from '../../../src/ctap/codec/authenticator-data.js';
import type { CborMap, CborValue } from '../../../src/ctap/codec/cbor.js';
import { CtapCommand } from '../../../src/ctap/commands.js';
import { bytes, getting, making, plug, textMap } from '../platform.js';

const signed = (answer: CborMap) => decodeAuthenticatorData(bytes(answer, 2)).extensions;
const asking = (inputs: Record<string, CborValue>) => new Map([...getting(), [4, textMap(inputs)]]);

async function making23(inputs: Record<string, CborValue>, rk = true) {
  const { platform } = await plug({ profile: '2.3' });
  const request = making({ options: { rk }, extensions: textMap(inputs) });
  return { platform, answer: await platform.ctap(CtapCommand.MAKE_CREDENTIAL, request) };
}

describe('what a credential keeps for extensions', () => {
  it('credBlob: up to 32 bytes, of discoverable credentials', async () => {
    const blob = new Uint8Array(32).fill(5);
    const { platform, answer } = await making23({ credBlob: blob });
    expect(signed(answer.body)).toEqual(textMap({ credBlob: true }));
    expect(signed(await platform.success(CtapCommand.GET_ASSERTION, asking({ credBlob: true })))).toEqual(
      textMap({ credBlob: blob }),
    );
    for (const [bytes, rk] of [
      [new Uint8Array(33), true],
      [blob, false],
    ] as const)
      // prettier-ignore
      expect(signed((await making23({ credBlob: bytes }, rk)).answer.body)).toEqual(textMap({ credBlob: false }));
  });

  it('largeBlobKey: beside the authenticator data, and the same each time', async () => {
    const { platform, answer } = await making23({ largeBlobKey: true });
    const key = bytes(answer.body, 5);
    expect(key).toHaveLength(32);
    expect(signed(answer.body)).toBeUndefined();
    expect(bytes(await platform.success(CtapCommand.GET_ASSERTION, asking({ largeBlobKey: true })), 7)).toEqual(key);
    expect((await platform.success(CtapCommand.GET_ASSERTION, getting())).has(7)).toBe(false);
  });

  it.each([
    ['false', { largeBlobKey: false }, true, 'INVALID_OPTION'],
    ['a number', { largeBlobKey: 1 }, true, 'CBOR_UNEXPECTED_TYPE'],
    ['of a credential that is not discoverable', { largeBlobKey: true }, false, 'INVALID_OPTION'],
  ])('no largeBlobKey: %s', async (_, inputs, rk, status) => {
    expect((await making23(inputs, rk)).answer.status).toBe(status);
  });

  it('thirdPartyPayment', async () => {
    const { platform } = await making23({ thirdPartyPayment: true });
    expect(signed(await platform.success(CtapCommand.GET_ASSERTION, asking({ thirdPartyPayment: true })))).toEqual(
      textMap({ thirdPartyPayment: true }),
    );
  });

  it('nothing of what its profile does not offer', async () => {
    const { platform } = await plug({ profile: '2.0' });
    const inputs = { credBlob: Uint8Array.of(1), largeBlobKey: true, minPinLength: true, thirdPartyPayment: true };
    const request = making({ options: { rk: true }, extensions: textMap(inputs) });
    const answer = await platform.success(CtapCommand.MAKE_CREDENTIAL, request);
    expect(signed(answer)).toBeUndefined();
    expect(answer.has(5)).toBe(false);
  });
});
