import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import { findChromium } from './electron-standin/chromium.js';

/** What runs the app on this machine. */
export interface ElectronRuntime {
  readonly kind: 'electron' | 'standin';
  /** The executable. */
  readonly path: string;
  /** Of Electron, or of the Chromium under the stand-in. */
  readonly version: string;
}

const ELECTRON_PACKAGE = join('node_modules', 'electron');
const STANDIN = join('tools', 'electron-standin', 'electron');

/**
 * Finds the real Electron binary — in the folder that ELECTRON_OVERRIDE_DIST_PATH names, or where `npm run setup` has put it — or else the
 * stand-in. `KEYDESK_RUNTIME=electron` or `=standin` forces one; throws when that one is not there. To be called from the repository's root.
 *
 * The `electron` package is never imported: its index.js would start a download.
 */
export function findElectron(): ElectronRuntime {
  const forced = process.env['KEYDESK_RUNTIME'] ?? '';
  if (!['', 'electron', 'standin'].includes(forced))
    throw new Error(`KEYDESK_RUNTIME is "electron" or "standin", not "${forced}"`);
  const electron = forced === 'standin' ? undefined : realElectron();
  if (electron) return electron;
  if (forced === 'electron')
    throw new Error('KEYDESK_RUNTIME=electron, but there is no Electron binary: run `npm run setup -- app`');
  return standin();
}

/** One line for people: `Electron 45.4.1`, `stand-in over Chromium 156.0.8078.79`. */
export function describeRuntime({ kind, version }: ElectronRuntime): string {
  return kind === 'electron' ? `Electron ${version}` : `stand-in over Chromium ${version}`;
}

function realElectron(): ElectronRuntime | undefined {
  const pathFile = join(ELECTRON_PACKAGE, 'path.txt');
  const name = existsSync(pathFile) ? readFileSync(pathFile, 'utf8') : 'electron';
  const folder = process.env['ELECTRON_OVERRIDE_DIST_PATH'] ?? join(ELECTRON_PACKAGE, 'dist');
  const versionFile = join(folder, 'version');
  const path = join(folder, name);
  // The stand-in, too, is started through ELECTRON_OVERRIDE_DIST_PATH at times; only a real distribution has a file named version.
  if (!existsSync(path) || !existsSync(versionFile)) return undefined;
  return { kind: 'electron', path, version: readFileSync(versionFile, 'utf8').trim().replace(/^v/, '') };
}

function standin(): ElectronRuntime {
  const chromium = findChromium();
  if (chromium === undefined) throw new Error('Neither Electron nor Chromium is installed: run `npm run setup -- app`');
  const { stdout, status } = spawnSync(chromium, ['--version'], { encoding: 'utf8' });
  const version = /\d+(\.\d+)+/.exec(stdout)?.[0];
  if (status !== 0 || version === undefined) throw new Error(`${chromium} --version failed`);
  return { kind: 'standin', path: STANDIN, version };
}
