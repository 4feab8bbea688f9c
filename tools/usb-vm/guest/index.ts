import { openSync, readFileSync } from 'node:fs';

import { makeChecks } from './check.js';
import { CHECKS, type CheckSet } from './checks.js';
import { defineGadgets } from './gadget.js';
import { IDENTITY } from './software-key.js';

/** The serial port that the host reads results from. */
const RESULTS = '/dev/ttyS1';

const named = /\bkeydesk\.checks=(\S+)/.exec(readFileSync('/proc/cmdline', 'utf8'))?.[1];
const set = Object.keys(CHECKS).find((name): name is CheckSet => name === named);
if (set === undefined) throw new Error(`There are no checks called ${String(named)}`);

defineGadgets(IDENTITY);
await makeChecks(CHECKS[set], openSync(RESULTS, 'w'));
process.exit(); // the software key is still running
