import { runMatrix, summary } from './matrix.js';

/** `npm run faults`: every fault at every report of every operation. One line, and one for each failure before it. */
const tally = await runMatrix(1);
for (const { problem, what } of tally.failures) process.stdout.write(`${problem}: ${what}\n`);
process.stdout.write(`${summary(tally)}\n`);
process.exitCode = tally.failures.length > 0 ? 1 : 0;
