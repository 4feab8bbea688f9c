import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { UpdateUserPoolClientCommand } from '@aws-sdk/client-cognito-identity-provider';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';

import { poolWithIdleMfa, REMEMBERED } from '../cognito/admin/pool-with-idle-mfa.js';
import { dump, poolWithMistakes, PRE_SIGN_UP } from '../cognito/admin/pool-with-mistakes.js';
import type { PoolUnderTest } from '../pool/people.js';
import { json, run } from './harness.js';

// A new pool makes two RSA keys, which takes seconds on a busy machine.
vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

let t: PoolUnderTest;
let folder: string;
let env: Record<string, string>;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'keydesk-pool-setup-'));
});
afterAll(() => rm(folder, { recursive: true }));

/** The SDK reads the environment of the process, and would ask the machine for a role. */
function credentials(accessKeyId: string, secretAccessKey: string): void {
  vi.stubEnv('AWS_ACCESS_KEY_ID', accessKeyId);
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', secretAccessKey);
  vi.stubEnv('AWS_EC2_METADATA_DISABLED', 'true');
  vi.stubEnv('AWS_CONFIG_FILE', join(folder, 'no-config'));
  vi.stubEnv('AWS_SHARED_CREDENTIALS_FILE', join(folder, 'no-credentials'));
}

/** Points the program, and the SDK in it, at this pool. */
function connect(pool: PoolUnderTest): void {
  t = pool;
  const { endpoint, region, userPoolId, clientId, adminKey } = t.pool;
  env = { KEYDESK_POOL: JSON.stringify({ endpoint, region, userPoolId, clientId, rpId: '' }) };
  credentials(adminKey.accessKeyId, adminKey.secretAccessKey);
}

beforeEach(async () => {
  connect(await poolWithMistakes());
  return async () => {
    vi.unstubAllEnvs();
    await t.stop();
  };
});

const WANTED = ['--rp-id', 'desk.example.com', '--trigger', `PreSignUp=${PRE_SIGN_UP}`];

describe('keydesk pool check', () => {
  it('tells each line of the checklist, and that there are problems', async () => {
    const { status, stdout, stderr } = await run(['pool', 'check', ...WANTED], { env });
    expect({ status, stderr }).toEqual({ status: 3, stderr: '' });
    expect(stdout).toContain('PROBLEM  Feature plan: Lite');
    expect(stdout).toContain('WARNING  Time for a sign-in: 3 minutes');
    expect(stdout).toContain('In the console: Authentication → Sign-in → Options for choice-based sign-in → Edit');
  });

  it('prints findings for scripts', async () => {
    const { findings } = json(await run(['pool', 'check', '--json', ...WANTED], { env })) as {
      findings: { id: string; state: string }[];
    };
    expect(findings.find(({ id }) => id === 'relying-party')).toMatchObject({ state: 'problem', automatic: true });
  });

  it('says which pool it lacks', async () => {
    const { status, stderr } = await run(['pool', 'check']);
    expect(status).toBe(2);
    expect(stderr).toContain('--user-pool-id');
  });

  it.each([
    [['--region', 'eu-west-1'], 'The pool is in local, not in eu-west-1.'],
    [['--endpoint', 'https://pool.example.com'], 'https://pool.example.com is not on this machine.'],
    [['--user-pool-id', 'nonsense'], 'nonsense is no ID of a user pool.'],
    [['--rp-id', 'com'], 'The pool cannot be wanted so: rpId: expected a domain name such as example.com.'],
    [['--trigger', 'PreSignUp=me'], 'triggers.PreSignUp: expected the ARN of a Lambda function'],
    [['--trigger', 'Nothing=arn:aws:lambda:local:000000000000:function:f'], 'triggers'],
    [['--session-minutes', '16'], 'Use a number of minutes from 3 to 15.'],
  ])('refuses %j before anything is sent', async (args, sentence) => {
    const calls = t.pool.calls().length;
    const { status, stderr } = await run(['pool', 'check', ...args], { env });
    expect(status).toBe(2);
    expect(stderr).toContain(sentence);
    expect(t.pool.calls()).toHaveLength(calls);
  });

  it('says that AWS does not know the credentials', async () => {
    credentials('SOMEBODYELSE', 'secret');
    const { status, stderr } = await run(['pool', 'check'], { env });
    expect(status).toBe(1);
    expect(stderr).toContain('AWS does not accept the credentials of this computer.');
    expect(stderr).not.toContain('secret');
  });

  it('says that there are none', async () => {
    credentials('', '');
    const { status, stderr } = await run(['pool', 'check', '--profile', 'nobody'], { env });
    expect(status).toBe(1);
    expect(stderr).toContain('There are no AWS credentials to ask with.');
  });

  it('takes those of a profile', async () => {
    const { accessKeyId, secretAccessKey } = t.pool.adminKey;
    credentials('', '');
    const file = join(folder, 'credentials');
    await writeFile(file, `[desk]\naws_access_key_id=${accessKeyId}\naws_secret_access_key=${secretAccessKey}\n`);
    vi.stubEnv('AWS_SHARED_CREDENTIALS_FILE', file);
    expect((await run(['pool', 'check', '--profile', 'desk'], { env })).status).toBe(3);
  });

  it('says that there is no such pool', async () => {
    const { status, stderr } = await run(
      ['pool', 'check', '--user-pool-id', 'local_other', '--endpoint', t.pool.endpoint],
      { env },
    );
    expect(status).toBe(1);
    expect(stderr).toContain('This user pool, or its app client, does not exist.');
  });
});

describe('keydesk pool plan', () => {
  it('shows each call and each member, and writes nothing', async () => {
    const before = await dump(t);
    const { status, stdout } = await run(['pool', 'plan', ...WANTED], { env });
    expect(status).toBe(3);
    expect(stdout).toContain('2. SetUserPoolMfaConfig');
    expect(stdout).toContain('   WebAuthnConfiguration.RelyingPartyId: not set → "desk.example.com"');
    expect(stdout).toContain('   AuthSessionValidity: 3 → 15');
    expect(stdout).toContain('It needs --accept-costs');
    expect(await dump(t)).toEqual(before);
  });

  it('takes what is wanted from a file, and from options before it', async () => {
    const file = join(folder, 'desired.json');
    await writeFile(file, JSON.stringify({ rpId: 'file.example.com', authSessionMinutes: 7 }));
    const { stdout } = await run(['pool', 'plan', '--desired', file, '--session-minutes', '9'], { env });
    expect(stdout).toContain('"file.example.com"');
    expect(stdout).toContain('AuthSessionValidity: 3 → 9');
  });

  it('wants what each option says', async () => {
    const options = [
      '--token-rotation',
      'on',
      '--allow-deletion',
      '--password-flows',
      'keep',
      '--session-minutes',
      '3',
    ];
    const { stdout } = await run(['pool', 'plan', ...options, '--user-verification', 'preferred'], { env });
    expect(stdout).toContain('RefreshTokenRotation: not set → {"Feature":"ENABLED"');
    expect(stdout).toContain('"ALLOW_USER_PASSWORD_AUTH"');
    for (const member of ['DeletionProtection', 'AuthSessionValidity', 'UserVerification'])
      expect(stdout).not.toContain(member);
  });

  it('names a member of the file that it does not know', async () => {
    const file = join(folder, 'typo.json');
    await writeFile(file, JSON.stringify({ rpid: 'example.com' }));
    const { status, stderr } = await run(['pool', 'plan', '--desired', file], { env });
    expect(status).toBe(2);
    expect(stderr).toContain('rpid');
  });
});

describe('keydesk pool apply', () => {
  const idOf = async (...args: string[]) => {
    const { plan } = json(await run(['pool', 'plan', '--json', ...WANTED, ...args], { env })) as {
      plan: { id: string };
    };
    return plan.id;
  };
  const APPLY = ['pool', 'apply', ...WANTED];

  it('writes nothing unless somebody says yes', async () => {
    const before = await dump(t);
    const { status, stdout } = await run([...APPLY, '--accept-costs'], { env });
    expect(status).toBe(3);
    expect(stdout).toContain('Nothing was written: say yes with --yes.');
    expect(await dump(t)).toEqual(before);
  });

  it('wants a yes of its own for what costs', async () => {
    const before = await dump(t);
    const { status, stderr } = await run([...APPLY, '--yes'], { env });
    expect(status).toBe(2);
    expect(stderr).toContain('Say it with --accept-costs.');
    expect(await dump(t)).toEqual(before);
  });

  it('sets the pool right, proves it, and has nothing more to do', async () => {
    const plan = await idOf();
    const { status, stdout } = await run([...APPLY, '--plan', plan, '--yes', '--accept-costs'], { env });
    expect(stdout).toContain('it is as planned, and nothing else changed');
    expect(status).toBe(0);
    expect((await run([...APPLY, '--yes'], { env })).stdout).toBe('Nothing to change.\n');
    const check = await run(['pool', 'check', ...WANTED], { env });
    expect(check.stdout).not.toContain('PROBLEM');
    expect(check.status).toBe(0);
  });

  it('stops when the pool, or the wish, has changed since the plan', async () => {
    const plan = await idOf();
    const { userPoolId: UserPoolId, clientId: ClientId } = t.pool;
    await t.sdk.send(new UpdateUserPoolClientCommand({ UserPoolId, ClientId, ClientName: 'Renamed' }));
    const before = await dump(t);
    for (const args of [[], ['--enforce-passkeys']]) {
      const { status, stdout } = await run([...APPLY, ...args, '--plan', plan, '--yes', '--accept-costs', '--json'], {
        env,
      });
      expect(status).toBe(1);
      expect(JSON.parse(stdout)).toMatchObject({ error: { code: 'pool-setup/changed' } });
    }
    expect(await dump(t)).toEqual(before);
  });

  it('wants a yes of its own for what loses passkeys', async () => {
    await run([...APPLY, '--yes', '--accept-costs'], { env });
    const before = await dump(t);
    const moved = ['pool', 'apply', '--rp-id', 'other.example.com', '--yes'];
    const refused = await run(moved, { env });
    expect(refused.status).toBe(2);
    expect(refused.stderr).toContain('--orphan-passkeys');
    expect(await dump(t)).toEqual(before);
    expect((await run([...moved, '--orphan-passkeys'], { env })).status).toBe(0);
    expect((await dump(t)).mfa.WebAuthnConfiguration?.RelyingPartyId).toBe('other.example.com');
  });

  it('says before and after what the service may forget of second factors while MFA is off', async () => {
    await t.stop();
    connect(await poolWithIdleMfa(folder));
    const forgotten = [
      `   SmsMfaConfiguration: ${JSON.stringify(REMEMBERED.SmsMfaConfiguration)} → not set`,
      '   SoftwareTokenMfaConfiguration: {"Enabled":true} → not set',
    ].join('\n');
    const planned = await run(['pool', 'plan', ...WANTED], { env });
    expect(planned.stdout).toContain(`It may forget these:\n${forgotten}\n`);
    const args = [...APPLY, '--plan', await idOf(), '--yes', '--accept-costs'];
    const { status, stdout, stderr } = await run(args, { env });
    expect({ status, stderr: stderr.includes('NOT AS EXPECTED') }).toEqual({ status: 0, stderr: false });
    expect(stdout).toContain('The service forgot, as the plan said it may:');
    expect(stdout).toContain('   mfa.SoftwareTokenMfaConfiguration: {"Enabled":true} → not set');
    expect(stdout).toContain('it is as planned, and nothing else changed');
  });
});
