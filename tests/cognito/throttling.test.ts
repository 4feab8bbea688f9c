import { afterEach, describe, expect, it } from 'vitest';

import { getUser, signOut } from '../../src/cognito/account.js';
import type { Connection } from '../../src/cognito/connection.js';
import { connect } from '../../src/cognito/connection.js';
import { confirmNewPassword, forgotPassword } from '../../src/cognito/forgot-password.js';
import { answerAppSetUp, startAppSetUp } from '../../src/cognito/mfa.js';
import { completeRegistration, deletePasskey, listPasskeys, startRegistration } from '../../src/cognito/passkeys.js';
import { backOff } from '../../src/cognito/pause.js';
import { Renewal } from '../../src/cognito/refresh.js';
import { answerCode, startSignIn } from '../../src/cognito/sign-in.js';
import { confirmSignUp, resendCode, signUp } from '../../src/cognito/sign-up.js';
import type { Tokens } from '../../src/cognito/tokens.js';
import { failure } from './failures.js';
import type { Reply } from './scripted-service.js';
import { refuse, ScriptedService } from './scripted-service.js';
import { SUB, USER_HANDLE } from './signed-tokens.js';

let service: ScriptedService | undefined;
afterEach(async () => {
  await service?.stop();
  service = undefined;
});

async function serving(settings: { deadlineMs?: number; random?: () => number } = {}) {
  service = await ScriptedService.start();
  return { service, connection: connect({ ...service.settings, random: () => 0, ...settings }) };
}

const pending = { username: 'ana', session: 'a-session-of-twenty-characters' };
const tokens = {
  accessToken: 'a',
  idToken: 'i',
  refreshToken: 'r',
  expiresAt: 0,
  identity: { sub: SUB, userHandle: USER_HANDLE, username: 'ana', email: undefined, authTime: 0, isFederated: false },
} satisfies Tokens;
const credential = {
  id: 'AAAA',
  rawId: 'AAAA',
  type: 'public-key' as const,
  clientExtensionResults: {},
  response: { clientDataJSON: 'AAAA', attestationObject: 'AAAA' },
};

type Call = (connection: Connection) => Promise<unknown>;
const codeStep = {
  ...pending,
  step: 'email-code',
  challenge: 'EMAIL_OTP',
  isSecond: false,
  destination: undefined,
} as const;
const confirm = { step: 'confirm', username: 'ana', session: undefined, delivery: undefined } as const;
const calls: [operation: string, call: Call, json: object | 'tokens'][] = [
  ['InitiateAuth', (to) => startSignIn(to, 'ana', { prefer: 'email-code' }), 'tokens'],
  ['RespondToAuthChallenge', (to) => answerCode(to, codeStep, '1'), 'tokens'],
  [
    'AssociateSoftwareToken',
    (to) => startAppSetUp(to, { ...pending, step: 'set-up', choices: [] }),
    { SecretCode: 'AAAA' },
  ],
  [
    'VerifySoftwareToken',
    (to) => failure(answerAppSetUp(to, { ...pending, step: 'set-up-app', secret: 'AAAA' }, '1')),
    { Status: 'ERROR' },
  ],
  ['SignUp', (to) => signUp(to, { username: 'ana', attributes: {} }), { UserConfirmed: true }],
  ['ConfirmSignUp', (to) => confirmSignUp(to, confirm, '1'), {}],
  ['ResendConfirmationCode', (to) => resendCode(to, confirm), {}],
  ['ForgotPassword', (to) => forgotPassword(to, 'ana'), {}],
  ['ConfirmForgotPassword', (to) => confirmNewPassword(to, { username: 'ana' }, '1', 'p'), {}],
  ['GetTokensFromRefreshToken', (to) => new Renewal(to, tokens).tokens(), 'tokens'],
  ['RevokeToken', (to) => signOut(to, tokens), {}],
  ['GlobalSignOut', (to) => signOut(to, tokens, { everywhere: true }), {}],
  ['GetUser', (to) => getUser(to, tokens), { Username: 'ana' }],
  [
    'StartWebAuthnRegistration',
    (to) => startRegistration(to, tokens),
    {
      CredentialCreationOptions: {
        rp: { id: 'localhost', name: 'localhost' },
        user: { id: 'AAAA', name: 'ana', displayName: '' },
        challenge: 'AAAA',
        pubKeyCredParams: [{ alg: -7, type: 'public-key' }],
      },
    },
  ],
  ['CompleteWebAuthnRegistration', (to) => completeRegistration(to, tokens, credential), {}],
  ['ListWebAuthnCredentials', (to) => listPasskeys(to, tokens), {}],
  ['DeleteWebAuthnCredential', (to) => deletePasskey(to, tokens, 'AAAA'), {}],
];

describe('a service that has too much to do', () => {
  it.each(calls)('%s is sent again, and then succeeds', async (operation, call, json) => {
    const { service, connection } = await serving();
    const answer: Reply = { json: json === 'tokens' ? { AuthenticationResult: await service.tokens() } : json };
    service.replyWith(refuse('TooManyRequestsException'), refuse('ThrottlingException'), answer);
    await call(connection);
    expect(service.asked.map((one) => one.operation)).toEqual([operation, operation, operation]);
    expect(service.asked[2], 'the same request').toEqual(service.asked[0]);
  });

  it('is asked no more than six times', async () => {
    const { service, connection } = await serving();
    service.replyWith(refuse('TooManyRequestsException'));
    const error = await failure(startSignIn(connection, 'ana'));
    expect(error).toMatchObject({ code: 'too-many-requests', retryable: true, service: 'TooManyRequestsException' });
    expect(service.asked).toHaveLength(6);
  });

  it('is said to be so when the deadline comes first', async () => {
    const { service, connection } = await serving({ deadlineMs: 300, random: () => 1 });
    service.replyWith(refuse('TooManyRequestsException'));
    expect((await failure(startSignIn(connection, 'ana'))).code).toBe('too-many-requests');
    expect(service.asked.length).toBeLessThan(6);
  });

  it('is not waited for when nobody wants the answer any more', async () => {
    const { service, connection } = await serving({ random: () => 1 });
    service.replyWith(refuse('TooManyRequestsException'));
    const stop = new AbortController();
    const call = failure(startSignIn(connection, 'ana', { signal: stop.signal }));
    await expect.poll(() => service.asked.length).toBe(1);
    stop.abort();
    expect((await call).code).toBe('aborted');
  });

  it('does not make one send again what may have been done', async () => {
    const { service, connection } = await serving();
    service.replyWith(refuse('TooManyRequestsException'), 'cut');
    expect((await failure(startSignIn(connection, 'ana'))).code).toBe('network');
    expect(service.asked).toHaveLength(2);
  });

  it('does not count a limit of the account', async () => {
    const { service, connection } = await serving();
    service.replyWith(refuse('LimitExceededException'));
    expect((await failure(forgotPassword(connection, 'ana'))).code).toBe('too-many-attempts');
    expect(service.asked).toHaveLength(1);
  });
});

describe('pauses', () => {
  it('grow, up to five seconds, and are never the full step for all', () => {
    expect([1, 2, 3, 4, 5, 6, 7].map((tries) => backOff(tries, 1))).toEqual([200, 400, 800, 1600, 3200, 5000, 5000]);
    expect(backOff(3, 0.5)).toBe(400);
    expect(backOff(3, 0)).toBe(0);
  });
});
