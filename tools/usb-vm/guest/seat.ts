import { execFile } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { promisify } from 'node:util';

const run = promisify(execFile);

const UDEV_DAEMON = '/lib/systemd/systemd-udevd';

/** Somebody who is not root. */
export const PERSON = { uid: 65534, gid: 65534 } as const;

/**
 * Lets the person sit down: what logind would note when they log in, and udev, which acts on it for each device plugged in later.
 * https://www.freedesktop.org/software/systemd/man/252/sd_seat_get_active.html
 */
export async function sitDown(): Promise<void> {
  mkdirSync('/run/systemd/seats', { recursive: true });
  writeFileSync('/run/systemd/seats/seat0', `IS_SEAT0=1\nACTIVE=c1\nACTIVE_UID=${PERSON.uid}\n`);
  await run(UDEV_DAEMON, ['--daemon']);
}

/** Waits until udev has dealt with a device. */
export async function udevHasSeen(node: string): Promise<void> {
  await run('udevadm', ['wait', '--timeout=30', node]);
}
