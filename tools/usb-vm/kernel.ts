import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { copyFile, mkdir, mkdtemp, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';

import { loadOrder, moduleDependencies, moduleName } from './kernel-modules.js';
import { Unavailable } from './unavailable.js';

const run = promisify(execFile);

/** Always names Debian's newest kernel by depending on it. */
const META_PACKAGE = 'linux-image-amd64';

/** Host side (a USB key's driver) and gadget side (being a USB key) of the kernel. HIDRAW itself is built in. */
const WANTED = ['hid-generic', 'usbhid', 'dummy_hcd', 'usb_f_hid'];

/** A bootable kernel image, and the modules to load, in order, each with the path of its file. */
export interface Kernel {
  readonly image: string;
  readonly modules: readonly { readonly name: string; readonly path: string }[];
}

/**
 * Debian's kernel, unpacked and never installed. Only what the guest needs is kept under `cache`, so a second call needs no network.
 * @throws Unavailable where apt or its kernel package cannot be had
 */
export async function obtainKernel(cache: string, say: (text: string) => void): Promise<Kernel> {
  const wanted = createHash('sha256').update(WANTED.join()).digest('hex').slice(0, 12);
  const folder = join(cache, `kernel-${wanted}`);
  if (!existsSync(folder)) {
    await mkdir(cache, { recursive: true });
    const work = await mkdtemp(join(cache, 'unpack-'));
    try {
      const archive = await download(work, say);
      await run('dpkg', ['-x', archive, join(work, 'package')]);
      await select(join(work, 'package'), join(work, 'kernel'));
      await rename(join(work, 'kernel'), folder);
    } finally {
      await rm(work, { recursive: true });
    }
  }
  const order = (await readFile(join(folder, 'order'), 'utf8')).trim().split('\n');
  return {
    image: join(folder, 'vmlinuz'),
    modules: order.map((name) => ({ name, path: join(folder, `${name}.ko`) })),
  };
}

async function download(folder: string, say: (text: string) => void): Promise<string> {
  try {
    return await attemptDownload(folder, say);
  } catch (first) {
    // apt's lists may be empty or older than the archive. Only root may renew them.
    if (process.getuid?.() !== 0) throw first;
    await run('apt-get', ['-qq', 'update']).catch((error: unknown) => {
      throw new Unavailable(`apt-get update failed (${lastLine(error)})`);
    });
    return attemptDownload(folder, say);
  }
}

async function attemptDownload(folder: string, say: (text: string) => void): Promise<string> {
  const { stdout } = await run('apt-cache', ['depends', '--important', META_PACKAGE]).catch((error: unknown) => {
    throw new Unavailable(`apt knows no ${META_PACKAGE} (${lastLine(error)})`);
  });
  const name = /Depends: (linux-image-\S+)/.exec(stdout)?.[1];
  if (name === undefined) throw new Unavailable(`apt knows no kernel behind ${META_PACKAGE}`);
  say(`downloading ${name}`);
  await run('apt-get', ['-qq', 'download', name], { cwd: folder }).catch((error: unknown) => {
    throw new Unavailable(`${name} cannot be downloaded (${lastLine(error)})`);
  });
  const archive = (await readdir(folder)).find((file) => file.endsWith('.deb'));
  if (archive === undefined) throw new Unavailable(`apt-get downloaded no ${name}`);
  return join(folder, archive);
}

/** Takes the image and the modules out of 400 MB of unpacked package. */
async function select(unpacked: string, target: string): Promise<void> {
  await mkdir(target);
  const image = (await readdir(join(unpacked, 'boot'))).find((file) => file.startsWith('vmlinuz-'));
  if (image === undefined) throw new Error('The kernel package has no vmlinuz');
  await copyFile(join(unpacked, 'boot', image), join(target, 'vmlinuz'));

  const files = await readdir(join(unpacked, 'lib', 'modules'), { recursive: true });
  const paths = new Map(
    files
      .filter((file) => file.endsWith('.ko'))
      .map((file) => [moduleName(file.slice(file.lastIndexOf('/') + 1)), join(unpacked, 'lib', 'modules', file)]),
  );
  const contents = new Map<string, Buffer>();
  for (const [name, path] of paths) contents.set(name, await readFile(path));
  const order = loadOrder(WANTED, (name) => {
    const content = contents.get(name);
    if (!content) throw new Error(`The kernel package has no module ${name}`);
    return moduleDependencies(content);
  });
  for (const name of order) await writeFile(join(target, `${name}.ko`), contents.get(name) ?? '');
  await writeFile(join(target, 'order'), `${order.join('\n')}\n`);
}

function lastLine(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  return text.trim().split('\n').at(-1) ?? '';
}
