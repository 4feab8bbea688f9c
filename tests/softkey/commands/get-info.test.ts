import { expect, it } from 'vitest';

import { toHex } from '../../../src/ctap/codec/bytes.js';
import { type CborMap, encode } from '../../../src/ctap/codec/cbor.js';
import { CoseAlgorithm } from '../../../src/ctap/codec/cose.js';
import { CtapCommand } from '../../../src/ctap/commands.js';
import { making, PinClient, plug } from '../platform.js';

it('CTAP 2.0 answers byte for byte', async () => {
  const { platform } = await plug({ profile: '2.0' });
  expect(toHex(encode(await platform.success(CtapCommand.GET_INFO)))).toBe(
    'a5' +
      '0182665532465f5632684649444f5f325f30' + // versions: U2F_V2, FIDO_2_0
      '02816b686d61632d736563726574' + // extensions: hmac-secret
      '03504b65796465736b208f0d2b1c5d7e9a20' + // AAGUID
      '04a462726bf5627570f564706c6174f469636c69656e7450696ef4' + // rk, up, not plat, clientPin not set
      '068101', // PIN protocol one
  );
});

it('a key of the time before CTAP 2.1 has the prototype of credential management, and no permissions', async () => {
  const { platform } = await plug({ profile: '2.1-pre' });
  const info = await platform.success(CtapCommand.GET_INFO);
  expect(plain(info)).toEqual({
    1: ['U2F_V2', 'FIDO_2_0', 'FIDO_2_1_PRE'],
    2: ['credProtect', 'hmac-secret'],
    3: '4b65796465736b218f0d2b1c5d7e9a1f',
    4: { rk: true, up: true, plat: false, clientPin: false, credentialMgmtPreview: true },
    5: 1200,
    6: [1],
    7: 8,
    8: 128,
    9: ['usb'],
    10: [-7, -8, -257].map((alg) => ({ alg, type: 'public-key' })),
  });
});

it('CTAP 2.1 tells its limits, permissions and credential management', async () => {
  const { platform } = await plug();
  const info = await platform.success(CtapCommand.GET_INFO);
  expect(plain(info)).toEqual({
    1: ['U2F_V2', 'FIDO_2_0', 'FIDO_2_1'],
    2: ['credBlob', 'credProtect', 'hmac-secret', 'largeBlobKey', 'minPinLength'],
    3: '4b65796465736b218f0d2b1c5d7e9a21',
    4: {
      rk: true,
      up: true,
      plat: false,
      clientPin: false,
      largeBlobs: true,
      credMgmt: true,
      pinUvAuthToken: true,
      makeCredUvNotRqd: true,
      authnrCfg: true,
      alwaysUv: false,
      setMinPINLength: true,
      ep: false,
    },
    5: 1200,
    6: [2, 1],
    7: 8,
    8: 128,
    9: ['usb'],
    10: [-7, -8, -257].map((alg) => ({ alg, type: 'public-key' })),
    11: 2048,
    12: false,
    13: 4,
    14: 1,
    15: 32,
    16: 4,
    20: 25,
  });
});

it('CTAP 2.3 adds attestation formats, reset transports and the longest PIN', async () => {
  const { platform } = await plug({ profile: '2.3' });
  expect(plain(await platform.success(CtapCommand.GET_INFO))).toMatchObject({
    1: ['FIDO_2_0', 'FIDO_2_1', 'FIDO_2_3'],
    22: ['packed', 'none'],
    24: false,
    26: ['usb'],
    27: false,
    29: 63,
    31: [1, 2, 3, 4],
  });
});

it('follows what changes: the PIN, and the room that is left', async () => {
  const { platform } = await plug({ capacity: 3 });
  await platform.success(CtapCommand.MAKE_CREDENTIAL, making({ options: { rk: true } }));
  await platform.success(CtapCommand.MAKE_CREDENTIAL, making());
  await new PinClient(platform).setPin('1234');
  expect(plain(await platform.success(CtapCommand.GET_INFO))).toMatchObject({ 4: { clientPin: true }, 20: 2 });
});

it('shows the previews where a key of CTAP 2.1 has them too', async () => {
  const { platform } = await plug({ profile: '2.1', previews: true });
  expect(plain(await platform.success(CtapCommand.GET_INFO))).toMatchObject({
    1: ['U2F_V2', 'FIDO_2_0', 'FIDO_2_1_PRE', 'FIDO_2_1'],
    4: { credMgmt: true, credentialMgmtPreview: true },
  });
});

it('shows no management of passkeys where a key does not list them', async () => {
  const { platform } = await plug({ profile: '2.3', previews: true, listsNothing: true });
  const { 4: options } = plain(await platform.success(CtapCommand.GET_INFO)) as { 4: object };
  for (const name of ['credMgmt', 'credentialMgmtPreview', 'perCredMgmtRO']) expect(options).not.toHaveProperty(name);
});

it('shows the algorithms that a key was made with', async () => {
  const { platform } = await plug({ profile: '2.1', algorithms: [CoseAlgorithm.EDDSA] });
  const info = plain(await platform.success(CtapCommand.GET_INFO));
  expect(info).toMatchObject({ 10: [{ alg: CoseAlgorithm.EDDSA, type: 'public-key' }] });
  expect((await platform.ctap(CtapCommand.MAKE_CREDENTIAL, making())).status).toBe('UNSUPPORTED_ALGORITHM');
  await expect(plug({ algorithms: [-999] })).rejects.toThrow(RangeError);
});

/** Maps as objects and bytes as hex. */
function plain(value: unknown): unknown {
  if (value instanceof Uint8Array) return toHex(value);
  if (value instanceof Map) return Object.fromEntries([...(value as CborMap)].map(([key, item]) => [key, plain(item)]));
  return Array.isArray(value) ? value.map(plain) : value;
}
