import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';

import { type RunningPool, startPool } from '../../src/pool/pool.js';
import type { Mail } from '../../src/pool/users/mail.js';
import { AmplifyBrowser, servePage, whyNoBrowser } from './amplify/browser.js';
import type {} from './amplify/page.js'; // declares `amplify`

// A browser is started and a bundle made, which takes seconds on a busy machine.
vi.setConfig({ testTimeout: 60_000, hookTimeout: 120_000 });

const missing = whyNoBrowser();
const reason = missing === undefined ? '' : ` (skipped: ${missing})`;

/** https://docs.amplify.aws/react/build-a-backend/auth/connect-your-frontend/multi-step-sign-in */
describe.skipIf(missing !== undefined)(`Amplify in a browser and the local pool${reason}`, () => {
  let pool: RunningPool;
  let browser: AmplifyBrowser;
  const mail: Mail[] = [];
  beforeAll(async () => {
    const { server, origin } = await servePage();
    pool = await startPool({
      allowedOrigins: [origin],
      client: { ExplicitAuthFlows: ['ALLOW_USER_AUTH', 'ALLOW_USER_SRP_AUTH', 'ALLOW_REFRESH_TOKEN_AUTH'] },
      onMail: (sent) => mail.push(sent),
    });
    browser = await AmplifyBrowser.open(server, origin);
    const { userPoolId, clientId: userPoolClientId, endpoint: userPoolEndpoint } = pool;
    await browser.page.evaluate(
      (Cognito) => {
        amplify.Amplify.configure({ Auth: { Cognito } });
      },
      { userPoolId, userPoolClientId, userPoolEndpoint },
    );
  });
  afterAll(async () => {
    await browser.close();
    await pool.close();
  });

  const [username, password] = ['ana', 'Practice-ana-1'];
  const signedInAs = () => browser.page.evaluate(async () => (await amplify.auth.getCurrentUser()).username);
  const passkeys = () => browser.page.evaluate(async () => (await amplify.auth.listWebAuthnCredentials()).credentials);
  const confirmSignIn = (challengeResponse: string) =>
    browser.page.evaluate((response) => amplify.auth.confirmSignIn({ challengeResponse: response }), challengeResponse);
  const codeTo = (username: string) => mail.findLast((sent) => sent.username === username)?.code ?? '';
  const signOut = () => browser.page.evaluate(() => amplify.auth.signOut());

  it('signs in with a password, registers a passkey, lists it, signs in with it and deletes it', async () => {
    const first = await browser.page.evaluate(
      ([username, password]) =>
        amplify.auth.signIn({
          username,
          password,
          options: { authFlowType: 'USER_AUTH', preferredChallenge: 'PASSWORD' },
        }),
      [username, password] as const,
    );
    expect(first.isSignedIn).toBe(true);
    expect(await signedInAs()).toBe(username);

    await browser.page.evaluate(() => amplify.auth.associateWebAuthnCredential());
    const [passkey, ...others] = await passkeys();
    expect(others).toEqual([]);
    expect(passkey).toMatchObject({ relyingPartyId: 'localhost', friendlyCredentialName: 'Roaming passkey' });

    await signOut();
    await expect(signedInAs()).rejects.toThrow('UserUnAuthenticatedException');
    const second = await browser.page.evaluate(
      (username) =>
        amplify.auth.signIn({
          username,
          options: { authFlowType: 'USER_AUTH', preferredChallenge: 'WEB_AUTHN' },
        }),
      username,
    );
    expect(second).toMatchObject({ isSignedIn: true, nextStep: { signInStep: 'DONE' } });
    expect(await signedInAs()).toBe(username);

    await browser.page.evaluate(
      (credentialId) => amplify.auth.deleteWebAuthnCredential({ credentialId }),
      passkey?.credentialId ?? '',
    );
    expect(await passkeys()).toEqual([]);
    await signOut();
  });

  it('signs in by SRP, which it does unless told otherwise, and renews the tokens', async () => {
    const signIn = (password: string) =>
      browser.page.evaluate(([name, secret]) => amplify.auth.signIn({ username: name, password: secret }), [
        username,
        password,
      ] as const);
    await expect(signIn('Practice-ana-2')).rejects.toThrow('Incorrect username or password.');
    const begun = pool.calls().length;
    expect(await signIn(password)).toMatchObject({ isSignedIn: true, nextStep: { signInStep: 'DONE' } });
    expect(pool.calls().slice(begun)).toEqual(expect.arrayContaining(['InitiateAuth', 'RespondToAuthChallenge']));
    const accessToken = (forceRefresh: boolean) =>
      browser.page.evaluate(
        async (refresh) =>
          (await amplify.auth.fetchAuthSession({ forceRefresh: refresh })).tokens?.accessToken.toString(),
        forceRefresh,
      );
    const first = await accessToken(false);
    expect(first).toBeTypeOf('string');
    expect(await accessToken(true)).not.toBe(first);
    await signOut();
  });

  it('replaces a temporary password by SRP', async () => {
    const first = await browser.page.evaluate(() =>
      amplify.auth.signIn({ username: 'ben', password: 'Practice-ben-1' }),
    );
    expect(first.nextStep.signInStep).toBe('CONFIRM_SIGN_IN_WITH_NEW_PASSWORD_REQUIRED');
    expect((await confirmSignIn('Practice-ben-2')).isSignedIn).toBe(true);
    expect(await signedInAs()).toBe('ben');
    await signOut();
  });

  it('signs in with a code by e-mail', async () => {
    const first = await browser.page.evaluate(
      (name) =>
        amplify.auth.signIn({
          username: name,
          options: { authFlowType: 'USER_AUTH', preferredChallenge: 'EMAIL_OTP' },
        }),
      username,
    );
    expect(first.nextStep).toMatchObject({
      signInStep: 'CONFIRM_SIGN_IN_WITH_EMAIL_CODE',
      codeDeliveryDetails: { deliveryMedium: 'EMAIL' },
    });
    await expect(confirmSignIn('00000000')).rejects.toThrow('Invalid code');
    expect((await confirmSignIn(codeTo(username))).isSignedIn).toBe(true);
    expect(await signedInAs()).toBe(username);
    await signOut();
  });

  it('signs up without a password, confirms the address, and is signed in by that', async () => {
    const begun = await browser.page.evaluate(() =>
      amplify.auth.signUp({
        username: 'cleo',
        options: { userAttributes: { email: 'cleo@example.com' }, autoSignIn: { authFlowType: 'USER_AUTH' } },
      }),
    );
    expect(begun.nextStep.signUpStep).toBe('CONFIRM_SIGN_UP');
    const confirmed = await browser.page.evaluate(
      (confirmationCode) => amplify.auth.confirmSignUp({ username: 'cleo', confirmationCode }),
      codeTo('cleo'),
    );
    expect(confirmed).toMatchObject({ isSignUpComplete: true, nextStep: { signUpStep: 'COMPLETE_AUTO_SIGN_IN' } });
    expect((await browser.page.evaluate(() => amplify.auth.autoSignIn())).isSignedIn).toBe(true);
    expect(await signedInAs()).toBe('cleo');
    await signOut();
  });
});
