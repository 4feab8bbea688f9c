import { existsSync, readFileSync } from 'node:fs';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { join, relative } from 'node:path';

import { writeInitramfs } from './initramfs.js';
import { obtainKernel } from './kernel.js';
import { QEMU, runMachine } from './machine.js';
import { buildPrograms } from './programs.js';
import { type Message, outcomes } from './results.js';
import { obtainUdev } from './udev.js';
import { Unavailable } from './unavailable.js';

/** A run takes about a minute on two free cores, and many times that where they are shared with others. */
const DEADLINE_MS = 600_000;
const CONSOLE_LINES_SHOWN = 30;

const print = (text: string): void => void process.stdout.write(`${text}\n`);
const interrupted = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => {
    interrupted.abort();
  });
}

try {
  process.exitCode = await main();
} catch (error) {
  if (!(error instanceof Unavailable)) throw error;
  print(`skipped a USB key in a virtual machine: ${error.message}`);
  print('0 passed, 0 failed, 1 skipped');
}

async function main(): Promise<number> {
  requireHost();
  const root = process.cwd();
  const cache = join(root, '.cache', 'usb-vm');
  const consoleLog = join(cache, 'console.log');
  await mkdir(cache, { recursive: true });
  const say = (text: string): void => {
    print(`usb-vm: ${text}`);
  };
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
      { kernel: kernel.image, initramfs, consoleLog, deadlineMs: DEADLINE_MS, signal: interrupted.signal },
      (message) => {
        messages.push(message);
        if (message.kind === 'ok') print(`ok ${message.name}`);
        if (message.kind === 'not ok') print(`not ok ${message.name}: ${message.reason}`);
      },
    );
    return report(messages, ending, consoleLog);
  } finally {
    await rm(work, { recursive: true });
  }
}

/** @throws Unavailable naming the first thing that is not there */
function requireHost(): void {
  if (process.platform !== 'linux' || process.arch !== 'x64') {
    throw new Unavailable(`it needs Linux on x86-64, this is ${process.platform} on ${process.arch}`);
  }
  const needed = [`/usr/bin/${QEMU}`, '/bin/busybox', '/usr/bin/fido2-token', '/usr/bin/dpkg', '/usr/bin/apt-get'];
  const missing = needed.filter((path) => !existsSync(path));
  if (missing.length > 0) throw new Unavailable(`${missing.join(', ')} not installed`);
}

function report(messages: readonly Message[], ending: string | undefined, consoleLog: string): number {
  const results = outcomes(messages, ending);
  const failed = results.filter(({ failure }) => failure !== undefined);
  const answered = new Set(
    messages.flatMap((message) => (message.kind === 'plan' || message.kind === 'done' ? [] : [message.name])),
  );
  for (const { name, failure } of failed) if (!answered.has(name)) print(`not ok ${name}: ${failure ?? ''}`);
  if (results.length === 0) print(`not ok the machine boots: ${ending ?? 'it had no checks'}`);
  const failures = failed.length + (results.length === 0 ? 1 : 0);
  if (failures > 0 && existsSync(consoleLog)) {
    print(`The end of the guest's console (all of it: ${relative(process.cwd(), consoleLog)}):`);
    print(readFileSync(consoleLog, 'utf8').trimEnd().split(/\r?\n/).slice(-CONSOLE_LINES_SHOWN).join('\n'));
  }
  print(`${results.length - failed.length} passed, ${failures} failed, 0 skipped`);
  return failures > 0 ? 1 : 0;
}
