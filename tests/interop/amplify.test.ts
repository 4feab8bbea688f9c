import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';

import { type RunningPool, startPool } from '../../src/pool/pool.js';
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
  beforeAll(async () => {
    const { server, origin } = await servePage();
    pool = await startPool({ allowedOrigins: [origin] });
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
  });
});
