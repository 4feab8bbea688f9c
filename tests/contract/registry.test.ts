import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, beforeAll, vi } from 'vitest';

import { registryTable } from '../../src/triggers/lambda/registry-table.js';
import { RegistryFile } from '../../src/triggers/local/registry-file.js';
import { FakeAws } from '../triggers/lambda/fake-aws.js';
import { describeRegistry } from './registry.js';

let folder = '';
let aws: FakeAws;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'keydesk-registry-'));
  aws = await FakeAws.start();
  vi.stubEnv('AWS_ENDPOINT_URL', aws.endpoint);
  vi.stubEnv('AWS_REGION', 'local');
  vi.stubEnv('AWS_ACCESS_KEY_ID', 'test');
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'test');
});
afterAll(async () => {
  vi.unstubAllEnvs();
  await aws.stop();
  await rm(folder, { recursive: true });
});

let files = 0;
describeRegistry('a registry in a file', async (entries) => {
  files += 1;
  const path = join(folder, `${files}.json`);
  await writeFile(path, JSON.stringify(entries));
  return new RegistryFile(path);
});

describeRegistry('a registry in a DynamoDB table', (entries) => {
  aws.dynamodb.tables.get('registry')?.clear();
  for (const { accountNumber, email } of entries)
    aws.dynamodb.put('registry', { accountNumber: { S: accountNumber }, email: { S: email } });
  return Promise.resolve(registryTable('registry'));
});
