import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';

const COMPILER = '/usr/bin/cc';
const HEADER = '/usr/include/fido.h';
const FLAGS = ['-std=c11', '-D_DEFAULT_SOURCE', '-O2'];
const WARNINGS = ['-Wall', '-Wextra', '-Wpedantic', '-Wshadow', '-Wconversion', '-Werror'];
/** What every program of ours shares: libfido2's way to a key on UDP. */
const SHARED = ['tools/peers/udp-key.c', 'tools/peers/udp-key.h'];

const run = promisify(execFile);

/** Why libfido2 cannot be used here; undefined when it can. */
export function whyNoLibfido2(): string | undefined {
  const missing = [COMPILER, HEADER].filter((path) => !existsSync(path));
  if (missing.length === 0) return undefined;
  return `${missing.join(' and ')} not installed; node tools/setup.js peers`;
}

/**
 * Runs a C program of ours that uses libfido2, compiling it first when its sources are newer, and gives what it printed.
 * @param root folder of this checkout
 * @param source path of the program's one file in it
 * @throws Error with the compiler's or the program's words when either fails
 */
export async function runLibfido2(root: string, source: string, args: readonly string[]): Promise<string> {
  const { stdout } = await run(await compiled(root, source), args, { timeout: 120_000 });
  return stdout;
}

async function compiled(root: string, source: string): Promise<string> {
  const folder = join(root, '.cache/peers');
  mkdirSync(folder, { recursive: true });
  const program = join(folder, `${source.replace(/[^a-z0-9]+/gi, '-')}-${process.arch}`);
  const sources = [source, ...SHARED].map((path) => join(root, path));
  const newest = Math.max(...sources.map((path) => statSync(path).mtimeMs));
  if (existsSync(program) && statSync(program).mtimeMs > newest) return program;
  const files = sources.filter((path) => path.endsWith('.c'));
  await run(COMPILER, [...FLAGS, ...WARNINGS, '-o', program, ...files, '-lfido2', '-lcrypto']);
  return program;
}
