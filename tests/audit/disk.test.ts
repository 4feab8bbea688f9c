import { link } from 'node:fs/promises';
import { join } from 'node:path';

import { afterEach, describe, expect, it, vi } from 'vitest';

import { disk } from '../../src/audit/disk.js';
import { temporaryFolder } from '../main/temporary-folder.js';
import { open, signOut } from './log.js';

// The file system is the outside: few machines have one at hand that lacks hard links.
vi.mock('node:fs/promises', async (original) => {
  const real: object = await original();
  const { link: realLink } = real as { link: typeof link };
  return { ...real, link: vi.fn(realLink) };
});
afterEach(() => {
  vi.mocked(link).mockReset();
});

const refused = (code: string) => Object.assign(new Error(`${code}: not here, link`), { code });

describe('a file system', () => {
  it.each(['EPERM', 'ENOTSUP', 'ENOSYS'])(
    'without hard links (%s) is told of in words, and nothing is left',
    async (code) => {
      vi.mocked(link).mockRejectedValue(refused(code));
      const folder = temporaryFolder();
      const log = await open(folder);
      await expect(log.append(signOut)).rejects.toMatchObject({
        failure: { code: 'audit/unwritable', detail: expect.stringContaining('has no hard links') as string },
      });
      expect(await disk.list(join(folder, 'audit'))).toEqual([]);
    },
  );

  it('that fails otherwise fails with its own words', async () => {
    vi.mocked(link).mockRejectedValue(refused('EIO'));
    await expect((await open(temporaryFolder())).append(signOut)).rejects.toMatchObject({
      failure: { detail: expect.stringContaining('EIO') as string },
    });
  });

  it('gives a name to one of those who want it', async () => {
    const real = await vi.importActual<{ link: typeof link }>('node:fs/promises');
    vi.mocked(link).mockImplementation(real.link);
    const folder = temporaryFolder();
    const made = Array.from({ length: 5 }, (_, at) =>
      disk.createOnly(join(folder, 'name'), join(folder, `beside-${at}`), Buffer.from(String(at))),
    );
    expect((await Promise.all(made)).filter(Boolean)).toHaveLength(1);
  });
});
