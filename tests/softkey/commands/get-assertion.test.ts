import { describe, expect, it } from 'vitest';

import { AuthenticatorFlag } from '../../../src/ctap/codec/authenticator-data.js';
import type { CborValue } from '../../../src/ctap/codec/cbor.js';
import { CtapCommand, Permission } from '../../../src/ctap/commands.js';
import { MemoryPort } from '../../../src/softkey/ports/memory-port.js';
import {
  asserted,
  descriptor,
  type GetOptions,
  getting,
  made,
  type MakeOptions,
  making,
  PinClient,
  Platform,
  plug,
  RP_ID,
  textMap,
  userOf,
} from '../platform.js';

const { MAKE_CREDENTIAL, GET_ASSERTION, GET_NEXT_ASSERTION, GET_INFO } = CtapCommand;
const { UP, UV } = AuthenticatorFlag;
const PIN = '1234';

async function make(platform: Platform, options: MakeOptions = {}) {
  return made(await platform.success(MAKE_CREDENTIAL, making(options)));
}

async function refusal(platform: Platform, options: GetOptions = {}): Promise<string> {
  return (await platform.ctap(GET_ASSERTION, getting(options))).status;
}

/** A key with discoverable credentials of as many users, the last one the newest. */
async function withUsers(count: number, options: Parameters<typeof plug>[0] = {}) {
  const plugged = await plug(options);
  const credentials = [];
  for (let user = 1; user <= count; user++) {
    credentials.push(await make(plugged.platform, { user: userOf(user), options: { rk: true } }));
  }
  return { ...plugged, credentials };
}

describe('parameters', () => {
  it.each<[string, [number, CborValue | undefined][], string]>([
    ['no RP ID', [[1, undefined]], 'MISSING_PARAMETER'],
    ['an RP ID that is no text', [[1, 5]], 'CBOR_UNEXPECTED_TYPE'],
    ['no clientDataHash', [[2, undefined]], 'MISSING_PARAMETER'],
    ['rk', [[5, textMap({ rk: true })]], 'UNSUPPORTED_OPTION'],
    ['uv: true without built-in verification', [[5, textMap({ uv: true })]], 'INVALID_OPTION'],
    ['a pinUvAuthParam without protocol', [[6, new Uint8Array(16)]], 'MISSING_PARAMETER'],
    ['an unknown PIN protocol', [[6, new Uint8Array(16)], [7, 9]], 'INVALID_PARAMETER'], // prettier-ignore
    [
      'nine allowed credentials',
      [[3, Array.from({ length: 9 }, () => descriptor(new Uint8Array(32)))]],
      'LIMIT_EXCEEDED',
    ],
    ['an allow list of other types', [[3, [textMap({ type: 'other', id: new Uint8Array(32) })]]], 'NO_CREDENTIALS'],
    ['an allow list of unknown credentials', [[3, [descriptor(new Uint8Array(62))]]], 'NO_CREDENTIALS'],
  ])('%s', async (_what, changes, status) => {
    const { platform } = await withUsers(1);
    const params = new Map<number, CborValue | undefined>([...(getting() as Map<number, CborValue>), ...changes]);
    const present = [...params].flatMap(([key, value]) => (value === undefined ? [] : [[key, value] as const]));
    expect((await platform.ctap(GET_ASSERTION, new Map(present))).status).toBe(status);
  });

  it('rk is not valid for this command on CTAP 2.0', async () => {
    const { platform } = await withUsers(1, { profile: '2.0' });
    expect(await refusal(platform, { options: { rk: false } })).toBe('INVALID_OPTION');
  });

  it('an empty allow list is no allow list', async () => {
    const { platform, credentials } = await withUsers(1);
    const answer = await platform.success(GET_ASSERTION, new Map([...getting(), [3, []]]));
    expect(asserted(answer, credentials[0]?.publicKey ?? new Map()).id).toEqual(credentials[0]?.id);
  });
});

describe('silent probes (up: false)', () => {
  it('ask nobody and leave the UP flag out', async () => {
    const { platform } = await plug();
    const { id, publicKey } = await make(platform);
    const answer = await platform.ctap(GET_ASSERTION, getting({ allow: [id], options: { up: false } }));
    expect(answer.keepalives).toEqual([]);
    expect(asserted(answer.body, publicKey).flags).toBe(0);
  });

  it('leave the token as it is: it still serves the real one, once', async () => {
    const { platform } = await plug();
    const pin = new PinClient(platform);
    const { id, publicKey } = await make(platform);
    await pin.setPin(PIN);
    const proof = pin.prove(await pin.token(PIN, Permission.GET_ASSERTION, RP_ID));
    for (const [up, flags] of [
      [false, UV],
      [false, UV],
      [true, UP | UV],
    ] as const) {
      // prettier-ignore
      const answer = await platform.success(GET_ASSERTION, getting({ allow: [id], options: { up }, proof }));
      expect(asserted(answer, publicKey).flags).toBe(flags);
    }
    expect(await refusal(platform, { allow: [id], proof })).toBe('PIN_AUTH_INVALID');
  });
});

describe('tokens', () => {
  it('bind to the first RP ID when they were given none (getPinToken)', async () => {
    const { platform } = await plug();
    const pin = new PinClient(platform);
    await make(platform, { options: { rk: true } });
    await make(platform, { options: { rk: true }, rpId: 'example.org' });
    await pin.setPin(PIN);
    const proof = pin.prove(await pin.token(PIN));
    const options = { up: false };
    await platform.success(GET_ASSERTION, getting({ options, proof }));
    expect(await refusal(platform, { options, proof, rpId: 'example.org' })).toBe('PIN_AUTH_INVALID');
  });

  it('are worth nothing unused after 30 s, and in any case after 10 minutes', async () => {
    let now = 0;
    const { platform } = await plug({ now: () => now });
    const pin = new PinClient(platform);
    await make(platform, { options: { rk: true } });
    await pin.setPin(PIN);
    const options = { up: false };
    const late = pin.prove(await pin.token(PIN, Permission.GET_ASSERTION, RP_ID));
    now += 30_001;
    expect(await refusal(platform, { options, proof: late })).toBe('PIN_AUTH_INVALID');
    const proof = pin.prove(await pin.token(PIN, Permission.GET_ASSERTION, RP_ID));
    now += 30_000;
    expect(await refusal(platform, { options, proof })).toBe('SUCCESS');
    now += 570_000;
    expect(await refusal(platform, { options, proof })).toBe('SUCCESS');
    now += 1;
    expect(await refusal(platform, { options, proof })).toBe('PIN_AUTH_INVALID');
  });

  it('of one protocol go when one of the other is given out', async () => {
    const { platform } = await plug();
    const [one, two] = [new PinClient(platform, 1), new PinClient(platform, 2)];
    await make(platform, { options: { rk: true } });
    await two.setPin(PIN);
    const old = two.prove(await two.token(PIN, Permission.GET_ASSERTION, RP_ID));
    const proof = one.prove(await one.token(PIN, Permission.GET_ASSERTION, RP_ID));
    expect(await refusal(platform, { proof: old })).toBe('PIN_AUTH_INVALID');
    expect(await refusal(platform, { proof })).toBe('SUCCESS');
  });

  it('are gone with the power', async () => {
    const { key, platform } = await plug({ profile: '2.0' });
    const pin = new PinClient(platform, 1);
    await make(platform, { options: { rk: true } });
    await pin.setPin(PIN);
    const proof = pin.prove(await pin.token(PIN));
    expect(await refusal(platform, { proof })).toBe('SUCCESS');
    key.powerCycle();
    expect(await refusal(await Platform.open(platform.port), { proof })).toBe('PIN_AUTH_INVALID');
  });
});

describe('several credentials', () => {
  it('come newest first, the rest one by one, each with a valid signature', async () => {
    const { platform, credentials } = await withUsers(3);
    const [oldest, middle, newest] = credentials.map(({ publicKey }) => publicKey);
    if (!oldest || !middle || !newest) throw new Error('Three were made');
    const first = asserted(await platform.success(GET_ASSERTION, getting()), newest);
    expect(first).toMatchObject({ numberOfCredentials: 3, flags: UP, user: new Map([['id', Uint8Array.of(3)]]) });
    const second = asserted(await platform.success(GET_NEXT_ASSERTION), middle);
    expect(second).toMatchObject({ numberOfCredentials: undefined, flags: UP });
    const third = asserted(await platform.success(GET_NEXT_ASSERTION), oldest);
    expect([first, second, third].map(({ signCount }) => signCount)).toEqual([4, 5, 6]);
    expect((await platform.ctap(GET_NEXT_ASSERTION)).status).toBe('NOT_ALLOWED');
  });

  it('show names after user verification only, and only where somebody has to choose', async () => {
    const { platform, credentials } = await withUsers(2);
    const pin = new PinClient(platform);
    await pin.setPin(PIN);
    const proof = async () => pin.prove(await pin.token(PIN, Permission.GET_ASSERTION, RP_ID));
    const many = await platform.success(GET_ASSERTION, getting({ proof: await proof() }));
    expect(many.get(4)).toEqual(userOf(2));
    const [one] = credentials;
    if (!one) throw new Error('Two were made');
    const single = await platform.success(GET_ASSERTION, getting({ proof: await proof(), allow: [one.id] }));
    expect(single.get(4)).toEqual(new Map([['id', Uint8Array.of(1)]]));
    expect(single.has(5)).toBe(false);
  });

  it('of an allow list are one: the first that this key has', async () => {
    const { platform, credentials } = await withUsers(2);
    const allow = [new Uint8Array(32), ...credentials.map(({ id }) => id)];
    const answer = await platform.success(GET_ASSERTION, getting({ allow }));
    expect(asserted(answer, credentials[0]?.publicKey ?? new Map())).toMatchObject({ numberOfCredentials: undefined });
    expect((await platform.ctap(GET_NEXT_ASSERTION)).status).toBe('NOT_ALLOWED');
  });
});

describe('getNextAssertion', () => {
  it('is not allowed without getAssertion', async () => {
    const { platform } = await plug();
    expect((await platform.ctap(GET_NEXT_ASSERTION)).status).toBe('NOT_ALLOWED');
  });

  it('is not allowed after another command, refused ones included', async () => {
    const { platform } = await withUsers(2);
    for (const command of [GET_INFO, 0x77, MAKE_CREDENTIAL]) {
      await platform.success(GET_ASSERTION, getting());
      await platform.ctap(command);
      expect((await platform.ctap(GET_NEXT_ASSERTION)).status).toBe('NOT_ALLOWED');
    }
  });

  it('is not allowed after 30 s, counted from the last one', async () => {
    let now = 0;
    const { platform } = await withUsers(4, { now: () => now });
    await platform.success(GET_ASSERTION, getting());
    for (let times = 0; times < 2; times++) {
      now += 30_000;
      await platform.success(GET_NEXT_ASSERTION);
    }
    now += 30_001;
    expect((await platform.ctap(GET_NEXT_ASSERTION)).status).toBe('NOT_ALLOWED');
  });

  it('is not allowed to another program', async () => {
    const { key, platform } = await withUsers(2);
    const other = await Platform.open(new MemoryPort(key));
    await platform.success(GET_ASSERTION, getting());
    expect((await other.ctap(GET_NEXT_ASSERTION)).status).toBe('NOT_ALLOWED');
  });
});

describe('credProtect', () => {
  const protect = (level: number, user: number): MakeOptions => ({
    options: { rk: true },
    user: userOf(user),
    extensions: textMap({ credProtect: level }),
  });

  it('hides credentials from those who did not give the PIN', async () => {
    const { platform } = await plug();
    const optional = await make(platform, protect(1, 1));
    const byList = await make(platform, protect(2, 2));
    const required = await make(platform, protect(3, 3));

    const found = await platform.success(GET_ASSERTION, getting());
    expect(asserted(found, optional.publicKey)).toMatchObject({ id: optional.id, numberOfCredentials: undefined });
    expect(await refusal(platform, { allow: [byList.id] })).toBe('SUCCESS');
    expect(await refusal(platform, { allow: [required.id] })).toBe('NO_CREDENTIALS');

    const pin = new PinClient(platform);
    await pin.setPin(PIN);
    const proof = pin.prove(await pin.token(PIN, Permission.GET_ASSERTION, RP_ID));
    const all = await platform.success(GET_ASSERTION, getting({ proof }));
    expect(asserted(all, required.publicKey)).toMatchObject({ id: required.id, numberOfCredentials: 3 });
  });

  it('goes with credentials that the key does not keep', async () => {
    const { platform } = await plug();
    const { id } = await make(platform, { extensions: textMap({ credProtect: 3 }) });
    expect(await refusal(platform, { allow: [id] })).toBe('NO_CREDENTIALS');
  });
});

it('key handles are refused when a single bit of them is changed', async () => {
  const { platform } = await plug();
  const { id } = await make(platform);
  for (let bit = 0; bit < id.length * 8; bit += 7) {
    const forged = id.slice();
    forged[bit >> 3] = (forged[bit >> 3] ?? 0) ^ (1 << (bit & 7));
    expect(await refusal(platform, { allow: [forged], options: { up: false } })).toBe('NO_CREDENTIALS');
  }
});

it('without credentials the answer comes at once, without a touch', async () => {
  const { platform } = await plug();
  expect(await platform.ctap(GET_ASSERTION, getting())).toMatchObject({ status: 'NO_CREDENTIALS', keepalives: [] });
});
