import { mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';

import { FailureError } from '../../src/failures/failure-error.js';
import { JsonFile } from '../../src/station/json-file.js';
import { SettingsFile } from '../../src/main/station.js';
import { temporaryFolder } from '../main/temporary-folder.js';

const Schema = z.strictObject({ name: z.string() });

describe('a JSON file of main', () => {
  it('is undefined before it is written, and then what was written, readable by its owner only', async () => {
    const path = join(temporaryFolder(), 'a.json');
    const file = new JsonFile(path, Schema);
    expect(await file.read()).toBeUndefined();
    await file.write({ name: 'ana' });
    expect(await file.read()).toEqual({ name: 'ana' });
    if (process.platform !== 'win32') expect(statSync(path).mode & 0o777).toBe(0o600);
  });

  it.each([
    ['no JSON', '{"name":'],
    ['another shape', '{"nom":"ana"}'],
    ['more than there may be', '{"name":"ana","admin":true}'],
    ['nothing', ''],
  ])('that holds %s is refused by name and left as it is', async (_, content) => {
    const path = join(temporaryFolder(), 'a.json');
    writeFileSync(path, content);
    const failed = new JsonFile(path, Schema).read();
    await expect(failed).rejects.toMatchObject({ failure: { code: 'settings/unreadable' } });
    await expect(failed).rejects.toThrow(path);
    expect(readFileSync(path, 'utf8')).toBe(content);
  });

  it('that cannot be written keeps its former content', async () => {
    const path = join(temporaryFolder(), 'a.json');
    mkdirSync(path);
    await expect(new JsonFile(path, Schema).write({ name: 'ana' })).rejects.toMatchObject({
      failure: { code: 'settings/unwritable' },
    });
  });

  it('any content gives settings or settings/unreadable', async () => {
    const path = join(temporaryFolder(), 'settings.json');
    await fc.assert(
      fc.asyncProperty(fc.oneof(fc.string(), fc.json()), async (content) => {
        writeFileSync(path, content);
        try {
          await new JsonFile(path, SettingsFile).read();
        } catch (error) {
          expect(error).toBeInstanceOf(FailureError);
        }
      }),
    );
  });
});
