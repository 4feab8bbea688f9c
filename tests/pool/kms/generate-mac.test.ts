import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import type { GenerateMacCommandInput } from '@aws-sdk/client-kms';
import { GenerateMacCommand, KMSClient, VerifyMacCommand } from '@aws-sdk/client-kms';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';

import { PoolUnderTest } from '../people.js';

// A new pool makes two RSA keys, which takes seconds on a busy machine.
vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

let folder: string;
let t: PoolUnderTest;
let kms: KMSClient;
const clientOf = ({ pool }: PoolUnderTest) =>
  new KMSClient({ endpoint: pool.endpoint, region: pool.region, credentials: pool.adminKey, maxAttempts: 1 });
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'keydesk-kms-'));
  await writeFile(join(folder, 'registry.json'), '[]');
  t = await PoolUnderTest.start({ users: [], triggers: { registryPath: join(folder, 'registry.json') } });
  kms = clientOf(t);
});
afterAll(async () => {
  kms.destroy();
  await t.stop();
  await rm(folder, { recursive: true });
});

const keyArn = () => t.pool.helpdesk?.kmsKeyId ?? '';
const MESSAGE = new TextEncoder().encode('a message');
const generate = (changes: Partial<GenerateMacCommandInput> = {}) =>
  kms.send(new GenerateMacCommand({ KeyId: keyArn(), MacAlgorithm: 'HMAC_SHA_256', Message: MESSAGE, ...changes }));

describe('GenerateMac', () => {
  it('gives the key’s ARN, the algorithm and 32 bytes', async () => {
    const { KeyId, Mac, MacAlgorithm } = await generate();
    expect({ KeyId, MacAlgorithm }).toEqual({ KeyId: keyArn(), MacAlgorithm: 'HMAC_SHA_256' });
    expect(keyArn()).toMatch(/^arn:aws:kms:local:000000000000:key\/[0-9a-f-]{36}$/);
    expect(Mac).toHaveLength(32);
    await expect(generate()).resolves.toMatchObject({ Mac });
    expect(t.pool.calls()).toContain('GenerateMac');
  });

  it('takes the key by its id, its alias and their ARNs', async () => {
    const { Mac } = await generate();
    const alias = 'alias/keydesk-on-behalf';
    for (const KeyId of [keyArn().split('key/')[1], alias, `arn:aws:kms:local:000000000000:${alias}`])
      await expect(generate({ KeyId })).resolves.toMatchObject({ Mac, KeyId: keyArn() });
  });

  it('takes as much as KMS does', async () => {
    await generate({ Message: new Uint8Array(4096) });
    await expect(generate({ Message: new Uint8Array(4097) })).rejects.toMatchObject({ name: 'ValidationException' });
    await expect(generate({ Message: new Uint8Array() })).rejects.toMatchObject({ name: 'ValidationException' });
  });

  it.each<[string, () => Partial<GenerateMacCommandInput>, string]>([
    ['an alias that there is not', () => ({ KeyId: 'alias/other' }), 'NotFoundException'],
    ['a key that there is not', () => ({ KeyId: '00000000-0000-0000-0000-000000000000' }), 'NotFoundException'],
    ['a key of another region', () => ({ KeyId: keyArn().replace(':local:', ':eu-west-1:') }), 'NotFoundException'],
    ['another algorithm', () => ({ MacAlgorithm: 'HMAC_SHA_512' }), 'InvalidKeyUsageException'],
    ['an algorithm that is none', () => ({ MacAlgorithm: 'MD5' as 'HMAC_SHA_256' }), 'ValidationException'], // no compiler would
    ['no message', () => ({ Message: undefined }), 'ValidationException'],
    ['a dry run', () => ({ DryRun: true }), 'DryRunOperationException'],
    ['a grant', () => ({ GrantTokens: ['token'] }), 'InvalidGrantTokenException'],
  ])('refuses %s', async (_, changes, name) => {
    await expect(generate(changes())).rejects.toMatchObject({ name });
  });

  it('is the one operation of KMS that there is', async () => {
    const verify = new VerifyMacCommand({
      KeyId: keyArn(),
      MacAlgorithm: 'HMAC_SHA_256',
      Message: MESSAGE,
      Mac: MESSAGE,
    });
    await expect(kms.send(verify)).rejects.toMatchObject({
      name: 'UnknownOperationException',
      message: 'The local pool does not implement VerifyMac.',
    });
  });

  it('has no key where no triggers are', async () => {
    const plain = await PoolUnderTest.start({ users: [] });
    expect(plain.pool.helpdesk).toBeUndefined();
    const command = new GenerateMacCommand({ KeyId: keyArn(), MacAlgorithm: 'HMAC_SHA_256', Message: MESSAGE });
    await expect(clientOf(plain).send(command)).rejects.toMatchObject({ name: 'NotFoundException' });
    await plain.stop();
  });
});

describe('a request to KMS', () => {
  const send = (headers: Record<string, string>) =>
    fetch(t.pool.endpoint, {
      method: 'POST',
      headers: { 'x-amz-target': 'TrentService.GenerateMac', ...headers },
      body: '{}',
    });
  const typeOf = async (response: Response) => ((await response.json()) as { __type: string }).__type; // an error's

  it('is signed, for KMS and not for user pools', async () => {
    expect(await typeOf(await send({}))).toBe('MissingAuthenticationTokenException');
    const day = new Date(t.now).toISOString().replace(/[-:]|\.\d+/g, '');
    const scope = `${t.pool.adminKey.accessKeyId}/${day.slice(0, 8)}/local/cognito-idp/aws4_request`;
    const authorization = `AWS4-HMAC-SHA256 Credential=${scope}, SignedHeaders=host, Signature=${'0'.repeat(64)}`;
    const response = await send({ authorization, 'x-amz-date': day });
    expect(await response.json()).toMatchObject({
      __type: 'InvalidSignatureException',
      message: expect.stringContaining('scoped to this region and service') as string,
    });
  });

  it('passes the same gate as every other', async () => {
    expect(await typeOf(await send({ origin: 'https://evil.example' }))).toBe('ForbiddenException');
  });
});
