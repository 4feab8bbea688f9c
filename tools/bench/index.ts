import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { brotliCompressSync } from 'node:zlib';

import { describeRuntime, findElectron } from '../electron-runtime.js';
import { countCeremonies } from './ceremonies.js';
import { windowUsable } from './window.js';

/**
 * `npm run bench`: one JSON document of what is counted (commands, reports, bytes), and, marked as such, what is timed.
 * Times are of this machine at this moment: compare them with each other, not with a limit.
 */
const bytesOf = (folder: string, endings: RegExp) =>
  readdirSync(folder)
    .filter((name) => endings.test(name))
    .reduce((sum, name) => sum + brotliCompressSync(readFileSync(join(folder, name))).length, 0);

const result = {
  runtime: describeRuntime(findElectron()),
  ceremonies: {
    '2.0': await countCeremonies('2.0'),
    '2.1': await countCeremonies('2.1'),
    '2.3': await countCeremonies('2.3'),
  },
  brotliBytes: {
    window: bytesOf(join('out', 'renderer', 'assets'), /\.(js|css)$/),
    preload: bytesOf(join('out', 'preload'), /\.cjs$/),
  },
  timed: { windowUsableMs: await windowUsable(5) },
};
process.stdout.write(`${JSON.stringify(result, undefined, 2)}\n`);
