import { describe, expect, it } from 'vitest';

import { isOriginOf } from '../../../src/pool/webauthn/origin.js';

describe('an origin of auth.example.com', () => {
  it.each(['https://auth.example.com', 'https://auth.example.com:8443', 'https://app.auth.example.com'])(
    'is %s',
    (origin) => {
      expect(isOriginOf('auth.example.com', origin)).toBe(true);
    },
  );

  it.each([
    'https://evilauth.example.com',
    'https://evil-auth.example.com',
    'https://example.com',
    'https://auth.example.com.evil.example',
    'http://auth.example.com',
    'http://localhost',
    'https://auth.example.com/',
    'https://user@auth.example.com',
    'https://AUTH.example.com',
    'android:apk-key-hash:AAAA',
    'null',
    '',
  ])('is not %j', (origin) => {
    expect(isOriginOf('auth.example.com', origin)).toBe(false);
  });
});

describe('an origin of localhost', () => {
  it.each(['http://localhost', 'http://localhost:5173', 'https://localhost'])('is %s', (origin) => {
    expect(isOriginOf('localhost', origin)).toBe(true);
  });

  it.each(['http://sub.localhost', 'https://evillocalhost', 'http://127.0.0.1'])('is not %s', (origin) => {
    expect(isOriginOf('localhost', origin)).toBe(false);
  });
});
