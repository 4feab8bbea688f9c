import { afterEach, expect, it, vi } from 'vitest';

import type { Connection } from '../../src/cognito/connection.js';
import { connect } from '../../src/cognito/connection.js';
import { confirmNewPassword, forgotPassword } from '../../src/cognito/forgot-password.js';
import { answerAppSetUp, answerEmailSetUp, startAppSetUp } from '../../src/cognito/mfa.js';
import { answerCode, chooseSecond, startSignIn } from '../../src/cognito/sign-in.js';
import type { SignInState } from '../../src/cognito/sign-in-states.js';
import type { PoolOptions } from '../../src/pool/pool.js';
import { PoolUnderTest } from '../pool/people.js';
import { totp } from '../pool/totp.js';

// A new pool makes two RSA keys, which takes seconds on a busy machine.
vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

let t: PoolUnderTest;
let connection: Connection;
afterEach(() => t.stop());

async function open(mfa: PoolOptions['mfa']) {
  t = await PoolUnderTest.start({ firstFactors: ['PASSWORD', 'EMAIL_OTP', 'SMS_OTP'], mfa });
  connection = connect({ ...t.pool, now: () => t.now });
}

function at<S extends SignInState['step']>(step: S, state: SignInState): Extract<SignInState, { step: S }> {
  if (state.step !== step) throw new Error(`The sign-in is at ${state.step}, not at ${step}`);
  return state as Extract<SignInState, { step: S }>; // as just seen
}

const withPassword = (username: string, password = 'Correct-horse-1') =>
  startSignIn(connection, username, { prefer: 'password', password });

it('the client proves a password to the pool without sending it', async () => {
  await open({});
  await t.addUser('ann');
  const before = t.pool.calls().length;
  at('signed-in', await withPassword('ann'));
  expect(t.pool.calls().slice(before)).toEqual(['InitiateAuth', 'RespondToAuthChallenge']);
  await expect(withPassword('ann', 'Wrong-horse-1')).rejects.toMatchObject({ code: 'not-authorized' });
});

it('the client sets an app up on the way in, and signs in by its codes', async () => {
  await open({ MfaConfiguration: 'ON', SoftwareTokenMfaConfiguration: { Enabled: true } });
  await t.addUser('bob');
  const setUp = await startAppSetUp(connection, at('set-up', await withPassword('bob')));
  await expect(answerAppSetUp(connection, setUp, '000000')).rejects.toMatchObject({ code: 'wrong-code' });
  at('signed-in', await answerAppSetUp(connection, setUp, totp(setUp.secret, t.now)));
  t.pass(30_000);
  const asked = at('app-code', await withPassword('bob'));
  at('signed-in', await answerCode(connection, asked, totp(setUp.secret, t.now)));
});

it('the client sets an address up on the way in', async () => {
  await open({ MfaConfiguration: 'ON', SmsMfaConfiguration: {}, EmailMfaConfiguration: {} });
  await t.addUser('cat', 'Correct-horse-1', { email: '' });
  const setUp = at('set-up', await withPassword('cat'));
  await expect(answerEmailSetUp(connection, setUp, 'no address')).rejects.toBeInstanceOf(Error);
  const asked = at('email-code', await answerEmailSetUp(connection, setUp, 'cat@example.org'));
  expect(asked).toMatchObject({ isSecond: true, destination: 'c***@e***' });
  at('signed-in', await answerCode(connection, asked, t.lastCode()));
});

it('the client lets choose among second factors, and sends codes by SMS', async () => {
  await open({ MfaConfiguration: 'ON', SmsMfaConfiguration: {}, EmailMfaConfiguration: {} });
  await t.addUser('dan', 'Correct-horse-1', { phone_number: '+15550100' });
  const choice = at('select-second', await withPassword('dan'));
  expect(choice.choices).toEqual(['email-code', 'sms-code']);
  const asked = at('sms-code', await chooseSecond(connection, choice, 'sms-code'));
  at('signed-in', await answerCode(connection, asked, t.lastCode()));
});

it('the client signs in by a code by SMS alone, and replaces a forgotten password', async () => {
  await open({});
  await t.addUser('eve', 'Correct-horse-1', { phone_number: '+15550100' });
  const asked = at('sms-code', await startSignIn(connection, 'eve', { prefer: 'sms-code' }));
  at('signed-in', await answerCode(connection, asked, t.lastCode()));
  const reset = await forgotPassword(connection, 'eve');
  await confirmNewPassword(connection, reset, t.lastCode(), 'Another-horse-2');
  at('signed-in', await withPassword('eve', 'Another-horse-2'));
});
