import { createHash } from 'node:crypto';
import { copyFile, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { dependencyOf, fromDebian } from './debian.js';
import { loadOrder, moduleDependencies, moduleName } from './kernel-modules.js';

/** Host side (a USB key's driver) and gadget side (being a USB key) of the kernel. HIDRAW itself is built in. */
const WANTED = ['hid-generic', 'usbhid', 'dummy_hcd', 'usb_f_hid'];

/** A bootable kernel image, and the modules to load, in order, each with the path of its file. */
export interface Kernel {
  readonly image: string;
  readonly modules: readonly { readonly name: string; readonly path: string }[];
}

/**
 * Debian's kernel. Only what the guest needs is kept under `cache`, and used again.
 * @throws Unavailable where it cannot be had
 */
export async function obtainKernel(cache: string, say: (text: string) => void): Promise<Kernel> {
  const wanted = createHash('sha256').update(WANTED.join()).digest('hex').slice(0, 12);
  const folder = join(cache, `kernel-${wanted}`);
  await fromDebian(folder, say, async (target, unpack) => {
    await select(await unpack(await dependencyOf('linux-image-amd64', /linux-image-\d\S+/)), target);
  });
  const order = (await readFile(join(folder, 'order'), 'utf8')).trim().split('\n');
  return {
    image: join(folder, 'vmlinuz'),
    modules: order.map((name) => ({ name, path: join(folder, `${name}.ko`) })),
  };
}

/** Takes the image and the modules out of 400 MB of unpacked package. */
async function select(unpacked: string, target: string): Promise<void> {
  const image = (await readdir(join(unpacked, 'boot'))).find((file) => file.startsWith('vmlinuz-'));
  if (image === undefined) throw new Error('The kernel package has no vmlinuz');
  await copyFile(join(unpacked, 'boot', image), join(target, 'vmlinuz'));

  const modules = join(unpacked, 'lib', 'modules');
  const files = (await readdir(modules, { recursive: true })).filter((file) => file.endsWith('.ko'));
  const paths = new Map(files.map((file) => [moduleName(file.slice(file.lastIndexOf('/') + 1)), join(modules, file)]));
  const contents = new Map<string, Buffer>();
  const order = await loadOrder(WANTED, async (name) => {
    const path = paths.get(name);
    if (path === undefined) throw new Error(`The kernel package has no module ${name}`);
    const content = await readFile(path);
    contents.set(name, content);
    return moduleDependencies(content);
  });
  for (const [name, content] of contents) await writeFile(join(target, `${name}.ko`), content);
  await writeFile(join(target, 'order'), `${order.join('\n')}\n`);
}
