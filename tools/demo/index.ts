import { spawn } from 'node:child_process';

import { describeRuntime, findElectron } from '../electron-runtime.js';
import { walkTheTour } from './tour.js';

/**
 * `npm run demo`: the app on its practice pool and key. With `--tour`, or where there is no display, it walks itself
 * through the main job, prints a line for each step and leaves a picture of every screen in out/tour/.
 */
const runtime = findElectron();
process.stdout.write(`Keydesk on ${describeRuntime(runtime)}\n`);

const hasDisplay = process.platform !== 'linux' || Boolean(process.env['DISPLAY'] ?? process.env['WAYLAND_DISPLAY']);
if (process.argv.includes('--tour')) process.exitCode = await walkTheTour();
else if (!hasDisplay) {
  process.stdout.write('There is no display here: Keydesk walks itself through the main job.\n');
  process.exitCode = await walkTheTour();
} else {
  const asRoot = process.platform === 'linux' && process.getuid?.() === 0 ? ['--no-sandbox'] : [];
  const app = spawn(runtime.path, [...asRoot, '.', '--practice'], { stdio: 'inherit' });
  app.on('exit', (code) => {
    process.exitCode = code ?? 1;
  });
}
