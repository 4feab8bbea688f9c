import { homedir, tmpdir } from 'node:os';
import { isAbsolute, join } from 'node:path';

import { NotImplementedError } from './refuse.js';

/** The folders of `app.getPath`, as Electron has them on Linux. */
export class AppPaths {
  readonly #chosen = new Map<string, string>();
  readonly #name: () => string;

  constructor(name: () => string, userData: string | undefined) {
    this.#name = name;
    if (userData !== undefined && userData !== '') this.#chosen.set('userData', userData);
  }

  get(name: string): string {
    return this.#chosen.get(name) ?? this.#default(name);
  }

  set(name: string, path: string): void {
    this.#default(name); // throws for a name that does not exist
    if (!isAbsolute(path)) throw new Error('Path must be absolute');
    this.#chosen.set(name, path);
  }

  #default(name: string): string {
    switch (name) {
      case 'home':
        return homedir();
      case 'appData':
        return process.env['XDG_CONFIG_HOME'] ?? join(homedir(), '.config');
      case 'userData':
        return join(this.get('appData'), this.#name());
      case 'sessionData':
        return this.get('userData');
      case 'logs':
        return join(this.get('userData'), 'logs');
      case 'temp':
        return tmpdir();
      case 'exe':
        return process.execPath;
      case 'desktop':
        return join(homedir(), 'Desktop');
      case 'documents':
        return join(homedir(), 'Documents');
      case 'downloads':
        return join(homedir(), 'Downloads');
      default:
        throw new NotImplementedError(`app.getPath('${name}')`);
    }
  }
}
