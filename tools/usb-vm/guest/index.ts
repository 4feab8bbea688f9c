import { openSync } from 'node:fs';

import { makeChecks } from './check.js';
import { checks } from './checks.js';
import { defineGadgets } from './gadget.js';
import { IDENTITY } from './software-key.js';

/** The serial port that the host reads results from. */
const RESULTS = '/dev/ttyS1';

defineGadgets(IDENTITY);
await makeChecks(checks, openSync(RESULTS, 'w'));
process.exit(); // the software key is still running
