import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { SchemeUrls } from '../../tools/electron-standin/scheme-urls.js';

const urls = new SchemeUrls();
urls.add('app');

describe('URLs of the app’s scheme', () => {
  test.each([
    ['app://keydesk/', 'https://keydesk.app.standin.invalid/'],
    ['app://keydesk', 'https://keydesk.app.standin.invalid'],
    ['app://keydesk/a/b.html?c=app://x#d', 'https://keydesk.app.standin.invalid/a/b.html?c=app://x#d'],
    ['app://keydesk?q', 'https://keydesk.app.standin.invalid?q'],
  ])('%s is %s inside Chromium', (app, page) => {
    expect(urls.toPage(app)).toBe(page);
    expect(urls.toApp(page)).toBe(app);
  });

  test.each([
    'https://example.com/app://keydesk',
    'other://keydesk/',
    'http://127.0.0.1:80/',
    'about:blank',
    '',
    'null',
  ])('leaves %j alone, both ways', (url) => {
    expect(urls.toPage(url)).toBe(url);
    expect(urls.toApp(url)).toBe(url);
  });

  test('does not take a longer host for its own', () => {
    const foreign = 'https://keydesk.app.standin.invalid.example.com/';
    expect(urls.toApp(foreign)).toBe(foreign);
    expect(urls.toApp('https://keydesk.other.standin.invalid/')).toBe('https://keydesk.other.standin.invalid/');
  });

  test('come back as they went, whatever the path', () => {
    fc.assert(
      fc.property(
        fc.stringMatching(/^[a-z][a-z0-9.-]{0,20}$/),
        fc.webPath(),
        fc.webQueryParameters(),
        (host, path, query) => {
          const url = `app://${host}${path === '' ? '/' : path}?${query}`;
          expect(urls.toApp(urls.toPage(url))).toBe(url);
        },
      ),
    );
  });
});

describe('headers', () => {
  test.each([
    ["default-src 'self'; img-src app: data:", "default-src 'self'; img-src https://*.app.standin.invalid data:"],
    [
      'connect-src app://keydesk http://127.0.0.1:*',
      'connect-src https://keydesk.app.standin.invalid http://127.0.0.1:*',
    ],
    ['app://keydesk', 'https://keydesk.app.standin.invalid'],
    ['app://keydesk/next?x=1', 'https://keydesk.app.standin.invalid/next?x=1'],
    ['img-src myapp: webapp://x', 'img-src myapp: webapp://x'],
    ['text/html; charset=utf-8', 'text/html; charset=utf-8'],
  ])('%s becomes %s', (app, page) => {
    expect(urls.headerToPage(app)).toBe(page);
  });
});
