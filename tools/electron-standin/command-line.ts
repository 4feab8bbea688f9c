/** What the arguments of the binary ask for. */
export interface Invocation {
  /** `-r FILE`: modules to load before the app; Playwright puts its loader there. */
  readonly preloads: readonly string[];
  /** `--inspect…`: open Node's inspector. */
  readonly inspect: boolean;
  /** The app: a file, or a folder with a package.json. */
  readonly app: string | undefined;
  /** `--name` and `--name=value`, before the app and behind it, as Chromium reads them. */
  readonly switches: ReadonlyMap<string, string>;
}

/**
 * Reads the arguments of the binary (without the program itself) the way Electron does: the first that is no switch is the app.
 */
export function readInvocation(args: readonly string[]): Invocation {
  const preloads: string[] = [];
  const switches = new Map<string, string>();
  let inspect = false;
  let app: string | undefined;
  for (let index = 0; index < args.length; index++) {
    const argument = args[index] ?? '';
    if (app === undefined && (argument === '-r' || argument === '--require')) {
      const file = args[++index];
      if (file === undefined) throw new Error(`${argument} needs a file`);
      preloads.push(file);
    } else if (app === undefined && /^--inspect(=|$)/.test(argument)) {
      inspect = true;
    } else if (argument.startsWith('--') && argument.length > 2) {
      const [, name = '', value = ''] = /^--([^=]*)=?([^]*)$/.exec(argument) ?? [];
      switches.set(name, value);
    } else {
      app ??= argument;
    }
  }
  return { preloads, inspect, app, switches };
}

/** Switches that belong to the stand-in itself and are not handed to Chromium. */
const OURS = new Set([
  'user-data-dir',
  'remote-debugging-port',
  'remote-debugging-pipe',
  'headless',
  'enable-sandbox',
  'no-sandbox',
  'app',
  'disable-features',
]);

/** How Chromium is to be started. */
export interface ChromiumSettings {
  readonly profile: string;
  readonly headless: boolean;
  readonly sandbox: boolean;
}

/** Chromium's arguments: what the stand-in needs, then what the command line and the app have added. */
export function chromiumArguments(settings: ChromiumSettings, switches: ReadonlyMap<string, string>): string[] {
  const asked = switches.get('disable-features')?.split(',') ?? [];
  const own = [
    '--remote-debugging-pipe',
    `--user-data-dir=${settings.profile}`,
    ...(switches.has('remote-debugging-port')
      ? [`--remote-debugging-port=${switches.get('remote-debugging-port') ?? ''}`]
      : []),
    ...(settings.headless
      ? ['--headless=new', '--disable-gpu', '--hide-scrollbars', '--no-startup-window']
      : ['--app=data:text/html,']),
    ...(settings.sandbox ? [] : ['--no-sandbox']),
    '--no-first-run',
    '--no-default-browser-check',
    '--no-service-autorun',
    '--disable-background-networking',
    '--disable-background-timer-throttling',
    '--disable-backgrounding-occluded-windows',
    '--disable-breakpad',
    '--disable-component-update',
    '--disable-default-apps',
    '--disable-dev-shm-usage',
    '--disable-extensions',
    '--disable-quic',
    '--disable-renderer-backgrounding',
    '--disable-sync',
    '--metrics-recording-only',
    '--password-store=basic',
    // The scheme of the app is https inside Chromium; an upgrade of the pool's http://127.0.0.1 would not happen in Electron.
    `--disable-features=${[...new Set(['HttpsUpgrades', 'HttpsFirstBalancedModeAutoEnable', 'Translate', 'MediaRouter', 'OptimizationHints', ...asked])].join(',')}`,
  ];
  const given = new Set(own.map((argument) => argument.slice(2).split('=')[0]));
  for (const [name, value] of switches) {
    if (OURS.has(name) || given.has(name)) continue;
    own.push(value === '' ? `--${name}` : `--${name}=${value}`);
  }
  return own;
}
