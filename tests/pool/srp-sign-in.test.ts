import {
  AdminCreateUserCommand,
  InitiateAuthCommand,
  RespondToAuthChallengeCommand,
  SignUpCommand,
} from '@aws-sdk/client-cognito-identity-provider';
import type {
  InitiateAuthCommandOutput,
  RespondToAuthChallengeCommandOutput,
} from '@aws-sdk/client-cognito-identity-provider';
import { createSrpSession } from 'cognito-srp-helper';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';

import { functionsOf } from './functions.js';
import { PoolUnderTest, tokensOf } from './people.js';
import type { SrpClient } from './srp-client.js';
import { proofOf } from './srp-client.js';

// The independent client counts slowly, in plain JavaScript.
vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

let t: PoolUnderTest;
beforeAll(async () => {
  t = await PoolUnderTest.start({
    client: { ExplicitAuthFlows: ['ALLOW_USER_AUTH', 'ALLOW_USER_SRP_AUTH'] },
  });
});
afterAll(() => t.stop());

const PASSWORD = 'Correct-horse-1';
type Question = InitiateAuthCommandOutput | RespondToAuthChallengeCommandOutput;

const clientOf = (username: string, password = PASSWORD): SrpClient =>
  createSrpSession(username, password, t.pool.userPoolId, false);

const begin = (username: string, SRP_A: string) =>
  t.sdk.send(
    new InitiateAuthCommand({
      ClientId: t.pool.clientId,
      AuthFlow: 'USER_SRP_AUTH',
      AuthParameters: { USERNAME: username, SRP_A },
    }),
  );

/** Answers PASSWORD_VERIFIER as the library does it. */
const prove = (client: SrpClient, question: Question, responses: Record<string, string> = {}) =>
  t.sdk.send(
    new RespondToAuthChallengeCommand({
      ClientId: t.pool.clientId,
      ChallengeName: 'PASSWORD_VERIFIER',
      ...(question.Session !== undefined && { Session: question.Session }),
      ChallengeResponses: { ...proofOf(client, question), ...responses },
    }),
  );

describe('USER_SRP_AUTH', () => {
  it('signs in, with no session but the secret block', async () => {
    await t.addUser('Ann');
    const client = clientOf('Ann');
    const question = await begin('ann', client.largeA);
    expect(question).toMatchObject({
      ChallengeName: 'PASSWORD_VERIFIER',
      ChallengeParameters: {
        SALT: expect.stringMatching(/^[0-9a-f]{1,32}$/) as string,
        SECRET_BLOCK: expect.stringMatching(/^[A-Za-z0-9+/]+=*$/) as string,
        SRP_B: expect.stringMatching(/^[0-9a-f]{700,768}$/) as string,
        USERNAME: 'Ann',
        USER_ID_FOR_SRP: 'Ann',
      },
    });
    expect(question.Session).toBeUndefined();
    tokensOf(await prove(client, question));
    await expect(prove(client, question)).rejects.toMatchObject({ name: 'NotAuthorizedException' });
  });

  it('refuses a wrong password in the words for a user who does not exist, and locks both', async () => {
    await t.addUser('bob');
    for (const name of ['bob', 'nobody']) {
      const wrong = clientOf(name, 'Wrong-horse-1');
      for (let failures = 1; failures <= 5; failures += 1)
        await expect(prove(wrong, await begin(name, wrong.largeA))).rejects.toMatchObject({
          name: 'NotAuthorizedException',
          message: 'Incorrect username or password.',
        });
      const right = clientOf(name);
      await expect(prove(right, await begin(name, right.largeA))).rejects.toThrow('Password attempts exceeded');
    }
  });

  it('gives an unknown name the same salt each time, and another name another', async () => {
    const client = clientOf('ghost');
    const salt = async (name: string) => (await begin(name, client.largeA)).ChallengeParameters?.['SALT'];
    expect(await salt('ghost')).toBe(await salt('GHOST'));
    expect(await salt('ghost')).not.toBe(await salt('other-ghost'));
  });

  it('leads from a temporary password to a new one', async () => {
    const made = new AdminCreateUserCommand({
      UserPoolId: t.pool.userPoolId,
      Username: 'cat',
      TemporaryPassword: 'Temporary-1',
      MessageAction: 'SUPPRESS',
    });
    await t.sdk.send(made);
    const client = clientOf('cat', 'Temporary-1');
    const question = await prove(client, await begin('cat', client.largeA));
    expect(question.ChallengeName).toBe('NEW_PASSWORD_REQUIRED');
    tokensOf(await t.answer(question, 'cat', { NEW_PASSWORD: PASSWORD }));
    const again = clientOf('cat');
    tokensOf(await prove(again, await begin('cat', again.largeA)));
  });

  it('tells an unconfirmed user so', async () => {
    await t.sdk.send(new SignUpCommand({ ClientId: t.pool.clientId, Username: 'dan', Password: PASSWORD }));
    const client = clientOf('dan');
    const refused = prove(client, await begin('dan', client.largeA));
    await expect(refused).rejects.toMatchObject({ name: 'UserNotConfirmedException' });
  });

  it.each([['0'], ['no number'], ['']])('refuses %j for a public number', async (SRP_A) => {
    await expect(begin('ann', SRP_A)).rejects.toMatchObject({ name: 'InvalidParameterException' });
  });

  it('refuses a claim over another block, and a date in another form', async () => {
    await t.addUser('eve');
    const client = clientOf('eve');
    const question = await begin('eve', client.largeA);
    const other = await begin('eve', client.largeA);
    const block = { PASSWORD_CLAIM_SECRET_BLOCK: other.ChallengeParameters?.['SECRET_BLOCK'] ?? '' };
    await expect(prove(client, question, block)).rejects.toMatchObject({ name: 'NotAuthorizedException' });
    const date = { TIMESTAMP: new Date().toISOString() };
    await expect(prove(client, question, date)).rejects.toMatchObject({ name: 'InvalidParameterException' });
  });
});

describe('CUSTOM_AUTH after SRP', () => {
  it('tells the functions of both halves, and goes on as they decide', async () => {
    const { events, functions, LambdaConfig } = functionsOf({
      DefineAuthChallenge: ({ request }) => {
        const session = request['session'] as { challengeName: string }[];
        return session.length === 1
          ? { challengeName: 'PASSWORD_VERIFIER' }
          : session.length === 2
            ? { challengeName: 'CUSTOM_CHALLENGE' }
            : { issueTokens: true };
      },
      CreateAuthChallenge: () => ({ privateChallengeParameters: { answer: 'wren' } }),
      VerifyAuthChallengeResponse: () => ({ answerCorrect: true }),
    });
    const outer = t;
    t = await PoolUnderTest.start({
      functions,
      userPool: { LambdaConfig },
      client: { ExplicitAuthFlows: ['ALLOW_CUSTOM_AUTH'] },
    });
    try {
      await t.addUser('ann');
      const client = clientOf('ann');
      const parameters = { CHALLENGE_NAME: 'SRP_A', SRP_A: client.largeA };
      const verifier = await t.initiate('ann', parameters, 'CUSTOM_AUTH');
      expect(verifier.ChallengeName).toBe('PASSWORD_VERIFIER');
      const custom = await prove(client, verifier);
      expect(custom.ChallengeName).toBe('CUSTOM_CHALLENGE');
      tokensOf(await t.answer(custom, 'ann', { ANSWER: 'wren' }));
      expect(events.at(-1)?.request['session']).toEqual([
        { challengeName: 'SRP_A', challengeResult: true },
        { challengeName: 'PASSWORD_VERIFIER', challengeResult: true },
        { challengeName: 'CUSTOM_CHALLENGE', challengeResult: true },
      ]);
      const wrong = clientOf('ann', 'Wrong-horse-1');
      const again = await t.initiate('ann', { SRP_A: wrong.largeA }, 'CUSTOM_AUTH');
      await expect(prove(wrong, again)).rejects.toMatchObject({ name: 'NotAuthorizedException' });
    } finally {
      await t.stop();
      t = outer;
    }
  });
});

describe('USER_AUTH by PASSWORD_SRP', () => {
  it('signs in when it is preferred, and when it is chosen', async () => {
    await t.addUser('flo');
    const client = clientOf('flo');
    const preferred = await t.initiate('flo', { PREFERRED_CHALLENGE: 'PASSWORD_SRP', SRP_A: client.largeA });
    expect(preferred.ChallengeName).toBe('PASSWORD_VERIFIER');
    tokensOf(await prove(client, preferred));

    const choice = await t.initiate('flo');
    expect(choice.AvailableChallenges).toContain('PASSWORD_SRP');
    const early = t.answer(choice, 'flo', { ANSWER: 'PASSWORD_SRP' });
    await expect(early).rejects.toMatchObject({ name: 'InvalidParameterException' });
    const chosen = await t.answer(choice, 'flo', { ANSWER: 'PASSWORD_SRP', SRP_A: client.largeA });
    tokensOf(await prove(client, chosen));
  });

  it('asks for SRP_A where it was left out', async () => {
    await t.addUser('guy');
    const client = clientOf('guy');
    const asked = await t.initiate('guy', { PREFERRED_CHALLENGE: 'PASSWORD_SRP' });
    expect(asked.ChallengeName).toBe('PASSWORD_SRP');
    await expect(t.answer(asked, 'guy', {})).rejects.toMatchObject({ name: 'InvalidParameterException' });
    tokensOf(await prove(client, await t.answer(asked, 'guy', { SRP_A: client.largeA })));
  });

  it('refuses a claim that is signed over the block of another session', async () => {
    await t.addUser('gus');
    const client = clientOf('gus');
    const parameters = { PREFERRED_CHALLENGE: 'PASSWORD_SRP', SRP_A: client.largeA };
    const question = await t.initiate('gus', parameters);
    const other = await t.initiate('gus', parameters);
    const SECRET_BLOCK = other.ChallengeParameters?.['SECRET_BLOCK'] ?? '';
    const mixed = { ...question, ChallengeParameters: { ...question.ChallengeParameters, SECRET_BLOCK } };
    await expect(prove(client, mixed)).rejects.toMatchObject({ message: 'Incorrect username or password.' });
    tokensOf(await prove(client, other));
  });

  it('ends with its session', async () => {
    await t.addUser('hal');
    const client = clientOf('hal');
    const question = await t.initiate('hal', { PREFERRED_CHALLENGE: 'PASSWORD_SRP', SRP_A: client.largeA });
    t.pass(3 * 60_000);
    await expect(prove(client, question)).rejects.toMatchObject({
      message: 'Invalid session for the user, session is expired.',
    });
  });
});
