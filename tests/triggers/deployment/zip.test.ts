import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inflateRawSync } from 'node:zlib';

import { describe, expect, it } from 'vitest';

import { zip } from '../../../tools/triggers/zip.js';

const FILES = [
  { name: 'a.mjs', bytes: Buffer.from('export const handler = 1;\n'.repeat(50)) },
  { name: 'b.mjs', bytes: Buffer.from('x') },
];

describe('an archive', () => {
  it('holds its files where the directory says', () => {
    const archive = zip(FILES);
    const end = archive.length - 22;
    expect(archive.readUInt32LE(end)).toBe(0x06054b50);
    expect(archive.readUInt16LE(end + 10)).toBe(2);
    let entry = archive.readUInt32LE(end + 16);
    for (const { name, bytes } of FILES) {
      expect(archive.readUInt32LE(entry)).toBe(0x02014b50);
      const length = archive.readUInt16LE(entry + 28);
      expect(archive.toString('latin1', entry + 46, entry + 46 + length)).toBe(name);
      expect((archive.readUInt32LE(entry + 38) >>> 16) & 0o777).toBe(0o644);
      const member = archive.readUInt32LE(entry + 42);
      const data = member + 30 + length;
      expect(inflateRawSync(archive.subarray(data, data + archive.readUInt32LE(member + 18)))).toEqual(bytes);
      entry += 46 + length;
    }
  });

  it('is the same for the same files', () => {
    expect(zip(FILES)).toEqual(zip(FILES));
  });

  const noUnzip = spawnSync('unzip', ['-v']).status !== 0;
  it.skipIf(noUnzip)(`is one to unzip as well${noUnzip ? ' (skipped: no unzip)' : ''}`, () => {
    const folder = mkdtempSync(join(tmpdir(), 'keydesk-zip-'));
    try {
      writeFileSync(join(folder, 'a.zip'), zip(FILES));
      expect(spawnSync('unzip', ['-tqq', join(folder, 'a.zip')]).status).toBe(0);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
