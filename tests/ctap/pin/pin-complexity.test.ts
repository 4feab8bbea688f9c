import { describe, expect, it } from 'vitest';

import { pinComplexity } from '../../../src/ctap/pin/pin-complexity.js';
import { utf8 } from '../../../src/ctap/codec/bytes.js';

const said = (url: string) => pinComplexity({ pinComplexityPolicy: true, pinComplexityPolicyUrl: utf8(url) });

describe('what a key says of PIN rules of its own', () => {
  it('is told with the place where they are explained', () => {
    expect(said('https://example.com/pins')).toEqual({
      complexityPolicy: true,
      complexityUrl: 'https://example.com/pins',
    });
  });

  it('is nothing where it says nothing', () => {
    expect(pinComplexity({ pinComplexityPolicy: undefined, pinComplexityPolicyUrl: undefined })).toEqual({});
    expect(pinComplexity({ pinComplexityPolicy: false, pinComplexityPolicyUrl: undefined })).toEqual({
      complexityPolicy: false,
    });
  });

  it.each(['no address', 'javascript:alert(1)', 'file:///etc/passwd', `https://example.com/${'a'.repeat(400)}`])(
    'leaves out what people could not look up: %s',
    (url) => {
      expect(said(url)).toEqual({ complexityPolicy: true });
    },
  );

  it('has no control characters', () => {
    expect(said('https://example.com/\u001b[31m').complexityUrl).toBe('https://example.com/%1B[31m');
  });
});
