import { copyFile, mkdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';

import { fromDebian } from './debian.js';

/** What gives a device to the person at the seat: the daemon, the program that knows a FIDO key, and the two rules around ours. */
const FILES = {
  udev: ['/bin/udevadm', '/lib/udev/fido_id', '/lib/udev/rules.d/60-fido-id.rules'],
  systemd: ['/lib/udev/rules.d/73-seat-late.rules'],
} as const;

/** Where a file belongs in the guest, and where it is here. */
export interface GuestFile {
  readonly path: string;
  readonly from: string;
  readonly isProgram: boolean;
}

/**
 * Debian's udev, kept under `cache`. Its own rule for security tokens (70-uaccess.rules) is left out, so that it is
 * Keydesk's rule which is put to the test.
 * @throws Unavailable where it cannot be had
 */
export async function obtainUdev(cache: string, say: (text: string) => void): Promise<GuestFile[]> {
  const folder = join(cache, 'udev');
  await fromDebian(folder, say, async (target, unpack) => {
    for (const [name, paths] of Object.entries(FILES)) {
      const unpacked = await unpack(name);
      for (const path of paths) {
        await mkdir(dirname(join(target, path)), { recursive: true });
        await copyFile(join(unpacked, path), join(target, path));
      }
    }
  });
  return [...FILES.udev, ...FILES.systemd].map((path) => ({
    path,
    from: join(folder, path),
    isProgram: !path.endsWith('.rules'),
  }));
}
