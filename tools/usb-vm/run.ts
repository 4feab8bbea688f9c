import { existsSync, readFileSync } from 'node:fs';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { join, relative } from 'node:path';

import type { CheckSet } from './guest/checks.js';
import { FIDO2_TOOLS, writeInitramfs } from './initramfs.js';
import { obtainKernel } from './kernel.js';
import { QEMU, runMachine } from './machine.js';
import { buildPrograms } from './programs.js';
import { type Message, type Outcome, outcomes } from './results.js';
import { obtainUdev } from './udev.js';
import { Unavailable } from './unavailable.js';

/** A run takes about a minute on two free cores, and many times that where they are shared with others. */
const DEADLINE_MS = 900_000;
const CONSOLE_LINES_SHOWN = 30;

export interface UsbRun {
  readonly checks: CheckSet;
  readonly signal: AbortSignal;
  /** Told what takes long. */
  readonly say: (text: string) => void;
  /** Told each outcome as soon as it is there. */
  readonly onMessage?: (message: Message) => void;
}

/** What the checks of one run came to. */
export interface UsbResults {
  /** In their order; none when the machine did not come up. */
  readonly results: readonly Outcome[];
  /** Why it ended before it was done. */
  readonly ending: string | undefined;
  /** The end of the guest's console, for whoever has to find out what went wrong. */
  readonly console: string;
}

/**
 * Boots the virtual machine and has it make a set of checks.
 * @throws Unavailable naming the first thing that is not there
 */
export async function runUsbMachine({ checks, signal, say, onMessage }: UsbRun): Promise<UsbResults> {
  requireHost();
  const root = process.cwd();
  const cache = join(root, '.cache', 'usb-vm');
  const consoleLog = join(cache, `console-${checks}.log`);
  await mkdir(cache, { recursive: true });
  const kernel = await obtainKernel(cache, say);
  const udev = await obtainUdev(cache, say);
  const work = await mkdtemp(join(cache, 'run-'));
  try {
    const initramfs = join(work, 'initramfs.cpio');
    const programs = await buildPrograms(root, join(work, 'programs'));
    writeInitramfs(initramfs, { root, programs, kernel, udev });
    await rm(consoleLog, { force: true });
    const messages: Message[] = [];
    const ending = await runMachine(
      { kernel: kernel.image, initramfs, consoleLog, checks, deadlineMs: DEADLINE_MS, signal },
      (message) => {
        messages.push(message);
        onMessage?.(message);
      },
    );
    return { results: outcomes(messages, ending), ending, console: endOf(consoleLog) };
  } finally {
    await rm(work, { recursive: true });
  }
}

function requireHost(): void {
  if (process.platform !== 'linux' || process.arch !== 'x64') {
    throw new Unavailable(`it needs Linux on x86-64, this is ${process.platform} on ${process.arch}`);
  }
  const needed = [`/usr/bin/${QEMU}`, '/bin/busybox', ...FIDO2_TOOLS, '/usr/bin/dpkg', '/usr/bin/apt-get'];
  const missing = needed.filter((path) => !existsSync(path));
  if (missing.length > 0) throw new Unavailable(`${missing.join(', ')} not installed`);
}

function endOf(consoleLog: string): string {
  if (!existsSync(consoleLog)) return 'The guest wrote nothing to its console.';
  const lines = readFileSync(consoleLog, 'utf8').trimEnd().split(/\r?\n/).slice(-CONSOLE_LINES_SHOWN);
  return [`The end of the guest's console (all of it: ${relative(process.cwd(), consoleLog)}):`, ...lines].join('\n');
}
