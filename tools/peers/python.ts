import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';

/** Debian's package belongs to Debian's interpreter. */
const PYTHON = '/usr/bin/python3';
const PACKAGE = '/usr/lib/python3/dist-packages/fido2';

const run = promisify(execFile);

/** Why python-fido2 cannot be run here; undefined when it can. */
export function whyNoPython(): string | undefined {
  return existsSync(PACKAGE) ? undefined : 'python3-fido2 is not installed; node tools/setup.js peers';
}

/**
 * Runs a script of ours with python-fido2, and gives what it printed.
 * @param root folder of this checkout
 * @param script path in it
 * @throws Error with the traceback when it fails
 */
export async function runPython(root: string, script: string, args: readonly string[]): Promise<string> {
  // The scripts share a module of that folder; a PYTHONPATH of the caller's would hide Debian's package.
  const env = { ...process.env, PYTHONPATH: join(root, 'tools/peers') };
  const { stdout } = await run(PYTHON, ['-B', '-W', 'ignore', join(root, script), ...args], { env, timeout: 120_000 });
  return stdout;
}
