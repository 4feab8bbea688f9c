import { describe, expect, it } from 'vitest';

import { concat, utf8 } from '../../../src/ctap/codec/bytes.js';
import { type CborMap, encode, numbered } from '../../../src/ctap/codec/cbor.js';
import { CoseAlgorithm } from '../../../src/ctap/codec/cose.js';
import { CredentialManagementSubcommand as Subcommand, CtapCommand, Permission } from '../../../src/ctap/commands.js';
import {
  type Answer,
  descriptor,
  getting,
  made,
  making,
  map,
  PinClient,
  type Platform,
  plug,
  RP_ID,
  sha256,
  textMap,
  userOf,
} from '../platform.js';

const { MAKE_CREDENTIAL, GET_ASSERTION, GET_INFO, CREDENTIAL_MANAGEMENT, CREDENTIAL_MANAGEMENT_PREVIEW } = CtapCommand;
const PIN = '1234';
const OTHER_RP = 'login.example.org';

/** A platform that holds a token for credential management. */
class Manager {
  readonly platform: Platform;
  readonly #pin: PinClient;
  readonly #token: Uint8Array;
  readonly #command: number;

  private constructor(platform: Platform, pin: PinClient, token: Uint8Array, command: number) {
    this.platform = platform;
    this.#pin = pin;
    this.#token = token;
    this.#command = command;
  }

  static async open(
    platform: Platform,
    options: { rpId?: string; permissions?: number; command?: number } = {},
  ): Promise<Manager> {
    const pin = new PinClient(platform);
    const token = await pin.token(PIN, options.permissions ?? Permission.CREDENTIAL_MANAGEMENT, options.rpId);
    return new Manager(platform, pin, token, options.command ?? CREDENTIAL_MANAGEMENT);
  }

  static async openPreview(platform: Platform): Promise<Manager> {
    const pin = new PinClient(platform, 1);
    return new Manager(platform, pin, await pin.token(PIN), CREDENTIAL_MANAGEMENT_PREVIEW);
  }

  /** A subcommand with its proof. */
  ask(subcommand: number, params?: CborMap): Promise<Answer> {
    const { param, version } = this.#pin.prove(
      this.#token,
      concat(Uint8Array.of(subcommand), params ? encode(params) : new Uint8Array()),
    );
    return this.platform.ctap(this.#command, numbered(subcommand, params, version, param));
  }

  /** A subcommand that continues a list: it carries no proof. */
  next(subcommand: number): Promise<Answer> {
    return this.platform.ctap(this.#command, numbered(subcommand));
  }
}

const rpIdHash = (rpId = RP_ID) => numbered(sha256(utf8(rpId)));
const credentialId = (id: Uint8Array) => new Map([[2, descriptor(id)]]);

/** Two credentials of RP_ID and one of another relying party, made before the PIN was set. */
async function furnished(options: Parameters<typeof plug>[0] = {}) {
  const { key, platform } = await plug(options);
  const make = async (rpId: string, user: number, extensions?: CborMap) => {
    const request = making({ rpId, user: userOf(user), options: { rk: true }, ...(extensions && { extensions }) });
    return made(await platform.success(MAKE_CREDENTIAL, request));
  };
  const first = await make(RP_ID, 1);
  const other = await make(OTHER_RP, 1);
  const second = await make(RP_ID, 2, textMap({ credProtect: 3 }));
  await platform.success(MAKE_CREDENTIAL, making()); // not discoverable: never listed
  await new PinClient(platform, 1).setPin(PIN);
  return { key, platform, first, second, other };
}

describe('listing', () => {
  it('counts the discoverable credentials, and the room that is left', async () => {
    const { platform } = await furnished();
    const { body } = await (await Manager.open(platform)).ask(Subcommand.GET_CREDS_METADATA);
    expect(body).toEqual(new Map([[1, 3], [2, 22]])); // prettier-ignore
  });

  it(
    'counts stored credentials that are not discoverable as room taken, and does not list them',
    { timeout: 60_000 },
    async () => {
      const { platform } = await plug({ capacity: 3 });
      await platform.success(MAKE_CREDENTIAL, making({ algorithms: [CoseAlgorithm.RS256] }));
      await new PinClient(platform).setPin(PIN);
      const manager = await Manager.open(platform);
      expect((await manager.ask(Subcommand.GET_CREDS_METADATA)).body).toEqual(new Map([[1, 0], [2, 2]])); // prettier-ignore
      expect((await manager.ask(Subcommand.ENUMERATE_RPS_BEGIN)).status).toBe('NO_CREDENTIALS');
    },
  );

  it('goes through relying parties, each once', async () => {
    const { platform } = await furnished();
    const manager = await Manager.open(platform);
    const begin = await manager.ask(Subcommand.ENUMERATE_RPS_BEGIN);
    expect(begin.body).toEqual(new Map<number, unknown>([[3, new Map([['id', RP_ID]])], [4, sha256(utf8(RP_ID))], [5, 2]])); // prettier-ignore
    const next = await manager.next(Subcommand.ENUMERATE_RPS_NEXT);
    expect(next.body).toEqual(new Map<number, unknown>([[3, new Map([['id', OTHER_RP]])], [4, sha256(utf8(OTHER_RP))]])); // prettier-ignore
    expect((await manager.next(Subcommand.ENUMERATE_RPS_NEXT)).status).toBe('NOT_ALLOWED');
  });

  it('goes through the credentials of one, with user, public key and protection', async () => {
    const { platform, first, second } = await furnished();
    const manager = await Manager.open(platform);
    const begin = await manager.ask(Subcommand.ENUMERATE_CREDENTIALS_BEGIN, rpIdHash());
    expect(begin.body).toEqual(
      new Map<number, unknown>([
        [6, userOf(2)],
        [7, descriptor(second.id)],
        [8, second.publicKey],
        [9, 2],
        [10, 3],
      ]),
    );
    const next = await manager.next(Subcommand.ENUMERATE_CREDENTIALS_NEXT);
    expect(next.body).toEqual(
      new Map<number, unknown>([
        [6, userOf(1)],
        [7, descriptor(first.id)],
        [8, first.publicKey],
        [10, 1],
      ]),
    );
    expect((await manager.next(Subcommand.ENUMERATE_CREDENTIALS_NEXT)).status).toBe('NOT_ALLOWED');
    const nobody = await manager.ask(Subcommand.ENUMERATE_CREDENTIALS_BEGIN, rpIdHash('nobody.example'));
    expect(nobody.status).toBe('NO_CREDENTIALS');
  });

  it('cannot be continued after another command or subcommand, or with another list', async () => {
    const { platform } = await furnished();
    const manager = await Manager.open(platform);
    const between: [string, () => Promise<unknown>][] = [
      ['getInfo', () => platform.ctap(GET_INFO)],
      ['metadata', () => manager.ask(Subcommand.GET_CREDS_METADATA)],
      ['the other list', () => manager.next(Subcommand.ENUMERATE_CREDENTIALS_NEXT)],
      ['assertions', () => platform.ctap(CtapCommand.GET_NEXT_ASSERTION)],
    ];
    for (const [name, act] of between) {
      expect((await manager.ask(Subcommand.ENUMERATE_RPS_BEGIN)).status, name).toBe('SUCCESS');
      await act();
      expect((await manager.next(Subcommand.ENUMERATE_RPS_NEXT)).status, name).toBe('NOT_ALLOWED');
    }
  });
});

describe('changing', () => {
  it('a deleted credential is gone, the others stay', async () => {
    const { platform, first, second } = await furnished();
    const manager = await Manager.open(platform);
    expect((await manager.ask(Subcommand.DELETE_CREDENTIAL, credentialId(first.id))).status).toBe('SUCCESS');
    expect((await manager.ask(Subcommand.DELETE_CREDENTIAL, credentialId(first.id))).status).toBe('NO_CREDENTIALS');
    const left = await manager.ask(Subcommand.ENUMERATE_CREDENTIALS_BEGIN, rpIdHash());
    expect([left.body.get(9), left.body.get(7)]).toEqual([1, descriptor(second.id)]);
    expect((await platform.ctap(GET_ASSERTION, getting({ allow: [first.id] }))).status).toBe('NO_CREDENTIALS');
  });

  it('user names change, user handles never', async () => {
    const { platform, first } = await furnished();
    const manager = await Manager.open(platform);
    const renamed = textMap({ id: Uint8Array.of(1), name: 'renamed' });
    const update = (user: CborMap, id = first.id) =>
      manager.ask(Subcommand.UPDATE_USER_INFORMATION, new Map([...credentialId(id), [3, user]]));
    expect((await update(userOf(7))).status).toBe('INVALID_PARAMETER');
    expect((await update(renamed, new Uint8Array(32))).status).toBe('NO_CREDENTIALS');
    expect((await update(renamed)).status).toBe('SUCCESS');
    await manager.ask(Subcommand.ENUMERATE_CREDENTIALS_BEGIN, rpIdHash());
    expect(map((await manager.next(Subcommand.ENUMERATE_CREDENTIALS_NEXT)).body, 6)).toEqual(renamed);
  });
});

describe('permission', () => {
  it('is needed', async () => {
    const { platform } = await furnished();
    const bare = await platform.ctap(CREDENTIAL_MANAGEMENT, numbered(Subcommand.GET_CREDS_METADATA));
    expect(bare.status).toBe('PUAT_REQUIRED');
    const manager = await Manager.open(platform, { permissions: Permission.GET_ASSERTION, rpId: RP_ID });
    expect((await manager.ask(Subcommand.GET_CREDS_METADATA)).status).toBe('PIN_AUTH_INVALID');
  });

  it('for one relying party covers nothing of the others, and no overview', async () => {
    const { platform, first, other } = await furnished();
    const manager = await Manager.open(platform, { rpId: OTHER_RP });
    const statuses = [
      await manager.ask(Subcommand.GET_CREDS_METADATA),
      await manager.ask(Subcommand.ENUMERATE_RPS_BEGIN),
      await manager.ask(Subcommand.ENUMERATE_CREDENTIALS_BEGIN, rpIdHash()),
      await manager.ask(Subcommand.DELETE_CREDENTIAL, credentialId(first.id)),
    ].map(({ status }) => status);
    expect(new Set(statuses)).toEqual(new Set(['PIN_AUTH_INVALID']));
    expect((await manager.ask(Subcommand.ENUMERATE_CREDENTIALS_BEGIN, rpIdHash(OTHER_RP))).status).toBe('SUCCESS');
    expect((await manager.ask(Subcommand.DELETE_CREDENTIAL, credentialId(other.id))).status).toBe('SUCCESS');
  });

  it('together with getAssertion: list with names, then sign once, with one PIN entry', async () => {
    const { platform } = await furnished();
    const pin = new PinClient(platform);
    const permissions = Permission.CREDENTIAL_MANAGEMENT | Permission.GET_ASSERTION;
    const token = await pin.token(PIN, permissions, RP_ID);
    const params = rpIdHash();
    const message = concat(Uint8Array.of(Subcommand.ENUMERATE_CREDENTIALS_BEGIN), encode(params));
    const { param, version } = pin.prove(token, message);
    const listed = await platform.ctap(CREDENTIAL_MANAGEMENT, numbered(4, params, version, param));
    expect(map(listed.body, 6).get('name')).toBe('user2');
    const proof = pin.prove(token);
    expect((await platform.ctap(GET_ASSERTION, getting({ proof }))).status).toBe('SUCCESS');
    expect((await platform.ctap(GET_ASSERTION, getting({ proof }))).status).toBe('PIN_AUTH_INVALID');
  });
});

describe('requests that are not right', () => {
  it.each<[string, number, CborMap | undefined, string]>([
    ['an unknown subcommand', 99, undefined, 'INVALID_SUBCOMMAND'],
    ['credentials of nobody', Subcommand.ENUMERATE_CREDENTIALS_BEGIN, undefined, 'MISSING_PARAMETER'],
    ['an RP ID hash in words', Subcommand.ENUMERATE_CREDENTIALS_BEGIN, numbered('x'), 'CBOR_UNEXPECTED_TYPE'],
    ['deleting nothing', Subcommand.DELETE_CREDENTIAL, new Map(), 'MISSING_PARAMETER'],
    ['deleting without ID', Subcommand.DELETE_CREDENTIAL, new Map([[2, new Map()]]), 'MISSING_PARAMETER'],
    ['an update without user', Subcommand.UPDATE_USER_INFORMATION, credentialId(new Uint8Array()), 'MISSING_PARAMETER'],
  ])('%s', async (_what, subcommand, params, status) => {
    const { platform } = await furnished();
    expect((await (await Manager.open(platform)).ask(subcommand, params)).status).toBe(status);
  });
});

describe('where it is offered', () => {
  it('not on CTAP 2.0', async () => {
    const { platform } = await plug({ profile: '2.0' });
    for (const command of [CREDENTIAL_MANAGEMENT, CREDENTIAL_MANAGEMENT_PREVIEW]) {
      expect((await platform.ctap(command, numbered(1))).status).toBe('INVALID_COMMAND');
    }
  });

  it('as the preview command, by the plain token of CTAP 2.0, and without updateUserInformation', async () => {
    const { platform, first } = await furnished({ profile: '2.1-pre' });
    const manager = await Manager.openPreview(platform);
    expect((await manager.ask(Subcommand.GET_CREDS_METADATA)).body.get(1)).toBe(3);
    expect((await manager.ask(Subcommand.ENUMERATE_RPS_BEGIN)).body.get(5)).toBe(2);
    expect((await manager.ask(Subcommand.DELETE_CREDENTIAL, credentialId(first.id))).status).toBe('SUCCESS');
    expect((await manager.ask(Subcommand.UPDATE_USER_INFORMATION)).status).toBe('INVALID_PARAMETER');
    expect((await platform.ctap(CREDENTIAL_MANAGEMENT, numbered(1))).status).toBe('INVALID_COMMAND');
  });

  it('by both numbers, and all of it, on a key of CTAP 2.1 that has the previews too', async () => {
    const { platform, first } = await furnished({ profile: '2.1', previews: true });
    const renamed = textMap({ id: Uint8Array.of(1), name: 'renamed' });
    const update = new Map([...credentialId(first.id), [3, renamed]]);
    for (const command of [CREDENTIAL_MANAGEMENT_PREVIEW, CREDENTIAL_MANAGEMENT]) {
      const manager = await Manager.open(platform, { command });
      expect((await manager.ask(Subcommand.GET_CREDS_METADATA)).body.get(1)).toBe(3);
      expect((await manager.ask(Subcommand.UPDATE_USER_INFORMATION, update)).status).toBe('SUCCESS');
    }
  });
});
