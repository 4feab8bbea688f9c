import { readFile } from 'node:fs/promises';

/** Whether a process of that number runs on this computer. */
export function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0); // asks only
    return true;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM'; // somebody else's
  }
}

/**
 * Whether it is still the very process that had the number, and not another one that has it since: numbers are given again, most
 * of all after the computer was started anew.
 * @param born as `bornOf` gave it; undefined where nothing told: then the number alone decides
 */
export async function isStillRunning(pid: number, born: string | undefined): Promise<boolean> {
  return isRunning(pid) && (await mayBeThatOf(pid, born));
}

/** Whether nothing speaks against it that the process of that number is the one that began then. */
export async function mayBeThatOf(pid: number, born: string | undefined): Promise<boolean> {
  const now = await bornOf(pid);
  return born === undefined || now === undefined || born === now;
}

/** When a process began, on Linux: the start of the system and the ticks since then (proc(5)). Undefined elsewhere. */
export async function bornOf(pid: number): Promise<string | undefined> {
  try {
    const boot = await readFile('/proc/sys/kernel/random/boot_id', 'latin1');
    const stat = await readFile(`/proc/${pid}/stat`, 'latin1');
    // The name of the program comes second, in parentheses, and may hold anything; the time is field 22.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return `${boot.trim()}/${fields[19] ?? ''}`;
  } catch {
    return undefined; // not Linux, or the process has just ended: its number alone decides
  }
}
