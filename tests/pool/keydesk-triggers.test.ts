import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import {
  AdminInitiateAuthCommand,
  AdminSetUserPasswordCommand,
  ConfirmSignUpCommand,
  GetTokensFromRefreshTokenCommand,
  SignUpCommand,
} from '@aws-sdk/client-cognito-identity-provider';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';

import { HELPDESK_CLIENT, PASSWORD_CLIENT } from '../../src/pool/keydesk-triggers/settings.js';
import { startPool } from '../../src/pool/pool.js';
import { PoolUnderTest, tokensOf } from './people.js';
import { TestKey } from './test-key.js';

// A new pool makes two RSA keys, which takes seconds on a busy machine.
vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

const PASSWORD = 'Correct-horse-1';
const REFUSED = { name: 'UserLambdaValidationException' };

let folder: string;
let registryPath: string;
let t: PoolUnderTest;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'keydesk-triggers-'));
  registryPath = join(folder, 'registry.json');
  await writeFile(
    registryPath,
    JSON.stringify([
      { accountNumber: '4711-0815', email: 'dora@example.com' },
      { accountNumber: '4711-0816', email: 'emil@example.com' },
    ]),
  );
  t = await PoolUnderTest.start({ triggers: { registryPath } });
});
afterAll(async () => {
  await t.stop();
  await rm(folder, { recursive: true });
});

/** By a code in a mail, as who has no passkey yet. */
async function signInWithCode(username: string) {
  const question = await t.initiate(username, { PREFERRED_CHALLENGE: 'EMAIL_OTP' });
  expect(question.ChallengeName).toBe('EMAIL_OTP');
  return tokensOf(await t.answer(question, username, { EMAIL_OTP_CODE: t.lastCode() }));
}

async function enrol(username: string): Promise<TestKey> {
  const key = new TestKey();
  await t.register((await signInWithCode(username)).accessToken, key);
  return key;
}

/** Every way to begin with a password; SRP_A is a number that any server takes. */
const SRP_A = 'a'.repeat(700);
const WAYS: readonly [string, Parameters<PoolUnderTest['initiate']>[2], Record<string, string>][] = [
  ['USER_AUTH, no preference', 'USER_AUTH', { PASSWORD }],
  ['USER_AUTH, PASSWORD', 'USER_AUTH', { PREFERRED_CHALLENGE: 'PASSWORD', PASSWORD }],
  ['USER_AUTH, PASSWORD_SRP', 'USER_AUTH', { PREFERRED_CHALLENGE: 'PASSWORD_SRP', SRP_A }],
  ['USER_PASSWORD_AUTH', 'USER_PASSWORD_AUTH', { PASSWORD }],
  ['USER_SRP_AUTH', 'USER_SRP_AUTH', { SRP_A }],
  ['CUSTOM_AUTH after SRP', 'CUSTOM_AUTH', { CHALLENGE_NAME: 'SRP_A', SRP_A }],
];

describe('who has a passkey', () => {
  let key: TestKey;
  beforeAll(async () => {
    await t.addUser('ann', PASSWORD);
    key = await enrol('ann');
  });

  it('signs in with it', async () => {
    await t.signInWithKey('ann', key);
  });

  describe.each([
    ['passkey', () => t.pool.clientId],
    ['password', () => PASSWORD_CLIENT],
    ['helpdesk', () => HELPDESK_CLIENT],
  ])('at the %s client', (_purpose, clientId) => {
    it.each(WAYS)('is not let in by %s', async (_name, flow, parameters) => {
      const answer = await t.initiate('ann', parameters, flow, clientId()).catch((error: unknown) => error);
      if (answer instanceof Error) return;
      // What is left is a choice without a password.
      expect(answer).toMatchObject({
        ChallengeName: 'SELECT_CHALLENGE',
        AvailableChallenges: ['WEB_AUTHN', 'EMAIL_OTP'],
      });
      const insisted = t.answer(answer as Awaited<ReturnType<typeof t.initiate>>, 'ann', {
        ANSWER: 'PASSWORD',
        PASSWORD,
      });
      await expect(insisted).rejects.toMatchObject({ name: 'InvalidParameterException' });
    });

    it('is not let in by an administrator with the password', async () => {
      const command = new AdminInitiateAuthCommand({
        UserPoolId: t.pool.userPoolId,
        ClientId: clientId(),
        AuthFlow: 'ADMIN_USER_PASSWORD_AUTH',
        AuthParameters: { USERNAME: 'ann', PASSWORD },
      });
      await expect(t.sdk.send(command)).rejects.toThrow();
    });
  });

  it('is told at the password client what to do instead', async () => {
    const tried = t.initiate('ann', { SRP_A }, 'USER_SRP_AUTH', PASSWORD_CLIENT);
    await expect(tried).rejects.toMatchObject({ ...REFUSED, message: expect.stringContaining('passkey') as string });
  });
});

describe('who has no passkey yet', () => {
  it('is asked for the password at the client for that, and no more once there is a passkey', async () => {
    await t.addUser('bob', PASSWORD);
    const question = await t.initiate('bob', { SRP_A }, 'USER_SRP_AUTH', PASSWORD_CLIENT);
    expect(question.ChallengeName).toBe('PASSWORD_VERIFIER');
    const key = await enrol('bob');
    await t.signInWithKey('bob', key);
    await expect(t.initiate('bob', { SRP_A }, 'USER_SRP_AUTH', PASSWORD_CLIENT)).rejects.toMatchObject(REFUSED);
  });

  it('is let in by a code from a mail, and enrols', async () => {
    await t.addUser('cleo', PASSWORD);
    await t.signInWithKey('cleo', await enrol('cleo'));
  });
});

describe('who signs up', () => {
  const signUp = (username: string, email: string, accountNumber: string | undefined, clientId = t.pool.clientId) =>
    t.sdk.send(
      new SignUpCommand({
        ClientId: clientId,
        Username: username,
        Password: PASSWORD,
        UserAttributes: [
          { Name: 'email', Value: email },
          ...(accountNumber === undefined ? [] : [{ Name: 'custom:account_number', Value: accountNumber }]),
        ],
      }),
    );

  it.each([
    ['is unknown', 'zoe@example.com', '9999-0000'],
    ['has the number of somebody else', 'zoe@example.com', '47110815'],
    ['has no number', 'dora@example.com', undefined],
  ])('is refused in the same words when the person %s', async (_case, email, number) => {
    await expect(signUp('zoe', email, number)).rejects.toMatchObject({
      ...REFUSED,
      message: expect.stringContaining('these details are not accepted') as string,
    });
  });

  it('is let in with number and address on file, by the code to that address, without the password, and once', async () => {
    await signUp('dora', 'Dora@example.com', '4711 0815');
    const ClientId = t.pool.clientId;
    const code = t.lastCode();
    await expect(t.initiate('dora')).rejects.toMatchObject(REFUSED); // not before the address is proven
    const confirmed = await t.sdk.send(
      new ConfirmSignUpCommand({ ClientId, Username: 'dora', ConfirmationCode: code }),
    );
    const { Session } = confirmed;
    expect(Session).toBeTypeOf('string');
    const choice = await t.initiate('dora');
    expect(choice.AvailableChallenges).toEqual(['EMAIL_OTP']);
    const tokens = await signInWithCode('dora');
    const RefreshToken = tokens.refreshToken;
    await t.sdk.send(new GetTokensFromRefreshTokenCommand({ ClientId, RefreshToken }));
    // What she chose at sign-up opens nothing: it was replaced.
    const byPassword = await t.initiate('dora', { PREFERRED_CHALLENGE: 'PASSWORD', PASSWORD });
    expect(byPassword.ChallengeName).toBe('SELECT_CHALLENGE');
    const [entry] = JSON.parse(await readFile(registryPath, 'utf8')) as { account?: string }[];
    expect(entry?.account).toBeTypeOf('string');
    await expect(signUp('dora2', 'dora@example.com', '47110815')).rejects.toMatchObject(REFUSED);
  });

  it('is refused at every other client', async () => {
    for (const clientId of [PASSWORD_CLIENT, HELPDESK_CLIENT])
      await expect(signUp('emil', 'emil@example.com', '47110816', clientId)).rejects.toMatchObject(REFUSED);
  });
});

it('an administrator still makes accounts and sets passwords', async () => {
  await t.addUser('finn', PASSWORD);
  const set = { UserPoolId: t.pool.userPoolId, Username: 'finn', Password: 'Another-horse-2', Permanent: true };
  await t.sdk.send(new AdminSetUserPasswordCommand(set));
});

it('a pool that was made with triggers does not start without them', async () => {
  const statePath = join(folder, 'pool.log');
  await (await startPool({ statePath, triggers: { registryPath } })).close();
  await expect(startPool({ statePath })).rejects.toMatchObject({ code: 'bad-options' });
  await (await startPool({ statePath, triggers: { registryPath } })).close();
});

it('a pool whose registry cannot be read does not start', async () => {
  const broken = join(folder, 'broken.json');
  await writeFile(broken, '{"no": "list"}');
  for (const path of [broken, join(folder, 'missing.json')])
    await expect(startPool({ triggers: { registryPath: path } })).rejects.toMatchObject({ code: 'bad-options' });
});
