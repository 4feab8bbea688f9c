import { sep } from 'node:path';

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { fileFor } from '../../src/main/app-files.js';

const ROOT = ['', 'opt', 'keydesk', 'renderer'].join(sep);

describe('the file that a URL stands for', () => {
  it('is one below the root, with its type', () => {
    expect(fileFor(ROOT, 'app://keydesk/index.html')).toEqual({
      path: `${ROOT}${sep}index.html`,
      type: 'text/html; charset=utf-8',
    });
    expect(fileFor(ROOT, 'app://keydesk/assets/a.js?v=1#x')?.path).toBe([ROOT, 'assets', 'a.js'].join(sep));
  });

  it.each([
    'app://other/index.html',
    'https://keydesk/index.html',
    'app://keydesk/',
    'app://keydesk/secret.json',
    'app://keydesk/..%2f..%2fkey.html',
    'app://keydesk/%zz.html/..%2f..%2fkey.txt',
    'not a url',
  ])('there is none for %s', (url) => {
    expect(fileFor(ROOT, url)).toBeUndefined();
  });

  it('never leaves the root', () => {
    const part = fc.constantFrom('..', '%2e%2e', '%2F', '%5c', '/', '.', 'a', '.html');
    fc.assert(
      fc.property(fc.array(part, { maxLength: 12 }), (parts) => {
        const file = fileFor(ROOT, `app://keydesk/${parts.join('')}.html`);
        if (file) expect(file.path.startsWith(ROOT + sep)).toBe(true);
      }),
    );
  });
});
