import { createHmac } from 'node:crypto';

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import {
  GROUP_3072,
  newEphemeral,
  passwordSignature,
  premasterSecret,
  publicHalf,
  srpTimestamp,
} from '../../src/cognito/srp.js';

const hex = (...lines: string[]): bigint => BigInt(`0x${lines.join('').replaceAll(' ', '')}`);

/** RFC 5054 appendix B, in the 1024-bit group. Its hashes are of another kind than a pool's, so they are given. */
describe('the numbers of RFC 5054', () => {
  const N = hex(
    'EEAF0AB9 ADB38DD6 9C33F80A FA8FC5E8 60726187 75FF3C0B 9EA2314C 9C256576 D674DF74 96EA81D3 383B4813 D692C6E0',
    'E0D5D8E2 50B98BE4 8E495C1D 6089DAD1 5DC7D7B4 6154D6B6 CE8EF4AD 69B15D49 82559B29 7BCF1885 C529F566 660E57EC',
    '68EDBC3C 05726CC0 2FD4CBF4 976EAA9A FD5138FE 8376435B 9FC61D2F C0EB06E3',
  );
  const a = hex('60975527 035CF2AD 1989806F 0407210B C81EDC04 E2762A56 AFD529DD DA2D4393');
  const k = hex('7556AA04 5AEF2CDD 07ABAF0F 665C3E81 8913186F');
  const x = hex('94B7555A ABE9127C C58CCF49 93DB6CF8 4D16C124');
  const u = hex('CE38B959 3487DA98 554ED47D 70A7AE5F 462EF019');
  const A = hex(
    '61D5E490 F6F1B795 47B0704C 436F523D D0E560F0 C64115BB 72557EC4 4352E890 3211C046 92272D8B 2D1A5358 A2CF1B6E',
    '0BFCF99F 921530EC 8E393561 79EAE45E 42BA92AE ACED8251 71E1E8B9 AF6D9C03 E1327F44 BE087EF0 6530E69F 66615261',
    'EEF54073 CA11CF58 58F0EDFD FE15EFEA B349EF5D 76988A36 72FAC47B 0769447B',
  );
  const B = hex(
    'BD0C6151 2C692C0C B6D041FA 01BB152D 4916A1E7 7AF46AE1 05393011 BAF38964 DC46A067 0DD125B9 5A981652 236F99D9',
    'B681CBF8 7837EC99 6C6DA044 53728610 D0C6DDB5 8B318885 D7D82C7F 8DEB75CE 7BD4FBAA 37089E6F 9C6059F3 88838E7A',
    '00030B33 1EB76840 910440B1 B27AAEAE EB4012B7 D7665238 A8E3FB00 4B117B58',
  );
  const S = hex(
    'B0DC82BA BCF30674 AE450C02 87745E79 90A3381F 63B387AA F271A10D 233861E3 59B48220 F7C4693C 9AE12B0A 6F67809F',
    '0876E2D0 13800D6C 41BB59B6 D5979B5C 00A172B4 A2A5903A 0BDCAF8A 709585EB 2AFAFA8F 3499B200 210DCC1F 10EB3394',
    '3CD67FC8 8A2F39A4 BE5BEC4E C0A3212D C346D7E4 74B29EDE 8A469FFE CA686E5A',
  );
  const group = { N, g: 2n };

  it('gives the public half of a secret one', () => {
    const bytes = Uint8Array.from(Buffer.from(a.toString(16), 'hex'));
    expect(newEphemeral(() => bytes, group)).toEqual({ a, A });
  });

  it('gives the premaster secret', () => {
    expect(premasterSecret({ B, a, u, x, k }, group)).toBe(S);
  });
});

/**
 * A whole exchange as another client of user pools has it: soto-cognito-authentication-kit (Apache-2.0),
 * Tests/SotoCognitoAuthenticationKitTests/SRPTests.swift: pool `poolid`, user `testuser`, password `testpassword`.
 */
describe('an exchange with a user pool', () => {
  const a = hex(
    '37981750af33fdf93fc6dce831fe794aba312572e7c3347252854e5ce7c7f40343f5ad82f9ad3585c8cb1184c54c562f8317fc2924c6c7ad',
    'e72f1e8d964f606e040c8f9f0b12e3fe6b6828202a5e40ca0103e880531921e56de3acc410331b8e5ddcd0dbf249bfa104f6b797719613aa',
    '50eabcdb40fd5457f64861dd71890eba',
  );
  const A =
    'f93b917abccc667f4fac29d1e4c111bcd37d2c37577e7f113ad85030ec6157c70dfee728ac4aee9a7631d85a68aec3ef72864b6e8a134f5c' +
    '5eef8940b93bb1db1ada9c1de770db282d644eeb3c551d35ce8de4d2cf98d0d799b6a7f1fe51568d11162ce0cded8246b630169dcfc2d5a4' +
    '3817d52f121b3d75ab1a43dc30b7cec02e42e332d5fd781023d9c1fd44f3d1129d211550ce57c004aca95a367592705b517298f724e6314f' +
    'fbac2425b2beb5095f23b75dd3dd232adda700080d7a22a87383d3746d39f6427b7daf2a00683038ff7dc099081b2bf43eb5e2e30465487d' +
    'afb3cc875fdd9b475d46a0ac1d07cf928fd11e06c5999596160168fc31228f7f3329d4b873acbf1540a16418a3ee5a0a5070a3db558f5cf8' +
    'cf15388ff0a6e4234bf1de3e5bade8e4aa607d633a94a06bee4386c7444e06fd584282b9d576be318f0f203057e80996f79a2bb0a63ad478' +
    '6d5cc12b1321bd6644e001cee194171f5b04fcd65f3f280b6dadabae0401a9ae557ad27939730ce146319aa7f08d1e33';
  const B =
    'a0812a0ee3fa8484a73addeb6a9afa145cff1eca2a6b86537a5d15132d5811dd088d16e7d581b2798229350e6e473503cebddf19cabd3f14' +
    'fb3450a6858bafc972a29702d8772a22b000a160812a7fe29bcac2c36d43b91c118224626c2f0782d70f79c82ac5183e0d7d8c7b23ad0bda' +
    '1f4fba941998bfc82e46415e49026bb33f8271cb9a56e69f518e90bc2f4c42c7bb27720e25a14dcfbb5176effb3069a2bc627f18ec07a3e4' +
    '118f61402dda56a6da3f331d8c2cf78513d767b2bf040809e5a334c7bb98cb720ef5654100cfa57d21155fc7630654964370fd512b30febc' +
    '6c61bfa3415c72660c5dad3444881d272c3abd7ecec0e483493b1491391bef4348d1c27be700e443301fc856a9d1b6ca36fdc46eec9f3c51' +
    'f0ea566f5a85c87d395d3d9fc2a594945a860841d5b328f1910058b2bb822ac976d961736fac42e84b46074762de8b254f37260e3b1da885' +
    '29dd1060ca52b2dc9de5d77372b1d74ea111de406aac964993133a6f172e8fae54eb885e6a3cd774f1ca6be98b6ddc35';
  const salt = '8dbcb21f18ae3216';
  const key = Buffer.from('b70fad71e9658b24b0ec678774ecca30', 'hex');

  const secretBlock = Buffer.from('a secret block').toString('base64');
  const timestamp = 'Sat Nov 7 09:05:03 UTC 2026';
  const ephemeral = { a, A: BigInt(`0x${A}`) };
  const half = { userId: 'testuser', B, salt, secretBlock };

  it('has the public half that belongs to the secret one', () => {
    const bytes = Uint8Array.from(Buffer.from(a.toString(16).padStart(256, '0'), 'hex'));
    expect(publicHalf(newEphemeral(() => bytes))).toBe(A);
  });

  it('signs with the key that both halves lead to', async () => {
    const signature = await passwordSignature('poolid', half, 'testpassword', ephemeral, timestamp);
    const message = Buffer.concat([
      Buffer.from('poolidtestuser'),
      Buffer.from('a secret block'),
      Buffer.from(timestamp),
    ]);
    expect(signature).toBe(createHmac('sha256', key).update(message).digest('base64'));
  });

  it('signs something else with another password', async () => {
    const right = await passwordSignature('poolid', half, 'testpassword', ephemeral, timestamp);
    await expect(passwordSignature('poolid', half, 'Testpassword', ephemeral, timestamp)).resolves.not.toBe(right);
  });

  it.each([
    ['SRP_B', { B: '0' }],
    ['SRP_B', { B: GROUP_3072.N.toString(16) }],
    ['SRP_B', { B: (GROUP_3072.N * 2n).toString(16) }],
    ['SRP_B', { B: 'xyz' }],
    ['SALT', { salt: '' }],
    ['SECRET_BLOCK', { secretBlock: '%' }],
  ])('refuses a half that would give the key away, or is none: %s %#', async (detail, changes) => {
    const signed = passwordSignature('poolid', { ...half, ...changes }, 'testpassword', ephemeral, timestamp);
    await expect(signed).rejects.toMatchObject({ code: 'bad-answer', detail });
  });
});

describe('both halves', () => {
  it('come to the same secret, whatever they are', () => {
    const { N, g } = GROUP_3072;
    const power = (base: bigint, exponent: bigint) =>
      premasterSecret({ B: base, a: exponent, u: 0n, x: 0n, k: 0n }, { N, g });
    const number = fc.bigInt({ min: 1n, max: (1n << 256n) - 1n });
    fc.assert(
      fc.property(number, number, number, number, number, (a, b, u, x, k) => {
        const verifier = power(g, x);
        const A = power(g, a);
        const B = (k * verifier + power(g, b)) % N;
        const ofServer = power((A * power(verifier, u)) % N, b);
        expect(premasterSecret({ B, a, u, x, k }, { N, g })).toBe(ofServer);
      }),
      { numRuns: 10 },
    );
  });

  it('are never the same twice', () => {
    expect(newEphemeral().a).not.toBe(newEphemeral().a);
  });
});

describe('the time as it is signed', () => {
  it.each([
    [Date.UTC(2026, 10, 7, 9, 5, 3), 'Sat Nov 7 09:05:03 UTC 2026'],
    [Date.UTC(2024, 1, 29, 23, 59, 59, 999), 'Thu Feb 29 23:59:59 UTC 2024'],
  ])('%d', (now, text) => {
    expect(srpTimestamp(now)).toBe(text);
  });
});
