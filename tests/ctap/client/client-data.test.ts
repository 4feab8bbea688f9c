import { createHash } from 'node:crypto';

import fc from 'fast-check';
import { expect, it } from 'vitest';

import { toHex } from '../../../src/ctap/codec/bytes.js';
import { clientData, quoted } from '../../../src/ctap/client/client-data.js';
import { anyText } from '../any-text.js';

it('is serialised member by member in the order of the specification (WebAuthn Level 3 §5.8.1.1)', () => {
  const { json, hash } = clientData('webauthn.create', 'Y2hhbGxlbmdl', 'https://example.com');
  const text =
    '{"type":"webauthn.create","challenge":"Y2hhbGxlbmdl","origin":"https://example.com","crossOrigin":false}';
  expect(new TextDecoder().decode(json)).toBe(text);
  expect(toHex(hash)).toBe(createHash('sha256').update(text).digest('hex'));
});

it('begins as the limited verification algorithm of relying parties expects (§5.8.1.2)', () => {
  const { json } = clientData('webauthn.get', 'AAAA', 'https://example.com:8443');
  expect(new TextDecoder().decode(json)).toMatch(
    /^\{"type":"webauthn\.get","challenge":"AAAA","origin":"https:\/\/example\.com:8443","crossOrigin":false\}$/,
  );
});

it('escapes quotation marks, backslashes and control characters, those always with four digits', () => {
  expect(quoted('a"b\\c')).toBe('"a\\"b\\\\c"');
  expect(quoted('\n\t\0\x1f')).toBe('"\\u000a\\u0009\\u0000\\u001f"');
  expect(quoted('\x7f\u2028é😀/')).toBe('"\x7f\u2028é😀/"');
});

it('writes half a surrogate pair as the replacement character, as UTF-8 must', () => {
  const { json } = clientData('webauthn.get', '\ud800', 'https://example.com');
  expect(new TextDecoder('utf-8', { fatal: true }).decode(json)).toContain('"challenge":"\ufffd"');
});

it('gives what JSON.stringify gives for texts without control characters, and the same value for all', () => {
  fc.assert(
    fc.property(fc.string(), (text) => {
      expect(quoted(text)).toBe(JSON.stringify(text));
    }),
  );
  fc.assert(
    fc.property(anyText(), (text) => {
      expect(JSON.parse(quoted(text))).toBe(text);
    }),
  );
});
