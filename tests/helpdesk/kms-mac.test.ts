import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';

import type { KmsMacSettings } from '../../src/helpdesk/kms-mac.js';
import { kmsMac } from '../../src/helpdesk/kms-mac.js';
import type { Reply } from '../cognito/scripted-service.js';
import { ScriptedService } from '../cognito/scripted-service.js';
import { PoolUnderTest } from '../pool/people.js';

// A new pool makes two RSA keys, which takes seconds on a busy machine.
vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

const MESSAGE = new TextEncoder().encode('a permission');
const never = new AbortController().signal;

describe('a MAC of the helpdesk’s key', () => {
  let folder: string;
  let t: PoolUnderTest;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'keydesk-kms-'));
    await writeFile(join(folder, 'registry.json'), '[]');
    t = await PoolUnderTest.start({
      triggers: { registryPath: join(folder, 'registry.json') },
      adminKeys: [
        { accessKeyId: 'ALL', secretAccessKey: 'all' },
        { accessKeyId: 'NONE', secretAccessKey: 'none', user: 'eve', actions: [] },
      ],
    });
  });
  afterAll(async () => {
    await t.stop();
    await rm(folder, { recursive: true });
  });

  const settings = (changes: Partial<KmsMacSettings> = {}): KmsMacSettings => {
    const { region, endpoint, helpdesk } = t.pool;
    const { kmsKeyId: keyId = '', accessKeyId = '', secretAccessKey = '' } = helpdesk ?? {};
    return { region, endpoint, keyId, credentials: { accessKeyId, secretAccessKey }, ...changes };
  };

  it('comes from KMS by the SDK, under the key’s ARN, id and alias', async () => {
    const arn = settings().keyId;
    const mac = await kmsMac(settings())(MESSAGE, never);
    expect(mac).toHaveLength(32);
    for (const keyId of [arn.split('key/')[1] ?? '', 'alias/keydesk-on-behalf'])
      await expect(kmsMac(settings({ keyId }))(MESSAGE, never)).resolves.toEqual(mac);
    await expect(kmsMac(settings())(MESSAGE.subarray(1), never)).resolves.not.toEqual(mac);
  });

  it('is not for credentials without the permission, and says which that is', async () => {
    const credentials = { accessKeyId: 'NONE', secretAccessKey: 'none' };
    await expect(kmsMac(settings({ credentials }))(MESSAGE, never)).rejects.toMatchObject({
      name: 'OnBehalfError',
      code: 'mac-not-permitted',
      detail: expect.stringMatching(
        /^User: arn:aws:iam::\d{12}:user\/eve is not authorized to perform: kms:GenerateMac on/,
      ) as string,
    });
  });

  it.each(['alias/another', '00000000-0000-0000-0000-000000000000', 'x'.repeat(3000)])(
    'is not of a key that there is not',
    async (keyId) => {
      await expect(kmsMac(settings({ keyId }))(MESSAGE, never)).rejects.toMatchObject({ code: 'mac-key-unusable' });
    },
  );

  it('is not for credentials that AWS does not know', async () => {
    const credentials = { accessKeyId: 'X', secretAccessKey: 'x' };
    await expect(kmsMac(settings({ credentials }))(MESSAGE, never)).rejects.toMatchObject({
      name: 'CognitoError',
      code: 'credentials-refused',
    });
  });

  it('is asked for where a local pool is, or at AWS, and nowhere else', () => {
    expect(() => kmsMac(settings({ endpoint: 'http://kms.example.com' }))).toThrow(RangeError);
  });
});

describe('KMS in trouble', () => {
  async function asked(reply: Reply, changes: Partial<KmsMacSettings> = {}, signal = never): Promise<unknown> {
    const service = await ScriptedService.start(reply);
    const credentials = { accessKeyId: 'A', secretAccessKey: 'a' };
    const settings = {
      region: 'local',
      endpoint: service.endpoint,
      keyId: 'alias/a',
      credentials,
      random: () => 0,
      ...changes,
    };
    try {
      return await kmsMac(settings)(MESSAGE, signal).catch((error: unknown) => error);
    } finally {
      await service.stop();
    }
  }
  const failure = (name: string, status = 400): Reply => ({ status, json: { __type: name, message: 'from a test' } });

  it.each<[Reply, string]>([
    ['cut', 'mac-unreachable'],
    [failure('KMSInternalException', 500), 'mac-unreachable'],
    [failure('ThrottlingException'), 'mac-unreachable'],
    [{ status: 503, text: '' }, 'mac-unreachable'],
    [failure('DisabledException'), 'mac-key-unusable'],
    [failure('KMSInvalidStateException'), 'mac-key-unusable'],
    [failure('InvalidKeyUsageException'), 'mac-key-unusable'],
    [{ json: { Mac: Buffer.alloc(31).toString('base64') } }, 'bad-answer'],
    [{ json: {} }, 'bad-answer'],
  ])('that answers %j is told as %s', async (reply, code) => {
    await expect(asked(reply)).resolves.toMatchObject({ code });
  });

  it('that is silent is given up', async () => {
    await expect(asked('silence', { deadlineMs: 50 })).resolves.toMatchObject({ code: 'mac-unreachable' });
    await expect(asked('silence', {}, AbortSignal.timeout(50))).resolves.toMatchObject({ code: 'aborted' });
  });

  it('is not asked without credentials', async () => {
    vi.stubEnv('AWS_EC2_METADATA_DISABLED', 'true');
    for (const name of ['AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY', 'AWS_PROFILE']) vi.stubEnv(name, undefined);
    const ended = await asked('cut', { credentials: undefined, profile: 'keydesk-no-such-profile' });
    vi.unstubAllEnvs();
    expect(ended).toMatchObject({ name: 'CognitoError', code: 'credentials-missing' });
  });
});
