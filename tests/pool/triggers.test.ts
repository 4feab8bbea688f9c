import {
  AdminCreateUserCommand,
  ConfirmSignUpCommand,
  GetTokensFromRefreshTokenCommand,
  GetUserCommand,
  SignUpCommand,
} from '@aws-sdk/client-cognito-identity-provider';
import { decodeJwt } from 'jose';
import { afterEach, describe, expect, it, vi } from 'vitest';

import type { PoolOptions } from '../../src/pool/pool.js';
import { FUNCTION_ARN, functionsOf } from './functions.js';
import type { Answer, TriggerEvent } from './functions.js';
import { PoolUnderTest, tokensOf } from './people.js';

// A new pool makes two RSA keys, which takes seconds on a busy machine.
vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

const PASSWORD = 'Correct-horse-1';

let t: PoolUnderTest;
afterEach(() => t.stop());

/** A pool whose triggers answer as told, and what they were called with. */
async function open(answers: Record<string, Answer>, options: PoolOptions = {}): Promise<TriggerEvent[]> {
  const { events, functions, LambdaConfig } = functionsOf(answers);
  t = await PoolUnderTest.start({ functions, ...options, userPool: { LambdaConfig, ...options.userPool } });
  return events;
}

const signUp = (Username: string, more: object = {}) =>
  t.sdk.send(
    new SignUpCommand({
      ClientId: t.pool.clientId,
      Username,
      Password: PASSWORD,
      UserAttributes: [{ Name: 'email', Value: `${Username}@example.com` }],
      ...more,
    }),
  );

const common = () => ({
  version: '1',
  region: 'local',
  userPoolId: t.pool.userPoolId,
  callerContext: { awsSdkVersion: 'aws-sdk-unknown-unknown', clientId: t.pool.clientId },
});

describe('PreSignUp', () => {
  it('sees who signs up, and may confirm and verify', async () => {
    const events = await open({
      PreSignUp: () => ({ autoConfirmUser: true, autoVerifyEmail: true }),
      PostConfirmation: () => ({}),
    });
    const made = await signUp('ann', {
      ValidationData: [{ Name: 'badge', Value: '42' }],
      ClientMetadata: { desk: 'north' },
    });
    expect(made).toMatchObject({ UserConfirmed: true });
    expect(made.CodeDeliveryDetails).toBeUndefined();
    expect(events[0]).toEqual({
      ...common(),
      userName: 'ann',
      triggerSource: 'PreSignUp_SignUp',
      request: {
        userAttributes: { email: 'ann@example.com' },
        validationData: { badge: '42' },
        clientMetadata: { desk: 'north' },
      },
      response: { autoConfirmUser: false, autoVerifyEmail: false, autoVerifyPhone: false },
    });
    expect(events[1]).toMatchObject({
      triggerSource: 'PostConfirmation_ConfirmSignUp',
      request: { userAttributes: { 'cognito:user_status': 'CONFIRMED', email_verified: 'true' } },
    });
    expect(t.mail).toEqual([]);
    const { accessToken: AccessToken } = await t.signInWithPassword('ann');
    const user = await t.sdk.send(new GetUserCommand({ AccessToken }));
    expect(user.UserAttributes).toContainEqual({ Name: 'email_verified', Value: 'true' });
  });

  it('denies by throwing, and then there is no user', async () => {
    await open({
      PreSignUp: () => {
        throw new Error('not on the list');
      },
    });
    await expect(signUp('ann')).rejects.toMatchObject({
      name: 'UserLambdaValidationException',
      message: 'PreSignUp failed with error not on the list.',
    });
    const answer = await t
      .initiate('ann', { PREFERRED_CHALLENGE: 'PASSWORD', PASSWORD })
      .catch((error: unknown) => error);
    expect(answer).toMatchObject({ message: 'Incorrect username or password.' });
  });

  it('is asked for users of administrators, too', async () => {
    const events = await open({ PreSignUp: () => ({ autoVerifyEmail: true }) });
    const made = await t.sdk.send(
      new AdminCreateUserCommand({
        UserPoolId: t.pool.userPoolId,
        Username: 'ann',
        TemporaryPassword: PASSWORD,
        MessageAction: 'SUPPRESS',
        UserAttributes: [{ Name: 'email', Value: 'ann@example.com' }],
      }),
    );
    expect(made.User?.Attributes).toContainEqual({ Name: 'email_verified', Value: 'true' });
    expect(events[0]).toMatchObject({
      triggerSource: 'PreSignUp_AdminCreateUser',
      callerContext: { clientId: 'CLIENT_ID_NOT_APPLICABLE' },
    });
  });

  it.each<[string, Answer]>([
    ['a flag that is text', () => ({ autoConfirmUser: 'yes' })],
    ['no object', () => 'yes'],
  ])('is not understood when it answers %s', async (_, answer) => {
    await open({ PreSignUp: answer });
    await expect(signUp('ann')).rejects.toMatchObject({ name: 'InvalidLambdaResponseException' });
  });

  it('is given up after three times five seconds', async () => {
    await open({ PreSignUp: () => new Promise(() => undefined) });
    const refused = expect(signUp('ann')).rejects.toMatchObject({ name: 'UnexpectedLambdaException' });
    for (let tries = 1; tries <= 3; tries += 1) {
      await t.clock.timerSet();
      t.clock.pass(5000);
    }
    await refused;
  });

  it('fails by name where the function is not there', async () => {
    t = await PoolUnderTest.start({ userPool: { LambdaConfig: { PreSignUp: FUNCTION_ARN('gone') } } });
    await expect(signUp('ann')).rejects.toMatchObject({ name: 'UnexpectedLambdaException' });
  });
});

describe('PreAuthentication', () => {
  it('sees who begins to sign in, known or not, and may deny before a password is looked at', async () => {
    const events = await open({
      PreAuthentication: ({ userName }) => {
        if (userName === 'ben') throw new Error('keys only');
        return {};
      },
    });
    const sub = await t.addUser('ann');
    await t.signInWithPassword('ann');
    expect(events[0]).toEqual({
      ...common(),
      userName: 'ann',
      triggerSource: 'PreAuthentication_Authentication',
      request: {
        userAttributes: { sub, 'cognito:user_status': 'CONFIRMED', email: 'ann@example.com', email_verified: 'true' },
        validationData: {},
        userNotFound: false,
      },
      response: {},
    });
    await t.initiate('nobody');
    expect(events[1]).toMatchObject({ userName: 'nobody', request: { userAttributes: {}, userNotFound: true } });
    const denied = t.initiate('ben', { PREFERRED_CHALLENGE: 'PASSWORD', PASSWORD: 'wrong' });
    await expect(denied).rejects.toMatchObject({
      name: 'UserLambdaValidationException',
      message: 'PreAuthentication failed with error keys only.',
    });
  });
});

describe('PostConfirmation and PostAuthentication', () => {
  it('are told when it is done, by passkey too', async () => {
    const events = await open({ PostConfirmation: () => ({}), PostAuthentication: () => ({}) });
    await signUp('ann');
    await t.sdk.send(
      new ConfirmSignUpCommand({ ClientId: t.pool.clientId, Username: 'ann', ConfirmationCode: t.lastCode() }),
    );
    const { key } = await t.enrolled('bob');
    await t.signInWithKey('bob', key);
    expect(events.map(({ triggerSource, userName }) => [triggerSource, userName])).toEqual([
      ['PostConfirmation_ConfirmSignUp', 'ann'],
      ['PostAuthentication_Authentication', 'bob'],
      ['PostAuthentication_Authentication', 'bob'],
    ]);
    expect(events[2]?.request).toMatchObject({ newDeviceUsed: false, clientMetadata: {} });
  });

  it('may keep tokens back', async () => {
    await open({
      PostAuthentication: () => {
        throw new Error('closed');
      },
    });
    await t.addUser('ann');
    await expect(t.signInWithPassword('ann')).rejects.toMatchObject({ name: 'UserLambdaValidationException' });
  });
});

describe('PreTokenGeneration', () => {
  it('changes claims of the ID token, but not those that are the service’s', async () => {
    const events = await open({
      PreTokenGeneration: () => ({
        claimsOverrideDetails: {
          claimsToAddOrOverride: { desk: 'north', sub: 'somebody', email: 'x@example.com' },
          claimsToSuppress: ['email_verified', 'iss'],
          groupOverrideDetails: { groupsToOverride: ['staff'], preferredRole: 'arn:aws:iam::1:role/x' },
        },
      }),
    });
    const sub = await t.addUser('ann');
    const tokens = await t.signInWithPassword('ann');
    expect(events[0]).toMatchObject({
      version: '1',
      triggerSource: 'TokenGeneration_Authentication',
      request: { groupConfiguration: { groupsToOverride: [], iamRolesToOverride: [], preferredRole: null } },
      response: { claimsOverrideDetails: null },
    });
    const id = decodeJwt(tokens.idToken);
    expect(id).toMatchObject({ sub, desk: 'north', email: 'x@example.com', 'cognito:groups': ['staff'] });
    expect(id['cognito:preferred_role']).toBe('arn:aws:iam::1:role/x');
    expect([id['email_verified'], id.iss === undefined]).toEqual([undefined, false]);
    const access = decodeJwt(tokens.accessToken);
    expect([access['desk'], access['cognito:groups']]).toEqual([undefined, ['staff']]);

    const question = await t.initiate('ben', { PREFERRED_CHALLENGE: 'PASSWORD', PASSWORD: 'Practice-ben-1' });
    await t.answer(question, 'ben', { NEW_PASSWORD: PASSWORD });
    await t.sdk.send(
      new GetTokensFromRefreshTokenCommand({ ClientId: t.pool.clientId, RefreshToken: tokens.refreshToken }),
    );
    expect(events.slice(1).map(({ triggerSource }) => triggerSource)).toEqual([
      'TokenGeneration_NewPasswordChallenge',
      'TokenGeneration_RefreshTokens',
    ]);
  });

  it('of version 2 changes access tokens and scopes as well', async () => {
    const { events, functions } = functionsOf({
      PreTokenGeneration: () => ({
        claimsAndScopeOverrideDetails: {
          idTokenGeneration: { claimsToAddOrOverride: { level: { floor: 3 } } },
          accessTokenGeneration: {
            claimsToAddOrOverride: { desk: 'north', client_id: 'other' },
            scopesToAdd: ['desk/open'],
            scopesToSuppress: ['aws.cognito.signin.user.admin'],
          },
        },
      }),
    });
    const LambdaArn = FUNCTION_ARN('PreTokenGeneration');
    const PreTokenGenerationConfig = { LambdaVersion: 'V2_0', LambdaArn };
    t = await PoolUnderTest.start({ functions, userPool: { LambdaConfig: { PreTokenGenerationConfig } } });
    await t.addUser('ann');
    const { accessToken, idToken } = await t.signInWithPassword('ann');
    expect(events[0]).toMatchObject({ version: '2', request: { scopes: ['aws.cognito.signin.user.admin'] } });
    expect(decodeJwt(idToken)['level']).toEqual({ floor: 3 });
    expect(decodeJwt(accessToken)).toMatchObject({ desk: 'north', client_id: t.pool.clientId, scope: 'desk/open' });
    const refused = t.sdk.send(new GetUserCommand({ AccessToken: accessToken }));
    await expect(refused).rejects.toMatchObject({ message: 'Access Token does not have required scopes' });
  });
});

describe('CustomMessage', () => {
  it('words a message, with the code in it', async () => {
    const events = await open({
      CustomMessage: () => ({ emailSubject: 'Welcome', emailMessage: 'Hello {username}: {####}' }),
    });
    await signUp('ann');
    const code = t.lastCode();
    expect(t.mail.at(-1)).toMatchObject({ subject: 'Welcome', text: `Hello ann: ${code}` });
    expect(events[0]).toMatchObject({
      triggerSource: 'CustomMessage_SignUp',
      request: { codeParameter: '{####}', usernameParameter: '{username}' },
      response: { smsMessage: null, emailMessage: null, emailSubject: null },
    });
  });

  it('is refused without the code', async () => {
    await open({ CustomMessage: () => ({ emailMessage: 'Hello' }) });
    await expect(signUp('ann')).rejects.toMatchObject({ name: 'InvalidLambdaResponseException' });
  });
});

describe('custom challenges', () => {
  const client = { ExplicitAuthFlows: ['ALLOW_CUSTOM_AUTH'] } satisfies PoolOptions['client'];
  /** Asks for a word until it is right, three times at most. */
  const word: Record<string, Answer> = {
    DefineAuthChallenge: ({ request }) => {
      const session = request['session'] as { challengeResult: boolean }[];
      if (session.at(-1)?.challengeResult === true) return { issueTokens: true };
      return session.length < 3 ? { challengeName: 'CUSTOM_CHALLENGE' } : { failAuthentication: true };
    },
    CreateAuthChallenge: () => ({
      publicChallengeParameters: { hint: 'a bird' },
      privateChallengeParameters: { answer: 'wren' },
      challengeMetadata: 'WORD',
    }),
    VerifyAuthChallengeResponse: ({ request }) => ({
      answerCorrect:
        (request['privateChallengeParameters'] as { answer: string }).answer === request['challengeAnswer'],
    }),
  };
  const begin = (username: string) => t.initiate(username, {}, 'CUSTOM_AUTH');

  it('lead to tokens by what the functions decide', async () => {
    const events = await open(word, { client });
    await t.addUser('ann');
    const first = await begin('ann');
    expect(first).toMatchObject({
      ChallengeName: 'CUSTOM_CHALLENGE',
      ChallengeParameters: { hint: 'a bird', USERNAME: 'ann' },
    });
    expect(first.ChallengeParameters?.['answer']).toBeUndefined();
    const second = await t.answer(first, 'ann', { ANSWER: 'crow' });
    expect(second.ChallengeName).toBe('CUSTOM_CHALLENGE');
    tokensOf(await t.answer(second, 'ann', { ANSWER: 'wren' }));
    expect(events.map(({ triggerSource }) => triggerSource.split('_')[0])).toEqual([
      'DefineAuthChallenge',
      'CreateAuthChallenge',
      'VerifyAuthChallengeResponse',
      'DefineAuthChallenge',
      'CreateAuthChallenge',
      'VerifyAuthChallengeResponse',
      'DefineAuthChallenge',
    ]);
    expect(events.at(-1)?.request).toMatchObject({
      session: [
        { challengeName: 'CUSTOM_CHALLENGE', challengeResult: false, challengeMetadata: 'WORD' },
        { challengeName: 'CUSTOM_CHALLENGE', challengeResult: true, challengeMetadata: 'WORD' },
      ],
      userNotFound: false,
    });
    expect(events.at(-1)?.response).toEqual({ challengeName: null, issueTokens: null, failAuthentication: null });
  });

  it('end in a refusal', async () => {
    await open(word, { client });
    await t.addUser('ann');
    let question = await begin('ann');
    for (const ANSWER of ['crow', 'owl']) question = await t.answer(question, 'ann', { ANSWER });
    await expect(t.answer(question, 'ann', { ANSWER: 'rook' })).rejects.toMatchObject({
      name: 'NotAuthorizedException',
    });
  });

  it('sign nobody in who does not exist, whatever the functions say', async () => {
    const events = await open(word, { client });
    const question = await begin('nobody');
    expect(question.ChallengeName).toBe('CUSTOM_CHALLENGE');
    expect(events[0]?.request).toMatchObject({ userNotFound: true, userAttributes: {} });
    await expect(t.answer(question, 'nobody', { ANSWER: 'wren' })).rejects.toMatchObject({
      message: 'Incorrect username or password.',
    });
  });

  it('need their functions, and a challenge that there is', async () => {
    await open({ DefineAuthChallenge: () => ({ challengeName: 'RIDDLE' }) }, { client });
    await t.addUser('ann');
    await expect(begin('ann')).rejects.toMatchObject({ name: 'InvalidLambdaResponseException' });
    await t.stop();
    await open({}, { client });
    await t.addUser('ann');
    await expect(begin('ann')).rejects.toMatchObject({
      name: 'InvalidParameterException',
      message: 'Custom auth lambda trigger is not configured for the user pool.',
    });
  });
});
