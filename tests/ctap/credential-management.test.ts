import { describe, expect, it } from 'vitest';

import { concat, utf8 } from '../../src/ctap/codec/bytes.js';
import { type CborKey, type CborMap, type CborValue, encode } from '../../src/ctap/codec/cbor.js';
import { CredentialManagementSubcommand as Subcommand, CtapCommand } from '../../src/ctap/commands.js';
import { CredentialManagement, managesCredentials } from '../../src/ctap/credential-management.js';
import { Ctap2 } from '../../src/ctap/ctap2.js';
import { decodeInfo } from '../../src/ctap/get-info.js';
import { protocolOne, protocolTwo } from '../../src/ctap/pin/protocol.js';
import { CtapStatus } from '../../src/ctap/status.js';
import { type Asked, es256Key, infoOf, type Reply, sha256, textMap } from './scripted-key.js';
import { ScriptedTransport } from './scripted-transport.js';

const TOKEN = new Uint8Array(32).fill(7);
const NORMAL = decodeInfo(infoOf({ 4: textMap({ credMgmt: true }) }));
const PREVIEW = decodeInfo(infoOf({ 1: ['FIDO_2_0', 'FIDO_2_1_PRE'], 4: textMap({ credentialMgmtPreview: true }) }));
const NEITHER = decodeInfo(infoOf({ 4: textMap({ credMgmt: false, credentialMgmtPreview: true }) }));

function setUp(reply: (asked: Asked) => Reply, info = NORMAL, protocol = protocolTwo) {
  const transport = new ScriptedTransport(reply);
  const token = { protocol, bytes: TOKEN, permissions: 4 };
  return { transport, management: new CredentialManagement(new Ctap2(transport), info, token) };
}

const subcommandOf = ({ parameters }: Asked) => parameters.get(1);
const rp = (id: string, more: readonly [number, CborValue][] = []): CborMap =>
  new Map<CborKey, CborValue>([[3, textMap({ id })], [4, sha256(utf8(id))], ...more]); // prettier-ignore
const credential = (name: string, more: readonly [number, CborValue][] = []): CborMap =>
  new Map<CborKey, CborValue>([
    [6, textMap({ id: utf8(name), name })],
    [7, textMap({ id: utf8(`id of ${name}`), type: 'public-key' })],
    [8, es256Key()],
    ...more,
  ]);

describe('credential management', () => {
  it('is there by the command of CTAP 2.1, or by its preview on keys of that version', () => {
    expect([NORMAL, PREVIEW, NEITHER].map(managesCredentials)).toEqual([true, true, false]);
    expect(() => setUp(() => 0, NEITHER)).toThrow(expect.objectContaining({ status: CtapStatus.INVALID_COMMAND }));
  });

  it.each([
    ['the command of CTAP 2.1', NORMAL, CtapCommand.CREDENTIAL_MANAGEMENT],
    ['the preview', PREVIEW, CtapCommand.CREDENTIAL_MANAGEMENT_PREVIEW],
  ])('authenticates subcommand and parameters, by %s', async (_name, info, command) => {
    for (const protocol of [protocolOne, protocolTwo]) {
      const { transport, management } = setUp(() => new Map(), info, protocol);
      await management.delete({ id: utf8('one'), type: 'public-key' });
      const parameters = new Map([[2, textMap({ id: utf8('one'), type: 'public-key' })]]);
      const message = concat(Uint8Array.of(Subcommand.DELETE_CREDENTIAL), encode(parameters));
      const expected = new Map<CborKey, CborValue>([[1, 6], [2, parameters], [3, protocol.version], [4, protocol.authenticate(TOKEN, message)]]); // prettier-ignore
      expect(transport.asked).toEqual([{ command, parameters: expected }]);
    }
  });

  it('counts', async () => {
    const { management, transport } = setUp(() => new Map([[1, 3], [2, 22]])); // prettier-ignore
    expect(await management.metadata()).toEqual({ existing: 3, remaining: 22 });
    const mac = protocolTwo.authenticate(TOKEN, Uint8Array.of(Subcommand.GET_CREDS_METADATA));
    expect(transport.asked[0]?.parameters.get(4)).toEqual(mac);
  });

  it('walks through relying parties and credentials; what follows the first carries no authentication', async () => {
    const { management, transport } = setUp((asked) => {
      switch (subcommandOf(asked)) {
        case Subcommand.ENUMERATE_RPS_BEGIN:
          return rp('a.example', [[5, 2]]);
        case Subcommand.ENUMERATE_RPS_NEXT:
          return rp('b.example');
        case Subcommand.ENUMERATE_CREDENTIALS_BEGIN:
          return credential('Ada', [[9, 3], [10, 2]]); // prettier-ignore
        default:
          return credential('Bob');
      }
    });
    const parties = await management.relyingParties();
    expect(parties.map(({ id }) => id)).toEqual(['a.example', 'b.example']);
    expect(parties[1]?.rpIdHash).toEqual(sha256(utf8('b.example')));
    const stored = await management.credentials(sha256(utf8('a.example')));
    expect(stored.map(({ user, credProtect }) => [user.name, credProtect])).toEqual([
      ['Ada', 2],
      ['Bob', undefined],
      ['Bob', undefined],
    ]);
    expect(transport.asked.map((asked) => [subcommandOf(asked), asked.parameters.size])).toEqual([
      [2, 3],
      [3, 1],
      [4, 4],
      [5, 1],
      [5, 1],
    ]);
  });

  it('takes an entry without a total for "none" where the count says so, as keys before CTAP 2.1 do', async () => {
    const answers = (existing: number) => (asked: Asked) =>
      subcommandOf(asked) === Subcommand.GET_CREDS_METADATA ? new Map([[1, existing], [2, 50]]) : rp('nobody'); // prettier-ignore
    expect(await setUp(answers(0)).management.relyingParties()).toEqual([]);
    const lacking = setUp(answers(1)).management.relyingParties();
    await expect(lacking).rejects.toMatchObject({ name: 'ResponseError', member: 'total' });
  });

  it('walks no list that is longer than any key could keep', async () => {
    const { management, transport } = setUp(() => rp('again.example', [[5, 1025]]));
    await expect(management.relyingParties()).rejects.toMatchObject({ name: 'ResponseError', member: 'total' });
    expect(transport.asked).toHaveLength(1);
  });

  it('takes both ways of saying "none" for an empty list', async () => {
    for (const none of [
      CtapStatus.NO_CREDENTIALS,
      new Map([
        [5, 0],
        [9, 0],
      ]),
    ]) {
      // prettier-ignore
      const { management } = setUp(() => none);
      expect(await management.relyingParties()).toEqual([]);
      expect(await management.credentials(new Uint8Array(32))).toEqual([]);
    }
  });

  it('passes other statuses on, and refuses answers that lack what they must hold', async () => {
    const refused = setUp(() => CtapStatus.PIN_AUTH_INVALID).management;
    await expect(refused.relyingParties()).rejects.toMatchObject({ name: 'CtapError', status: 0x33 });
    await expect(refused.delete({ id: utf8('x'), type: 'public-key' })).rejects.toMatchObject({ status: 0x33 });
    const empty = setUp(() => new Map()).management;
    await expect(empty.relyingParties()).rejects.toMatchObject({ name: 'ResponseError' });
    const bare = setUp(() => new Map([[9, 1]])).management;
    await expect(bare.credentials(new Uint8Array(32))).rejects.toMatchObject({ name: 'ResponseError' });
  });
});
