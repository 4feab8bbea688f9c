import { execFileSync } from 'node:child_process';
import { closeSync, existsSync, openSync, readdirSync, readFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';

import type { Kernel } from './kernel.js';
import { type Entry, newc } from './newc.js';
import type { Programs } from './programs.js';
import { type Manifest, packageClosure } from './packages.js';
import { librariesFromLdd } from './shared-libraries.js';
import type { GuestFile } from './udev.js';

const BUSYBOX = '/bin/busybox';
const UDEV_RULES = '70-keydesk.rules';
const UDEV_DAEMON = '/lib/systemd/systemd-udevd';
/** Debian's command-line tools of libfido2. */
export const FIDO2_TOOLS = ['/usr/bin/fido2-token', '/usr/bin/fido2-cred', '/usr/bin/fido2-assert'] as const;

/** What the guest is made of. */
export interface Parts {
  /** Folder of this checkout. */
  readonly root: string;
  readonly programs: Programs;
  readonly kernel: Kernel;
  readonly udev: readonly GuestFile[];
}

/**
 * Writes the guest's root file system: busybox, the kernel's modules, this Node, libfido2's tools, and the built programs with
 * the packages that they import.
 */
export function writeInitramfs(path: string, parts: Parts): void {
  const file = openSync(path, 'w');
  try {
    for (const chunk of newc(entries(parts))) writeSync(file, chunk);
  } finally {
    closeSync(file);
  }
}

function* entries({ root, programs, kernel, udev }: Parts): Generator<Entry> {
  for (const path of ['proc', 'sys', 'dev', 'run', 'tmp']) yield { kind: 'directory', path };
  yield { kind: 'character device', path: 'dev/console', device: [5, 1] };
  yield copy('init', join(root, 'tools/usb-vm/init.sh'), 0o755);
  yield copy(BUSYBOX, BUSYBOX, 0o755);
  yield {
    kind: 'file',
    path: 'modules/order',
    content: Buffer.from(kernel.modules.map(({ name }) => `${name}\n`).join('')),
  };
  for (const { name, path } of kernel.modules) yield copy(`modules/${name}.ko`, path);

  for (const { path, from, isProgram } of udev) yield copy(path, from, isProgram ? 0o755 : 0o644);
  // One program: it is the daemon when it is called by the daemon's name.
  yield { kind: 'link', path: UDEV_DAEMON, target: '/bin/udevadm' };
  yield copy(`lib/udev/rules.d/${UDEV_RULES}`, join(root, 'resources/linux', UDEV_RULES));

  yield copy('usr/bin/node', process.execPath, 0o755);
  for (const tool of FIDO2_TOOLS) yield copy(tool, tool, 0o755);

  for (const name of programs.files) yield copy(join('keydesk', name), join(programs.folder, name));
  yield copy('keydesk/package.json', join(root, 'package.json'));
  const closure = packageClosure(root, programs.packages, manifestOf);
  const addons: string[] = [];
  for (const folder of closure) {
    for (const name of readdirSync(folder, { recursive: true, encoding: 'utf8' })) {
      if (!isNeeded(name)) continue;
      const from = join(folder, name);
      if (name.endsWith('.node')) addons.push(from);
      yield copy(join('keydesk', from.slice(root.length)), from);
    }
  }

  const binaries = [
    process.execPath,
    ...FIDO2_TOOLS,
    ...udev.flatMap(({ from, isProgram }) => (isProgram ? [from] : [])),
  ];
  const libraries = new Set([...binaries, ...addons].flatMap(librariesOf));
  for (const library of libraries) yield copy(library, library, 0o755);
}

function copy(path: string, from: string, mode = 0o644): Entry {
  return { kind: 'file', path, mode, content: readFileSync(from) };
}

/** Code that can run in the guest; no sources, types, maps, and no addons of other systems. */
function isNeeded(name: string): boolean {
  if (/(^|\/)node_modules\//.test(name)) return false; // nested packages are in the closure themselves
  if (name.endsWith('.node')) return name.includes(`linux-${process.arch}`) && !name.includes('musl');
  return /\.(?:[cm]?js|json)$/.test(name);
}

function librariesOf(program: string): string[] {
  return librariesFromLdd(execFileSync('/usr/bin/ldd', [program], { encoding: 'utf8' }));
}

function manifestOf(folder: string): Manifest | undefined {
  const path = join(folder, 'package.json');
  // The registry's own format; whatever does not fit shows up as a package that is not found.
  return existsSync(path) ? (JSON.parse(readFileSync(path, 'utf8')) as Manifest) : undefined;
}
