import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { brotliCompressSync } from 'node:zlib';

import { describeRuntime, findElectron } from '../electron-runtime.js';
import { compareCbor } from './cbor.js';
import { countCeremonies } from './ceremonies.js';
import { compareClients } from './comparison.js';
import { measureKiosk } from './kiosk.js';
import { measurePool } from './pool.js';
import { windowUsable } from './window.js';

/**
 * `npm run bench`: one JSON document of what is counted (commands, reports, bytes), and, marked as such, what is timed.
 * Times are of this machine at this moment: compare them with each other, not with a limit.
 */
const bytesOf = (folder: string, endings: RegExp) =>
  readdirSync(folder)
    .filter((name) => endings.test(name))
    .reduce((sum, name) => sum + brotliCompressSync(readFileSync(join(folder, name))).length, 0);

/** What there is; all of it, or those that are named: `npm run bench -- clients cbor`. */
const PARTS = {
  ceremonies: async () => ({
    '2.0': await countCeremonies('2.0'),
    '2.1': await countCeremonies('2.1'),
    '2.3': await countCeremonies('2.3'),
  }),
  clients: async () => ({ '2.0': await compareClients('2.0'), '2.1': await compareClients('2.1') }),
  cbor: compareCbor,
  brotliBytes: () => ({
    window: bytesOf(join('out', 'renderer', 'assets'), /\.(js|css)$/),
    preload: bytesOf(join('out', 'preload'), /\.cjs$/),
  }),
  timed: async () => ({ windowUsableMs: await windowUsable(5) }),
  pool: measurePool,
  kiosk: measureKiosk,
};

const named = process.argv.slice(2);
const unknown = named.find((name) => !(name in PARTS));
if (unknown !== undefined) throw new Error(`No part ${unknown}: there are ${Object.keys(PARTS).join(', ')}`);
const result: Record<string, unknown> = { runtime: describeRuntime(findElectron()) };
for (const [name, measure] of Object.entries(PARTS)) {
  if (named.length === 0 || named.includes(name)) result[name] = await measure();
}
process.stdout.write(`${JSON.stringify(result, undefined, 2)}\n`);
