import { mkdirSync } from 'node:fs';
import { join } from 'node:path';

import { violations } from './accessibility.js';
import { ANA, type Desk, expect, test } from './desk.js';

const PICTURES = join('out', 'sign-in');
const LONG_NAME = 'maximiliana.von-und-zu-hohenlohe-langenburg.helpdesk-second-floor@subsidiary.example.com';

/** The pool asks for this, whatever it was sent. */
const asks = (ChallengeName: string, ChallengeParameters: object = {}, more: object = {}) => ({
  body: JSON.stringify({ ChallengeName, ChallengeParameters, Session: 'a-session-of-twenty-characters', ...more }),
});
/** The next call of each operation is answered so; what is not named goes to the pool. */
function answer(desk: Desk, answers: Record<string, ReturnType<typeof asks> | { error: string }>): void {
  desk.network.fate = (operation) => answers[operation] ?? 'pass';
}
const SECRET = { body: JSON.stringify({ SecretCode: 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQGEZA' }) };
const UNCONFIRMED = {
  body: JSON.stringify({
    UserConfirmed: false,
    UserSub: 'x',
    CodeDeliveryDetails: { DeliveryMedium: 'EMAIL', Destination: 'm***@s***' },
  }),
};
const CODE_BY_SMS = {
  body: JSON.stringify({ CodeDeliveryDetails: { DeliveryMedium: 'SMS', Destination: '+*******4567' } }),
};

for (const colorScheme of ['light', 'dark'] as const) {
  test(`every screen of a sign-in keeps the rules of accessibility (${colorScheme})`, async ({ desk }) => {
    mkdirSync(PICTURES, { recursive: true });
    const { person, launched } = await desk.connected();
    const { window } = launched;
    await window.emulateMedia({ colorScheme });
    /** A picture for those who look at the design, of what was checked. */
    const check = async (name: string) => {
      await window.screenshot({ path: join(PICTURES, `${name}-${colorScheme}.png`), fullPage: true });
      expect(await violations(window), name).toEqual([]);
    };
    const back = () => person.button('Back').click();
    const withPassword = async (username = LONG_NAME) => {
      await person.signInWithPassword(username, 'Correct-horse-7');
    };
    await check('username');

    await person.giveUsername(LONG_NAME);
    await person.button('Sign in another way').click();
    await check('ways');
    await person.button(/^Password/).click();
    await check('password');
    await person.button('Forgot your password?').click();
    await check('forgotten');
    answer(desk, { ForgotPassword: CODE_BY_SMS, ConfirmForgotPassword: { error: 'CodeMismatchException' } });
    await person.button('Ask for a code').click();
    await expect(window.getByLabel('Code')).toBeFocused();
    await check('forgotten-code');
    await window.getByLabel('Code').fill('123456');
    await window.getByLabel('New password', { exact: true }).fill('Better-horse-8');
    await window.getByLabel('New password again').fill('Better-horse-8');
    await person.button('Save and sign in').click();
    await expect(window.getByText('That code is wrong.')).toBeVisible();
    await check('forgotten-wrong-code');
    await back();

    answer(desk, { SignUp: UNCONFIRMED, ResendConfirmationCode: { error: 'LimitExceededException' } });
    await person.button('Create one').click();
    await window.getByLabel('E-mail address').fill(LONG_NAME);
    await window.getByLabel('Password', { exact: true }).fill('Better-horse-8');
    await window.getByLabel('Password again').fill('Better-horse-9');
    await expect(person.button('Create account')).toBeDisabled();
    await check('create-account');
    await window.getByLabel('Password again').fill('Better-horse-8');
    await person.button('Create account').click();
    await expect(window.getByLabel('Code')).toBeFocused();
    await check('confirm-account');
    await person.button('Ask for a new code').click();
    await expect(window.getByText('There were too many tries.')).toBeVisible();
    await check('confirm-account-problem');
    await back();

    answer(desk, {
      InitiateAuth: asks('SELECT_MFA_TYPE', { MFAS_CAN_CHOOSE: '["SMS_MFA","SOFTWARE_TOKEN_MFA","EMAIL_OTP"]' }),
    });
    await withPassword();
    await expect(person.heading('Choose the second step')).toBeFocused();
    await check('choose-second');
    answer(desk, { RespondToAuthChallenge: asks('SOFTWARE_TOKEN_MFA') });
    await person.button(/^Authenticator app/).click();
    await expect(window.getByLabel('Code')).toBeFocused();
    await check('app-code');
    await back();

    answer(desk, { InitiateAuth: asks('SMS_MFA', { CODE_DELIVERY_DESTINATION: '+*******4567' }) });
    await withPassword();
    await expect(window.getByLabel('Code')).toBeFocused();
    await check('sms-code-second');
    await back();

    answer(desk, { InitiateAuth: asks('SMS_OTP', { CODE_DELIVERY_DESTINATION: '+*******4567' }) });
    await person.button('Sign in another way').click();
    await person.button(/^Code by text message/).click();
    await expect(person.button('Code by e-mail instead')).toBeVisible();
    await check('sms-code');
    await back();

    answer(desk, {
      InitiateAuth: asks('MFA_SETUP', { MFAS_CAN_SETUP: '["SOFTWARE_TOKEN_MFA","EMAIL_OTP"]' }),
      AssociateSoftwareToken: SECRET,
      VerifySoftwareToken: { error: 'EnableSoftwareTokenMFAException' },
    });
    await withPassword();
    await expect(person.heading('Set up a second step')).toBeFocused();
    await check('set-up');
    await person.button(/^Code by e-mail/).click();
    await expect(window.getByLabel('E-mail address')).toBeFocused();
    await check('set-up-email');
    await back();
    await withPassword();
    await person.button(/^Authenticator app/).click();
    await expect(person.heading('Set up your authenticator app')).toBeFocused();
    await check('set-up-app');
    await window.getByLabel('Code that the app shows').fill('123456');
    await person.button('Finish and sign in').click();
    await expect(window.getByText('That code is wrong.')).toBeVisible();
    await check('set-up-app-wrong-code');
    await back();

    answer(desk, {
      InitiateAuth: asks('NEW_PASSWORD_REQUIRED', { requiredAttributes: '["userAttributes.given_name"]' }),
    });
    await withPassword();
    await expect(window.getByLabel('Given name')).toBeVisible();
    answer(desk, { RespondToAuthChallenge: { error: 'NotAuthorizedException' } });
    await window.getByLabel('New password', { exact: true }).fill('Better-horse-8');
    await window.getByLabel('New password again').fill('Better-horse-8');
    await window.getByLabel('Given name').fill('Maximiliana');
    await check('new-password');
    await person.button('Save and sign in').click();
    await expect(window.getByText(/Enter your password again/)).toBeVisible();
    await check('took-too-long');
    await back();

    answer(desk, { InitiateAuth: asks('CUSTOM_CHALLENGE') });
    await withPassword();
    await expect(window.getByText(/a question that your organisation has made itself/)).toBeVisible();
    await check('unused-challenge');
    await back();

    desk.network.fate = () => 'pass';
    await person.signInWithPassword(ANA.username, ANA.password);
    await person.isSignedIn(ANA.username);
    await person.button(`Account menu of ${ANA.username}`).click();
    await check('account-menu');
    await window.getByRole('button', { name: 'Sign out everywhere …' }).click();
    await expect(person.button('Sign out everywhere')).toBeVisible();
    await check('sign-out-everywhere');
    await person.button('Sign out everywhere').click();
    await expect(person.heading('Sign in')).toBeVisible();
  });
}
