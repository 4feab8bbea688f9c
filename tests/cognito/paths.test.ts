import { afterEach, describe, expect, it } from 'vitest';

import { signOut } from '../../src/cognito/account.js';
import { connect } from '../../src/cognito/connection.js';
import { confirmNewPassword, forgotPassword } from '../../src/cognito/forgot-password.js';
import { answerAppSetUp, answerEmailSetUp, authenticatorUri, startAppSetUp } from '../../src/cognito/mfa.js';
import { answerPassword } from '../../src/cognito/password.js';
import { Renewal } from '../../src/cognito/refresh.js';
import { answerCode, choose, chooseSecond, startSignIn } from '../../src/cognito/sign-in.js';
import type { SignInState } from '../../src/cognito/sign-in-states.js';
import { confirmSignUp, resendCode, signUp } from '../../src/cognito/sign-up.js';
import { readTokens } from '../../src/cognito/tokens.js';
import { failure } from './failures.js';
import type { Reply } from './scripted-service.js';
import { refuse, ScriptedService } from './scripted-service.js';
import { SrpServer } from './srp-server.js';

const PASSWORD = 'Correct horse – Ω 7';
const session = (number: number) => `a-session-of-the-service-${number}`;

let service: ScriptedService | undefined;
afterEach(async () => {
  await service?.stop();
  service = undefined;
});

/** A service with these replies; `done` stands for tokens. */
async function serving(...replies: (Reply | 'done')[]) {
  const started = await ScriptedService.start();
  service = started;
  const done: Reply = { json: { AuthenticationResult: await started.tokens() } };
  started.replyWith(...replies.map((reply) => (reply === 'done' ? done : reply)));
  const connection = connect({ ...started.settings, random: () => 0 });
  return {
    connection,
    asked: started.asked,
    service: started,
    responses: (call: number) => responsesOf(started, call),
  };
}

function responsesOf({ asked }: ScriptedService, call: number): Record<string, string> {
  const body = asked[call]?.body ?? {};
  return (body['ChallengeResponses'] ?? body['AuthParameters'] ?? {}) as Record<string, string>; // maps of text in both operations
}

let sessions = 0;
function challenge(ChallengeName: string, ChallengeParameters: object = {}, more: object = {}): Reply {
  sessions += 1;
  return { json: { ChallengeName, ChallengeParameters, Session: session(sessions), ...more } };
}

/** The state, which has to be the one named. */
function at<S extends SignInState['step']>(step: S, state: SignInState): Extract<SignInState, { step: S }> {
  if (state.step !== step) throw new Error(`The sign-in is at ${state.step}, not at ${step}`);
  return state as Extract<SignInState, { step: S }>; // as just seen
}

const srp = () => new SrpServer('Scripted1', 'the-sub-of-ana', PASSWORD);

describe('a password', () => {
  it('is proved in two calls, and goes nowhere', async () => {
    const server = srp();
    const { connection, asked, responses } = await serving(challenge('PASSWORD_VERIFIER', server.parameters), 'done');
    at('signed-in', await startSignIn(connection, 'ana', { prefer: 'password', password: PASSWORD }));
    expect(asked.map(({ operation }) => operation)).toEqual(['InitiateAuth', 'RespondToAuthChallenge']);
    expect(responses(0)).toMatchObject({ USERNAME: 'ana', PREFERRED_CHALLENGE: 'PASSWORD_SRP' });
    expect(asked[1]?.body).toMatchObject({ ChallengeName: 'PASSWORD_VERIFIER', Session: session(sessions) });
    expect(responses(1)).toMatchObject({ USERNAME: 'the-sub-of-ana', PASSWORD_CLAIM_SECRET_BLOCK: server.secretBlock });
    expect(server.isProved(responses(0)['SRP_A'] ?? '', responses(1))).toBe(true);
    expect(JSON.stringify(asked)).not.toContain(PASSWORD);
  });

  it('that is wrong proves nothing', async () => {
    const server = srp();
    const { connection, responses } = await serving(
      challenge('PASSWORD_VERIFIER', server.parameters),
      refuse('NotAuthorizedException'),
    );
    const call = startSignIn(connection, 'ana', { prefer: 'password', password: 'another' });
    expect((await failure(call)).code).toBe('not-authorized');
    expect(server.isProved(responses(0)['SRP_A'] ?? '', responses(1))).toBe(false);
  });

  it('is proved when it is chosen from what is offered', async () => {
    const server = srp();
    const offered = { AvailableChallenges: ['EMAIL_OTP', 'PASSWORD', 'PASSWORD_SRP'] };
    const { connection, asked, responses } = await serving(
      challenge('SELECT_CHALLENGE', {}, offered),
      challenge('PASSWORD_VERIFIER', server.parameters),
      'done',
    );
    const select = at('select', await startSignIn(connection, 'ana'));
    const state = at('password', await choose(connection, select, 'password'));
    at('signed-in', await answerPassword(connection, state, PASSWORD));
    expect(responses(1)).toMatchObject({ ANSWER: 'PASSWORD_SRP', USERNAME: 'ana' });
    expect(server.isProved(responses(1)['SRP_A'] ?? '', responses(2))).toBe(true);
    expect(JSON.stringify(asked)).not.toContain(PASSWORD);
  });

  it('is proved when the service asks for SRP by name', async () => {
    const server = srp();
    const { connection, asked } = await serving(
      challenge('PASSWORD_SRP'),
      challenge('PASSWORD_VERIFIER', server.parameters),
      'done',
    );
    const state = at('password', await startSignIn(connection, 'ana'));
    at('signed-in', await answerPassword(connection, state, PASSWORD));
    expect(asked[1]?.body).toMatchObject({ ChallengeName: 'PASSWORD_SRP' });
    expect(JSON.stringify(asked)).not.toContain(PASSWORD);
  });

  it.each([
    [
      'offers nothing better',
      challenge('SELECT_CHALLENGE', {}, { AvailableChallenges: ['PASSWORD', 'EMAIL_OTP'] }),
      { ANSWER: 'PASSWORD' },
    ],
    ['asks for it by name', challenge('PASSWORD'), {}],
  ])('is sent itself where the service %s', async (_, asks, answer) => {
    const { connection, asked, responses } = await serving(asks, 'done');
    at('signed-in', await startSignIn(connection, 'ana', { prefer: 'password', password: PASSWORD }));
    expect(JSON.stringify(asked[0])).not.toContain(PASSWORD);
    expect(responses(1)).toEqual({ USERNAME: 'ana', PASSWORD, ...answer });
  });

  it('is not sent where a service has promised SRP and then asks for the password itself', async () => {
    const { connection, asked } = await serving(
      challenge('SELECT_CHALLENGE', {}, { AvailableChallenges: ['PASSWORD', 'PASSWORD_SRP'] }),
      challenge('PASSWORD'),
    );
    const select = at('select', await startSignIn(connection, 'ana'));
    at(
      'password',
      await answerPassword(connection, at('password', await choose(connection, select, 'password')), PASSWORD),
    );
    expect(JSON.stringify(asked)).not.toContain(PASSWORD);
  });

  it.each(['USER_ID_FOR_SRP', 'SRP_B', 'SALT', 'SECRET_BLOCK'])('cannot be proved without %s', async (member) => {
    const { connection } = await serving(
      challenge('PASSWORD_VERIFIER', { ...srp().parameters, USERNAME: undefined, [member]: undefined }),
    );
    const error = await failure(startSignIn(connection, 'ana', { prefer: 'password', password: PASSWORD }));
    expect(error).toMatchObject({ code: 'bad-answer', detail: member });
  });

  it('is not asked for by a call', async () => {
    const { connection, asked } = await serving();
    expect(await startSignIn(connection, 'ana', { prefer: 'password' })).toEqual({ step: 'password', username: 'ana' });
    expect(asked).toEqual([]);
  });
});

describe('a second factor', () => {
  const verified = () => challenge('PASSWORD_VERIFIER', srp().parameters);
  const withPassword = { prefer: 'password', password: PASSWORD } as const;

  it.each([
    ['SOFTWARE_TOKEN_MFA', 'app-code', 'SOFTWARE_TOKEN_MFA_CODE'],
    ['SMS_MFA', 'sms-code', 'SMS_MFA_CODE'],
    ['EMAIL_OTP', 'email-code', 'EMAIL_OTP_CODE'],
  ] as const)('%s comes after the password, and may be mistyped', async (name, step, member) => {
    const { connection, responses } = await serving(
      verified(),
      challenge(name, { CODE_DELIVERY_DESTINATION: 'a***' }),
      refuse('CodeMismatchException'),
      'done',
    );
    const state = at(step, await startSignIn(connection, 'ana', withPassword));
    expect(state).toMatchObject({ isSecond: true, destination: 'a***', userId: 'the-sub-of-ana' });
    expect((await failure(answerCode(connection, state, '000000'))).code).toBe('wrong-code');
    at('signed-in', await answerCode(connection, state, '123456'));
    expect(responses(3)).toEqual({ USERNAME: 'the-sub-of-ana', [member]: '123456' });
  });

  it('EMAIL_OTP is the first one where no password went before', async () => {
    const { connection } = await serving(challenge('EMAIL_OTP'));
    expect(at('email-code', await startSignIn(connection, 'ana', { prefer: 'email-code' }))).toMatchObject({
      isSecond: false,
    });
  });

  it('is chosen where there are several', async () => {
    const { connection, asked, responses } = await serving(
      verified(),
      challenge('SELECT_MFA_TYPE', { MFAS_CAN_CHOOSE: '["SMS_MFA","SOFTWARE_TOKEN_MFA"]' }),
      challenge('SOFTWARE_TOKEN_MFA'),
    );
    const state = at('select-second', await startSignIn(connection, 'ana', withPassword));
    expect(state.choices).toEqual(['app-code', 'sms-code']);
    at('app-code', await chooseSecond(connection, state, 'app-code'));
    expect(asked[2]?.body).toMatchObject({ ChallengeName: 'SELECT_MFA_TYPE' });
    expect(responses(2)).toMatchObject({ ANSWER: 'SOFTWARE_TOKEN_MFA' });
  });

  const setUp = () => challenge('MFA_SETUP', { MFAS_CAN_SETUP: '["SOFTWARE_TOKEN_MFA","EMAIL_OTP"]' });
  const SECRET = 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ';

  it('is set up with an app, each answer with the session of the one before', async () => {
    const { connection, asked } = await serving(
      verified(),
      setUp(),
      { json: { SecretCode: SECRET, Session: 'session-with-a-secret' } },
      refuse('EnableSoftwareTokenMFAException'),
      { json: { Status: 'ERROR' } },
      { json: { Status: 'SUCCESS', Session: 'session-with-an-app-set-up' } },
      'done',
    );
    const state = at('set-up', await startSignIn(connection, 'ana', withPassword));
    const app = await startAppSetUp(connection, state);
    expect(app.secret).toBe(SECRET);
    expect((await failure(answerAppSetUp(connection, app, '000000'))).code).toBe('wrong-code');
    expect((await failure(answerAppSetUp(connection, app, '000000'))).code).toBe('wrong-code');
    at('signed-in', await answerAppSetUp(connection, app, '123456'));
    expect(asked.slice(2).map(({ operation, body }) => [operation, body['Session']])).toEqual([
      ['AssociateSoftwareToken', state.session],
      ['VerifySoftwareToken', 'session-with-a-secret'],
      ['VerifySoftwareToken', 'session-with-a-secret'],
      ['VerifySoftwareToken', 'session-with-a-secret'],
      ['RespondToAuthChallenge', 'session-with-an-app-set-up'],
    ]);
    expect(asked[6]?.body).toMatchObject({
      ChallengeName: 'MFA_SETUP',
      ChallengeResponses: { USERNAME: 'the-sub-of-ana' },
    });
  });

  it('is set up with an address', async () => {
    const { connection, responses } = await serving(verified(), setUp(), challenge('EMAIL_OTP'));
    const state = at('set-up', await startSignIn(connection, 'ana', withPassword));
    const code = at('email-code', await answerEmailSetUp(connection, state, 'ana@example.com'));
    expect(responses(2)).toMatchObject({ EMAIL: 'ana@example.com' });
    expect(code.isSecond).toBe(true);
  });

  it.each([
    ['no secret', {}, 'SecretCode'],
    ['a secret that no app takes', { SecretCode: '<b>' }, 'SecretCode'],
    ['a session that is none', { SecretCode: SECRET, Session: '' }, 'Session'],
  ])('is not set up with %s', async (_, json, detail) => {
    const { connection } = await serving(verified(), setUp(), { json });
    const state = at('set-up', await startSignIn(connection, 'ana', withPassword));
    expect(await failure(startAppSetUp(connection, state))).toMatchObject({ code: 'bad-answer', detail });
  });

  it('is told to apps as they read it', () => {
    expect(authenticatorUri('Keydesk', 'ana@example.com', 'GEZDGNBV====')).toBe(
      'otpauth://totp/Keydesk:ana%40example.com?secret=GEZDGNBV&issuer=Keydesk',
    );
    expect(authenticatorUri('A & B: C', 'x:y', 'AAAA')).toBe(
      'otpauth://totp/A%20%26%20B%20%20C:x%20y?secret=AAAA&issuer=A%20%26%20B%20%20C',
    );
  });
});

describe('an account', () => {
  const person = { username: 'ana', password: PASSWORD, attributes: { email: 'ana@example.com' } };
  const delivery = {
    CodeDeliveryDetails: { DeliveryMedium: 'EMAIL', Destination: 'a***@e***', AttributeName: 'email' },
  };

  it('is made, confirmed after a mistake, and signs in without a second code', async () => {
    const { connection, asked, responses } = await serving(
      { json: { UserConfirmed: false, UserSub: 'x', Session: 'session-of-the-sign-up', ...delivery } },
      refuse('CodeMismatchException'),
      { json: { Session: 'session-of-the-confirmation' } },
      'done',
    );
    const made = await signUp(connection, person);
    if (made.step !== 'confirm') throw new Error('It is confirmed already');
    expect(made.delivery).toEqual({ medium: 'email', destination: 'a***@e***' });
    expect(asked[0]?.body).toMatchObject({
      Username: 'ana',
      Password: PASSWORD,
      UserAttributes: [{ Name: 'email', Value: 'ana@example.com' }],
    });
    expect((await failure(confirmSignUp(connection, made, '000000'))).code).toBe('wrong-code');
    const { username, session } = await confirmSignUp(connection, made, '123456');
    expect(asked[2]?.body).toMatchObject({ ConfirmationCode: '123456', Session: 'session-of-the-sign-up' });
    at('signed-in', await startSignIn(connection, username, { session }));
    expect(asked[3]?.body).toMatchObject({ AuthFlow: 'USER_AUTH', Session: 'session-of-the-confirmation' });
    expect(responses(3)).toEqual({ USERNAME: 'ana' });
  });

  it('may be confirmed by the pool at once, and have no password', async () => {
    const { connection, asked } = await serving({ json: { UserConfirmed: true, UserSub: 'x' } });
    const { username, attributes } = person;
    await expect(signUp(connection, { username, attributes })).resolves.toEqual({
      step: 'confirmed',
      username: 'ana',
      session: undefined,
    });
    expect(asked[0]?.body).not.toHaveProperty('Password');
  });

  it('asks for another code', async () => {
    const { connection } = await serving({ json: delivery });
    await expect(resendCode(connection, { username: 'ana', session: 's' })).resolves.toMatchObject({
      step: 'confirm',
      session: 's',
      delivery: { medium: 'email' },
    });
  });

  it.each([
    ['UserConfirmed', { UserSub: 'x' }],
    ['Destination', { UserConfirmed: false, CodeDeliveryDetails: { Destination: 1 } }],
    ['CodeDeliveryDetails', { UserConfirmed: false, CodeDeliveryDetails: 'a***' }],
    ['Session', { UserConfirmed: true, Session: 1 }],
  ])('is not there when the answer is none: %s', async (detail, json) => {
    const { connection } = await serving({ json });
    expect(await failure(signUp(connection, person))).toMatchObject({ code: 'bad-answer', detail });
  });

  it('gets a new password with a code', async () => {
    const { connection, asked } = await serving({ json: delivery }, refuse('InvalidPasswordException'), { json: {} });
    const reset = await forgotPassword(connection, 'ana');
    expect(reset).toEqual({ username: 'ana', delivery: { medium: 'email', destination: 'a***@e***' } });
    expect(await failure(confirmNewPassword(connection, reset, '123456', 'weak'))).toMatchObject({
      code: 'weak-password',
      detail: 'secret-text',
    });
    await confirmNewPassword(connection, reset, '123456', PASSWORD);
    expect(asked[2]).toMatchObject({
      operation: 'ConfirmForgotPassword',
      body: { Username: 'ana', ConfirmationCode: '123456', Password: PASSWORD },
    });
  });
});

describe('a session', () => {
  const signedIn = async (...replies: (Reply | 'done')[]) => {
    const world = await serving(...replies);
    return { ...world, tokens: await readTokens(world.connection, await world.service.tokens()) };
  };

  it('is renewed by the newer operation, with the refresh token that it gives', async () => {
    const { connection, tokens, service, asked } = await signedIn();
    service.replyWith({
      json: { AuthenticationResult: { ...(await service.tokens()), RefreshToken: 'the next one' } },
    });
    expect((await new Renewal(connection, tokens).tokens()).refreshToken).toBe('the next one');
    expect(asked).toMatchObject([
      { operation: 'GetTokensFromRefreshToken', body: { RefreshToken: 'a-refresh-token' } },
    ]);
  });

  it.each([
    'UnsupportedOperationException',
    'UnknownOperationException',
    'InvalidParameterException',
    'ForbiddenException',
    'OperationNotEnabledException',
  ])('is renewed by the older flow where the newer operation is refused: %s', async (name) => {
    const { connection, tokens, service, asked } = await signedIn();
    const { RefreshToken, ...kept } = await service.tokens();
    service.replyWith(refuse(name), { json: { AuthenticationResult: kept } });
    expect((await new Renewal(connection, tokens).tokens()).refreshToken).toBe(RefreshToken);
    expect(asked[1]).toMatchObject({
      operation: 'InitiateAuth',
      body: { AuthFlow: 'REFRESH_TOKEN_AUTH', AuthParameters: { REFRESH_TOKEN: RefreshToken } },
    });
  });

  it('that has ended is not tried the other way', async () => {
    const { connection, tokens, asked } = await signedIn(refuse('RefreshTokenReuseException'));
    expect((await failure(new Renewal(connection, tokens).tokens())).code).toBe('refresh-token-reused');
    expect(asked).toHaveLength(1);
  });

  it('names what has to be put right when neither way is enabled', async () => {
    const { connection, tokens } = await signedIn(
      refuse('OperationNotEnabledException'),
      refuse('InvalidParameterException'),
    );
    expect(await failure(new Renewal(connection, tokens).tokens())).toMatchObject({
      service: 'OperationNotEnabledException',
    });
  });

  it('ends here by the refresh token, everywhere by the access token', async () => {
    const { connection, tokens, asked } = await signedIn({ json: {} });
    await signOut(connection, tokens);
    await signOut(connection, tokens, { everywhere: true });
    expect(asked).toMatchObject([
      { operation: 'RevokeToken', body: { Token: tokens.refreshToken } },
      { operation: 'GlobalSignOut', body: { AccessToken: tokens.accessToken } },
    ]);
  });
});
