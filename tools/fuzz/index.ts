import { parseArgs } from 'node:util';

import { Coverage } from './coverage.js';
import { fuzz } from './fuzz.js';
import { TARGETS } from './targets.js';

/**
 * `npm run fuzz -- --seconds N`: hostile bytes for everything that takes bytes from outside. Prints JSON, and a line that
 * sums it up. With --save inputs that reach new code are kept; those that fail always are.
 */
const { values } = parseArgs({
  options: {
    seconds: { type: 'string', default: '60' },
    seed: { type: 'string', default: String(Date.now() % 1_000_000) },
    save: { type: 'boolean', default: false },
  },
});
const coverage = new Coverage((url) => url.includes('/out/node/'));
const report = await fuzz({
  targets: TARGETS,
  coverage,
  seconds: Number(values.seconds),
  seed: Number(values.seed),
  saves: values.save,
});
coverage.stop();
const failed = report.untyped + (report.isFlat ? 0 : 1);
process.stdout.write(`${JSON.stringify(report, undefined, 2)}\n`);
process.stdout.write(
  `fuzz: ${report.runs} cases, ${failed} failed: untyped ${report.untyped}, memory ${report.isFlat ? 'flat' : 'grows'}\n`,
);
process.exitCode = failed > 0 ? 1 : 0;
