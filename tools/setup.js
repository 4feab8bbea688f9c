// Makes a fresh clone ready, in plain Node without dependencies: npm packages, Debian packages, the Electron binary.
// Usage: node tools/setup.js [app] [usb] [peers] — everything it prints goes to stderr, so that callers' stdout stays theirs.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';

/** Debian packages for each group: how to see that one is there, and its name. */
const DEBIAN = {
  app: [
    ['/usr/bin/chromium', 'chromium'],
    ['/usr/lib/x86_64-linux-gnu/libusb-1.0.so.0', 'libusb-1.0-0'],
  ],
  usb: [
    ['/usr/bin/qemu-system-x86_64', 'qemu-system-x86'],
    ['/usr/lib/x86_64-linux-gnu/libusb-1.0.so.0', 'libusb-1.0-0'],
    ['/bin/busybox', 'busybox-static'],
    ['/usr/bin/fido2-token', 'fido2-tools'],
  ],
  peers: [
    ['/usr/lib/python3/dist-packages/fido2', 'python3-fido2'],
    ['/usr/bin/cc', 'gcc'],
    ['/usr/include/stdio.h', 'libc6-dev'],
    ['/usr/include/fido.h', 'libfido2-dev'],
  ],
};

const groups = process.argv.slice(2);
for (const group of groups) {
  if (!Object.hasOwn(DEBIAN, group)) throw new Error(`Unknown group ${group}: use ${Object.keys(DEBIAN).join(', ')}`);
}

installNpmPackages();
installDebianPackages(groups.flatMap((group) => DEBIAN[group]));
if (groups.includes('app')) fetchElectron();

/** Installs when the lock file is another than the one installed last: times of files say nothing after a checkout. */
function installNpmPackages() {
  const stamp = 'node_modules/.keydesk-lock';
  const lock = createHash('sha256').update(readFileSync('package-lock.json')).digest('hex');
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === lock) return;
  say('installing npm packages (npm ci)');
  run('npm', ['ci', '--no-fund', '--no-audit', '--loglevel=error']);
  writeFileSync(stamp, lock);
}

function installDebianPackages(wanted) {
  const missing = [...new Set(wanted.filter(([path]) => !existsSync(path)).map(([, name]) => name))];
  if (missing.length === 0 || process.platform !== 'linux') return;
  if (!existsSync('/usr/bin/apt-get') || process.getuid() !== 0) {
    say(
      `missing Debian packages: ${missing.join(' ')} — install them (sudo apt-get install …); what needs them will say so`,
    );
    return;
  }
  say(`installing Debian packages: ${missing.join(' ')}`);
  const environment = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  run('apt-get', ['-qq', 'update'], environment);
  run('apt-get', ['-qq', '-y', '--no-install-recommends', 'install', ...missing], environment);
}

/** Fetches the real binary once; where it cannot be had, the stand-in runtime is used and says so. */
function fetchElectron() {
  const failed = '.cache/electron-not-fetched';
  const DAY_MS = 86_400_000;
  if (process.env.KEYDESK_RUNTIME === 'standin' || process.env.ELECTRON_OVERRIDE_DIST_PATH) return;
  if (existsSync('node_modules/electron/path.txt')) return;
  const { version } = JSON.parse(readFileSync('node_modules/electron/package.json', 'utf8'));
  if (existsSync(failed) && readFileSync(failed, 'utf8') === version && Date.now() - statSync(failed).mtimeMs < DAY_MS)
    return;
  say(`fetching Electron ${version}`);
  const fetched = spawnSync(process.execPath, ['node_modules/electron/install.js'], {
    stdio: 'ignore',
    timeout: 180_000,
  });
  if (fetched.status === 0) return;
  mkdirSync('.cache', { recursive: true });
  writeFileSync(failed, version);
  say('Electron could not be fetched; the stand-in runtime will be used (tools/electron-standin)');
}

function run(command, args, env = process.env) {
  const { status, error } = spawnSync(command, args, {
    stdio: ['ignore', 2, 2],
    env,
    shell: process.platform === 'win32',
  });
  if (status !== 0) {
    say(`${command} ${args.join(' ')} failed${error ? `: ${error.message}` : ''}`);
    process.exit(1);
  }
}

function say(text) {
  process.stderr.write(`setup: ${text}\n`);
}
