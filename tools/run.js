// Runs one of the house's Node programs, building it first when the sources are newer: node tools/run.js NAME [ARGS…]
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, readdirSync, statSync } from 'node:fs';
import { constants } from 'node:os';
import { join } from 'node:path';

/** What `npm run` names stand for: the built entry, and the arguments that come before the caller's. */
const PROGRAMS = {
  keydesk: ['cli', []],
  softkey: ['cli', ['softkey']],
  pool: ['cli', ['pool']],
  demo: ['demo', []],
  bench: ['bench', []],
  conformance: ['conformance', []],
  faults: ['faults', []],
  fuzz: ['fuzz', []],
  'usb-vm': ['usb-vm', []],
};

const [name, ...args] = process.argv.slice(2);
if (!Object.hasOwn(PROGRAMS, name)) {
  process.stderr.write(`run: no program ${name}; there are ${Object.keys(PROGRAMS).join(', ')}\n`);
  process.exit(2);
}
const [entry, first] = PROGRAMS[name];

if (newest(['src', 'tools', 'package.json', 'electron.vite.config.ts', 'vite.node.config.ts']) > builtAt()) {
  const built = spawnSync('npm', ['run', '--silent', 'build'], {
    stdio: ['ignore', 'pipe', 'pipe'],
    encoding: 'utf8',
    shell: process.platform === 'win32',
  });
  if (built.status !== 0) {
    process.stderr.write(`run: the build failed\n${built.stdout}${built.stderr}`);
    process.exit(1);
  }
}

const child = spawn(process.execPath, ['--enable-source-maps', join('out', 'node', `${entry}.js`), ...first, ...args], {
  stdio: 'inherit',
});
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => child.kill(signal));
// npm hands a signal to its shell, and the shell keeps it to itself: a parent that is gone means the same.
const shell = process.ppid;
if (process.env.npm_lifecycle_event) {
  setInterval(() => {
    if (process.ppid !== shell) child.kill('SIGTERM');
  }, 500).unref();
}
child.on('exit', (code, signal) => process.exit(code ?? 128 + constants.signals[signal]));

function builtAt() {
  return existsSync('out/node/.built') ? statSync('out/node/.built').mtimeMs : 0;
}

function newest(paths) {
  return Math.max(
    ...paths.map((path) =>
      statSync(path).isDirectory()
        ? newest([...readdirSync(path).map((child) => join(path, child)), 'package.json'])
        : statSync(path).mtimeMs,
    ),
  );
}
