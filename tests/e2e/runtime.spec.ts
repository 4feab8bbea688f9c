import { once } from 'node:events';
import { type IncomingHttpHeaders, type Server, createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

import { type Page, expect, test as base } from '@playwright/test';
import type { BrowserWindow } from 'electron';

import { findElectron } from '../../tools/electron-runtime.js';
import { type Launched, launchApp } from './launch.js';

// What Keydesk leans on in Electron, said about a small app: each of these holds on the real binary and on the stand-in.

interface Seen {
  navigations: string[];
  windows: string[];
  frames: { url: string; isMainFrame: boolean }[];
  sent: unknown[][];
  requests: { url: string; method: string }[];
  contentsCreated: number;
  secondInstances: string[][];
  consoleMessages: { message: string; level: string }[];
  dark?: boolean;
}

interface FixtureApi {
  invoke: (channel: string, ...args: unknown[]) => Promise<unknown>;
  note: (...args: unknown[]) => void;
  onNoted: (listener: (...args: unknown[]) => void) => () => void;
  constant: { deep: [number, { two: number }] };
  point: () => { x: number; length?: unknown };
  sum: (...numbers: number[]) => number;
  callMeBack: (callback: (text: string) => string) => string;
  later: (value: unknown) => Promise<unknown>;
  fail: () => void;
  failLater: () => Promise<void>;
  types: (bytes: Uint8Array, date: Date) => object;
  sees: () => object;
}

declare global {
  interface Window {
    fixture: FixtureApi;
  }
}

const FIXTURE = 'tests/e2e/fixture-app';

const test = base.extend<{ fixture: Launched }>({
  // Playwright reads the names of the fixtures from the first parameter.
  // eslint-disable-next-line no-empty-pattern
  fixture: async ({}, use) => {
    const launched = await launchApp(FIXTURE);
    await launched.window.getByRole('heading', { name: 'Fixture' }).waitFor();
    await use(launched);
    await launched.close();
  },
});

const seen = ({ app }: Launched) => app.evaluate(() => (globalThis as unknown as { seen: Seen }).seen);

test.describe('the bridge between the worlds', () => {
  test('shows the page the preload’s API before its first script, and nothing else', async ({
    fixture: { window: page },
  }) => {
    const shown = await page.evaluate(() => {
      const globals = globalThis as unknown as Record<string, unknown>;
      return {
        api: globals['apiAtFirstScript'],
        require: typeof globals['require'],
        process: typeof globals['process'],
        module: typeof globals['module'],
      };
    });
    expect(shown).toEqual({ api: 'object', require: 'undefined', process: 'undefined', module: 'undefined' });
  });

  test('hides the page from the preload, which runs sandboxed, first, and in the main frame only', async ({
    fixture: { window: page },
  }) => {
    expect(await page.evaluate(() => window.fixture.sees())).toEqual({
      pageGlobal: 'undefined',
      require: 'function',
      requireFs: 'refused',
      sandboxed: true,
      ranBeforePage: true,
      isTop: true,
    });
    const inner = page.frames().find((frame) => frame !== page.mainFrame());
    expect(await inner?.evaluate(() => 'fixture' in globalThis)).toBe(false);
  });

  test('runs the preload again after a reload', async ({ fixture: { window: page } }) => {
    await page.reload();
    expect(await page.evaluate(() => window.fixture.invoke('echo', 1))).toEqual([1]);
  });

  test('copies data, frozen and without prototypes', async ({ fixture: { window: page } }) => {
    const result = await page.evaluate(() => ({
      constant: window.fixture.constant,
      frozen: Object.isFrozen(window.fixture) && Object.isFrozen(window.fixture.constant.deep[1]),
      replaced: Reflect.set(window, 'fixture', null),
      point: window.fixture.point().x,
      method: typeof window.fixture.point().length,
      types: window.fixture.types(new Uint8Array(2), new Date(0)),
    }));
    expect(result).toEqual({
      constant: { deep: [1, { two: 2 }] },
      frozen: true,
      replaced: false,
      point: 1,
      method: 'undefined',
      types: { bytes: true, date: true },
    });
  });

  test('carries calls, callbacks and promises both ways', async ({ fixture: { window: page } }) => {
    const result = await page.evaluate(async () => ({
      sum: window.fixture.sum(1, 2, 3),
      callback: window.fixture.callMeBack((text) => `${text} and answered`),
      later: await window.fixture.later({ when: 'later' }),
    }));
    expect(result).toEqual({ sum: 6, callback: 'called back and answered', later: { when: 'later' } });
  });

  test('carries the message of an error, thrown or rejected', async ({ fixture: { window: page } }) => {
    const result = await page.evaluate(async () => {
      const caught = (error: unknown) => ({ isError: error instanceof Error, message: (error as Error).message });
      const later = await window.fixture.failLater().catch(caught);
      try {
        window.fixture.fail();
        return undefined;
      } catch (error) {
        return { thrown: caught(error), later };
      }
    });
    expect(result).toEqual({
      thrown: { isError: true, message: 'out of range' },
      later: { isError: true, message: 'later' },
    });
  });
});

test.describe('messages between page and main process', () => {
  test('keep their types', async ({ fixture: { window: page } }) => {
    const result = await page.evaluate(async () => {
      const [bytes, date, map, set, nothing, nan, big, nested] = (await window.fixture.invoke(
        'echo',
        new Uint8Array([0, 255]),
        new Date(86_400_000),
        new Map([['a', { b: 1n }]]),
        new Set([1]),
        undefined,
        NaN,
        2n ** 64n,
        { __proto__: null, list: [null, 'ü✓'] },
      )) as [Uint8Array, Date, Map<string, { b: bigint }>, Set<number>, undefined, number, bigint, object];
      return [
        bytes instanceof Uint8Array && Array.from(bytes),
        date.toISOString(),
        String(map.get('a')?.b),
        set.has(1),
        typeof nothing,
        Number.isNaN(nan),
        String(big),
        nested,
      ];
    });
    expect(result).toEqual([
      [0, 255],
      '1970-01-02T00:00:00.000Z',
      '1',
      true,
      'undefined',
      true,
      String(2n ** 64n),
      { list: [null, 'ü✓'] },
    ]);
  });

  test('cross as errors that name the channel when the handler fails, is missing or answers with a function', async ({
    fixture: { window: page },
  }) => {
    const messageOf = (channel: string) =>
      page.evaluate(
        (name) => window.fixture.invoke(name).then(String, (error: unknown) => (error as Error).message),
        channel,
      );
    expect(await messageOf('fail')).toBe("Error invoking remote method 'fail': OwnError: no such key");
    expect(await messageOf('nobody')).toBe(
      "Error invoking remote method 'nobody': Error: No handler registered for 'nobody'",
    );
    expect(await messageOf('unclonable')).toMatch(/^Error invoking remote method 'unclonable': .*could not be cloned/);
  });

  test('name the frame they come from', async ({ fixture: { window: page } }) => {
    expect(await page.evaluate(() => window.fixture.invoke('who'))).toMatchObject({
      url: 'app://fixture/',
      origin: 'app://fixture',
      isTop: true,
    });
  });

  test('go out by send, and come in by webContents.send until the listener is removed', async ({ fixture }) => {
    const result = await fixture.window.evaluate(async () => {
      const heard: unknown[][] = [];
      await new Promise<void>((resolve) => {
        const stop = window.fixture.onNoted((...args) => {
          heard.push(args.map((arg) => (arg instanceof Uint8Array ? Array.from(arg) : arg)));
          stop();
          resolve();
        });
        window.fixture.note('first', { n: 1 });
      });
      window.fixture.note('second');
      await window.fixture.invoke('echo'); // answered after the second note
      return heard;
    });
    expect(result).toEqual([[2, [1, 2, 3]]]);
    expect((await seen(fixture)).sent).toEqual([['first', { n: 1 }], ['second']]);
  });
});

test.describe('the page’s limits', () => {
  test('the CSP of the response header is enforced', async ({ fixture }) => {
    const blocked = await fixture.window.evaluate(async () => {
      const globals = globalThis as unknown as Record<string, unknown>;
      const outside = await fetch('https://example.com/').then(
        () => 'allowed',
        () => 'blocked',
      );
      const script = document.createElement('script');
      script.textContent = 'globalThis.injected = true';
      document.body.append(script);
      return {
        inline: globals['inlineRan'] ?? 'blocked',
        injected: globals['injected'] ?? 'blocked',
        outside,
        evaluated: globals['evaluated'],
      };
    });
    expect(blocked).toEqual({ inline: 'blocked', injected: 'blocked', outside: 'blocked', evaluated: 'blocked' });
    const messages = (await seen(fixture)).consoleMessages.filter(({ message }) =>
      message.includes('Content Security Policy'),
    );
    expect(messages.length).toBeGreaterThan(0);
    expect(messages[0]?.level).toBe('error');
  });

  test('opens no windows, by script or by link', async ({ fixture }) => {
    expect(
      await fixture.window.evaluate(() => window.open('https://example.com/popup', 'name', 'width=100')),
    ).toBeNull();
    await fixture.window.locator('#blank').click();
    await expect
      .poll(async () => (await seen(fixture)).windows)
      .toEqual(['https://example.com/popup', 'https://example.com/new']);
    await expect.poll(() => fixture.app.windows().length).toBe(1);
  });

  test('goes nowhere when the app prevents it', async ({ fixture }) => {
    for (const id of ['#away', '#within']) await fixture.window.locator(id).click({ noWaitAfter: true });
    await fixture.window.evaluate(() => {
      location.href = 'https://example.com/by-script';
    });
    await expect
      .poll(async () => (await seen(fixture)).navigations)
      .toEqual(['https://example.com/', 'app://fixture/elsewhere.html', 'https://example.com/by-script']);
    await expect(fixture.window.getByRole('heading', { name: 'Fixture' })).toBeVisible();
    expect(await fixture.window.evaluate(() => window.fixture.invoke('who'))).toMatchObject({ url: 'app://fixture/' });
  });

  test('reports navigations of frames, but not those of loadURL', async ({ fixture }) => {
    expect((await seen(fixture)).frames).toEqual([{ url: 'app://fixture/frame.html', isMainFrame: false }]);
  });

  test('gets no permission that the app denies', async ({ fixture: { window: page } }) => {
    const states = await page.evaluate(async () => ({
      notifications: await Notification.requestPermission(),
      geolocation: await new Promise((resolve) => {
        navigator.geolocation.getCurrentPosition(
          () => {
            resolve('granted');
          },
          ({ code }) => {
            resolve(code);
          },
        );
      }),
    }));
    expect(states).toEqual({ notifications: 'denied', geolocation: 1 }); // PERMISSION_DENIED
  });
});

test.describe('requests of the page', () => {
  test('of the app’s scheme reach its handler, with method and body, and its answer comes back', async ({
    fixture,
  }) => {
    const answer = await fixture.window.evaluate(async () => {
      const response = await fetch('/echo?a=1', { method: 'POST', body: 'hello' });
      return { status: response.status, header: response.headers.get('x-fixture'), text: await response.text() };
    });
    expect(answer).toEqual({ status: 201, header: 'yes', text: 'POST hello' });
    expect((await seen(fixture)).requests).toContainEqual({ url: 'app://fixture/echo?a=1', method: 'POST' });
    expect(await fixture.window.evaluate(async () => (await fetch('/nothing')).status)).toBe(404);
  });

  test('reach a server on loopback with the app’s origin, and CORS decides who may read', async ({
    fixture: { window: page },
  }) => {
    const server = await serve((path) =>
      path === '/open'
        ? { 'access-control-allow-origin': 'app://fixture', 'access-control-allow-headers': 'x-amz-target' }
        : {},
    );
    const { requests } = server;
    expect(await post(page, `${server.url}/open`)).toBe('{"ok":true}');
    expect(requests.map(({ method }) => method)).toEqual(['OPTIONS', 'POST']);
    expect(requests.map(({ headers }) => headers.origin)).toEqual(['app://fixture', 'app://fixture']);
    expect(requests.map(({ headers }) => headers.referer)).toEqual([undefined, undefined]);
    expect(requests[1]?.headers['x-amz-target']).toBe('Service.Operation');
    expect(await post(page, `${server.url}/closed`)).toBe('TypeError');
  });

  test('pass the session’s hooks', async ({ fixture: { app, window: page } }) => {
    const server = await serve(() => ({ 'access-control-allow-origin': 'app://fixture' }));
    await app.evaluate(({ session }, url) => {
      const { webRequest } = session.defaultSession;
      webRequest.onBeforeRequest({ urls: [`${url}/*`] }, (details, answer) => {
        answer({ cancel: details.url.endsWith('/cancelled') });
      });
      webRequest.onHeadersReceived({ urls: [`${url}/*`] }, ({ responseHeaders }, answer) => {
        answer({ responseHeaders: { ...responseHeaders, 'access-control-allow-headers': ['x-amz-target'] } });
      });
    }, server.url);
    expect(await post(page, `${server.url}/cancelled`)).toBe('TypeError');
    expect(server.requests).toEqual([]);
    expect(await post(page, `${server.url}/passed`)).toBe('{"ok":true}');
  });
});

/** Posts as the AWS SDK does, with a preflight; the body of the answer, or the name of the error. */
function post(page: Page, url: string): Promise<string> {
  return page.evaluate(
    (target) =>
      fetch(target, { method: 'POST', headers: { 'x-amz-target': 'Service.Operation' }, body: '{}' }).then(
        (response) => response.text(),
        (error: unknown) => (error as Error).name,
      ),
    url,
  );
}

const servers: Server[] = [];
test.afterEach(() => {
  for (const server of servers.splice(0)) server.close();
});

/** A server on loopback that notes what it is asked and answers with the headers given. */
async function serve(headersFor: (path: string | undefined) => Record<string, string>) {
  const requests: { method: string | undefined; headers: IncomingHttpHeaders }[] = [];
  const server = createServer(({ method, headers, url }, response) => {
    requests.push({ method, headers });
    response.writeHead(200, headersFor(url)).end('{"ok":true}');
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  servers.push(server);
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, requests };
}

test.describe('windows', () => {
  test('have the size asked for, and pictures of them too', async ({ fixture: { app, window: page } }) => {
    expect(await page.evaluate(() => [innerWidth, innerHeight])).toEqual([640, 480]);
    const png = await page.screenshot();
    expect([png.readUInt32BE(16), png.readUInt32BE(20)]).toEqual([640, 480]);
    const size = await app.evaluate(async ({ BrowserWindow }) =>
      (await BrowserWindow.getAllWindows()[0]?.capturePage())?.getSize(),
    );
    expect(size).toEqual({ width: 640, height: 480 });
  });

  test('are known to Playwright and to the app as the same ones', async ({ fixture: { app, window: page } }) => {
    const handle = await app.browserWindow(page);
    expect(await handle.evaluate((one: BrowserWindow) => [one.isDestroyed(), one.webContents.getURL()])).toEqual([
      false,
      'app://fixture/',
    ]);
    await expect.poll(() => handle.evaluate((one: BrowserWindow) => one.isVisible())).toBe(true);
  });

  test('follow the app’s choice of light or dark', async ({ fixture }) => {
    const isDark = () => fixture.window.evaluate(() => matchMedia('(prefers-color-scheme: dark)').matches);
    for (const [theme, dark] of [
      ['dark', true],
      ['light', false],
    ] as const) {
      await fixture.app.evaluate(({ nativeTheme }, source) => {
        nativeTheme.themeSource = source;
      }, theme);
      await expect.poll(isDark).toBe(dark);
      expect((await seen(fixture)).dark).toBe(dark);
    }
  });

  test('run scripts of the main process in the page’s own world', async ({ fixture: { app } }) => {
    const run = (code: string) =>
      app.evaluate(
        ({ BrowserWindow }, text) =>
          BrowserWindow.getAllWindows()[0]?.webContents.executeJavaScript(text) as Promise<unknown>,
        code,
      );
    expect(await run('[fromPage, typeof fixture, Promise.resolve(1)].length')).toBe(3);
    expect(await run('Promise.resolve(fromPage)')).toBe('page');
  });
});

test.describe('a window', () => {
  test('says why it cannot load a page', async ({ fixture: { app } }) => {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
    server.close();
    await once(server, 'close');
    const failure = await app.evaluate(async ({ BrowserWindow }, address) => {
      const other = new BrowserWindow({ show: false });
      const failed = new Promise((resolve) => {
        other.webContents.once('did-fail-load', (_event, code, description, validatedURL) => {
          resolve([code, description, validatedURL]);
        });
      });
      const error = await other.loadURL(address).then(
        () => undefined,
        (reason: unknown) => ({ ...(reason as { code: string; errno: number }) }),
      );
      const event = await failed;
      other.destroy();
      return { code: error?.code, errno: error?.errno, event };
    }, url);
    expect(failure).toEqual({
      code: 'ERR_CONNECTION_REFUSED',
      errno: -102,
      event: [-102, 'ERR_CONNECTION_REFUSED', url],
    });
  });

  test('prints a page without running its scripts', async ({ fixture: { app } }) => {
    const pdf = await app.evaluate(async ({ BrowserWindow }) => {
      const other = new BrowserWindow({ show: false, webPreferences: { sandbox: true, javascript: false } });
      const html = '<title>As it was sent</title><p>Receipt</p><script>document.title = "Changed"</script>';
      await other.loadURL(`data:text/html;charset=utf-8,${encodeURIComponent(html)}`);
      const printed = await other.webContents.printToPDF({ pageSize: 'A4' });
      other.destroy();
      return printed.toString('latin1');
    });
    expect(pdf.startsWith('%PDF-')).toBe(true);
    expect(pdf).toContain('/Count 1');
    expect(pdf).toContain('/Title (As it was sent)');
    expect(pdf).toMatch(/\/MediaBox \[0 0 59[45][.\d]* 84[12][.\d]*\]/);
  });

  test('gives up the first of two loads for the second', async ({ fixture: { app } }) => {
    const outcomes = await app.evaluate(async ({ BrowserWindow }) => {
      const [window] = BrowserWindow.getAllWindows();
      const load = (url: string) =>
        window?.loadURL(url).then(
          () => 'loaded',
          (reason: unknown) => (reason as { code: string }).code,
        );
      return Promise.all([load('app://fixture/frame.html'), load('app://fixture/elsewhere.html')]);
    });
    expect(outcomes).toEqual(['ERR_ABORTED', 'loaded']);
  });

  test('may refuse to close, and can be destroyed all the same', async ({ fixture: { app } }) => {
    const events = await app.evaluate(async ({ BrowserWindow }) => {
      const other = new BrowserWindow({ show: false });
      const happened: string[] = [];
      other.on('close', (event) => {
        happened.push('close');
        event.preventDefault();
      });
      const closed = new Promise<void>((resolve) => {
        other.once('closed', () => {
          happened.push('closed');
          resolve();
        });
      });
      await other.loadURL('app://fixture/elsewhere.html');
      other.close();
      happened.push(other.isDestroyed() ? 'gone' : 'still there');
      other.destroy();
      await closed;
      return [...happened, other.isDestroyed(), BrowserWindow.getAllWindows().length];
    });
    expect(events).toEqual(['close', 'still there', 'closed', true, 1]);
  });

  test('reports the death of its page', async ({ fixture: { app, window: page } }) => {
    const reason = app.evaluate(
      ({ BrowserWindow }) =>
        new Promise((resolve) => {
          BrowserWindow.getAllWindows()[0]?.webContents.once('render-process-gone', (_event, details) => {
            resolve(details.reason);
          });
        }),
    );
    const session = await page.context().newCDPSession(page);
    session.send('Page.crash').catch(() => undefined); // never answered: the page that would answer is gone
    expect(await reason).toBe('crashed');
  });

  test('forgets what its pages have stored when it is told to', async ({ fixture: { app, window: page } }) => {
    await page.evaluate(() => {
      localStorage.setItem('kept', 'yes');
    });
    await page.reload();
    expect(await page.evaluate(() => localStorage.getItem('kept'))).toBe('yes');
    await app.evaluate(({ session }) => session.defaultSession.clearStorageData());
    expect(await page.evaluate(() => localStorage.getItem('kept'))).toBeNull();
  });
});

test.describe('the app', () => {
  test('knows its name, version and folders', async ({ fixture: { app, userData } }) => {
    expect(
      await app.evaluate(({ app: main }) => [
        main.getName(),
        main.getVersion(),
        main.getPath('userData'),
        main.isPackaged,
        main.isReady(),
      ]),
    ).toEqual(['runtime-fixture', '1.2.3', userData, false, true]);
  });

  test('runs once per data folder', async ({ fixture }) => {
    const second = launchApp(FIXTURE, { userData: fixture.userData, args: ['--again'] });
    await expect(second).rejects.toThrow();
    await expect
      .poll(async () => (await seen(fixture)).secondInstances.map((argv) => argv.includes('--again')))
      .toEqual([true]);
  });

  test('runs twice with two data folders', async ({ fixture }) => {
    const second = await launchApp(FIXTURE);
    await expect(second.window.getByRole('heading', { name: 'Fixture' })).toBeVisible();
    await second.close();
    await expect(fixture.window.getByRole('heading', { name: 'Fixture' })).toBeVisible();
  });

  test('may refuse to quit, and ends with 0 when it quits', async ({ fixture: { app } }) => {
    const child = app.process();
    await app.evaluate(({ app: main }) => {
      const context = globalThis as unknown as { refuseToQuit: boolean };
      context.refuseToQuit = true;
      main.quit();
      context.refuseToQuit = false;
    });
    expect(await app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows().length)).toBe(1);
    const exit = once(child, 'exit');
    await app.close();
    expect(await exit).toEqual([0, null]);
  });

  test('ends when its last window is closed', async ({ fixture: { app } }) => {
    const exit = once(app.process(), 'exit');
    await app
      .evaluate(({ BrowserWindow }) => {
        BrowserWindow.getAllWindows()[0]?.close();
      })
      .catch(() => undefined); // the process may be gone before it has answered
    expect(await exit).toEqual([0, null]);
  });

  test('ends with 0 when its window is closed before the page has loaded', async () => {
    const { app, window, close } = await launchApp(FIXTURE, { args: ['--slow-frame'] });
    await window.getByRole('heading', { name: 'Fixture' }).waitFor();
    const exit = once(app.process(), 'exit');
    await close();
    expect(await exit).toEqual([0, null]);
  });

  test('gives the exit code of app.exit', async ({ fixture: { app } }) => {
    const exit = once(app.process(), 'exit');
    await app
      .evaluate(({ app: main }) => {
        main.exit(7);
      })
      .catch(() => undefined); // the process may be gone before it has answered
    expect(await exit).toEqual([7, null]);
  });
});

test('what is not there throws', async ({ fixture: { app } }) => {
  test.skip(findElectron().kind === 'electron', 'real Electron has it all');
  const messages = await app.evaluate((electron) => {
    const attempts: (() => unknown)[] = [
      () => new electron.Tray('icon.png'),
      () => {
        electron.clipboard.clear();
      },
      () => electron.app.getLoginItemSettings(),
      () => electron.BrowserWindow.getAllWindows()[0]?.webContents.getZoomFactor(),
      () => electron.BrowserWindow.getAllWindows()[0]?.on('blur', () => undefined),
      () => new electron.BrowserWindow({ webPreferences: { sandbox: false } }),
      () => new electron.BrowserWindow({ webPreferences: { nodeIntegration: true } }),
      () => new electron.BrowserWindow({ transparent: true }),
      () => electron.session.fromPartition('other'),
    ];
    return attempts.map((attempt) => {
      try {
        attempt();
        return 'did not throw';
      } catch (error) {
        return (error as Error).name;
      }
    });
  });
  expect(messages).toEqual(messages.map(() => 'NotImplementedError'));
});
