import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

import type { Reply } from '../cognito/scripted-service.js';
import { refuse, ScriptedService } from '../cognito/scripted-service.js';
import { SrpServer } from '../cognito/srp-server.js';
import { json, Run, run } from './harness.js';

// Starting the SDK takes its time on a machine that does much else.
vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

const PASSWORD = 'Correct-horse-7';

let service: ScriptedService;
let done: Reply;
beforeEach(async () => {
  service = await ScriptedService.start();
  done = { json: { AuthenticationResult: await service.tokens() } };
});
afterEach(() => service.stop());

const challenge = (ChallengeName: string, ChallengeParameters: object = {}): Reply => ({
  json: { ChallengeName, ChallengeParameters, Session: 'a-session-of-twenty-characters' },
});
const verifier = () => challenge('PASSWORD_VERIFIER', new SrpServer('Scripted1', 'ana', PASSWORD).parameters);
const ARGS = ['sign-in', '--user', 'ana', '--with', 'password'];
const env = () => ({ KEYDESK_POOL: JSON.stringify({ ...service.settings, rpId: 'localhost' }) });
const script = (...lines: string[]) => run([...ARGS, '--json'], { lines, env: env() });
const person = () => new Run(ARGS, env(), { rawModes: [] });
const operations = () => service.asked.map(({ operation }) => operation);

describe('a second factor on the command line', () => {
  it('is a line of standard input', async () => {
    service.replyWith(verifier(), challenge('SOFTWARE_TOKEN_MFA'), done, { json: {} });
    expect(json(await script(PASSWORD, '123456'))).toMatchObject({ username: 'ana' });
    expect(service.asked[2]?.body).toMatchObject({ ChallengeResponses: { SOFTWARE_TOKEN_MFA_CODE: '123456' } });
  });

  it('is chosen by a person, and the first one by a script', async () => {
    const choice = challenge('SELECT_MFA_TYPE', { MFAS_CAN_CHOOSE: '["SMS_MFA","SOFTWARE_TOKEN_MFA"]' });
    service.replyWith(verifier(), choice, challenge('SMS_MFA', { CODE_DELIVERY_DESTINATION: '+*67' }), done, {
      json: {},
    });
    const program = person();
    await program.answers('Password: ', PASSWORD);
    await program.says('Second factor (app-code, sms-code): ');
    program.stdin.write('sms-code\n');
    await program.answers('Code on its way to +*67: ', '123456');
    expect(await program.ended).toMatchObject({ status: 0 });
    service.replyWith(verifier(), choice, challenge('SOFTWARE_TOKEN_MFA'), done, { json: {} });
    expect(json(await script(PASSWORD, '123456'))).toMatchObject({ username: 'ana' });
    expect(service.asked.findLast(({ body }) => body['ChallengeName'] === 'SELECT_MFA_TYPE')?.body).toMatchObject({
      ChallengeResponses: { ANSWER: 'SOFTWARE_TOKEN_MFA' },
    });
  });

  it('is set up with the key that an app takes', async () => {
    service.replyWith(
      verifier(),
      challenge('MFA_SETUP', { MFAS_CAN_SETUP: '["SOFTWARE_TOKEN_MFA"]' }),
      { json: { SecretCode: 'GEZDGNBV' } },
      refuse('EnableSoftwareTokenMFAException'),
      { json: { Status: 'SUCCESS' } },
      done,
      { json: {} },
    );
    const program = person();
    await program.answers('Password: ', PASSWORD);
    await program.says('otpauth://totp/Keydesk:ana?secret=GEZDGNBV&issuer=Keydesk');
    await program.answers('Code that the app shows: ', '000000');
    await program.says('That code is wrong.');
    program.stdin.write('123456\r');
    expect(await program.ended).toMatchObject({ status: 0, stdout: 'Signed in as ana.\n' });
  });

  it('that Keydesk does not do is explained', async () => {
    service.replyWith(verifier(), challenge('DEVICE_SRP_AUTH'));
    expect(json(await script(PASSWORD))).toMatchObject({
      error: { code: 'pool/unsupported-challenge', detail: 'DEVICE_SRP_AUTH' },
    });
  });
});

describe('an account that is not ready', () => {
  it('is confirmed by a person, and signed in to without a second code', async () => {
    service.replyWith(
      verifier(),
      refuse('UserNotConfirmedException'),
      { json: {} },
      { json: { Session: 'session-of-the-confirmation' } },
      done,
      { json: {} },
    );
    const program = person();
    await program.answers('Password: ', PASSWORD);
    await program.answers('Code: ', '123456');
    expect(await program.ended).toMatchObject({ status: 0 });
    expect(operations().slice(2)).toEqual(['ResendConfirmationCode', 'ConfirmSignUp', 'InitiateAuth', 'RevokeToken']);
    expect(service.asked[4]?.body).toMatchObject({ Session: 'session-of-the-confirmation' });
  });

  it('gets a new password from a person', async () => {
    const server = new SrpServer('Scripted1', 'ana', 'Better-horse-8');
    service.replyWith(
      verifier(),
      refuse('PasswordResetRequiredException'),
      { json: {} },
      { json: {} },
      challenge('PASSWORD_VERIFIER', server.parameters),
      done,
      { json: {} },
    );
    const program = person();
    await program.answers('Password: ', PASSWORD);
    await program.answers('Code: ', '123456');
    await program.answers('New password: ', 'Better-horse-8');
    await program.answers('New password again: ', 'Better-horse-8');
    expect(await program.ended).toMatchObject({ status: 0 });
    expect(operations().slice(2, 4)).toEqual(['ForgotPassword', 'ConfirmForgotPassword']);
  });

  it('is told to a script, which is not asked', async () => {
    service.replyWith(verifier(), refuse('UserNotConfirmedException'));
    expect(json(await script(PASSWORD))).toMatchObject({ error: { code: 'pool/user-not-confirmed' } });
    expect(operations()).toHaveLength(2);
  });
});
