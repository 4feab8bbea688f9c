import { readdirSync } from 'node:fs';
import { basename, join } from 'node:path';

import { describe, expect, it } from 'vitest';

const ROOT = join(import.meta.dirname, '..', '..');
const namesIn = (folder: string, ending: string): string[] =>
  readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith(ending))
    .map((path) => basename(path, ending));

/** Files beside the commands and extensions that are no feature themselves. */
const TOOLS: ReadonlySet<string> = new Set(['command', 'parameters', 'verify-user', 'extension', 'offered']);

/** Features that only one end has a part in, and why. */
const ALONE: Readonly<Record<string, string>> = {
  'third-party-payment': 'a desk makes no payments: the library only shows it, in credential-management',
};

/** Whoever looks for a feature finds it by its name: at both ends of the cable, each with a test by the same name. */
describe('each feature', () => {
  const features = ['src/softkey/commands', 'src/softkey/extensions']
    .flatMap((folder) => namesIn(folder, '.ts'))
    .filter((name) => !TOOLS.has(name) && ALONE[name] === undefined);
  const library = namesIn('src/ctap', '.ts');
  const tests = { ctap: namesIn('tests/ctap', '.test.ts'), softkey: namesIn('tests/softkey', '.test.ts') };

  it('is many', () => {
    expect(features.length).toBeGreaterThan(12);
  });

  it.each(features)('%s has one file in the library, and tests at both ends', (name) => {
    expect(library.filter((file) => file === name)).toEqual([name]);
    expect(tests.ctap).toContain(name);
    expect(tests.softkey).toContain(name);
  });
});
