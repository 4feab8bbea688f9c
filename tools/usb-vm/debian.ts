import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';

import { Unavailable } from './unavailable.js';

const run = promisify(execFile);

/** Unpacks a Debian package into a folder of its own, and returns that folder. */
export type Unpack = (packageName: string) => Promise<string>;

/**
 * Makes `folder` out of Debian packages that are unpacked and never installed. When the folder is there already, that was done
 * before, and no network is needed.
 * @param make writes what shall be kept into the folder that it is given
 * @throws Unavailable where a package cannot be had
 */
export async function fromDebian(
  folder: string,
  say: (text: string) => void,
  make: (folder: string, unpack: Unpack) => Promise<void>,
): Promise<void> {
  if (existsSync(folder)) return;
  await mkdir(dirname(folder), { recursive: true });
  const work = await mkdtemp(join(dirname(folder), 'unpack-'));
  try {
    const made = join(work, 'made');
    await mkdir(made);
    await make(made, async (name) => {
      const target = join(work, name);
      await mkdir(target);
      await run('dpkg', ['-x', await download(name, target, say), target]);
      return target;
    });
    await rename(made, folder);
  } finally {
    await rm(work, { recursive: true });
  }
}

/**
 * The package that `metaPackage` depends on, such as `linux-image-6.1.0-56-amd64` behind `linux-image-amd64`.
 * @throws Unavailable where apt does not know
 */
export function dependencyOf(metaPackage: string, pattern: RegExp): Promise<string> {
  return withFreshLists(async () => {
    const { stdout } = await attempt(`apt knows no ${metaPackage}`, 'apt-cache', [
      'depends',
      '--important',
      metaPackage,
    ]);
    const found = pattern.exec(stdout)?.[0];
    if (found === undefined) throw new Unavailable(`apt knows no package behind ${metaPackage}`);
    return found;
  });
}

function download(name: string, folder: string, say: (text: string) => void): Promise<string> {
  return withFreshLists(async () => {
    say(`downloading ${name}`);
    await attempt(`${name} cannot be downloaded`, 'apt-get', ['-qq', 'download', name], folder);
    const archive = (await readdir(folder)).find((file) => file.endsWith('.deb'));
    if (archive === undefined) throw new Unavailable(`apt-get downloaded no ${name}`);
    return join(folder, archive);
  });
}

/** apt's lists may be empty, or older than the archive; only root may renew them. */
async function withFreshLists<T>(act: () => Promise<T>): Promise<T> {
  try {
    return await act();
  } catch (error) {
    if (process.getuid?.() !== 0) throw error;
    await attempt('apt-get update failed', 'apt-get', ['-qq', 'update']);
    return act();
  }
}

async function attempt(
  problem: string,
  command: string,
  args: readonly string[],
  cwd?: string,
): Promise<{ stdout: string }> {
  try {
    return await run(command, args, { cwd });
  } catch (error) {
    const text = error instanceof Error ? error.message : String(error);
    throw new Unavailable(`${problem} (${text.trim().split('\n').at(-1) ?? ''})`);
  }
}
