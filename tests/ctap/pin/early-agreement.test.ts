import { describe, expect, it } from 'vitest';

import { toHex } from '../../../src/ctap/codec/bytes.js';
import type { CborMap } from '../../../src/ctap/codec/cbor.js';
import { CoseLabel } from '../../../src/ctap/codec/cose.js';
import { EarlyAgreement } from '../../../src/ctap/pin/early-agreement.js';
import { KeyAgreement } from '../../../src/ctap/pin/key-agreement.js';
import { protocolOne, protocolTwo } from '../../../src/ctap/pin/protocol.js';

describe.each([protocolOne, protocolTwo])('an agreement worked out early, protocol $version', (protocol) => {
  const authenticator = new KeyAgreement();
  const agreed = (early: EarlyAgreement, owner: KeyAgreement): void => {
    const { secret, ours } = early.with(new Map(owner.publicKey()));
    expect(toHex(secret)).toBe(toHex(owner.agree(protocol, ours)));
  };

  it('is the one with the key that was guessed', () => {
    const early = new EarlyAgreement(protocol, authenticator.publicKey());
    early.workOut();
    early.workOut(); // a message that goes out again
    agreed(early, authenticator);
  });

  it('is the one with the key that answers, whatever was guessed and whether there was time or not', () => {
    for (const guess of [undefined, authenticator.publicKey(), new KeyAgreement().publicKey()]) {
      for (const hasTime of [true, false]) {
        const early = new EarlyAgreement(protocol, guess);
        if (hasTime) early.workOut();
        agreed(early, new KeyAgreement());
      }
    }
  });

  it('never uses one key of ours for two', () => {
    const ours = [0, 1].map(() => {
      const early = new EarlyAgreement(protocol, authenticator.publicKey());
      early.workOut();
      const x = early.with(authenticator.publicKey()).ours.get(CoseLabel.X);
      return x instanceof Uint8Array ? toHex(x) : '';
    });
    expect(new Set(ours).size).toBe(2);
  });

  it('does not hide an answer that is no key behind a good guess', () => {
    const early = new EarlyAgreement(protocol, authenticator.publicKey());
    early.workOut();
    const bad: CborMap = new Map([...authenticator.publicKey(), [CoseLabel.Y, new Uint8Array(32)]]);
    expect(() => early.with(bad)).toThrow(RangeError);
  });

  it('works with a new secret after the early one was forgotten', () => {
    const early = new EarlyAgreement(protocol, authenticator.publicKey());
    early.workOut();
    early.forget();
    agreed(early, authenticator);
  });
});
