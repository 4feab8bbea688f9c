import { verify, X509Certificate } from 'node:crypto';

import { describe, expect, it } from 'vitest';

import { decodeAuthenticatorData } from '../../../src/ctap/codec/authenticator-data.js';
import { concat, toHex } from '../../../src/ctap/codec/bytes.js';
import type { CborMap } from '../../../src/ctap/codec/cbor.js';
import { CoseAlgorithm } from '../../../src/ctap/codec/cose.js';
import { CtapCommand } from '../../../src/ctap/commands.js';
import { attestationRoot } from '../../../src/softkey/attestation/identity.js';
import { bytes, HASH, making, map, plug } from '../platform.js';

const root = new X509Certificate(attestationRoot());

/** The certificate of an attestation, after its signature has been checked. */
function certificateOf(answer: CborMap): X509Certificate {
  const statement = map(answer, 3);
  const chain = statement.get('x5c');
  if (!Array.isArray(chain)) throw new Error('No certificates');
  const leaf = new X509Certificate(chain[0] as Uint8Array);
  const signed = concat(bytes(answer, 2), HASH);
  expect(verify('sha256', signed, leaf.publicKey, bytes(statement, 'sig'))).toBe(true);
  expect(statement.get('alg')).toBe(CoseAlgorithm.ES256);
  expect(leaf.verify(root.publicKey)).toBe(true);
  return leaf;
}

describe('basic attestation', () => {
  it('is by one key for all credentials and all keys of the model, whatever algorithm they have', async () => {
    const first = await plug({ attestation: 'basic' });
    const second = await plug({ attestation: 'basic' });
    const answers = [
      await first.platform.success(CtapCommand.MAKE_CREDENTIAL, making()),
      await first.platform.success(CtapCommand.MAKE_CREDENTIAL, making({ algorithms: [CoseAlgorithm.EDDSA] })),
      await second.platform.success(CtapCommand.MAKE_CREDENTIAL, making()),
    ];
    const keys = answers.map((answer) => certificateOf(answer).publicKey.export({ format: 'der', type: 'spki' }));
    expect(new Set(keys.map((key) => toHex(key))).size).toBe(1);
    for (const answer of answers) {
      expect(answer.get(4)).toBeUndefined();
      const aaguid = decodeAuthenticatorData(bytes(answer, 2)).attestedCredential?.aaguid ?? new Uint8Array();
      expect(toHex(certificateOf(answer).raw)).toContain(`060b2b0601040182e51c01010404120410${toHex(aaguid)}`);
    }
  });

  it('is left out for a platform that would rather have none', async () => {
    const { platform } = await plug({ profile: '2.3', attestation: 'basic' });
    const answer = await platform.success(CtapCommand.MAKE_CREDENTIAL, making({ more: [[0x0b, ['none']]] }));
    expect([answer.get(1), map(answer, 3).size]).toEqual(['none', 0]);
  });
});
