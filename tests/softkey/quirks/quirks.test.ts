import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

import { Authenticator } from '../../../src/ctap/authenticator.js';
import { create } from '../../../src/ctap/client/create.js';
import { get } from '../../../src/ctap/client/get.js';
import { isRefusal } from '../../../src/ctap/client/refusal.js';
import { HidChannel } from '../../../src/ctap/hid/channel.js';
import { HidCommand } from '../../../src/ctap/hid/constants.js';
import { toFailure } from '../../../src/failures/ctap-failure.js';
import { MemoryPort } from '../../../src/softkey/ports/memory-port.js';
import { parseQuirk, type Quirks } from '../../../src/softkey/quirks/quirks.js';
import { SoftKey, type SoftKeyOptions } from '../../../src/softkey/soft-key.js';
import { MemoryStore } from '../../../src/softkey/store/credential-store.js';
import { delayedPresence } from '../../../src/softkey/user-presence.js';
import { creation, ORIGIN, PIN, request, RP_ID } from '../../ctap/options.js';
import { Person } from '../../ctap/person.js';

beforeEach(() => {
  vi.useFakeTimers({
    toFake: [
      'setTimeout',
      'clearTimeout',
      'setInterval',
      'clearInterval',
      'setImmediate',
      'clearImmediate',
      'performance',
    ],
  });
});
afterEach(() => {
  vi.useRealTimers();
});

/** Lets ten minutes pass: whatever waits longer hangs, and fails by vitest's own limit. */
async function settled<T>(promise: Promise<T>): Promise<T> {
  promise.catch(() => undefined);
  await vi.advanceTimersByTimeAsync(600_000);
  return promise;
}

/** Everything that the tests want to know of a key with quirks: opened, used, closed. */
async function plug(quirks: Quirks, options: Partial<SoftKeyOptions> = {}) {
  const store = new MemoryStore();
  const key = new SoftKey({ profile: '2.1', store, quirks, ...options });
  const authenticator = await settled(Authenticator.open(new MemoryPort(key)));
  const person = new Person(PIN, PIN);
  const context = { authenticator, interaction: person };
  const make = (changes = {}) => settled(create(creation(changes), ORIGIN, context));
  return { store, person, context, make };
}

describe('a key with quirks that is used all the same', () => {
  it.each([
    [{ 'foreign-frames': 1 }],
    [{ 'wrong-nonce': 1 }],
    [{ busy: 3 }],
    [{ 'late-answers': 2500 }],
    [{ 'slow-keepalives': 2900 }],
    [{ 'touch-beats-cancel': 1 }],
    [{ 'zero-list-limits': 1 }],
    [{ 'cut-names': 1 }],
    [{ 'not-canonical': 1 }],
    [{ 'unknown-members': 1 }],
    [{ 'foreign-frames': 1, 'wrong-nonce': 1, busy: 2, 'late-answers': 500, 'not-canonical': 1, 'unknown-members': 1 }],
  ] satisfies [Quirks][])('%o: makes a credential and signs in with it', async (quirks) => {
    for (const profile of ['2.0', '2.1', '2.3'] as const) {
      const { make, context, store } = await plug(quirks, { profile, presence: delayedPresence(7000) });
      const made = await make();
      const allowCredentials = [{ id: made.id, type: 'public-key' }];
      const signedIn = await settled(get(request({ allowCredentials }), ORIGIN, context));
      expect(signedIn.id).toBe(made.id);
      expect(store.initial?.pinRetries).toBe(8);
    }
  });

  it('mends names that end in the middle of a character, where there are several to choose from', async () => {
    const { make, context, person } = await plug({ 'cut-names': 1 });
    for (const name of ['Zoë', 'Ana']) {
      const { authenticator } = context;
      const fresh = new Person(PIN);
      const options = creation({ user: { id: Buffer.from(name).toString('base64url'), name, displayName: name } });
      if (name === 'Zoë') await make({ user: options.user });
      else await settled(create(options, ORIGIN, { authenticator, interaction: fresh }));
    }
    await settled(get(request(), ORIGIN, context));
    const shown = person.accounts[0]?.map(({ name }) => name);
    expect(shown?.sort()).toEqual(['Ana', 'Zoë']);
  });
});

describe('a key that cannot be used', () => {
  it.each([
    [{ 'late-answers': 4000 }, { name: 'TransportError', code: 'no-answer' }],
    [{ busy: 1000 }, { name: 'TransportError', code: 'channel-busy' }],
    [{ silent: 0 }, { name: 'TransportError', code: 'no-answer' }],
    [{ silent: 1 }, { name: 'TransportError', code: 'no-answer' }],
    [{ 'missing-members': 1 }, { name: 'ResponseError', member: 'versions' }],
    [{ 'missing-members': 3 }, { name: 'ResponseError', member: 'aaguid' }],
  ] satisfies [Quirks, object][])('%o says so when it is opened', async (quirks, error) => {
    await expect(plug(quirks)).rejects.toMatchObject(error);
  });

  it('that loses power at any report says so, and never more than that', async () => {
    let outcomes = 0;
    for (let report = 1; ; report++) {
      const store = new MemoryStore();
      const ended: unknown = await plug({ disconnect: report }, { store })
        .then(({ make }) => make())
        .catch((error: unknown) => error);
      if (!(ended instanceof Error)) break;
      expect(ended).toMatchObject({ name: 'TransportError', code: 'device-removed' });
      outcomes++;
    }
    expect(outcomes).toBeGreaterThan(20);
  });

  it.each([
    [{ 'unknown-status': 0xf3 }, { name: 'CtapError', status: 0xf3 }, true],
    [{ 'unknown-status': 0x99 }, { name: 'CtapError', status: 0x99 }, true],
    [{ 'missing-members': 2 }, { name: 'ResponseError' }, false],
    [{ full: 1 }, { name: 'ClientError', code: 'full' }, true],
    [{ 'other-algorithm': 1 }, { name: 'ClientError', code: 'bad-answer' }, false],
  ] satisfies [Quirks, object, boolean][])(
    '%o says so when a credential is made, and whether there may be one',
    async (quirks, error, refused) => {
      const { make } = await plug(quirks);
      const ended: unknown = await make().catch((reason: unknown) => reason);
      expect(ended).toMatchObject(error);
      expect(isRefusal(ended)).toBe(refused);
    },
  );

  it('that is full says so on a key of CTAP 2.0 too, which does not tell how much room there is', async () => {
    const { make } = await plug({ full: 1 }, { profile: '2.0' });
    await expect(make()).rejects.toMatchObject({ name: 'ClientError', code: 'full' });
  });
});

it('a touch that wins against a cancel gives the credential to whoever cancelled', async () => {
  const { context, store, person } = await plug({ 'touch-beats-cancel': 1 }, { presence: delayedPresence(2000) });
  const controller = new AbortController();
  person.onTouch = () => {
    controller.abort();
  };
  const made = await settled(create(creation(), ORIGIN, { ...context, signal: controller.signal }));
  expect(store.initial?.credentials.map(({ rpId }) => rpId)).toEqual([RP_ID]);
  expect(Buffer.from(store.initial?.credentials[0]?.id ?? []).toString('base64url')).toBe(made.id);
});

describe('a key that another program has locked', () => {
  /** CTAPHID_LOCK on a channel of its own. */
  async function lock(key: SoftKey, seconds: number): Promise<void> {
    const other = await settled(HidChannel.open(new MemoryPort(key)));
    await settled(other.call(HidCommand.LOCK, Uint8Array.of(0))); // so that settling takes no time off the lock
    void other.call(HidCommand.LOCK, Uint8Array.of(seconds));
  }

  it('is waited for, when that is no long wait', async () => {
    const key = new SoftKey({ profile: '2.1' });
    await lock(key, 4);
    const authenticator = await settled(Authenticator.open(new MemoryPort(key)));
    expect(authenticator.info.versions).toContain('FIDO_2_1');
  });

  it('for longer is busy with another program, and says so', async () => {
    const key = new SoftKey({ profile: '2.1' });
    await lock(key, 10);
    const ended: unknown = await settled(Authenticator.open(new MemoryPort(key))).catch((error: unknown) => error);
    expect(ended).toMatchObject({ name: 'TransportError', code: 'channel-busy' });
    expect(toFailure(ended).code).toBe('key/busy');
  });
});

describe('quirks by name', () => {
  it('are read with and without a number', () => {
    expect(parseQuirk('busy')).toEqual({ busy: 3 });
    expect(parseQuirk('busy=7')).toEqual({ busy: 7 });
    expect(parseQuirk('full')).toEqual({ full: 1 });
  });

  it.each(['', 'Busy', 'lazy', 'busy=', 'busy=-1', 'busy=x', 'full=2'])('%j is none', (text) => {
    expect(() => parseQuirk(text)).toThrow(RangeError);
  });
});
