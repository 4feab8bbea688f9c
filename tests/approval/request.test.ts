import { describe, expect, it } from 'vitest';

import { newRequest, readRequest } from '../../src/approval/request.js';
import { NOW, requestOf, WISH } from './approver.js';

const refusal = (code: string, detail: RegExp) =>
  expect.objectContaining({ failure: { code, detail: expect.stringMatching(detail) as string } }) as Error;

/** `Object.assign` would set the prototype where a file has a member of that name. */
function withMembers(request: object, change: object): unknown {
  return Object.fromEntries([...Object.entries(request), ...Object.entries(change)]);
}

describe('a request for approval', () => {
  it('says everything that was wished, when it was asked, until when it may be answered, and is like no other', () => {
    const request = newRequest(WISH, { now: NOW });
    expect(request).toMatchObject({
      ...WISH,
      version: 1,
      requestedAt: '2026-11-24T09:00:00.000Z',
      expiresAt: '2026-11-24T09:05:00.000Z',
    });
    expect(Buffer.from(request.nonce, 'base64url')).toHaveLength(32);
    const another = newRequest(WISH, { now: NOW });
    expect(another.id).not.toBe(request.id);
    expect(another.nonce).not.toBe(request.nonce);
  });

  it('may be answered for as long as its maker says', () => {
    expect(newRequest(WISH, { now: NOW, lifetimeMs: 60_000 }).expiresAt).toBe('2026-11-24T09:01:00.000Z');
    expect(() => newRequest(WISH, { now: NOW, lifetimeMs: 0 })).toThrow(refusal('approval/malformed', /^expiresAt/));
  });

  it('survives a file', () => {
    const request = requestOf();
    expect(readRequest(JSON.parse(JSON.stringify(request)))).toEqual(request);
  });

  it.each([
    ['text', { text: 'Pay 1\u202e00' }, /^text, character 6: U\+202E/],
    ['a fact', { facts: { username: 'an\u200ba' } }, /^facts\.username, character 3: U\+200B/],
    ['the station', { station: 'Front\ndesk' }, /^station, character 6: U\+000A/],
    [
      "the person's name",
      { approver: { ...WISH.approver, username: 'Zoe\u0308' } },
      /^approver\.username, character 3/,
    ],
  ])('is not made where %s cannot be shown as it is', (_what, wish, place) => {
    expect(() => requestOf(wish)).toThrow(refusal('approval/unshowable', place));
  });

  it.each([
    ['an empty text', { text: '' }, /^text/],
    ['a very long text', { text: 'a'.repeat(501) }, /^text, expected 1 to 500 characters, not 501/],
    ['a million characters', { text: '\u202e'.repeat(1_000_000) }, /^text, expected 1 to 500/],
    ['an action that is no dotted name', { action: 'Sign out' }, /^action/],
    ['a fact with an odd name', { facts: { 'user\u202ename': 'ana' } }, /^a member with a name that cannot be shown/],
    ['a prototype', { facts: JSON.parse('{"__proto__":"ana"}') as Record<string, string> }, /__proto__$/],
    ['too many facts', { facts: Object.fromEntries(Array.from({ length: 21 }, (_, n) => [`f${n}`, 'x'])) }, /^facts/],
    ['a sub that is none', { approver: { sub: 'ana', username: 'ana' } }, /^approver\.sub/],
    ['a pool that is none', { pool: 'somewhere' }, /^pool/],
  ])('is not made with %s', (_what, wish, place) => {
    expect(() => requestOf(wish)).toThrow(refusal('approval/malformed', place));
  });

  it.each([
    ['a nonce of 31 bytes', { nonce: Buffer.alloc(31).toString('base64url') }, /^nonce, expected 32 bytes/],
    ['a nonce with idle bits set', { nonce: `${'A'.repeat(42)}B` }, /^nonce/],
    ['a moment in another time zone', { requestedAt: '2026-11-24T10:00:00.000+01:00' }, /^requestedAt/],
    ['a moment in another form', { requestedAt: '2026-11-24T09:00:00Z' }, /^requestedAt/],
    ['another version', { version: 2 }, /^version/],
    ['a prototype', JSON.parse('{"__proto__":{}}') as object, /__proto__|too many/],
    ['a member too many', { 'x\u202e': true }, /^at the top, a member too many$/],
    ['facts that are no texts', { facts: { count: 1 } }, /^facts\.count/],
  ])('is not read with %s', (_what, change, place) => {
    expect(() => readRequest(withMembers(requestOf(), change))).toThrow(refusal('approval/malformed', place));
  });

  it.each([undefined, null, 'text', [], 1])('is not %j', (value) => {
    expect(() => readRequest(value)).toThrow(refusal('approval/malformed', /^at the top/));
  });
});
