import { describe, expect, it } from 'vitest';

import { get } from '../../../src/ctap/client/get.js';
import type { RequestOptionsJSON } from '../../../src/ctap/client/webauthn-json.js';
import { fromBase64url, toBase64url, utf8 } from '../../../src/ctap/codec/bytes.js';
import type { CborKey, CborMap, CborValue } from '../../../src/ctap/codec/cbor.js';
import { CtapCommand } from '../../../src/ctap/commands.js';
import { CtapStatus } from '../../../src/ctap/status.js';
import { ORIGIN, request, RP_ID } from '../options.js';
import { Person } from '../person.js';
import { asserted, infoOf, openScripted, type Reply, sha256, textMap } from '../scripted-key.js';

const { GET_ASSERTION, GET_NEXT_ASSERTION } = CtapCommand;
const PUBLIC_KEY = 'public-key';
const PLAIN = { userVerification: 'discouraged' };

function descriptors(...names: string[]) {
  return names.map((name) => ({ id: toBase64url(utf8(name)), type: PUBLIC_KEY }));
}

interface Signed {
  readonly id?: string | undefined;
  readonly authData?: Uint8Array;
  readonly user?: CborMap;
  readonly more?: readonly [number, CborValue][];
}

function signed({ id, authData = asserted(), user, more = [] }: Signed = {}): CborMap {
  const members: [CborKey, CborValue][] = [[2, authData], [3, Uint8Array.of(9, 9)]]; // prettier-ignore
  if (id !== undefined) members.push([1, textMap({ id: utf8(id), type: PUBLIC_KEY })]);
  if (user) members.push([4, user]);
  return new Map([...members, ...more]);
}

async function run(
  options: Partial<RequestOptionsJSON>,
  replies: (command: number, list: readonly string[]) => Reply,
  { info = infoOf(), person = new Person() } = {},
) {
  const scripted = await openScripted(info, ({ command, parameters }) => replies(command, names(parameters)));
  const context = { authenticator: scripted.authenticator, interaction: person };
  const result = get(request({ ...PLAIN, ...options }), ORIGIN, context);
  return { ...scripted, result, outcome: await result.catch((error: unknown) => error) };
}

/** The names in the allow list of a request. */
function names(parameters: CborMap): string[] {
  const list = parameters.get(3);
  if (!Array.isArray(list)) return [];
  return (list as CborMap[]).map((descriptor) => new TextDecoder().decode(descriptor.get('id') as Uint8Array));
}

describe('the request that get sends', () => {
  it('holds what the relying party wants, and nothing that was not asked for (CTAP 2.2 §6.2)', async () => {
    const { asked, result } = await run({ allowCredentials: descriptors('one') }, () => signed({ id: 'one' }));
    const { response } = await result;
    expect(asked).toEqual([
      {
        command: GET_ASSERTION,
        parameters: new Map<CborKey, CborValue>([
          [1, RP_ID],
          [2, sha256(fromBase64url(response.clientDataJSON))],
          [3, [textMap({ id: utf8('one'), type: PUBLIC_KEY })]],
        ]),
      },
    ]);
  });

  it('has no allow list where any discoverable credential will do', async () => {
    for (const allowCredentials of [undefined, []]) {
      const { asked } = await run({ allowCredentials }, () => signed({ id: 'any' }));
      expect(asked[0]?.parameters.has(3)).toBe(false);
    }
  });

  it.each([
    [1, [1, 1, 1, 1, 1]],
    [3, [3, 2, 1]],
  ])('finds out in silence which of a long list is on a key that takes %i at once', async (most, sizes) => {
    const list = descriptors('one', 'two', 'three', 'four', 'five');
    const replies = (_command: number, asked: readonly string[]) =>
      asked.includes('four') ? signed({ id: 'four' }) : CtapStatus.NO_CREDENTIALS;
    const { asked, result } = await run({ allowCredentials: list }, replies, { info: infoOf({ 7: most }) });
    expect((await result).id).toBe(toBase64url(utf8('four')));
    expect(asked.map(({ parameters }) => names(parameters).length)).toEqual(sizes);
    expect(names(asked.at(-1)?.parameters ?? new Map())).toEqual(['four']);
    expect(asked.at(-1)?.parameters.has(5)).toBe(false); // now with a touch
  });

  it('asks for nobody, so that a touch may come first, when the key has none of the list', async () => {
    for (const status of [CtapStatus.NO_CREDENTIALS, CtapStatus.INVALID_CREDENTIAL]) {
      const { asked, outcome } = await run({ allowCredentials: descriptors('one', 'two') }, () => status);
      expect(outcome).toMatchObject({ name: 'ClientError', code: 'no-credentials' });
      expect(asked.map(({ parameters }) => names(parameters))).toEqual([['one'], ['two'], ['\0']]);
    }
  });
});

describe('the response of get', () => {
  it('names the credential and the account', async () => {
    const user = textMap({ id: utf8('user-1') });
    const { result } = await run({}, () => signed({ id: 'one', user }));
    expect(await result).toMatchObject({
      id: toBase64url(utf8('one')),
      rawId: toBase64url(utf8('one')),
      type: PUBLIC_KEY,
      response: {
        authenticatorData: toBase64url(asserted()),
        signature: toBase64url(Uint8Array.of(9, 9)),
        userHandle: toBase64url(utf8('user-1')),
      },
    });
  });

  it('has no user handle where the key gives none', async () => {
    const { result } = await run({ allowCredentials: descriptors('one') }, () => signed());
    const { id, response } = await result;
    expect(id).toBe(toBase64url(utf8('one'))); // of one, the key need not say which
    expect(response).not.toHaveProperty('userHandle');
  });

  it.each([
    ['another relying party', { id: 'one', authData: asserted({ rpId: 'example.org' }) }, ['one']],
    ['no touch', { id: 'one', authData: asserted({ flags: 0 }) }, ['one']],
    [
      'extension outputs that nobody asked for',
      { id: 'one', authData: asserted({ extensions: textMap({ x: true }) }) },
      ['one'],
    ],
    ['a credential that was not allowed', { id: 'two' }, ['one']],
    ['no credential where it could be any of two', {}, ['one', 'two']],
    ['no credential where none was named', {}, []],
    ['authenticator data that is none', { id: 'one', authData: new Uint8Array(38) }, ['one']],
  ])('is refused as a bad answer with %s', async (_name, answer: Signed, allowed) => {
    // prettier-ignore
    const { outcome } = await run({ allowCredentials: descriptors(...allowed) }, () => signed(answer), { info: infoOf({ 7: 8 }) }); // prettier-ignore
    expect(outcome).toMatchObject({ name: 'ClientError', code: 'bad-answer' });
  });

  it('is refused without user verification where that was asked for', async () => {
    const info = infoOf({ 4: textMap({ uv: true }) });
    const replies = () => signed({ id: 'one', authData: asserted({ flags: 0x01 }) });
    const { outcome } = await run({ userVerification: 'required' }, replies, { info });
    expect(outcome).toMatchObject({ code: 'bad-answer' });
  });
});

describe('several accounts on one key', () => {
  const user = (name: string) => textMap({ id: utf8(name), name, displayName: name.toUpperCase() });
  const three = (more: readonly [number, CborValue][] = []) => {
    const rest = ['two', 'three'];
    return (command: number): Reply => {
      if (command === GET_ASSERTION) return signed({ id: 'one', user: user('one'), more: [[5, 3], ...more] });
      const next = rest.shift();
      return next === undefined ? CtapStatus.NOT_ALLOWED : signed({ id: next, user: user(next) });
    };
  };

  it('are shown to the person, who chooses', async () => {
    const person = new Person();
    person.choice = 2;
    const { result, asked } = await run({}, three(), { person });
    expect((await result).id).toBe(toBase64url(utf8('three')));
    expect(person.accounts).toEqual([
      ['one', 'two', 'three'].map((name) => ({ id: utf8(name), name, displayName: name.toUpperCase() })),
    ]);
    expect(asked.map(({ command }) => command)).toEqual([GET_ASSERTION, GET_NEXT_ASSERTION, GET_NEXT_ASSERTION]);
  });

  it('are not shown again when the person has chosen on the key', async () => {
    const person = new Person();
    const { result, asked } = await run({}, three([[6, true]]), { person });
    expect((await result).id).toBe(toBase64url(utf8('one')));
    expect([person.accounts.length, asked.length]).toEqual([0, 1]);
  });

  it('without names have empty ones; without user handles they cannot be told apart', async () => {
    const person = new Person();
    const bare = () => signed({ id: 'one', user: textMap({ id: utf8('one') }), more: [[5, 2]] });
    await run({}, bare, { person });
    expect(person.accounts[0]?.[1]).toEqual({ id: utf8('one'), name: '', displayName: '' });
    const { outcome } = await run({}, () => signed({ id: 'one', more: [[5, 2]] }));
    expect(outcome).toMatchObject({ code: 'bad-answer' });
  });
});
