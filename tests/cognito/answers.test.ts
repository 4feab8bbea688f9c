import fc from 'fast-check';
import { afterEach, describe, expect, it, vi } from 'vitest';

import { getUser } from '../../src/cognito/account.js';
import { connect } from '../../src/cognito/connection.js';
import type { CognitoErrorCode } from '../../src/cognito/errors.js';
import { forgotPassword } from '../../src/cognito/forgot-password.js';
import { startAppSetUp } from '../../src/cognito/mfa.js';
import { listPasskeys, startRegistration } from '../../src/cognito/passkeys.js';
import { Renewal } from '../../src/cognito/refresh.js';
import { startSignIn } from '../../src/cognito/sign-in.js';
import { confirmSignUp, signUp } from '../../src/cognito/sign-up.js';
import { failure } from './failures.js';
import type { Reply } from './scripted-service.js';
import { refuse, ScriptedService } from './scripted-service.js';
import { authenticationResult, claimsOf, signToken, USER_POOL_ID } from './signed-tokens.js';

// Many requests each, which takes seconds on a busy machine.
vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

const tokens = { accessToken: 'an-access-token' };

let service: ScriptedService | undefined;
afterEach(async () => {
  await service?.stop();
  service = undefined;
});

async function serving(...replies: Reply[]) {
  service = await ScriptedService.start(...replies);
  // No test waits for pauses: they are as short as chance can make them.
  const connection = connect({ ...service.settings, deadlineMs: 10_000, random: () => 0 });
  return { connection, asked: service.asked };
}

/** A pool on this machine may be reached through another port than its own. */
const issue = { issuer: `http://127.0.0.1:1/${USER_POOL_ID}`, now: Date.now() };
const result = await authenticationResult(issue);
const { id: claims } = claimsOf(issue);
const withClaims = async (changes: object) => ({
  ...result,
  IdToken: await signToken({ ...claims, ...changes }),
});
const forAnother = await withClaims({ aud: 'x' });
const lacking = await Promise.all(
  ['sub', 'cognito:username', 'aud', 'token_use', 'auth_time', 'exp'].map(async (name): Promise<[string, Reply]> => {
    const json = { AuthenticationResult: await withClaims({ [name]: undefined }) };
    return [`an ID token without ${name}`, { json }];
  }),
);
const session = 'a-session-of-twenty-characters';

describe('every answer to a sign-in leads somewhere', () => {
  it.each<[string, object, object]>([
    ['tokens', { AuthenticationResult: result }, { step: 'signed-in' }],
    [
      'tokens with members of tomorrow',
      { AuthenticationResult: { ...result, Tomorrow: 1 }, ChallengeParameters: null },
      { step: 'signed-in' },
    ],
    [
      'a passkey question with the fewest members',
      {
        ChallengeName: 'WEB_AUTHN',
        Session: session,
        ChallengeParameters: { CREDENTIAL_REQUEST_OPTIONS: '{"challenge":"AAAA","future":1}' },
      },
      { step: 'passkey', options: { challenge: 'AAAA', userVerification: 'preferred', future: 1 } },
    ],
    ['a password question', { ChallengeName: 'PASSWORD', Session: session }, { step: 'password' }],
    [
      'a code by SMS',
      { ChallengeName: 'SMS_OTP', Session: session, ChallengeParameters: { CODE_DELIVERY_DESTINATION: '+*1234' } },
      { step: 'sms-code', destination: '+*1234' },
    ],
    ['a code that went nobody knows where', { ChallengeName: 'EMAIL_OTP', Session: session }, { step: 'email-code' }],
    [
      'a new password with required attributes',
      {
        ChallengeName: 'NEW_PASSWORD_REQUIRED',
        Session: session,
        ChallengeParameters: { requiredAttributes: '["userAttributes.name"]' },
      },
      { step: 'new-password', required: ['name'] },
    ],
    [
      'a choice, some of it unknown',
      { ChallengeName: 'SELECT_CHALLENGE', Session: session, AvailableChallenges: ['SMS_OTP', 'PASSWORD_SRP', 'NEW'] },
      { step: 'select', choices: ['password', 'sms-code'], plainPassword: false },
    ],
    [
      'a choice of nothing known',
      { ChallengeName: 'SELECT_CHALLENGE', Session: session, AvailableChallenges: ['IRIS_SCAN'] },
      { step: 'unsupported', challenges: ['IRIS_SCAN'], reason: undefined },
    ],
    ['a choice of nothing', { ChallengeName: 'SELECT_CHALLENGE', Session: session }, { step: 'unsupported' }],
    [
      'a choice that takes the password itself only',
      { ChallengeName: 'SELECT_CHALLENGE', Session: session, AvailableChallenges: ['PASSWORD'] },
      { step: 'select', choices: ['password'], plainPassword: true },
    ],
    [
      'a name of the service’s own for the person',
      { ChallengeName: 'SMS_OTP', Session: session, ChallengeParameters: { USERNAME: 'b7e9' } },
      { step: 'sms-code', username: 'ana', userId: 'b7e9' },
    ],
    [
      'a second factor, at once',
      { ChallengeName: 'SOFTWARE_TOKEN_MFA', Session: session },
      { step: 'app-code', isSecond: true },
    ],
    [
      'a second factor by a name that only the documents have',
      { ChallengeName: 'EMAIL_MFA', Session: session },
      { step: 'email-code', challenge: 'EMAIL_MFA', isSecond: true },
    ],
    [
      'a choice of second factors',
      {
        ChallengeName: 'SELECT_MFA_TYPE',
        Session: session,
        ChallengeParameters: { MFAS_CAN_CHOOSE: '["SMS_MFA","SOFTWARE_TOKEN_MFA","EMAIL_OTP","NEW"]' },
      },
      { step: 'select-second', choices: ['app-code', 'email-code', 'sms-code'] },
    ],
    [
      'a second factor to be set up',
      {
        ChallengeName: 'MFA_SETUP',
        Session: session,
        ChallengeParameters: { MFAS_CAN_SETUP: '["SMS_MFA","SOFTWARE_TOKEN_MFA","EMAIL_OTP"]' },
      },
      { step: 'set-up', choices: ['app-code', 'email-code'] },
    ],
    [
      'a second factor that only the helpdesk can set up',
      { ChallengeName: 'MFA_SETUP', Session: session, ChallengeParameters: { MFAS_CAN_SETUP: '["SMS_MFA"]' } },
      { step: 'unsupported', challenges: ['SMS_MFA'], reason: 'MFA_SETUP' },
    ],
    [
      'a question for a computer',
      { ChallengeName: 'DEVICE_SRP_AUTH', Session: session },
      { step: 'unsupported', challenges: ['DEVICE_SRP_AUTH'], reason: 'DEVICE_SRP_AUTH' },
    ],
    ['a challenge of tomorrow', { ChallengeName: 'IRIS_SCAN', Session: session }, { challenges: ['IRIS_SCAN'] }],
  ])('%s', async (_, json, state) => {
    const { connection } = await serving({ json });
    await expect(startSignIn(connection, 'ana')).resolves.toMatchObject(state);
  });

  const question = (options: string | undefined) => ({
    ChallengeName: 'WEB_AUTHN',
    Session: session,
    ChallengeParameters: { CREDENTIAL_REQUEST_OPTIONS: options },
  });
  it.each<[string, Reply]>([
    ['nothing', { json: {} }],
    ['no JSON', { text: 'secret-text' }],
    ['half of it', { text: '{"ChallengeName":"WEB_' }],
    ['a web page', { text: '<html>secret-text</html>' }],
    ['a web page with an error', { status: 404, text: '<html>secret-text</html>' }],
    ['a list', { json: ['secret-text'] }],
    ['an empty name', { json: { ChallengeName: '', Session: session } }],
    ['a challenge without a session', { json: { ChallengeName: 'PASSWORD' } }],
    ['a question without options', { json: question(undefined) }],
    ['options that are no JSON', { json: question('secret-text') }],
    ['options that are a list', { json: question('[]') }],
    ['options without a challenge', { json: question('{}') }],
    ['an empty challenge', { json: question('{"challenge":""}') }],
    ['a challenge that is not base64url', { json: question('{"challenge":"AA=="}') }],
    ['an RP ID that is no text', { json: question('{"challenge":"AAAA","rpId":1}') }],
    ['a list of keys that is none', { json: question('{"challenge":"AAAA","allowCredentials":{}}') }],
    ['a key without id', { json: question('{"challenge":"AAAA","allowCredentials":[{"type":"public-key"}]}') }],
    ['no access token', { json: { AuthenticationResult: { ...result, AccessToken: undefined } } }],
    ['no refresh token', { json: { AuthenticationResult: { ...result, RefreshToken: undefined } } }],
    ['no lifetime', { json: { AuthenticationResult: { ...result, ExpiresIn: undefined } } }],
    ['an ID token that is none', { json: { AuthenticationResult: { ...result, IdToken: 'secret-text' } } }],
    ['an ID token of no claims', { json: { AuthenticationResult: { ...result, IdToken: 'a.b.c' } } }],
    ...lacking,
    ['an ID token for another client', { json: { AuthenticationResult: forAnother } }],
    [
      'a verifier that nobody has asked for',
      {
        json: {
          ChallengeName: 'PASSWORD_VERIFIER',
          Session: session,
          ChallengeParameters: { SRP_B: '2', SALT: '2', SECRET_BLOCK: 'AAAA', USER_ID_FOR_SRP: 'ana' },
        },
      },
    ],
    [
      'a choice of second factors that is no list',
      {
        json: { ChallengeName: 'SELECT_MFA_TYPE', Session: session, ChallengeParameters: { MFAS_CAN_CHOOSE: '{}' } },
      },
    ],
    [
      'second factors to be set up that are no list',
      {
        json: { ChallengeName: 'MFA_SETUP', Session: session, ChallengeParameters: { MFAS_CAN_SETUP: '1' } },
      },
    ],
    [
      'a requirement that is no list',
      {
        json: {
          ChallengeName: 'NEW_PASSWORD_REQUIRED',
          Session: session,
          ChallengeParameters: { requiredAttributes: '{}' },
        },
      },
    ],
  ])('nonsense is named, and not repeated: %s', async (_, reply) => {
    const { connection, asked } = await serving(reply);
    const error = await failure(startSignIn(connection, 'ana'));
    expect(error.code).toBe('bad-answer');
    expect(JSON.stringify([error.message, error.detail, String(error.cause)])).not.toContain('secret-text');
    expect(asked).toHaveLength(1);
  });

  it('tokens of somebody else are refused at a refresh', async () => {
    const { connection } = await serving(
      { json: { AuthenticationResult: result } },
      {
        json: {
          AuthenticationResult: await authenticationResult({
            ...issue,
            id: { sub: 'other' },
            access: { sub: 'other' },
          }),
        },
      },
    );
    const state = await startSignIn(connection, 'ana');
    if (state.step !== 'signed-in') throw new Error('Not signed in');
    expect((await failure(new Renewal(connection, state.tokens).tokens())).code).toBe('bad-answer');
  });
});

describe('passkeys', () => {
  it('reads a list whose entries lack what they may lack', async () => {
    const { connection } = await serving({ json: { Credentials: [{ CredentialId: 'AAAA' }], More: true } });
    await expect(listPasskeys(connection, tokens)).resolves.toEqual([
      { id: 'AAAA', name: undefined, rpId: undefined, attachment: undefined, transports: [], createdAt: undefined },
    ]);
  });

  it('reads every page', async () => {
    const { connection, asked } = await serving(
      { json: { Credentials: [{ CredentialId: 'AAAA' }], NextToken: 'n' } },
      { json: { Credentials: [{ CredentialId: 'BBBB' }] } },
    );
    expect((await listPasskeys(connection, tokens)).map(({ id }) => id)).toEqual(['AAAA', 'BBBB']);
    expect(asked[1]?.body['NextToken']).toBe('n');
  });

  it('does not turn pages for ever', async () => {
    const { connection } = await serving({ json: { Credentials: [], NextToken: 'n' } });
    expect((await failure(listPasskeys(connection, tokens))).code).toBe('bad-answer');
  });

  it.each<[string, Reply]>([
    ['an entry without id', { json: { Credentials: [{}] } }],
    [
      'transports that are no list',
      { json: { Credentials: [{ CredentialId: 'AAAA', AuthenticatorTransports: 'usb' }] } },
    ],
    ['a time that is none', { json: { Credentials: [{ CredentialId: 'AAAA', CreatedAt: 'yesterday' }] } }],
    ['entries that are no list', { json: { Credentials: 'AAAA' } }],
  ])('refuses a list with %s', async (_, reply) => {
    const { connection } = await serving(reply);
    expect((await failure(listPasskeys(connection, tokens))).code).toBe('bad-answer');
  });

  const creation = {
    rp: { id: 'localhost', name: 'localhost' },
    user: { id: 'AAAA', name: 'ana', displayName: '' },
    challenge: 'AAAA',
    pubKeyCredParams: [{ alg: -7, type: 'public-key' }],
  };
  it('reads creation options with members of tomorrow', async () => {
    const options = { ...creation, attestation: 'none', extensions: { credProps: true }, tomorrow: 1 };
    const { connection } = await serving({ json: { CredentialCreationOptions: options } });
    await expect(startRegistration(connection, tokens)).resolves.toEqual(options);
  });

  it.each<[string, unknown]>([
    ['none', undefined],
    ['text', JSON.stringify(creation)],
    ...Object.keys(creation).map((name): [string, unknown] => [`no ${name}`, { ...creation, [name]: undefined }]),
    ['a user handle of 66 bytes', { ...creation, user: { ...creation.user, id: 'A'.repeat(88) } }],
    ['an algorithm that is text', { ...creation, pubKeyCredParams: [{ alg: 'ES256', type: 'public-key' }] }],
    ['a selection that is text', { ...creation, authenticatorSelection: 'usb' }],
  ])('refuses creation options: %s', async (_, options) => {
    const { connection } = await serving({ json: { CredentialCreationOptions: options } });
    expect((await failure(startRegistration(connection, tokens))).code).toBe('bad-answer');
  });
});

describe('the words of the service', () => {
  it('passes on the words of a trigger and of the password rule, and no others', async () => {
    for (const [name, detail] of [
      ['UserLambdaValidationException', 'secret-text'],
      ['InvalidPasswordException', 'secret-text'],
      ['NotAuthorizedException', undefined],
    ] as const) {
      const { connection } = await serving(refuse(name));
      expect((await failure(startSignIn(connection, 'ana'))).detail).toBe(detail);
      await service?.stop();
      service = undefined;
    }
  });
});

describe('the way there', () => {
  it('reads again what the network lost', async () => {
    const { connection, asked } = await serving('cut', { status: 503, text: 'busy' }, { json: { Username: 'ana' } });
    await expect(getUser(connection, tokens)).resolves.toMatchObject({ username: 'ana' });
    expect(asked).toHaveLength(3);
  });

  it.each<[string, Reply, CognitoErrorCode]>([
    ['cut connections', 'cut', 'network'],
    ['a failing service', refuse('InternalErrorException', 500), 'service-failed'],
    ['an unknown failure of the service', refuse('SomethingNewException', 500), 'service-failed'],
    ['a broken gateway', { status: 502, text: '<html>secret-text</html>' }, 'service-failed'],
  ])('gives up on %s after three tries', async (_, reply, code) => {
    const { connection, asked } = await serving(reply);
    expect(await failure(getUser(connection, tokens))).toMatchObject({ code, retryable: true });
    expect(asked).toHaveLength(3);
  });

  it.each<[string, Reply]>([
    ['a cut connection', 'cut'],
    ['a failing service', refuse('InternalErrorException', 500)],
  ])('starts a sign-in once, whatever happens: %s', async (_, reply) => {
    const { connection, asked } = await serving(reply);
    expect((await failure(startSignIn(connection, 'ana'))).retryable).toBe(true);
    expect(asked).toHaveLength(1);
  });

  it('does not read again what was refused', async () => {
    const { connection, asked } = await serving(refuse('NotAuthorizedException'));
    await failure(getUser(connection, tokens));
    expect(asked).toHaveLength(1);
  });

  it('reports a service that is not there', async () => {
    const { connection } = await serving();
    await service?.stop();
    service = undefined;
    expect(await failure(startSignIn(connection, 'ana'))).toMatchObject({ code: 'network', retryable: true });
  });

  it('does not wait longer than its deadline', async () => {
    service = await ScriptedService.start('silence');
    const connection = connect({ ...service.settings, deadlineMs: 50 });
    expect(await failure(startSignIn(connection, 'ana'))).toMatchObject({ code: 'timeout', retryable: true });
  });

  it('stops when told to, before and during the call', async () => {
    const { connection, asked } = await serving('silence');
    const before = startSignIn(connection, 'ana', { signal: AbortSignal.abort() });
    expect((await failure(before)).code).toBe('aborted');
    expect(asked).toHaveLength(0);

    const stop = new AbortController();
    const during = failure(startSignIn(connection, 'ana', { signal: stop.signal }));
    await expect.poll(() => asked.length).toBe(1);
    stop.abort();
    expect(await during).toMatchObject({ code: 'aborted', retryable: false });
  });

  it('stops between two tries', async () => {
    service = await ScriptedService.start('cut');
    const { asked } = service;
    const connection = connect({ ...service.settings, random: () => 1 });
    const stop = new AbortController();
    const call = failure(getUser(connection, tokens, { signal: stop.signal }));
    await expect.poll(() => asked.length).toBe(1);
    stop.abort();
    expect((await call).code).toBe('aborted');
    expect(asked.length).toBeLessThan(3);
  });
});

describe('any JSON at all', () => {
  /** JSON that comes near to an answer: the members that are read, with anything in them. */
  const any = fc.jsonValue({ maxDepth: 3 });
  const answers = fc.oneof(
    any,
    fc.dictionary(
      fc.constantFrom(
        ...['ChallengeName', 'Session', 'ChallengeParameters', 'AvailableChallenges', 'AuthenticationResult'],
        ...['Credentials', 'NextToken', 'CredentialCreationOptions', 'Username', 'UserAttributes'],
        ...['SecretCode', 'UserConfirmed', 'CodeDeliveryDetails'],
      ),
      fc.oneof(
        any,
        fc.constantFrom(
          'WEB_AUTHN',
          'EMAIL_OTP',
          'SELECT_CHALLENGE',
          'NEW_PASSWORD_REQUIRED',
          'PASSWORD_VERIFIER',
          'MFA_SETUP',
          'SELECT_MFA_TYPE',
        ),
      ),
    ),
  );

  it('is an answer or a bad answer', async () => {
    const { connection } = await serving();
    await fc.assert(
      fc.asyncProperty(answers, async (json) => {
        for (const call of [
          () => startSignIn(connection, 'ana'),
          () => startRegistration(connection, tokens),
          () => listPasskeys(connection, tokens),
          () => getUser(connection, tokens),
          () => startSignIn(connection, 'ana', { prefer: 'password', password: 'p' }),
          () => startAppSetUp(connection, { step: 'set-up', username: 'ana', session, choices: [] }),
          () => signUp(connection, { username: 'ana', attributes: {} }),
          () => confirmSignUp(connection, { step: 'confirm', username: 'ana', session, delivery: undefined }, '1'),
          () => forgotPassword(connection, 'ana'),
        ]) {
          service?.replyWith({ json }, { json: {} });
          const error: unknown = await call().then(
            () => undefined,
            (reason: unknown) => reason,
          );
          if (error !== undefined) expect(error).toMatchObject({ name: 'CognitoError', code: 'bad-answer' });
        }
      }),
      { numRuns: 60 },
    );
  });
});
