import { describe, expect, test } from 'vitest';

import { NotImplementedError } from '../../tools/electron-standin/refuse.js';
import { WebRequestHooks, urlFilter } from '../../tools/electron-standin/web-request.js';

const facts = { id: 1, url: 'https://example.com/a', method: 'GET', resourceType: 'xhr' } as const;

describe('filters of URLs', () => {
  test.each([
    ['<all_urls>', 'app://x/', true],
    ['https://example.com/*', 'https://example.com/a?b', true],
    ['https://example.com/*', 'https://example.com.evil/a', false],
    ['*://*.example.com/*', 'http://a.example.com/', true],
    ['*://*.example.com/*', 'http://aXexampleYcom/', false],
  ])('%s for %s: %s', (pattern, url, matches) => {
    expect(urlFilter({ urls: [pattern] }, 'hook')(url)).toBe(matches);
  });

  test('by anything else are refused', () => {
    expect(() => urlFilter({ urls: [], types: ['image'] }, 'hook')).toThrow(NotImplementedError);
  });
});

describe('hooks', () => {
  test('change nothing while nobody listens', async () => {
    const hooks = new WebRequestHooks();
    expect(await hooks.beforeRequest(facts)).toBeUndefined();
    expect(await hooks.beforeSendHeaders(facts, { a: '1' })).toEqual({ a: '1' });
    expect(await hooks.headersReceived(facts, 200, { a: ['1'] })).toEqual({ a: ['1'] });
    expect(hooks.wantsHeadersOf(facts.url)).toBe(false);
  });

  test('cancel and redirect', async () => {
    const hooks = new WebRequestHooks();
    hooks.module.onBeforeRequest({ urls: ['https://example.com/*'] }, ({ url }, answer) => {
      answer(url.endsWith('a') ? { cancel: true } : { redirectURL: 'app://x/' });
    });
    expect(await hooks.beforeRequest(facts)).toBe('cancel');
    expect(await hooks.beforeRequest({ ...facts, url: 'https://example.com/b' })).toEqual({ redirectURL: 'app://x/' });
    expect(await hooks.beforeRequest({ ...facts, url: 'https://other.example/a' })).toBeUndefined();
  });

  test('rewrite headers of requests and responses', async () => {
    const hooks = new WebRequestHooks();
    hooks.module.onBeforeSendHeaders(({ requestHeaders }, answer) => {
      answer({ requestHeaders: { ...requestHeaders, b: '2' } });
    });
    hooks.module.onHeadersReceived(({ responseHeaders, statusCode }, answer) => {
      answer({ responseHeaders: { ...responseHeaders, 'x-status': String(statusCode) } });
    });
    expect(await hooks.beforeSendHeaders(facts, { a: '1' })).toEqual({ a: '1', b: '2' });
    expect(await hooks.headersReceived(facts, 404, { a: ['1', '2'] })).toEqual({ a: ['1', '2'], 'x-status': ['404'] });
  });

  test('are removed by null', async () => {
    const hooks = new WebRequestHooks();
    hooks.module.onBeforeRequest((_details, answer) => {
      answer({ cancel: true });
    });
    hooks.module.onBeforeRequest(null);
    expect(await hooks.beforeRequest(facts)).toBeUndefined();
  });
});
