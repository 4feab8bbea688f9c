import { ConfirmForgotPasswordCommand, ForgotPasswordCommand } from '@aws-sdk/client-cognito-identity-provider';
import { createSrpSession } from 'cognito-srp-helper';
import { expect, it } from 'vitest';

import { proofOf } from '../pool/srp-client.js';
import type { AtPool, Reasons } from './open-pool.js';
import { because, Visitor } from './open-pool.js';

/** A wrong password, or a name that nobody has. */
const REFUSED = { name: 'NotAuthorizedException', message: 'Incorrect username or password.' };

/** Passwords proved by SRP, codes by e-mail, forgotten passwords, and what is said of people who do not exist. */
export function provesPasswords(at: AtPool, { noMail }: Reasons): void {
  const stranger = () => new Visitor(at().pool, { username: 'nobody-of-this-name', password: 'Correct-horse-1' });
  const lastCode = (username: string) => {
    const { pool } = at();
    if (!pool.lastCode) throw new Error('The mail of this pool cannot be read');
    return pool.lastCode(username);
  };

  /** SRP to its end. */
  const prove = async (visitor: Visitor, password = visitor.person.password) => {
    const { username } = visitor.person;
    const client = createSrpSession(username, password, at().pool.userPoolId, false);
    const question = await visitor.initiate({ PREFERRED_CHALLENGE: 'PASSWORD_SRP', SRP_A: client.largeA });
    expect(question.ChallengeName).toBe('PASSWORD_VERIFIER');
    return visitor.respond(question, proofOf(client, question));
  };

  it('lets a password be proved by SRP, and refuses a wrong one', async () => {
    const { visitor } = at();
    const answer = await prove(visitor);
    expect(answer.AuthenticationResult).toMatchObject({ TokenType: 'Bearer' });
    await expect(prove(visitor, 'Wrong-password-1')).rejects.toMatchObject(REFUSED);
  });

  it('treats a name that nobody has as one with another password', async () => {
    expect((await stranger().initiate()).ChallengeName).toBeTypeOf('string');
    await expect(stranger().signIn()).rejects.toMatchObject(REFUSED);
    await expect(prove(stranger())).rejects.toMatchObject(REFUSED);
  });

  it('seems to mail a code to a name that nobody has', async () => {
    const { pool } = at();
    const { CodeDeliveryDetails } = await pool.client.send(
      new ForgotPasswordCommand({ ClientId: pool.clientId, Username: stranger().person.username }),
    );
    expect(CodeDeliveryDetails?.Destination).toContain('@');
  });

  it.skipIf(noMail !== undefined)(`takes the code that it mailed, and no other${because(noMail)}`, async () => {
    const { visitor } = at();
    const question = await visitor.initiate({ PREFERRED_CHALLENGE: 'EMAIL_OTP' });
    expect(question).toMatchObject({
      ChallengeName: 'EMAIL_OTP',
      ChallengeParameters: { CODE_DELIVERY_DELIVERY_MEDIUM: 'EMAIL' },
    });
    const code = lastCode(visitor.person.username);
    const other = code === '12345678' ? '87654321' : '12345678';
    const wrong = visitor.respond(question, { EMAIL_OTP_CODE: other });
    await expect(wrong).rejects.toMatchObject({ name: 'CodeMismatchException' });
    const answer = await visitor.respond(question, { EMAIL_OTP_CODE: code });
    expect(answer.AuthenticationResult?.AccessToken).toBeTypeOf('string');
    const again = visitor.respond(question, { EMAIL_OTP_CODE: code });
    await expect(again).rejects.toMatchObject({ name: 'NotAuthorizedException' });
  });

  it.skipIf(noMail !== undefined)(`replaces a forgotten password by a mailed code${because(noMail)}`, async () => {
    const { pool } = at();
    const person = await pool.newUser();
    const Username = person.username;
    const { CodeDeliveryDetails } = await pool.client.send(
      new ForgotPasswordCommand({ ClientId: pool.clientId, Username }),
    );
    expect(CodeDeliveryDetails).toMatchObject({ AttributeName: 'email', DeliveryMedium: 'EMAIL' });
    const code = lastCode(Username);
    const password = 'Another-horse-1';
    const confirm = (ConfirmationCode: string, Password = password) =>
      pool.client.send(
        new ConfirmForgotPasswordCommand({ ClientId: pool.clientId, Username, ConfirmationCode, Password }),
      );
    await expect(confirm(code === '123456' ? '654321' : '123456')).rejects.toMatchObject({
      name: 'CodeMismatchException',
    });
    await expect(confirm(code, 'short')).rejects.toMatchObject({ name: 'InvalidPasswordException' });
    await confirm(code);
    await expect(confirm(code)).rejects.toMatchObject({ name: 'ExpiredCodeException' });
    await expect(new Visitor(pool, person).signIn()).rejects.toMatchObject(REFUSED);
    const renewed = new Visitor(pool, { ...person, password });
    expect((await prove(renewed)).AuthenticationResult?.AccessToken).toBeTypeOf('string');
  });
}
