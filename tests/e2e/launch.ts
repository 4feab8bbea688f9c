import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';

import { type ElectronApplication, type Page, _electron } from '@playwright/test';

import { findElectron } from '../../tools/electron-runtime.js';

export interface LaunchOptions {
  /** Added to the environment. */
  env?: Record<string, string>;
  /** Arguments of the app, behind its path. */
  args?: string[];
  /** Data folder; without it a fresh one is made, and removed by `close`. */
  userData?: string;
  /** What `prefers-color-scheme` says; null leaves it to the app. */
  colorScheme?: 'light' | 'dark' | null;
}

export interface Launched {
  app: ElectronApplication;
  window: Page;
  userData: string;
  /** Quits the app as its user would, and waits for its end. */
  close: () => Promise<void>;
}

/** Starts the built Keydesk on the runtime of this machine, and waits for its window. */
export function launchKeydesk(options: LaunchOptions = {}): Promise<Launched> {
  return launchApp('.', options);
}

/** Starts an app, given by its folder, on the runtime of this machine. */
export async function launchApp(
  folder: string,
  { env = {}, args = [], userData, colorScheme = null }: LaunchOptions = {},
): Promise<Launched> {
  const dataFolder = userData ?? mkdtempSync(join(tmpdir(), 'keydesk-e2e-'));
  useRuntime();
  const app = await _electron.launch({
    args: [resolve(folder), `--user-data-dir=${dataFolder}`, ...args],
    env: { ...inherited(), ...env },
    colorScheme,
  });
  const close = async () => {
    await app.close();
    if (userData === undefined) rmSync(dataFolder, { recursive: true, force: true, maxRetries: 5 });
  };
  try {
    return { app, window: await app.firstWindow(), userData: dataFolder, close };
  } catch (error) {
    await close();
    throw error;
  }
}

/**
 * Points Playwright at the runtime. It goes by way of the distribution folder, not of `executablePath`: only so does Playwright hold the app
 * back until it is connected.
 */
function useRuntime(): void {
  const runtime = findElectron();
  if (runtime.kind === 'standin') process.env['ELECTRON_OVERRIDE_DIST_PATH'] = dirname(resolve(runtime.path));
}

function inherited(): Record<string, string> {
  return Object.fromEntries(
    Object.entries(process.env).filter((entry): entry is [string, string] => entry[1] !== undefined),
  );
}
