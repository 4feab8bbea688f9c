import { createHmac } from 'node:crypto';

import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';

import type { Trigger } from '../../../src/triggers/decide.js';
import { permissionBytes, writeAnswer } from '../../../src/triggers/on-behalf/message.js';
import {
  createSample,
  defineSample,
  POOL,
  postConfirmationSample,
  preAuthenticationSample,
  preSignUpSample,
  SUB,
  tokenGenerationSample,
  verifySample,
} from '../event-samples.js';
import { FakeAws, MAC_SECRET, ServiceFailure } from './fake-aws.js';

/** The functions as Lambda loads them: their environment, the real SDK, and services on loopback. */
const ENVIRONMENT = {
  AWS_REGION: 'local',
  AWS_ACCESS_KEY_ID: 'test',
  AWS_SECRET_ACCESS_KEY: 'test',
  PASSKEY_CLIENTS: 'passkeyclient',
  PASSWORD_CLIENTS: 'passwordclient',
  HELPDESK_CLIENTS: 'helpdeskclient',
  PASSWORD_IS_FIRST_FACTOR: 'false',
  USER_POOL_ID: POOL,
  REGISTRY_TABLE: 'registry',
  NONCE_TABLE: 'nonces',
  MAC_KEY_ID: 'arn:aws:kms:local:123456789012:key/00000000-0000-0000-0000-000000000000',
  NOTICE_FROM: 'helpdesk@example.com',
};

let aws: FakeAws;
const log: string[] = [];
beforeAll(async () => {
  aws = await FakeAws.start();
  for (const [name, value] of Object.entries({ ...ENVIRONMENT, AWS_ENDPOINT_URL: aws.endpoint }))
    vi.stubEnv(name, value);
  vi.spyOn(process.stdout, 'write').mockImplementation((line) => {
    log.push(String(line));
    return true;
  });
});
afterEach(() => {
  aws.calls.length = 0;
  log.length = 0;
  aws.mailFailure = undefined;
  for (const operation of Object.keys(aws.pool)) Reflect.deleteProperty(aws.pool, operation);
});
afterAll(async () => {
  vi.restoreAllMocks();
  vi.unstubAllEnvs();
  await aws.stop();
});

async function load(name: string): Promise<Trigger> {
  vi.resetModules();
  const { handler } = (await import(`../../../src/triggers/lambda/${name}.ts`)) as { handler: Trigger }; // each entry exports one
  return handler;
}

const FUNCTIONS = [
  'pre-sign-up',
  'post-confirmation',
  'pre-authentication',
  'pre-token-generation',
  'define-auth-challenge',
  'create-auth-challenge',
  'verify-auth-challenge-response',
];

describe('PreAuthentication in Lambda', () => {
  it('asks the pool of its own for the factors', async () => {
    const factors = ['PASSWORD'];
    aws.pool['AdminGetUserAuthFactors'] = () => ({ Username: SUB, ConfiguredUserAuthFactors: factors });
    const handler = await load('pre-authentication');
    const event = preAuthenticationSample('passwordclient');
    await expect(handler(event)).resolves.toEqual({ ...event, response: {} });
    factors.push('WEB_AUTHN');
    await expect(handler(event)).rejects.toMatchObject({ code: 'passkey-required' });
    expect(aws.calls[0]).toEqual({
      operation: 'AdminGetUserAuthFactors',
      input: { UserPoolId: POOL, Username: SUB },
    });
    expect(log).toEqual(['{"trigger":"PreAuthentication","refused":"passkey-required"}\n']);
  });

  it('takes a whole answer without a list for an empty list, and no other', async () => {
    const handler = await load('pre-authentication');
    aws.pool['AdminGetUserAuthFactors'] = () => ({ Username: SUB });
    await expect(handler(preAuthenticationSample('passwordclient'))).resolves.toBeDefined();
    aws.pool['AdminGetUserAuthFactors'] = () => ({});
    await expect(handler(preAuthenticationSample('passwordclient'))).rejects.toMatchObject({ code: 'unavailable' });
  });

  it('leaves who does not exist to the service, and refuses when the pool refuses', async () => {
    const handler = await load('pre-authentication');
    aws.pool['AdminGetUserAuthFactors'] = () => {
      throw new ServiceFailure('UserNotFoundException');
    };
    const nobody = preAuthenticationSample('passwordclient', { userNotFound: true, userAttributes: {} });
    await expect(handler(nobody)).resolves.toBeDefined();
    aws.pool['AdminGetUserAuthFactors'] = () => {
      throw new ServiceFailure('NotAuthorizedException');
    };
    await expect(handler(nobody)).rejects.toMatchObject({ code: 'unavailable' });
    expect(log.join('')).toContain('"why":"NotAuthorizedException"');
  });
});

describe('a sign-up in Lambda', () => {
  it('goes from the registry through the code to tokens', async () => {
    aws.dynamodb.put('registry', { accountNumber: { S: '12345678' }, email: { S: 'ann@example.com' } });
    aws.pool['AdminSetUserPassword'] = () => ({});
    aws.pool['AdminDisableUser'] = () => ({});
    const gate = await load('pre-sign-up');
    const details = { 'custom:account_number': '12-345 678', email: 'Ann@example.com' };
    await expect(gate(preSignUpSample(details))).resolves.toBeDefined();

    await expect((await load('post-confirmation'))(postConfirmationSample())).resolves.toBeDefined();
    const password = aws.calls.find(({ operation }) => operation === 'AdminSetUserPassword')?.input;
    expect(password).toMatchObject({ UserPoolId: POOL, Username: SUB, Permanent: true });
    // https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_AdminSetUserPassword.html: at most 256
    expect(password?.['Password']).toMatch(/^(?=.*[a-z])(?=.*[A-Z])(?=.*\d)(?=.*[^A-Za-z0-9]).{64,256}$/);
    expect(aws.dynamodb.tables.get('registry')?.get('12345678')).toMatchObject({ account: { S: SUB } });

    await expect((await load('pre-token-generation'))(tokenGenerationSample('passkeyclient'))).resolves.toBeDefined();
    await expect(gate(preSignUpSample(details))).rejects.toMatchObject({ code: 'registration-taken' });

    const second = postConfirmationSample({ sub: '00000000-5d4c-4a6e-9f0a-3f2b1c0d9e8f' });
    await expect((await load('post-confirmation'))(second)).rejects.toMatchObject({ code: 'registration-taken' });
    expect(aws.calls.at(-1)).toEqual({ operation: 'AdminDisableUser', input: { UserPoolId: POOL, Username: SUB } });
    expect(log.join('')).not.toMatch(/ann@example|12345678|12-345/i);
  });

  it('takes a registration with an odd mark for bound', async () => {
    aws.dynamodb.put('registry', {
      accountNumber: { S: '12345678' },
      email: { S: 'ann@example.com' },
      account: { N: '1' },
    });
    const details = { 'custom:account_number': '12345678', email: 'ann@example.com' };
    await expect((await load('pre-sign-up'))(preSignUpSample(details))).rejects.toMatchObject({
      code: 'registration-taken',
    });
  });
});

describe('a sign-in on behalf of a person in Lambda', () => {
  /** A challenge as the functions make it, and an answer with a MAC of the key. */
  async function challenged() {
    await expect((await load('define-auth-challenge'))(defineSample([]))).resolves.toBeDefined();
    const created = (await (
      await load('create-auth-challenge')
    )(createSample())) as {
      response: { publicChallengeParameters: { nonce: string; expiresAt: string } };
    }; // as the trigger's own tests hold it to
    const challenge = created.response.publicChallengeParameters;
    const message = permissionBytes({
      userPoolId: POOL,
      clientId: 'helpdeskclient',
      account: SUB,
      operator: 'bea',
      nonce: challenge.nonce,
      expiresAt: Number(challenge.expiresAt),
    });
    const answer = writeAnswer({ operator: 'bea', mac: createHmac('sha256', MAC_SECRET).update(message).digest() });
    const verify = await load('verify-auth-challenge-response');
    return { challenge, answer, answered: (given: string) => verify(verifySample(challenge, given)) };
  }

  it('opens with a MAC of the key, once', async () => {
    const { challenge, answer, answered } = await challenged();
    expect(challenge.nonce).toMatch(/^[\w-]{43}$/);
    const wrong = writeAnswer({ operator: 'bea', mac: new Uint8Array(32) });
    await expect(answered(wrong)).resolves.toMatchObject({ response: { answerCorrect: false } });
    await expect(answered(answer)).resolves.toMatchObject({ response: { answerCorrect: true } });
    await expect(answered(answer)).resolves.toMatchObject({ response: { answerCorrect: false } });
    expect(aws.dynamodb.tables.get('nonces')?.get(challenge.nonce)).toEqual({
      nonce: { S: challenge.nonce },
      expiresAt: { N: challenge.expiresAt },
    });
  });

  it('tells the person by SES, once, after the nonce is used', async () => {
    const { answer, answered } = await challenged();
    await answered(answer);
    await answered(answer);
    expect(aws.calls.map(({ operation }) => operation)).toEqual([
      ...['VerifyMac', 'PutItem', 'SendEmail'],
      ...['VerifyMac', 'PutItem'],
    ]);
    expect(aws.calls[2]?.input).toMatchObject({
      FromEmailAddress: 'helpdesk@example.com',
      Destination: { ToAddresses: ['ann@example.com'] },
      Content: {
        Simple: {
          Subject: { Data: 'The helpdesk has opened your account' },
          Body: { Text: { Data: expect.stringContaining('Who: bea\n') as string, Charset: 'UTF-8' } },
        },
      },
    });
  });

  it('does not open when SES sends nothing, and the log says which error it was', async () => {
    const { answer, answered } = await challenged();
    aws.mailFailure = new ServiceFailure('MailFromDomainNotVerifiedException');
    await expect(answered(answer)).rejects.toMatchObject({ code: 'unavailable' });
    expect(log).toEqual([
      '{"trigger":"VerifyAuthChallengeResponse","refused":"unavailable","why":"MailFromDomainNotVerifiedException"}\n',
    ]);
  });
});

describe('the environment of a function', () => {
  it.each(FUNCTIONS)('has to be whole before %s answers anything', async (name) => {
    const before = process.env['PASSKEY_CLIENTS'];
    const pool = process.env['USER_POOL_ID'];
    vi.stubEnv('PASSKEY_CLIENTS', undefined);
    vi.stubEnv('USER_POOL_ID', undefined);
    await expect(load(name)).rejects.toThrow(/is not set/);
    vi.stubEnv('PASSKEY_CLIENTS', before);
    vi.stubEnv('USER_POOL_ID', pool);
  });

  it('says yes or no, and nothing in between', async () => {
    vi.stubEnv('PASSWORD_IS_FIRST_FACTOR', 'perhaps');
    await expect(load('pre-authentication')).rejects.toThrow(RangeError);
    vi.stubEnv('PASSWORD_IS_FIRST_FACTOR', 'false');
  });
});
