import { readFileSync, statSync } from 'node:fs';
import { dirname, extname, join, resolve } from 'node:path';

import type { App, CommandLine } from 'electron';

import { cancellable } from './cancellable.js';
import { Emitter } from './emitter.js';
import type { House } from './house.js';
import { AppPaths } from './paths.js';
import type { PartOf } from './refuse.js';
import { NotImplementedError } from './refuse.js';
import { SingleInstance } from './single-instance.js';

const EVENTS = [
  'activate', // macOS only, so it never fires
  'before-quit',
  'quit',
  'ready',
  'second-instance',
  'web-contents-created',
  'will-quit',
  'window-all-closed',
];

/** The program that the runtime was started on. */
export interface AppPackage {
  /** Absolute path of the main module. */
  readonly main: string;
  /** Folder of the app. */
  readonly folder: string;
  readonly name: string;
  readonly version: string;
}

/** Finds the app as Electron does: a folder by its package.json, or a file by itself. */
export function readAppPackage(path: string): AppPackage {
  const given = resolve(path);
  if (!statSync(given).isDirectory()) return { main: given, folder: dirname(given), name: 'Electron', version: '' };
  // As a package is written by its developer, so it is taken; what is missing has Electron's defaults.
  const json = JSON.parse(readFileSync(join(given, 'package.json'), 'utf8')) as {
    main?: string;
    name?: string;
    productName?: string;
    version?: string;
  };
  const main = join(given, json.main ?? 'index.js');
  return {
    main: extname(main) === '' ? `${main}.js` : main,
    folder: given,
    name: json.productName ?? json.name ?? 'Electron',
    version: json.version ?? '',
  };
}

/** The life of the app: ready, windows, quit. */
export class AppPart extends Emitter implements PartOf<App> {
  readonly isPackaged = false;
  readonly commandLine: CommandLine;
  readonly #package: AppPackage;
  readonly #paths: AppPaths;
  readonly #instances = new SingleInstance();
  readonly #house: () => House;
  readonly #end: (code: number) => void;
  readonly #ready: Promise<void>;
  #resolveReady: () => void = () => undefined;
  #name: string;
  #isReady = false;
  #quitting = false;
  #exiting = false;

  /** @param end ends the process with the exit code given, once Chromium has gone */
  constructor(app: AppPackage, commandLine: CommandLine, house: () => House, end: (code: number) => void) {
    super('app', EVENTS);
    this.#package = app;
    this.#name = app.name;
    this.#paths = new AppPaths(() => this.#name, commandLine.getSwitchValue('user-data-dir'));
    this.commandLine = commandLine;
    this.#house = house;
    this.#end = end;
    this.#ready = new Promise((resolve) => {
      this.#resolveReady = resolve;
    });
  }

  isReady(): boolean {
    return this.#isReady;
  }

  whenReady(): Promise<void> {
    return this.#ready;
  }

  /** Chromium is there. Playwright's loader may have put itself in the place of `emit`, so the event goes through the property. */
  becomeReady(): void {
    this.#isReady = true;
    this.emit('ready', cancellable({}), {});
    this.#resolveReady();
  }

  getName(): string {
    return this.#name;
  }

  setName(name: string): void {
    this.#name = name;
  }

  get name(): string {
    return this.#name;
  }

  set name(name: string) {
    this.#name = name;
  }

  getVersion(): string {
    return this.#package.version;
  }

  getAppPath(): string {
    return this.#package.folder;
  }

  getLocale(): string {
    return this.#isReady ? 'en-US' : '';
  }

  getPath(name: string): string {
    return this.#paths.get(name);
  }

  setPath(name: string, path: string): void {
    this.#paths.set(name, path);
  }

  /** Means something on Windows only. */
  setAppUserModelId(id: string): void {
    if (process.platform === 'win32') throw new NotImplementedError(`app.setAppUserModelId('${id}')`);
  }

  /** Nothing to do: windows without a sandbox are refused. */
  enableSandbox(): void {
    if (this.#isReady) throw new Error('app.enableSandbox() can only be called before app is ready');
  }

  requestSingleInstanceLock(additionalData: Record<string, unknown> = {}): boolean {
    const note = { argv: process.argv, workingDirectory: process.cwd(), additionalData };
    return this.#instances.request(this.getPath('userData'), note, (second) => {
      this.emit('second-instance', cancellable({}), second.argv, second.workingDirectory, second.additionalData);
    });
  }

  hasSingleInstanceLock(): boolean {
    return this.#instances.isHeld;
  }

  releaseSingleInstanceLock(): void {
    this.#instances.release();
  }

  /** Closes the windows, each of which may refuse, and ends. */
  quit(): void {
    if (this.#quitting) return;
    const event = cancellable({});
    this.emit('before-quit', event);
    if (event.defaultPrevented) return;
    this.#quitting = true;
    const { windows } = this.#house();
    for (const window of [...windows]) {
      window.close();
      if (!window.isClosing) {
        this.#quitting = false;
        return;
      }
    }
    if (windows.size === 0) this.#finishQuitting();
  }

  exit(code = 0): void {
    if (this.#exiting) return;
    this.#exiting = true;
    this.emit('quit', cancellable({}), code);
    this.#instances.release();
    this.#end(code);
  }

  /** A window has gone. */
  windowClosed(): void {
    if (this.#house().windows.size > 0 || this.#exiting) return;
    if (this.#quitting) this.#finishQuitting();
    else if (!this.emit('window-all-closed')) this.quit();
  }

  #finishQuitting(): void {
    const event = cancellable({});
    this.emit('will-quit', event);
    if (event.defaultPrevented) this.#quitting = false;
    else this.exit(0);
  }
}
