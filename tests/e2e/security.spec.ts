import { ANA, expect, test } from './desk.js';

test('the page has no way to the system', async ({ desk }) => {
  const { launched } = await desk.connected();
  const found = await launched.window.evaluate(() =>
    ['require', 'process', 'module', 'Buffer', 'electron', 'ipcRenderer'].filter((name) => name in globalThis),
  );
  expect(found).toEqual([]);
  const api = await launched.window.evaluate(() =>
    Object.keys((globalThis as unknown as { keydesk: object }).keydesk).sort(),
  );
  expect(api).toEqual(['on', 'request']);
});

test('the policy keeps the page from other servers and from inline code', async ({ desk }) => {
  const { launched } = await desk.connected();
  const { window } = launched;
  expect(
    await window.evaluate(() =>
      fetch('http://127.0.0.1:9/').then(
        () => 'reached',
        () => 'refused',
      ),
    ),
  ).toBe('refused');
  const ran = await window.evaluate(() => {
    const script = document.createElement('script');
    script.textContent = 'document.title = "inline"';
    document.head.append(script);
    return document.title;
  });
  expect(ran).not.toBe('inline');
  expect(await window.evaluate(() => open('https://example.com') === null)).toBe(true);
});

test('main takes nothing from the window that the contract does not have', async ({ desk }) => {
  const { launched } = await desk.connected();
  type Api = { request: (name: string, input?: unknown) => Promise<unknown> };
  const request = (name: string, input?: unknown) =>
    launched.window.evaluate(
      ([called, given]) =>
        (globalThis as unknown as { keydesk: Api }).keydesk.request(called, given).catch(() => 'no such request'),
      [name, input] as const,
    );
  expect(await request('keys.setPin', { keyId: 'x', pin: '12' })).toMatchObject({ error: { code: 'ipc/bad-input' } });
  expect(await request('pool.connect', { region: 'eu-west-1' })).toMatchObject({ error: { code: 'ipc/bad-input' } });
  expect(await request('fs.readFile', '/etc/passwd')).toBe('no such request');
});

test('main signs for the pool’s relying party only, whatever the window asks', async ({ desk }) => {
  const { person, launched } = await desk.connected();
  await person.signInWithPassword(ANA.username, ANA.password);
  await person.isSignedIn(ANA.username);
  const answer = await launched.window.evaluate(async () => {
    const { keydesk } = globalThis as unknown as {
      keydesk: { request: (name: string, input?: unknown) => Promise<unknown> };
    };
    const keys = (await keydesk.request('keys.list')) as { value: { id: string }[] };
    return keydesk.request('keys.get', {
      ceremonyId: crypto.randomUUID(),
      keyId: keys.value[0]?.id,
      options: { challenge: 'AAAA', rpId: 'bank.example.com' },
    });
  });
  expect(answer).toMatchObject({ ok: false, error: { code: 'rp/not-allowed' } });
});
