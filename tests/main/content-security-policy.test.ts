import { describe, expect, it } from 'vitest';

import { contentSecurityPolicy } from '../../src/main/content-security-policy.js';

/** As browsers read it (CSP Level 3 §2.2.1): directives between semicolons, a name, then values between spaces. */
function parse(policy: string): Map<string, string[]> {
  return new Map(
    policy.split(';').map((directive) => {
      const [name = '', ...values] = directive.trim().split(/\s+/);
      return [name, values];
    }),
  );
}

describe('the content security policy', () => {
  const policy = parse(contentSecurityPolicy('https://cognito-idp.eu-west-1.amazonaws.com'));

  it('has only directives that browsers know: a name with a stray character would do nothing', () => {
    const known = ['default-src', 'script-src', 'style-src', 'img-src', 'font-src', 'connect-src', 'base-uri', 'form-action', 'frame-ancestors', 'object-src']; // prettier-ignore
    expect([...policy.keys()].sort()).toEqual(known.sort());
  });

  it('allows nothing by default, and no inline or evaluated code', () => {
    expect(policy.get('default-src')).toEqual(["'none'"]);
    expect(policy.get('script-src')).toEqual(["'self'"]);
    expect(policy.get('style-src')).toEqual(["'self'"]);
    expect(policy.get('frame-ancestors')).toEqual(["'none'"]);
    expect([...policy.values()].flat().filter((value) => value.includes('unsafe'))).toEqual([]);
  });

  it('allows one place to connect to: the pool, and nothing before there is one', () => {
    expect(policy.get('connect-src')).toEqual(['https://cognito-idp.eu-west-1.amazonaws.com']);
    expect(parse(contentSecurityPolicy(undefined)).get('connect-src')).toEqual(["'none'"]);
  });
});
