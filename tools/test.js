// `npm test`: everything that can be checked on this machine, one part after the other, and a true sum at the end.
// Plain Node: it runs the parts, reads their reports, prints what was skipped by name and reason, and adds up.
import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync } from 'node:fs';

const REPORTS = 'test-results';
rmSync(REPORTS, { recursive: true, force: true });
mkdirSync(REPORTS, { recursive: true });

/** Checks say yes or no; suites also count. Each is one command and the way to read what it left. */
const parts = [
  { name: 'types', command: ['npm', 'run', '--silent', 'types'] },
  { name: 'lint', command: ['npm', 'run', '--silent', 'lint'] },
  { name: 'layers', command: ['npm', 'run', '--silent', 'layers'] },
  { name: 'build', command: ['npm', 'run', '--silent', 'build'] },
  { name: 'bundle size', command: ['npm', 'run', '--silent', 'size'] },
  {
    name: 'unit and contract',
    command: [
      'npx',
      'vitest',
      'run',
      '--reporter=default',
      '--reporter=json',
      `--outputFile.json=${REPORTS}/unit.json`,
    ],
    count: () => countVitest(report('unit.json')),
  },
  {
    name: 'fault matrix',
    command: ['node', 'tools/run.js', 'faults'],
    capture: true,
    count: (output) => countCases(output),
  },
  // How many inputs fit into its seconds says more of the machine than of the code: it counts as a check.
  { name: 'fuzz', command: ['node', 'tools/run.js', 'fuzz', '--seconds', '5'] },
  { name: 'end to end', command: ['npx', 'playwright', 'test'], count: () => countPlaywright(report('e2e.json')) },
  {
    name: 'USB machine',
    command: ['node', 'tools/run.js', 'usb-vm'],
    capture: true,
    count: (output) => countLastLine(output),
  },
];

const sum = { passed: 0, failed: 0, skipped: 0 };
const failures = [];
for (const part of parts) {
  process.stdout.write(`\n── ${part.name} ──\n`);
  const { ok, output } = run(part);
  const counts = countOf(part, output);
  if (!ok) failures.push(part.name);
  if (!counts) continue;
  // A suite that failed without a failed test (it could not start, say) is a failure all the same.
  if (!ok && counts.failed === 0) counts.failed = 1;
  for (const key of Object.keys(sum)) sum[key] += counts[key];
  for (const line of counts.reasons ?? []) process.stdout.write(`skipped: ${line}\n`);
}
const checksFailed = failures.filter((name) => !parts.find((part) => part.name === name).count).length;
if (failures.length > 0) process.stdout.write(`\nfailed: ${failures.join(', ')}\n`);
process.stdout.write(`\n${sum.passed} passed, ${sum.failed + checksFailed} failed, ${sum.skipped} skipped\n`);
process.exitCode = failures.length > 0 ? 1 : 0;

function run({ command: [program, ...args], capture = false }) {
  const shell = process.platform === 'win32';
  if (!capture) return { ok: spawnSync(program, args, { stdio: 'inherit', shell }).status === 0, output: '' };
  const { status, stdout } = spawnSync(program, args, {
    stdio: ['ignore', 'pipe', 'inherit'],
    encoding: 'utf8',
    shell,
    maxBuffer: 64 * 1024 * 1024,
  });
  process.stdout.write(stdout);
  return { ok: status === 0, output: stdout };
}

/** Undefined for a check. A suite whose report is missing has failed once: nothing is counted that was not seen. */
function countOf({ count }, output) {
  if (!count) return undefined;
  try {
    return count(output);
  } catch (error) {
    process.stdout.write(`no report: ${error.message}\n`);
    return { passed: 0, failed: 1, skipped: 0 };
  }
}

function report(name) {
  return JSON.parse(readFileSync(`${REPORTS}/${name}`, 'utf8'));
}

function countVitest({ numPassedTests, numFailedTests, numPendingTests, numTodoTests, testResults }) {
  const skipped = testResults.flatMap(({ assertionResults }) =>
    assertionResults.filter(({ status }) => status === 'skipped' || status === 'pending' || status === 'todo'),
  );
  return {
    passed: numPassedTests,
    failed: numFailedTests,
    skipped: numPendingTests + numTodoTests,
    reasons: skipped.map(({ fullName }) => fullName),
  };
}

function countPlaywright({ stats, suites }) {
  const specs = (suite) => [...suite.specs, ...(suite.suites ?? []).flatMap(specs)];
  const skipped = suites
    .flatMap(specs)
    .flatMap(({ title, tests }) =>
      tests
        .filter(({ status }) => status === 'skipped')
        .map(({ annotations }) => `${title}: ${annotations.map(({ description }) => description).join(', ')}`),
    );
  return { passed: stats.expected, failed: stats.unexpected + stats.flaky, skipped: stats.skipped, reasons: skipped };
}

/** Every case is a check: those that failed were named in lines of their own. */
function countCases(output) {
  const [, cases, failed] = /(\d+) cases, (\d+) failed/.exec(output) ?? [];
  if (cases === undefined) throw new Error('no line says how many cases there were');
  return { passed: Number(cases) - Number(failed), failed: Number(failed), skipped: 0 };
}

function countLastLine(output) {
  const [, passed, failed, skipped] = /(\d+) passed, (\d+) failed, (\d+) skipped\s*$/.exec(output) ?? [];
  if (passed === undefined) throw new Error('the last line is no sum');
  return { passed: Number(passed), failed: Number(failed), skipped: Number(skipped) };
}
