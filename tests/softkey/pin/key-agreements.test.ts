import { expect, it } from 'vitest';

import { toHex } from '../../../src/ctap/codec/bytes.js';
import type { CborMap } from '../../../src/ctap/codec/cbor.js';
import { CoseLabel } from '../../../src/ctap/codec/cose.js';
import { KeyAgreement } from '../../../src/ctap/pin/key-agreement.js';
import { protocolOne, protocolTwo } from '../../../src/ctap/pin/protocol.js';
import { KeyAgreements } from '../../../src/softkey/pin/key-agreements.js';

it('agrees with each platform on the secret that this one computes, however often and in whatever order they come', () => {
  const keys = new KeyAgreements();
  const platforms = [new KeyAgreement(), new KeyAgreement()] as const;
  const visits = [0, 0, 1, 1, 0] as const;
  for (const protocol of [protocolOne, protocolTwo, protocolOne]) {
    for (const visit of visits) {
      const platform = platforms[visit];
      const secret = keys.agree(protocol, new Map(platform.publicKey()));
      expect(toHex(secret)).toBe(toHex(platform.agree(protocol, keys.of(protocol).publicKey())));
    }
  }
});

it('remembers nothing when its own key is another one', () => {
  const keys = new KeyAgreements();
  const platform = new KeyAgreement();
  const before = toHex(keys.agree(protocolTwo, platform.publicKey()));
  keys.regenerate(protocolTwo);
  const between = toHex(keys.agree(protocolTwo, platform.publicKey()));
  keys.clear();
  const after = toHex(keys.agree(protocolTwo, platform.publicKey()));
  expect(new Set([before, between, after]).size).toBe(3);
  expect(after).toBe(toHex(platform.agree(protocolTwo, keys.of(protocolTwo).publicKey())));
});

it('refuses what is no key, also right after a good one that it resembles', () => {
  const keys = new KeyAgreements();
  const good = new KeyAgreement().publicKey();
  keys.agree(protocolOne, good);
  const y = good.get(CoseLabel.Y);
  if (!(y instanceof Uint8Array)) throw new Error('No coordinate');
  const bad: CborMap[] = [
    new Map([...good, [CoseLabel.Y, y.with(31, (y[31] ?? 0) ^ 1)]]),
    new Map([...good, [CoseLabel.KTY, 1]]),
    new Map([...good, [CoseLabel.CRV, 2]]),
    new Map([...good].filter(([label]) => label !== CoseLabel.X)),
  ];
  for (const key of bad) expect(() => keys.agree(protocolOne, key)).toThrow(RangeError);
});
