import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { expect, test } from '@playwright/test';

import { findElectron } from '../../tools/electron-runtime.js';
import { launchApp } from './launch.js';

// What the stand-in owes to the machine it runs on; real Electron looks after its own processes.
test.skip(findElectron().kind !== 'standin', 'about the stand-in only');

/** Chromium's processes that belong to the stand-in of this process id: all carry its profile folder in their arguments. */
function chromiumOf(pid: number | undefined): string[] {
  const profile = `electron-standin-${pid ?? ''}-`;
  return readdirSync('/proc').filter((name) => {
    try {
      return /^\d+$/.test(name) && readFileSync(`/proc/${name}/cmdline`, 'utf8').includes(profile);
    } catch {
      return false; // it has just ended
    }
  });
}

const profilesOf = (pid: number | undefined) =>
  readdirSync(tmpdir()).filter((name) => name.startsWith(`electron-standin-${pid ?? ''}-`));

test('a quit leaves neither processes nor a profile behind', async () => {
  const { app, close } = await launchApp('tests/e2e/fixture-app');
  const { pid } = app.process();
  expect(chromiumOf(pid).length).toBeGreaterThan(1);
  expect(profilesOf(pid)).toHaveLength(1);
  await close();
  expect(profilesOf(pid)).toEqual([]);
  await expect.poll(() => chromiumOf(pid)).toEqual([]);
});

test('Chromium does not outlive a stand-in that is killed, and the next one clears its profile away', async () => {
  const first = await launchApp('tests/e2e/fixture-app');
  const { pid } = first.app.process();
  first.app.process().kill('SIGKILL');
  await expect.poll(() => chromiumOf(pid)).toEqual([]);
  const second = await launchApp('tests/e2e/fixture-app');
  expect(profilesOf(pid)).toEqual([]);
  await second.close();
  await first.close();
});

test('a Chromium that dies takes the app with it', async () => {
  const { app, close } = await launchApp('tests/e2e/fixture-app');
  const exit = once(app.process(), 'exit');
  const browser = chromiumOf(app.process().pid).find(
    (pid) => !readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes('--type='),
  );
  process.kill(Number(browser), 'SIGKILL');
  expect(await exit).toEqual([1, null]);
  await close();
});

test.describe('started by hand', () => {
  let folder: string;
  test.beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'keydesk-e2e-'));
  });
  test.afterEach(() => {
    rmSync(folder, { recursive: true });
  });

  function start(main: string, ...args: string[]): { child: ChildProcess; said: () => string } {
    writeFileSync(join(folder, 'main.mjs'), main);
    const child = spawn(findElectron().path, [join(folder, 'main.mjs'), ...args], {
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let text = '';
    for (const stream of [child.stdout, child.stderr])
      stream.on('data', (bytes: Buffer) => {
        text += bytes.toString();
      });
    return { child, said: () => text };
  }

  test('works without Playwright, and opens no port', async () => {
    const { child, said } = start(`
      import { app } from 'electron';
      app.whenReady().then(() => { console.log('ready', process.versions.electron); app.exit(5); });
    `);
    expect(await once(child, 'close')).toEqual([5, null]);
    expect(said()).toMatch(/^ready 45\./m);
    expect(said()).not.toContain('DevTools listening');
  });

  test('quits on SIGTERM', async () => {
    const { child } = start(`
      import { app } from 'electron';
      app.whenReady().then(() => { console.log('ready'); });
    `);
    await once(child.stdout ?? child, 'data');
    child.kill('SIGTERM');
    expect(await once(child, 'close')).toEqual([0, null]);
  });

  test('does not let a main module pass that waits for ready at top level', async () => {
    const { child, said } = start(`
      import { app } from 'electron';
      await app.whenReady();
      app.exit(0);
    `);
    const [code] = (await once(child, 'close')) as [number];
    expect(code).not.toBe(0);
    expect(said()).toContain('the main module has never finished loading');
  });
});
