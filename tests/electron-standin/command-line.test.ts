import { describe, expect, test } from 'vitest';

import { chromiumArguments, readInvocation } from '../../tools/electron-standin/command-line.js';

describe('reading the arguments', () => {
  test('takes Playwright’s', () => {
    const args = [
      '-r',
      '/loader.js',
      '--no-sandbox',
      '--inspect=0',
      '--remote-debugging-port=0',
      '/app',
      '--user-data-dir=/data',
      '--again',
    ];
    expect(readInvocation(args)).toEqual({
      preloads: ['/loader.js'],
      inspect: true,
      app: '/app',
      switches: new Map([
        ['no-sandbox', ''],
        ['remote-debugging-port', '0'],
        ['user-data-dir', '/data'],
        ['again', ''],
      ]),
    });
  });

  test('leaves what stands behind the app to the app', () => {
    expect(readInvocation(['app', '-r', 'x', '--inspect', 'file'])).toMatchObject({
      preloads: [],
      inspect: false,
      app: 'app',
    });
  });

  test('keeps the rest of a value that has an equals sign in it', () => {
    expect(readInvocation(['--js-flags=--a=b']).switches.get('js-flags')).toBe('--a=b');
  });

  test('does without an app, and not without the file of -r', () => {
    expect(readInvocation(['--version']).app).toBeUndefined();
    expect(() => readInvocation(['-r'])).toThrow('-r needs a file');
  });
});

describe('Chromium’s arguments', () => {
  const settings = { profile: '/profile', headless: true, sandbox: false };

  test('name the stand-in’s own profile, whatever data folder the app has', () => {
    const args = chromiumArguments(settings, new Map([['user-data-dir', '/data']]));
    expect(args.filter((argument) => argument.startsWith('--user-data-dir'))).toEqual(['--user-data-dir=/profile']);
  });

  test('open a port only when one is asked for', () => {
    expect(chromiumArguments(settings, new Map()).join(' ')).not.toContain('remote-debugging-port');
    expect(chromiumArguments(settings, new Map([['remote-debugging-port', '0']]))).toContain(
      '--remote-debugging-port=0',
    );
  });

  test('carry what the app adds, and join the features to disable into one switch', () => {
    const added = new Map([
      ['force-color-profile', 'srgb'],
      ['lang', ''],
      ['disable-features', 'Mine,Translate'],
    ]);
    const args = chromiumArguments(settings, added);
    expect(args).toContain('--force-color-profile=srgb');
    expect(args).toContain('--lang');
    const disabled = args.filter((argument) => argument.startsWith('--disable-features='));
    expect(disabled).toHaveLength(1);
    expect(
      disabled[0]
        ?.split('=')[1]
        ?.split(',')
        .filter((feature) => ['Mine', 'Translate'].includes(feature)),
    ).toEqual(['Translate', 'Mine']);
  });

  test('keep the sandbox where it can be kept, and show a window where there is a display', () => {
    const args = chromiumArguments({ profile: '/p', headless: false, sandbox: true }, new Map());
    expect(args).not.toContain('--no-sandbox');
    expect(args).not.toContain('--headless=new');
    expect(args).toContain('--app=data:text/html,');
  });

  test('never switch off the checks that the specs are about', () => {
    const args = chromiumArguments(settings, new Map()).join(' ');
    for (const check of ['disable-web-security', 'LocalNetworkAccess', 'bypass-csp', 'site-isolation'])
      expect(args).not.toContain(check);
  });
});
