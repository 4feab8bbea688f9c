import { appendFileSync, existsSync, mkdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

import { fromHex, toHex } from '../../src/ctap/codec/bytes.js';

const FOLDER = join('tests', 'corpus');

/**
 * The inputs that are kept for one target: a line of hex each. Those that once failed stand under a line that begins with
 * # and says with what.
 */
export function readCorpus(target: string): Uint8Array[] {
  const path = pathOf(target);
  if (!existsSync(path)) return [];
  const lines = readFileSync(path, 'utf8').split('\n');
  return lines.filter((line) => line !== '' && !line.startsWith('#')).map(fromHex);
}

/** @param cause what went wrong with it, for one that failed */
export function keep(target: string, input: Uint8Array, cause?: string): void {
  const path = pathOf(target);
  mkdirSync(dirname(path), { recursive: true });
  const comment = cause === undefined ? '' : `# ${cause.replaceAll(/\s+/g, ' ')}\n`;
  appendFileSync(path, `${comment}${toHex(input)}\n`);
}

function pathOf(target: string): string {
  return join(FOLDER, `${target}.txt`);
}
