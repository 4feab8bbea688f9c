import * as sdk from '@aws-sdk/client-cognito-identity-provider';
import { afterEach, describe, expect, it } from 'vitest';

import { CHALLENGES, UNUSED_CHALLENGES } from '../../src/cognito/challenge-names.js';
import { connect } from '../../src/cognito/connection.js';
import type { CallKind } from '../../src/cognito/error-names.js';
import { codeOf, OF_OTHER_OPERATIONS } from '../../src/cognito/error-names.js';
import type { CognitoErrorCode } from '../../src/cognito/errors.js';
import { COGNITO_MESSAGES } from '../../src/cognito/messages.js';
import { failure } from './failures.js';
import { refuse, ScriptedService } from './scripted-service.js';

/** Every exception of the service's model, as the installed SDK has it. */
const EXCEPTIONS = Object.values(sdk).filter(
  (one): one is typeof sdk.CognitoIdentityProviderServiceException =>
    typeof one === 'function' && one.prototype instanceof sdk.CognitoIdentityProviderServiceException,
);
const KINDS: CallKind[] = ['sign-in', 'sign-up', 'confirmation', 'recovery', 'signed-in', 'passkey'];

describe('the exceptions of the SDK', () => {
  it('are there to be looked at', () => {
    expect(EXCEPTIONS.length).toBeGreaterThan(50);
  });

  it.each(EXCEPTIONS.map(({ name }) => name))('%s has a code, or belongs to operations that are not called', (name) => {
    const codes = KINDS.map((kind) => codeOf(name, kind));
    if (OF_OTHER_OPERATIONS.has(name)) expect(codes).toEqual(KINDS.map(() => 'unknown'));
    else expect(codes).not.toContain('unknown');
  });

  it('are those that the list of other operations names', () => {
    const names = EXCEPTIONS.map(({ name }) => name);
    for (const name of OF_OTHER_OPERATIONS) expect(names).toContain(name);
  });
});

describe('the challenges of the SDK', () => {
  it('are each a step, a part of one, or explained', () => {
    expect(Object.keys(CHALLENGES).sort()).toEqual(Object.values(sdk.ChallengeNameType).sort());
    const unused = Object.entries(CHALLENGES).flatMap(([name, step]) => (step === 'unused' ? [name] : []));
    expect(Object.keys(UNUSED_CHALLENGES).sort()).toEqual([...unused, 'MFA_SETUP'].sort());
  });
});

const inAnyCall: [string, CognitoErrorCode][] = [
  ['AliasExistsException', 'alias-exists'],
  ['CodeDeliveryFailureException', 'code-not-delivered'],
  ['CodeMismatchException', 'wrong-code'],
  ['ConcurrentModificationException', 'changed-meanwhile'],
  ['EnableSoftwareTokenMFAException', 'wrong-code'],
  ['ExpiredCodeException', 'expired-code'],
  ['FeatureUnavailableInTierException', 'pool-misconfigured'],
  ['ForbiddenException', 'operation-refused'],
  ['InternalErrorException', 'service-failed'],
  ['InvalidEmailRoleAccessPolicyException', 'pool-misconfigured'],
  ['InvalidLambdaResponseException', 'trigger-failed'],
  ['InvalidPasswordException', 'weak-password'],
  ['InvalidSmsRoleAccessPolicyException', 'pool-misconfigured'],
  ['InvalidSmsRoleTrustRelationshipException', 'pool-misconfigured'],
  ['InvalidUserPoolConfigurationException', 'pool-misconfigured'],
  ['MFAMethodNotFoundException', 'mfa-not-set-up'],
  ['OperationNotEnabledException', 'pool-misconfigured'],
  ['PasswordHistoryPolicyViolationException', 'password-used-before'],
  ['PasswordResetRequiredException', 'password-reset-required'],
  ['RefreshTokenReuseException', 'refresh-token-reused'],
  ['SoftwareTokenMFANotFoundException', 'mfa-not-set-up'],
  ['TooManyFailedAttemptsException', 'too-many-attempts'],
  ['TooManyRequestsException', 'too-many-requests'],
  ['UnauthorizedException', 'operation-refused'],
  ['UnexpectedLambdaException', 'trigger-failed'],
  ['UnsupportedOperationException', 'operation-refused'],
  ['UnsupportedTokenTypeException', 'invalid-request'],
  ['UserLambdaValidationException', 'refused-by-trigger'],
  ['UserNotConfirmedException', 'user-not-confirmed'],
  ['UsernameExistsException', 'username-exists'],
  ['WebAuthnChallengeNotFoundException', 'passkey-challenge-ended'],
  ['WebAuthnClientMismatchException', 'passkey-client-mismatch'],
  ['WebAuthnConfigurationMissingException', 'passkeys-without-domain'],
  ['WebAuthnCredentialNotSupportedException', 'passkey-not-supported'],
  ['WebAuthnNotEnabledException', 'passkeys-off'],
  ['WebAuthnOriginNotAllowedException', 'passkey-origin-refused'],
  ['WebAuthnRelyingPartyMismatchException', 'passkey-relying-party-mismatch'],
  ['Throttling', 'too-many-requests'],
  ['ThrottlingException', 'too-many-requests'],
  ['RequestLimitExceeded', 'too-many-requests'],
  ['SlowDown', 'too-many-requests'],
  ['SomethingNewException', 'unknown'],
  ['constructor', 'unknown'],
];
const byKind: [string, Partial<Record<CallKind, CognitoErrorCode>>][] = [
  [
    'NotAuthorizedException',
    {
      'sign-in': 'not-authorized',
      'sign-up': 'sign-up-closed',
      confirmation: 'confirmation-refused',
      recovery: 'reset-refused',
      'signed-in': 'signed-out',
      passkey: 'signed-out',
    },
  ],
  [
    'LimitExceededException',
    {
      'sign-in': 'too-many-attempts',
      'sign-up': 'too-many-attempts',
      confirmation: 'too-many-attempts',
      recovery: 'too-many-attempts',
      'signed-in': 'limit-reached',
      passkey: 'limit-reached',
    },
  ],
  ['UserNotFoundException', { 'sign-in': 'user-not-found', recovery: 'user-not-found', 'signed-in': 'signed-out' }],
  [
    'ResourceNotFoundException',
    { 'sign-in': 'pool-not-found', 'signed-in': 'pool-not-found', passkey: 'passkey-not-found' },
  ],
  ['InvalidParameterException', { 'sign-in': 'invalid-request', recovery: 'reset-refused' }],
];

describe('the name of an exception', () => {
  it.each(inAnyCall)('%s is %s', (name, code) => {
    for (const kind of KINDS) expect(codeOf(name, kind)).toBe(code);
  });

  it.each(byKind)('%s means what the call was about', (name, codes) => {
    for (const [kind, code] of Object.entries(codes)) expect(codeOf(name, kind as CallKind)).toBe(code); // keys of the record
  });

  it.each(Object.entries(COGNITO_MESSAGES))('%s has a sentence and a next step', (_, { sentence, next }) => {
    expect(sentence).toMatch(/^[A-Z].*\.$/);
    expect(next).toMatch(/^[A-Z].*\.$/);
  });
});

describe('an exception that comes over the wire', () => {
  let service: ScriptedService | undefined;
  afterEach(async () => {
    await service?.stop();
    service = undefined;
  });

  it.each(EXCEPTIONS.map(({ name }) => name))('%s keeps its name, and its words to itself', async (name) => {
    service = await ScriptedService.start(refuse(name));
    const connection = connect({ ...service.settings, random: () => 0 });
    const call = connection.call('sign-in', 'once', {}, (client, abortSignal) =>
      client.send(new sdk.InitiateAuthCommand({ ClientId: 'c', AuthFlow: 'USER_AUTH' }), { abortSignal }),
    );
    const error = await failure(call);
    expect(error).toMatchObject({ code: codeOf(name, 'sign-in'), service: name });
    expect(error.message).not.toContain('secret-text');
  });

  it('has a place in a table also when a gateway says it by number alone', async () => {
    service = await ScriptedService.start({ status: 429, text: '<html>Slow down</html>' });
    const connection = connect({ ...service.settings, random: () => 0 });
    const call = connection.call('sign-in', 'once', {}, (client, abortSignal) =>
      client.send(new sdk.InitiateAuthCommand({ ClientId: 'c', AuthFlow: 'USER_AUTH' }), { abortSignal }),
    );
    expect((await failure(call)).code).toBe('too-many-requests');
  });
});
