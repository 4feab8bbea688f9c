import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { describe, expect, it } from 'vitest';

import { ApprovalFiles } from '../../src/station/approval-files.js';
import { temporaryFolder } from '../main/temporary-folder.js';

const ID = '0b8f4e5e-6f0a-4a51-9d7c-6d7f0f0f5a11';

describe('an approval that was given', () => {
  it('is kept as it is, in a file that nobody else can read', async () => {
    const folder = temporaryFolder();
    const approval = { request: { id: ID, text: 'Delete “Schlüssel”.' } };
    const path = await new ApprovalFiles(folder).keep(approval);
    expect(path).toBe(join(folder, 'approvals', `${ID}.approval.json`));
    expect(JSON.parse(readFileSync(path, 'utf8'))).toEqual(approval);
    expect(readdirSync(join(folder, 'approvals'))).toHaveLength(1);
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(statSync(join(folder, 'approvals')).mode & 0o777).toBe(0o700);
  });

  it('is told of as not kept where that is so', async () => {
    const folder = temporaryFolder();
    writeFileSync(join(folder, 'approvals'), 'a file in the place of the folder');
    await expect(new ApprovalFiles(folder).keep({ request: { id: ID } })).rejects.toMatchObject({
      failure: { code: 'settings/unwritable' },
    });
  });
});
