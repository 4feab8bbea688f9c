import type { CheckSet } from './guest/checks.js';
import { runUsbMachine, type UsbResults } from './run.js';
import { Unavailable } from './unavailable.js';

const print = (text: string): void => void process.stdout.write(`${text}\n`);
const interrupted = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => {
    interrupted.abort();
  });
}

/** `npm run test:usb`: every check on a USB key that a kernel makes, one line each, and the sum as the last line. */
const told = new Set<string>();
try {
  const outcome = await runUsbMachine({
    checks: setOf(process.argv[2]),
    signal: interrupted.signal,
    say: (text) => {
      print(`usb-vm: ${text}`);
    },
    onMessage: (message) => {
      if (message.kind === 'ok')
        print(`ok ${message.name}${message.figure === undefined ? '' : ` (${message.figure})`}`);
      if (message.kind === 'not ok') print(`not ok ${message.name}: ${message.reason}`);
      if (message.kind === 'ok' || message.kind === 'not ok') told.add(message.name);
    },
  });
  process.exitCode = report(outcome);
} catch (error) {
  if (!(error instanceof Unavailable)) throw error;
  print(`skipped a USB key in a virtual machine: ${error.message}`);
  print('0 passed, 0 failed, 1 skipped');
}

/** All of them, or those of one part: `npm run test:usb -- kiosk`. */
function setOf(named = 'all'): CheckSet {
  if (named === 'all' || named === 'kiosk' || named === 'fido2-tools') return named;
  throw new Error(`There are no checks called ${named}: there are all, kiosk, fido2-tools`);
}

function report({ results, ending, console }: UsbResults): number {
  const failed = results.filter(({ failure }) => failure !== undefined);
  for (const { name, failure } of failed) if (!told.has(name)) print(`not ok ${name}: ${failure ?? ''}`);
  if (results.length === 0) print(`not ok the machine boots: ${ending ?? 'it had no checks'}`);
  const failures = failed.length + (results.length === 0 ? 1 : 0);
  if (failures > 0) print(console);
  print(`${results.length - failed.length} passed, ${failures} failed, 0 skipped`);
  return failures > 0 ? 1 : 0;
}
