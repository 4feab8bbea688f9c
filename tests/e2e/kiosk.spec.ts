import type { Page } from '@playwright/test';

import { getUser } from '../../src/cognito/account.js';
import { connect } from '../../src/cognito/connection.js';
import { Renewal } from '../../src/cognito/refresh.js';
import type { Tokens } from '../../src/cognito/tokens.js';
import { findInHeap, heapUsed } from './heap.js';
import { expect, test } from './kiosk.js';
import { isSignedIn, type KioskStation, tapIn } from './kiosk-station.js';

/** Notes the tokens that the pool gives, as somebody would who has got hold of them. */
function noteTokens({ network }: KioskStation): Pick<Tokens, 'accessToken' | 'refreshToken'>[] {
  const tokens: Pick<Tokens, 'accessToken' | 'refreshToken'>[] = [];
  network.onAnswer = (_, body) => {
    // The local pool's own answers, as the service words them.
    const { AuthenticationResult: result } = JSON.parse(body) as { AuthenticationResult?: { AccessToken: string; RefreshToken: string } }; // prettier-ignore
    if (result) tokens.push({ accessToken: result.AccessToken, refreshToken: result.RefreshToken });
  };
  return tokens;
}

function connectionTo({ pool: { region, userPoolId, clientId, endpoint } }: KioskStation) {
  return connect({ region, userPoolId, clientId, endpoint });
}

const revocations = ({ network }: KioskStation) => network.calls.filter((name) => name === 'RevokeToken').length;

const waitingScreen = (window: Page) =>
  expect(window.getByRole('heading', { name: 'Plug in your security key' })).toBeVisible();

test('tapping in takes one PIN, one touch and two calls to the pool', async ({ kiosk }) => {
  const { window } = await kiosk.launch();
  await waitingScreen(window);
  await tapIn(window, kiosk.guest('ana'));
  const calls = kiosk.network.calls.filter((name) => !name.startsWith('List'));
  expect(calls).toEqual(['InitiateAuth', 'RespondToAuthChallenge']);
});

test.describe('a key that does not list its passkeys', () => {
  test.use({ profiles: { ana: '2.0' } });

  test('is touched twice, and its person known by the station’s records: one PIN, two calls to the pool', async ({
    kiosk,
  }) => {
    kiosk.remember(kiosk.guest('ana').record, kiosk.guest('ben').record);
    const { window } = await kiosk.launch();
    const ana = kiosk.guest('ana');
    ana.key.replug();
    // The key shows itself to whoever asks, and the station knows the name.
    await expect(window.getByText('This is the key of ana. If that is not you, take it out.').last()).toBeVisible();
    await window.getByLabel(/^PIN of /).fill(ana.pin);
    await window.getByRole('button', { name: 'Continue' }).click();
    await isSignedIn(window, 'ana');
    expect(kiosk.network.calls.filter((name) => !name.startsWith('List'))).toEqual([
      'InitiateAuth',
      'RespondToAuthChallenge',
    ]);
  });

  test('leaves the name to its person, where the station knows only others: the PIN is asked for once', async ({
    kiosk,
  }) => {
    kiosk.remember(kiosk.guest('ben').record);
    const { window } = await kiosk.launch();
    const ana = kiosk.guest('ana');
    ana.key.replug();
    await window.getByLabel(/^PIN of /).fill(ana.pin);
    await window.getByRole('button', { name: 'Continue' }).click();
    await expect(window.getByText(/^This station does not know whose key this is/)).toBeVisible();
    await window.getByLabel('User name or e-mail address').fill('ana');
    await window.getByRole('button', { name: 'Continue' }).click();
    await isSignedIn(window, 'ana');
    await expect(window.getByText(/^This is the key of/)).toHaveCount(0);
  });

  test('leaves the name to its person, where the station knows nobody', async ({ kiosk }) => {
    const { window } = await kiosk.launch();
    const ana = kiosk.guest('ana');
    ana.key.replug();
    await window.getByLabel('User name or e-mail address').fill('ana');
    await window.getByRole('button', { name: 'Continue' }).click();
    await window.getByLabel(/^PIN of /).fill(ana.pin);
    await window.getByRole('button', { name: 'Continue' }).click();
    await isSignedIn(window, 'ana');
  });
});

test.describe('twenty people of this pool on one key', () => {
  const people = Array.from({ length: 20 }, (_, index) => `person-${index}`);
  test.use({ people });

  test('are offered, and the one who is chosen signs in', async ({ kiosk }) => {
    test.slow();
    const { key, pin } = kiosk.guest('person-0');
    key.replug();
    for (const username of people.slice(1)) await kiosk.addPasskey(key, username, pin);
    key.unplug();
    const { window } = await kiosk.launch();
    key.replug();
    await window.getByLabel(/^PIN of /).fill(pin);
    await window.getByRole('button', { name: 'Continue' }).click();
    await expect(window.getByRole('heading', { name: 'Which account?' })).toBeVisible();
    for (const username of people) await expect(window.getByText(username, { exact: true })).toHaveCount(1);
    await window.getByRole('button', { name: 'person-13' }).click();
    await isSignedIn(window, 'person-13');
    const calls = kiosk.network.calls.filter((name) => !name.startsWith('List'));
    expect(calls).toEqual(['InitiateAuth', 'RespondToAuthChallenge']);
  });
});

test.describe('a station whose policy does not let it greet', () => {
  test.use({ rules: { greets: false } });

  test('names nobody before the PIN', async ({ kiosk }) => {
    kiosk.remember(kiosk.guest('ana').record);
    const { window } = await kiosk.launch();
    const ana = kiosk.guest('ana');
    ana.key.replug();
    await window.getByLabel(/^PIN of /).fill(ana.pin);
    await expect(window.getByText('ana', { exact: false })).toHaveCount(0);
    await window.getByRole('button', { name: 'Continue' }).click();
    await isSignedIn(window, 'ana');
  });
});

test('a key that is pulled out signs its person out, and the pool refuses every token that there was', async ({
  kiosk,
}) => {
  const tokens = noteTokens(kiosk);
  const { window } = await kiosk.launch();
  const ana = kiosk.guest('ana');
  await tapIn(window, ana);
  const [former] = tokens;
  if (!former) throw new Error('the pool has given no tokens');
  const connection = connectionTo(kiosk);
  await expect(getUser(connection, former)).resolves.toMatchObject({ username: 'ana' });
  ana.key.unplug();
  await kiosk.nextWindow(window);
  await expect.poll(() => revocations(kiosk)).toBe(1);
  await expect(getUser(connection, former)).rejects.toMatchObject({ code: 'signed-out' });
  // Only the refresh token is looked at there.
  await expect(new Renewal(connection, former as Tokens).tokens()).rejects.toMatchObject({ code: 'signed-out' });
});

test('the next person’s window finds nothing of the former: no storage, no cookie, no cache, nothing in the heap', async ({
  kiosk,
}) => {
  const tokens = noteTokens(kiosk);
  const { window } = await kiosk.launch();
  const ana = kiosk.guest('ana');
  ana.key.replug();
  await window.getByLabel(/^PIN of /).fill(ana.pin);
  expect(await findInHeap(window, [ana.pin])).toEqual([ana.pin]); // it would be found
  await window.getByRole('button', { name: 'Continue' }).click();
  await isSignedIn(window, 'ana');
  const secrets = tokens.map(({ refreshToken }) => refreshToken.slice(0, 100));
  expect(secrets).toHaveLength(1);
  expect(await findInHeap(window, secrets)).toEqual(secrets);
  await window.evaluate(async () => {
    localStorage.setItem('former', 'ana');
    sessionStorage.setItem('former', 'ana');
    document.cookie = 'former=ana; max-age=3600; path=/';
    await (await caches.open('former')).put('/former', new Response('ana'));
    await new Promise((resolve) => {
      indexedDB.open('former').onsuccess = resolve;
    });
  });

  ana.key.unplug();
  const next = await kiosk.nextWindow(window);
  const kept = await next.evaluate(async () => ({
    local: localStorage.length,
    session: sessionStorage.length,
    cookies: document.cookie,
    caches: await caches.keys(),
    databases: await indexedDB.databases(),
  }));
  expect(kept).toEqual({ local: 0, session: 0, cookies: '', caches: [], databases: [] });
  expect(await findInHeap(next, [...secrets, ana.pin])).toEqual([]);
  await expect(next.getByText('ana', { exact: true })).toHaveCount(0);
});

test('a dozen changes of person sign nobody in as somebody else, and leave no memory behind', async ({ kiosk }) => {
  test.slow();
  const tokens = noteTokens(kiosk);
  const { window: first, app } = await kiosk.launch();
  let window = first;
  const sizes: number[] = [];
  for (let change = 0; change < 12; change += 1) {
    const guest = kiosk.guest(change % 3 === 1 ? 'ben' : 'ana');
    await tapIn(window, guest);
    const [other] = ['ana', 'ben'].filter((name) => name !== guest.username);
    await expect(window.getByText(`Signed in: ${other ?? ''}`)).toHaveCount(0);
    if (change % 4 === 3) await window.getByRole('button', { name: 'Tap out' }).click();
    guest.key.unplug();
    window = await kiosk.nextWindow(window);
    sizes.push(await heapUsed(app));
  }
  expect(tokens).toHaveLength(12);
  await expect.poll(() => revocations(kiosk)).toBe(12);
  const connection = connectionTo(kiosk);
  for (const one of tokens) await expect(getUser(connection, one)).rejects.toMatchObject({ code: 'signed-out' });
  // The first ones load what is loaded once.
  const [begin = 0, end = 0] = [sizes[3], sizes.at(-1)];
  expect(end - begin).toBeLessThan(4_000_000);
});

test.describe('somebody who is signed in', () => {
  test.use({ rules: { idleSeconds: 12, warnSeconds: 8 } });

  test('is warned before they are signed out for doing nothing', async ({ kiosk }) => {
    const { window } = await kiosk.launch();
    await tapIn(window, kiosk.guest('ana'));
    await expect(window.getByRole('dialog', { name: 'Are you still there?' })).toBeVisible();
    await window.getByRole('button', { name: 'I am still here' }).click();
    await expect(window.getByRole('dialog')).toHaveCount(0);
    await isSignedIn(window, 'ana');
    await expect(window.getByRole('dialog', { name: 'Are you still there?' })).toBeVisible();
    const next = await kiosk.nextWindow(window);
    await expect(next.getByText('Signed out: nothing was done for a while.').first()).toBeVisible();
    // The key that was left in asks nobody for a PIN.
    await expect(next.getByText('A key was left plugged in.')).toBeVisible();
    await expect(next.getByLabel(/^PIN of /)).toHaveCount(0);
  });

  test('may go on when another key is plugged in, or gives way to it', async ({ kiosk }) => {
    const { window } = await kiosk.launch();
    const ben = kiosk.guest('ben');
    await tapIn(window, kiosk.guest('ana'));
    ben.key.replug();
    await window.getByRole('button', { name: 'Stay signed in' }).click();
    await expect(window.getByRole('dialog')).toHaveCount(0);
    await isSignedIn(window, 'ana');
    ben.key.unplug();
    await expect.poll(() => keysSeen(window)).toBe(1);
    ben.key.replug();
    await expect(window.getByRole('dialog', { name: 'Another key was plugged in' })).toBeVisible();
    await expect.poll(() => window.isClosed()).toBe(true);
    // Ben is asked for his PIN at once; Ana's key, which was left in, is not.
    const next = await kiosk.window();
    await next.getByLabel(/^PIN of /).fill(ben.pin);
    await next.getByRole('button', { name: 'Continue' }).click();
    await isSignedIn(next, 'ben');
  });
});

function keysSeen(window: Page): Promise<number> {
  return window.evaluate(async () => {
    // The page's own world, in which preload has put it.
    const { keydesk } = globalThis as unknown as {
      keydesk: { request: (name: string) => Promise<{ value: unknown[] }> };
    };
    return (await keydesk.request('keys.list')).value.length;
  });
}

for (const event of ['suspend', 'lock-screen'] as const) {
  test(`the machine’s ${event} signs people out`, async ({ kiosk }) => {
    const { window, app } = await kiosk.launch();
    await tapIn(window, kiosk.guest('ana'));
    await app.evaluate(({ powerMonitor }, name) => powerMonitor.emit(name), event);
    await kiosk.nextWindow(window);
    await expect.poll(() => revocations(kiosk)).toBe(1);
  });
}

test('a policy that is damaged while somebody is signed in signs them out, and locks the kiosk until it is mended', async ({
  kiosk,
}) => {
  const { window } = await kiosk.launch();
  const ana = kiosk.guest('ana');
  await tapIn(window, ana);
  kiosk.writePolicy('{ "mode": "kiosk", ');
  await expect.poll(() => window.isClosed()).toBe(true);
  const next = await kiosk.window();
  await expect(next.getByRole('heading', { name: 'This kiosk is locked' })).toBeVisible();
  await expect.poll(() => revocations(kiosk)).toBe(1);
  kiosk.writePolicy({ mode: 'kiosk' });
  await waitingScreen(next);
  ana.key.unplug();
});

test('tokens are revoked when the network is back', async ({ kiosk }) => {
  const tokens = noteTokens(kiosk);
  const { window } = await kiosk.launch();
  const ana = kiosk.guest('ana');
  await tapIn(window, ana);
  kiosk.network.fate = (operation) => (operation === 'RevokeToken' ? 'cut' : 'pass');
  ana.key.unplug();
  await kiosk.nextWindow(window);
  await expect.poll(() => revocations(kiosk)).toBeGreaterThan(1);
  const [former] = tokens;
  if (!former) throw new Error('the pool has given no tokens');
  const connection = connectionTo(kiosk);
  await expect(getUser(connection, former)).resolves.toMatchObject({ username: 'ana' });
  kiosk.network.fate = () => 'pass';
  await expect.poll(() => getUser(connection, former).then(() => 'good', () => 'refused')).toBe('refused'); // prettier-ignore
});

test('a key that is pulled out while the pool is asked lets nobody in, however late the answer', async ({ kiosk }) => {
  const { window } = await kiosk.launch();
  const ana = kiosk.guest('ana');
  kiosk.network.fate = (operation) => (operation === 'RespondToAuthChallenge' ? 'hang' : 'pass');
  ana.key.replug();
  await window.getByLabel(/^PIN of /).fill(ana.pin);
  await window.getByRole('button', { name: 'Continue' }).click();
  await expect.poll(() => kiosk.network.calls).toContain('RespondToAuthChallenge');
  ana.key.unplug();
  const next = await kiosk.nextWindow(window);
  await expect(next.getByText(/^Signed in/)).toHaveCount(0);
});

test('the window covers the screen, and nobody leads it away, reloads it or closes it', async ({ kiosk }) => {
  const { window, app } = await kiosk.launch();
  await waitingScreen(window);
  const found = await app.evaluate(({ BrowserWindow, Menu }) => {
    const [only, ...others] = BrowserWindow.getAllWindows();
    if (!only || others.length > 0) throw new Error('there is not one window');
    const keptOut = ['F5', 'F11', 'F12', 'a', 'Tab'].filter((key) => {
      let isPrevented = false as boolean; // set by a callback, which narrowing does not see
      const event = { preventDefault: () => (isPrevented = true) };
      const input = { type: 'keyDown', key, control: false, alt: false, meta: false, shift: false };
      only.webContents.emit('before-input-event', event, input);
      return isPrevented;
    });
    only.close();
    return { isKiosk: only.isKiosk(), isThere: !only.isDestroyed(), menu: Menu.getApplicationMenu(), keptOut };
  });
  expect(found).toEqual({ isKiosk: true, isThere: true, menu: null, keptOut: ['F5', 'F11', 'F12'] });
  await waitingScreen(window);
});

test('main refuses what is no business of a kiosk, whatever the window asks', async ({ kiosk }) => {
  const { window } = await kiosk.launch();
  await tapIn(window, kiosk.guest('ana'));
  const ask = (name: string, input?: unknown) =>
    window.evaluate(
      ([called, given]) =>
        // The page's own world, in which preload has put it.
        (
          globalThis as unknown as { keydesk: { request: (name: string, input?: unknown) => Promise<unknown> } }
        ).keydesk.request(called, given),
      [name, input] as const,
    );
  for (const name of ['pool.disconnect', 'pool.practise', 'pool.check'])
    expect(await ask(name)).toMatchObject({ ok: false, error: { code: 'kiosk/not-allowed' } });
  const keys = (await ask('keys.list')) as { value: { id: string }[] };
  const erase = { ceremonyId: crypto.randomUUID(), keyId: keys.value[0]?.id };
  expect(await ask('keys.reset', erase)).toMatchObject({ ok: false, error: { code: 'kiosk/not-allowed' } });
  const begin = { username: 'ben', sub: 'x', refreshToken: 'made up', keyId: keys.value[0]?.id };
  expect(await ask('kiosk.begin', begin)).toMatchObject({ ok: false, error: { code: 'kiosk/over' } });
});
