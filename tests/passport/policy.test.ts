import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { JsonTextError, parseLocated } from '../../src/passport/located-json.js';
import { enterpriseRpIdsOf, loadPolicy, policyState, statusOf } from '../../src/passport/policy.js';

const GOOD = `{
  "allowedAaguids": ["2FC0579F-8113-47ea-b116-bb5a8db9202a"],
  "minimumCertification": "FIDO_CERTIFIED_L1",
  "minPinLength": 6,
  "requireUserVerification": true
}
`;

describe('policy file', () => {
  it('is read, with AAGUIDs in small letters', () => {
    expect(loadPolicy(GOOD)).toEqual({
      ok: true,
      policy: {
        allowedAaguids: ['2fc0579f-8113-47ea-b116-bb5a8db9202a'],
        minimumCertification: 'FIDO_CERTIFIED_L1',
        minPinLength: 6,
        requireUserVerification: true,
      },
    });
    expect(loadPolicy(`\uFEFF{}`)).toEqual({ ok: true, policy: {} });
  });

  it.each([
    ['a misspelt member', GOOD.replace('minPinLength', 'minPinLenght'), 4, /"minPinLenght" is no member of a policy/],
    ['a wrong type', GOOD.replace('6,', '"6",'), 4, /"minPinLength": expected a (whole )?number/],
    ['a number that cannot be', GOOD.replace('6,', '3,'), 4, /"minPinLength": expected 4 or more/],
    ['a bad AAGUID', GOOD.replace('2FC0579F-', ''), 2, /"allowedAaguids\.0": expected an AAGUID/],
    ['an unknown level', GOOD.replace('_L1', '_L9'), 3, /"minimumCertification": expected one of FIDO_CERTIFIED,/],
    ['no list', GOOD.replace(/\[.*\]/, 'true'), 2, /"allowedAaguids": expected a list in brackets/],
    ['an empty list, which would allow nothing', GOOD.replace(/\[.*\]/, '[]'), 2, /expected at least one entry/],
    ['a missing comma', GOOD.replace('6,', '6'), 5, /no JSON: a comma or } is expected/],
    ['a comma too many', GOOD.replace('true\n', 'true,\n'), 6, /no JSON: a member name in double quotes is expected/],
    ['a cut end', GOOD.slice(0, GOOD.indexOf('"minPin')), 4, /no JSON: it ends too early/],
    ['a text without its end', GOOD.replace('L1",', 'L1,'), 3, /no JSON: this text has no end on its line/],
    ['a member twice', GOOD.replace('minPinLength', 'minimumCertification'), 4, /stands there twice/],
    ['text after the end', `${GOOD}\n{}`, 8, /there is more after the end/],
    ['an empty file', '', 1, /it ends too early/],
    [
      'no domain name',
      '{\n"enterpriseRpIds": ["https://example.com"]}',
      2,
      /"enterpriseRpIds\.0": expected the domain name/,
    ],
    ['an unknown mode', '{\n"mode": "kisok"}', 2, /"mode": expected one of desk, helpdesk, kiosk/],
    [
      'a misspelt rule',
      '{"kiosk": {\n"idleSecond": 30}}',
      2,
      /"idleSecond" is no member of "kiosk". Known are idleSeconds,/,
    ],
    [
      'half a helpdesk',
      '{\n"helpdesk": {"group": "g", "clientId": "c"}}',
      2,
      /"helpdesk.kmsKeyId": expected a text in quotes/,
    ],
    [
      'no client',
      '{"helpdesk": {"group": "g",\n"clientId": "A b", "kmsKeyId": "k"}}',
      2,
      /"helpdesk.clientId": expected an app client id/,
    ],
    ['a list', '\n[]', 2, /A policy: expected an object in braces/],
  ])('with %s is refused with line and reason', (_, text, line, reason) => {
    const loaded = loadPolicy(text);
    expect(loaded).toMatchObject({ ok: false, error: { line, reason: expect.stringMatching(reason) as string } });
  });

  it('lets nobody learn which key it is, but those that it names', () => {
    expect(enterpriseRpIdsOf(policyState('{"enterpriseRpIds": ["login.example.com"]}'))).toEqual(['login.example.com']);
    for (const text of [undefined, '{}', '{"enterpriseRpIds": ["login.example.com"], "typo": 1}'])
      expect(enterpriseRpIdsOf(policyState(text))).toEqual([]);
  });

  it('tells the first of several mistakes', () => {
    expect(loadPolicy('{\n"a": 1,\n"minPinLength": "x",\n"b": 2}')).toMatchObject({ error: { line: 2 } });
  });

  it('that cannot be used locks the station, and none does not', () => {
    expect(statusOf(policyState('{'))).toEqual({
      state: 'locked',
      line: 1,
      reason: 'This is no JSON: it ends too early',
    });
    expect(statusOf(policyState(GOOD))).toEqual({ state: 'active' });
    expect(statusOf(policyState(undefined))).toEqual({ state: 'none' });
  });
});

describe('JSON with lines', () => {
  it('reads whatever JSON.stringify writes as JSON.parse does', () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 8 }), fc.integer({ min: 0, max: 3 }), (value, indent) => {
        const text = JSON.stringify(value, undefined, indent);
        expect(parseLocated(text).value).toEqual(JSON.parse(text));
      }),
    );
  });

  it('refuses whatever JSON.parse refuses, and never fails in another way', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.stringMatching(/^[\s[\]{}",:\\0-9a-z.eE+-]*$/)), (text) => {
        let parses = true;
        try {
          JSON.parse(text);
        } catch {
          parses = false;
        }
        if (parses) return;
        expect(() => parseLocated(text)).toThrow(JsonTextError);
      }),
    );
  });

  it('knows the line of a member, of an element, and of what holds them', () => {
    const json = parseLocated('{\n "a": [\n 1,\n 2\n ],\n "b":\n {"c": 1}\n}');
    expect([['a'], ['a', 1], ['a', 9], ['b'], ['b', 'c'], ['x'], []].map((path) => json.lineOf(path))).toEqual([
      2, 4, 2, 6, 7, 1, 1,
    ]);
  });

  it('takes a member named __proto__ for a member', () => {
    expect(Object.keys(parseLocated('{"__proto__": 1}').value as object)).toEqual(['__proto__']);
  });

  it('refuses what is nested beyond reason, instead of running out of stack', () => {
    expect(() => parseLocated('['.repeat(100_000))).toThrow(JsonTextError);
  });
});
