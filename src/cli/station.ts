import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

import { type PolicyFile, type PolicyState, readPolicy } from '../passport/policy.js';
import type { World } from './world.js';

/** What the command line shares with the app on this computer: the policy, and FIDO's metadata. */
export class Station {
  readonly #policyFile: PolicyFile | undefined;
  #policy: Promise<PolicyState> | undefined;

  /** @param policy the file that --policy names; it goes before KEYDESK_POLICY, and that before the station's own. */
  constructor({ env }: Pick<World, 'env'>, policy: string | undefined) {
    const named = policy ?? (env['KEYDESK_POLICY'] || undefined);
    const folder = stationFolder(env);
    if (named !== undefined) this.#policyFile = { path: named, isNamed: true };
    else if (folder !== undefined) this.#policyFile = { path: join(folder, 'policy.json'), isNamed: false };
  }

  /** Read once a run. */
  policy(): Promise<PolicyState> {
    this.#policy ??= this.#policyFile
      ? readPolicy(this.#policyFile, (path) => readFile(path, 'utf8'))
      : Promise.resolve({ state: 'none' });
    return this.#policy;
  }
}

/** Where the app keeps its state: Electron's folder for user data, unless KEYDESK_STATION names another. */
function stationFolder(env: World['env']): string | undefined {
  if (env['KEYDESK_STATION']) return env['KEYDESK_STATION'];
  const home = env['HOME'];
  const roaming = env['APPDATA'];
  const config = env['XDG_CONFIG_HOME'] ?? (home === undefined ? undefined : join(home, '.config'));
  const mac = home === undefined ? undefined : join(home, 'Library', 'Application Support');
  const parent = { win32: roaming, darwin: mac }[process.platform as string] ?? config;
  return parent === undefined ? undefined : join(parent, 'keydesk');
}
