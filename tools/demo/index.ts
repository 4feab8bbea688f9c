import { spawn } from 'node:child_process';
import { parseArgs } from 'node:util';

import { describeRuntime, findElectron } from '../electron-runtime.js';
import { takeTour, TOURS } from './tours.js';

const HELP = `npm run demo -- [--tour [NAME]]

Opens the app on its practice pool and key. With --tour, or where there is no display, it walks itself through one of its
desks, prints a line for each step and leaves a picture of every screen, light and dark, in out/tour/NAME:

${Object.entries(TOURS)
  .map(([name, { about }]) => `  ${name.padEnd(10)}${about}\n`)
  .join('')}`;

process.exitCode = await demo();

/** Resolves with the exit code. */
async function demo(): Promise<number> {
  const { values, positionals } = parseArgs({
    options: { tour: { type: 'boolean' }, help: { type: 'boolean', short: 'h' } },
    strict: false, // what there is not is answered with the help
    allowPositionals: true,
  });
  const { tour: isTour = false, help = false, ...unknown } = values;
  const [name = Object.keys(TOURS)[0] ?? '', ...more] = positionals;
  const tour = Object.hasOwn(TOURS, name) ? TOURS[name] : undefined;
  const isUnderstood =
    tour && Object.keys(unknown).length === 0 && more.length === 0 && (isTour || positionals.length === 0);
  if (help || !isUnderstood) {
    (isUnderstood ? process.stdout : process.stderr).write(HELP);
    return isUnderstood ? 0 : 2;
  }
  const runtime = findElectron();
  process.stdout.write(`Keydesk on ${describeRuntime(runtime)}\n`);
  if (isTour) return takeTour(name, tour);
  const hasDisplay = process.platform !== 'linux' || Boolean(process.env['DISPLAY'] ?? process.env['WAYLAND_DISPLAY']);
  if (!hasDisplay) {
    process.stdout.write('There is no display here: Keydesk walks itself through the main job.\n');
    return takeTour(name, tour);
  }
  const asRoot = process.platform === 'linux' && process.getuid?.() === 0 ? ['--no-sandbox'] : [];
  const app = spawn(runtime.path, [...asRoot, '.', '--practice'], { stdio: 'inherit' });
  return new Promise((resolve) => {
    app.on('exit', (code) => {
      resolve(code ?? 1);
    });
  });
}
