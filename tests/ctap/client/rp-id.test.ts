import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { ClientError } from '../../../src/ctap/client/errors.js';
import { effectiveRpId } from '../../../src/ctap/client/rp-id.js';

describe('an RP ID', () => {
  it.each([
    ['https://example.com', undefined, 'example.com'],
    ['https://example.com', 'example.com', 'example.com'],
    ['https://login.example.com', 'example.com', 'example.com'],
    ['https://a.b.example.co.uk:8443', 'example.co.uk', 'example.co.uk'],
    ['https://user.github.io', 'user.github.io', 'user.github.io'],
    ['https://pool.auth.eu-central-1.amazoncognito.com', undefined, 'pool.auth.eu-central-1.amazoncognito.com'],
    ['https://intranet', 'intranet', 'intranet'],
    ['https://www.city.kawasaki.jp', 'city.kawasaki.jp', 'city.kawasaki.jp'], // an exception rule of the list
    ['http://localhost', 'localhost', 'localhost'],
    ['http://localhost:3000', undefined, 'localhost'],
    ['http://app.localhost:3000', 'localhost', 'localhost'],
    ['https://xn--bcher-kva.example', undefined, 'xn--bcher-kva.example'],
  ])('%s may use %s', (origin, rpId, expected) => {
    expect(effectiveRpId(rpId, origin)).toBe(expected);
  });

  it.each([
    ['https://example.com', 'other.com', 'another domain'],
    ['https://example.com', 'login.example.com', 'a subdomain of its own'],
    ['https://badexample.com', 'example.com', 'a suffix that begins within a label'],
    ['https://example.com', 'com', 'a public suffix'],
    ['https://example.co.uk', 'co.uk', 'a public suffix of two labels'],
    ['https://user.github.io', 'github.io', 'a private public suffix'],
    ['https://a.b.kawasaki.jp', 'b.kawasaki.jp', 'a suffix by a wildcard rule'],
    ['https://host.corp', 'corp', 'a top level that no list knows'],
    ['https://example.com.', 'com.', 'a public suffix with a dot'],
    ['https://example.com.', '', 'nothing'],
    ['https://example.com', '', 'nothing'],
    ['https://example.com', 'EXAMPLE.com', 'another spelling'],
    ['http://example.com', 'example.com', 'http'],
    ['http://example.com', undefined, 'http'],
    ['http://localhost.example.com', undefined, 'http that only looks local'],
    ['https://127.0.0.1', undefined, 'an IPv4 address'],
    ['http://127.0.0.1', '127.0.0.1', 'an IPv4 address'],
    ['https://[::1]', undefined, 'an IPv6 address'],
    ['https://1.2.3.4', '3.4', 'part of an address'],
    ['https://example.com/', undefined, 'a URL'],
    ['https://example.com:443', undefined, 'a port that goes without saying'],
    ['https://EXAMPLE.com', undefined, 'an origin that is not canonical'],
    ['https://user@example.com', undefined, 'a user name'],
    ['file:///tmp/index.html', undefined, 'a file'],
    ['app://keydesk', 'keydesk', 'another scheme'],
    ['null', undefined, 'no origin'],
    ['', undefined, 'no origin'],
  ])('%s may not use %j: %s', (origin, rpId, why) => {
    expect(() => effectiveRpId(rpId, origin), why).toThrow(
      expect.objectContaining({ name: 'ClientError', code: 'rp-id' }),
    );
  });

  it('is, for any texts, the host or a suffix of it, or refused with a ClientError', () => {
    const origins = fc.oneof(
      fc.domain().map((domain) => `https://${domain}`),
      fc.string(),
    );
    fc.assert(
      fc.property(origins, fc.option(fc.oneof(fc.domain(), fc.string()), { nil: undefined }), (origin, rpId) => {
        try {
          const id = effectiveRpId(rpId, origin);
          const host = new URL(origin).hostname;
          expect(host === id || host.endsWith(`.${id}`)).toBe(true);
        } catch (error) {
          expect(error).toBeInstanceOf(ClientError);
        }
      }),
    );
  });
});
