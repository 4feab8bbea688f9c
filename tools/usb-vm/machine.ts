import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';

import type { CheckSet } from './guest/checks.js';
import { type Message, parseMessage } from './results.js';

/** What boots, and how long it may take. */
export interface Machine {
  readonly kernel: string;
  readonly initramfs: string;
  /** Where the guest's console goes, for whoever has to find out what went wrong. */
  readonly consoleLog: string;
  /** Which checks the guest makes. */
  readonly checks: CheckSet;
  readonly deadlineMs: number;
  readonly signal: AbortSignal;
}

export const QEMU = 'qemu-system-x86_64';

/** No KVM is asked for: the machine has to run where there is none. */
const ARGUMENTS = [
  ['-M', 'q35', '-accel', 'tcg,thread=multi', '-cpu', 'max', '-m', '1024', '-smp', '2'],
  ['-nodefaults', '-display', 'none', '-no-reboot'],
].flat();

/** `panic=-1` restarts at once after a panic, which `-no-reboot` turns into the end of qemu. */
const KERNEL_COMMAND_LINE = 'console=ttyS0 loglevel=5 panic=-1 mitigations=off';

/**
 * Boots the machine and gives every message of the guest to `onMessage`, until it says that it is done.
 * @returns why it stopped, when not because it was done
 */
export async function runMachine(
  { kernel, initramfs, consoleLog, checks, deadlineMs, signal }: Machine,
  onMessage: (message: Message) => void,
): Promise<string | undefined> {
  const deadline = AbortSignal.timeout(deadlineMs);
  // Two serial ports: the console goes to a file, so that no kernel message can run into a line of results.
  const qemu = spawn(
    QEMU,
    [
      ...ARGUMENTS,
      ...['-kernel', kernel, '-initrd', initramfs, '-append', `${KERNEL_COMMAND_LINE} keydesk.checks=${checks}`],
      ...['-serial', `file:${consoleLog}`, '-serial', 'stdio'],
    ],
    { stdio: ['ignore', 'pipe', 'pipe'], signal: AbortSignal.any([deadline, signal]), killSignal: 'SIGKILL' },
  );
  const ended = new Promise<string>((resolve) => {
    qemu.once('error', (error) => {
      if (deadline.aborted) resolve(`not done after ${deadlineMs / 1000} s`);
      else resolve(signal.aborted ? 'interrupted' : `${QEMU} cannot be run: ${error.message}`);
    });
    qemu.once('close', (code) => {
      resolve(panicIn(consoleLog) ?? `${QEMU} ended with code ${String(code)} before the guest was done`);
    });
  });
  let complaints = '';
  qemu.stderr.on('data', (chunk: Buffer) => (complaints += chunk.toString()));

  const done = new Promise<undefined>((resolve) => {
    createInterface(qemu.stdout).on('line', (line) => {
      const message = parseMessage(line);
      if (message) onMessage(message);
      if (message?.kind === 'done') resolve(undefined);
    });
  });
  const ending = await Promise.race([done, ended]);
  if (qemu.exitCode === null && qemu.signalCode === null) {
    qemu.kill('SIGKILL');
    await ended;
  }
  return ending === undefined ? undefined : [ending, complaints.trim()].filter(Boolean).join('; ');
}

function panicIn(consoleLog: string): string | undefined {
  if (!existsSync(consoleLog)) return undefined;
  const panic = /Kernel panic.*/.exec(readFileSync(consoleLog, 'utf8'));
  return panic?.[0].trim();
}
