import { verify, X509Certificate } from 'node:crypto';

import { describe, expect, it } from 'vitest';

import { Authenticator } from '../../../src/ctap/authenticator.js';
import { AuthenticatorConfig } from '../../../src/ctap/authenticator-config.js';
import { create } from '../../../src/ctap/client/create.js';
import { decodeAuthenticatorData } from '../../../src/ctap/codec/authenticator-data.js';
import { concat, fromBase64url, toHex } from '../../../src/ctap/codec/bytes.js';
import { type CborMap, decodeStrict, numbered } from '../../../src/ctap/codec/cbor.js';
import { CoseAlgorithm } from '../../../src/ctap/codec/cose.js';
import { ConfigSubcommand, CtapCommand } from '../../../src/ctap/commands.js';
import { attestationRoot } from '../../../src/softkey/attestation/identity.js';
import { MemoryPort } from '../../../src/softkey/ports/memory-port.js';
import { SoftKey } from '../../../src/softkey/soft-key.js';
import { creation, ORIGIN } from '../../ctap/options.js';
import { Person } from '../../ctap/person.js';
import { bytes, HASH, making, map, plug, RP_ID } from '../platform.js';

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

describe('enterprise attestation', () => {
  const asked = (kind: number) => making({ more: [[0x0a, kind]] });
  const enabled = async (options: Parameters<typeof plug>[0] = {}) => {
    const plugged = await plug(options);
    await plugged.platform.success(CtapCommand.CONFIG, numbered(ConfigSubcommand.ENABLE_ENTERPRISE_ATTESTATION));
    return plugged;
  };

  it('is refused until somebody has enabled it', async () => {
    const { platform } = await plug({ enterpriseRpIds: [RP_ID] });
    expect((await platform.ctap(CtapCommand.MAKE_CREDENTIAL, asked(1))).status).toBe('INVALID_PARAMETER');
  });

  it.each([
    ['facilitated by the vendor for a relying party of its list', 1, [RP_ID], true],
    ['facilitated by the vendor for another', 1, ['other.example'], undefined],
    ['managed by the platform, whose list counts', 2, [], true],
  ])('%s', async (_what, kind, enterpriseRpIds, epAtt) => {
    const { platform } = await enabled({ enterpriseRpIds });
    const answer = await platform.success(CtapCommand.MAKE_CREDENTIAL, asked(kind));
    expect(answer.get(4)).toBe(epAtt);
    expect(map(answer, 3).has('x5c')).toBe(epAtt === true);
    if (epAtt) expect(toHex(certificateOf(answer).raw)).toContain('060b2b0601040182e51c010102040a0408');
  });

  it('names the same key after a reset, and another one on another key', async () => {
    const serials: string[] = [];
    const { platform } = await enabled();
    const attest = async (on = platform) =>
      certificateOf(await on.success(CtapCommand.MAKE_CREDENTIAL, asked(2))).subject;
    serials.push(await attest());
    await platform.success(CtapCommand.RESET);
    await platform.success(CtapCommand.CONFIG, numbered(ConfigSubcommand.ENABLE_ENTERPRISE_ATTESTATION));
    serials.push(await attest(), await attest((await enabled()).platform));
    expect([serials[0] === serials[1], serials[0] === serials[2]]).toEqual([true, false]);
  });

  it('knows two kinds; of CTAP 2.0 it is not', async () => {
    const { platform } = await enabled();
    expect((await platform.ctap(CtapCommand.MAKE_CREDENTIAL, asked(3))).status).toBe('INVALID_OPTION');
    const old = await plug({ profile: '2.0' });
    const answer = await old.platform.success(CtapCommand.MAKE_CREDENTIAL, asked(1));
    expect(answer.get(4)).toBeUndefined();
  });
});

it('a client asks for what its station allows, and the key names itself there alone', async () => {
  const key = new SoftKey({ profile: '2.1' });
  const authenticator = await Authenticator.open(new MemoryPort(key));
  await new AuthenticatorConfig(authenticator, undefined).enableEnterpriseAttestation();
  const certificates = async (enterpriseRpIds: readonly string[]) => {
    const options = creation({
      attestation: 'enterprise',
      authenticatorSelection: { userVerification: 'discouraged' },
    });
    const { response } = await create(options, ORIGIN, { authenticator, interaction: new Person(), enterpriseRpIds });
    const object = decodeStrict(fromBase64url(response.attestationObject)) as CborMap;
    return map(object, 'attStmt').has('x5c');
  };
  expect([await certificates(['other.example']), await certificates([new URL(ORIGIN).hostname])]).toEqual([
    false,
    true,
  ]);
  await authenticator.close();
});
