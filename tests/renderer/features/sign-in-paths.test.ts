import { screen, waitFor } from '@testing-library/svelte';
import { describe, expect, it } from 'vitest';

import type { FakePool } from '../fakes/pool.js';
import { enter, openWindow, press, signIn, type, USERNAME, value, type World } from '../window.js';

const PASSWORD = 'Correct-horse-7';
const CODE = '482 913';

const withPool = (changes: Partial<FakePool>) => (world: World) => {
  Object.assign(world.pool, changes);
};
const toPassword = async () => {
  await type(USERNAME, 'anna');
  await press('Sign in another way');
  await press(/^Password/);
};
const byPassword = async (password = PASSWORD) => {
  await toPassword();
  await type('Password', password);
  await enter('Password');
};
const byCode = async (label: string, code = CODE) => {
  await type(label, code);
  await enter(label);
};
const isSignedIn = () => screen.findByRole('heading', { name: 'My passkeys' });

describe('a second step', () => {
  it('by app: the code that it shows, also after a wrong one', async () => {
    openWindow(withPool({ secondFactors: ['SOFTWARE_TOKEN_MFA'] }));
    await byPassword();
    await screen.findByText('Enter the code that your authenticator app shows for this account.');
    await byCode('Code', '000000');
    await screen.findByText('That code is wrong.');
    await byCode('Code');
    await isSignedIn();
  });

  it('by text message never says that the message was sent, and offers no other way that there is not', async () => {
    openWindow(withPool({ secondFactors: ['SMS_MFA'] }));
    await byPassword();
    const told = await screen.findByText(/was asked to send a code by text message to \+\*+4567/);
    expect(told.textContent).not.toMatch(/was sent|has been sent|is on its way/);
    expect(screen.queryByRole('button', { name: 'Code by e-mail instead' })).toBeNull();
    await byCode('Code');
    await isSignedIn();
  });

  it('is chosen where the account has several', async () => {
    openWindow(withPool({ secondFactors: ['SMS_MFA', 'SOFTWARE_TOKEN_MFA', 'EMAIL_OTP'] }));
    await byPassword();
    await screen.findByRole('heading', { name: 'Choose the second step' });
    expect(screen.queryByRole('button', { name: /^Password/ })).toBeNull();
    await press(/^Authenticator app/);
    await byCode('Code');
    await isSignedIn();
  });

  it('is set up with an app: a picture for its camera, the key as text, and its first code', async () => {
    openWindow(withPool({ toSetUp: ['SOFTWARE_TOKEN_MFA'] }));
    await byPassword();
    await screen.findByRole('heading', { name: 'Set up your authenticator app' });
    const picture = screen.getByRole('img', { name: 'Key for the authenticator app' });
    expect(picture.querySelector('path')?.getAttribute('d')).toMatch(/^(M\d+ \d+h1v1h-1z)+$/);
    expect(screen.getByText('GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ')).toBeTruthy();
    await byCode('Code that the app shows', '000000');
    await screen.findByText('That code is wrong.');
    await byCode('Code that the app shows');
    await isSignedIn();
  });

  it('is set up with an address, which the first code proves', async () => {
    const { pool } = openWindow(withPool({ toSetUp: ['SOFTWARE_TOKEN_MFA', 'EMAIL_OTP'] }));
    await byPassword();
    await press(/^Code by e-mail/);
    await type('E-mail address', 'anna@example.com');
    await enter('E-mail address');
    await byCode('Code');
    await isSignedIn();
    expect(pool.calls.find(({ input }) => input['ChallengeName'] === 'MFA_SETUP')?.input).toMatchObject({
      ChallengeResponses: { EMAIL: 'anna@example.com' },
    });
  });

  it('that only the helpdesk can set up is said to be so', async () => {
    openWindow(withPool({ toSetUp: ['SMS_MFA'] }));
    await byPassword();
    await screen.findByText(/a second factor set up for your account that cannot be set up here/);
    await screen.findByText(/Ask your helpdesk to add your telephone number/);
    await press('Back');
    expect(value(USERNAME)).toBe('anna');
  });
});

describe('a text message that may not arrive', () => {
  it('can be given up for an e-mail', async () => {
    openWindow(withPool({ factors: ['PASSWORD', 'EMAIL_OTP', 'SMS_OTP'] }));
    await type(USERNAME, 'anna');
    await press('Sign in another way');
    await press(/^Code by text message/);
    await press('Code by e-mail instead');
    await screen.findByText('A code is on its way by e-mail to a***@e***.');
    await byCode('Code');
    await isSignedIn();
  });
});

describe('what Keydesk does not do', () => {
  it.each([
    ['CUSTOM_CHALLENGE', /a question that your organisation has made itself/],
    ['DEVICE_SRP_AUTH', /wants to know this computer again/],
    ['DEVICE_PASSWORD_VERIFIER', /wants to know this computer again/],
    ['ADMIN_NO_SRP_AUTH', /only an administrator’s program can do/],
    ['IRIS_SCAN', /a step that Keydesk cannot do: IRIS_SCAN/],
  ])('%s is explained, and other ways are open', async (name, sentence) => {
    openWindow(withPool({ secondFactors: [name] }));
    await byPassword();
    await screen.findByText(sentence);
    await press('Sign in another way');
    await screen.findByRole('button', { name: /^Password/ });
  });
});

describe('an account of one’s own', () => {
  const create = async () => {
    await press('Create one');
    await type('User name', 'anna');
    await type('E-mail address', 'anna@example.com');
    await type('Password', PASSWORD);
    await type('Password again', PASSWORD);
    await enter('User name');
  };

  it('is made, confirmed, and signed in to without a second code', async () => {
    const { pool } = openWindow();
    await create();
    await screen.findByText('A code is on its way by e-mail to a***@e***.');
    await byCode('Code', '000000');
    await screen.findByText('That code is wrong.');
    await byCode('Code');
    await isSignedIn();
    expect(pool.operations().slice(0, 4)).toEqual(['SignUp', 'ConfirmSignUp', 'ConfirmSignUp', 'InitiateAuth']);
    expect(pool.calls[0]?.input).toMatchObject({
      Username: 'anna',
      Password: PASSWORD,
      UserAttributes: [{ Name: 'email', Value: 'anna@example.com' }],
    });
  });

  it('is not made while the two passwords differ, and without one only where none was typed', async () => {
    const { pool } = openWindow();
    await press('Create one');
    await type('User name', 'anna');
    await type('E-mail address', 'anna@example.com');
    await type('Password', PASSWORD);
    await enter('User name');
    await type('Password again', 'another');
    await enter('User name');
    expect(screen.getByRole<HTMLButtonElement>('button', { name: 'Create account' }).disabled).toBe(true);
    expect(pool.operations()).toEqual([]);
    await type('Password', '');
    await type('Password again', '');
    await enter('User name');
    await screen.findByLabelText('Code');
    expect(pool.calls[0]?.input).not.toHaveProperty('Password');
  });

  it('may be confirmed by the pool at once', async () => {
    const { pool } = openWindow(withPool({ confirms: false }));
    await create();
    await isSignedIn();
    expect(pool.operations().slice(0, 2)).toEqual(['SignUp', 'InitiateAuth']);
  });

  it('keeps what was typed, secrets apart, when the pool refuses', async () => {
    openWindow(({ pool }) => {
      pool.faults.set('SignUp', [{ __type: 'InvalidPasswordException', message: 'Password must have symbols' }]);
    });
    await create();
    await screen.findByText('Password must have symbols');
    expect(value('User name')).toBe('anna');
    expect(value('E-mail address')).toBe('anna@example.com');
    expect(value('Password')).toBe('');
    expect(document.body.innerHTML).not.toContain(PASSWORD);
  });

  it('asks for another code', async () => {
    const { pool } = openWindow();
    await create();
    await press('Ask for a new code');
    await waitFor(() => {
      expect(pool.operations()).toContain('ResendConfirmationCode');
    });
    await byCode('Code');
    await isSignedIn();
  });

  it('that was never confirmed is confirmed when it signs in', async () => {
    openWindow(({ pool }) => {
      pool.faults.set('RespondToAuthChallenge', [{ __type: 'UserNotConfirmedException' }]);
    });
    await byPassword();
    await screen.findByText('Your account is not confirmed yet.');
    await byCode('Code');
    await isSignedIn();
  });

  it('leaves the name where it was when it is not made', async () => {
    openWindow();
    await type(USERNAME, 'anna');
    await press('Create one');
    expect(value('User name')).toBe('anna');
    await press('Back');
    expect(value(USERNAME)).toBe('anna');
  });
});

describe('a password that is forgotten', () => {
  it('is replaced with a code, and signs in at once', async () => {
    const { pool } = openWindow();
    await toPassword();
    await press('Forgot your password?');
    await press('Ask for a code');
    await screen.findByText('A code is on its way by e-mail to a***@e***.');
    await type('Code', '000000');
    await type('New password', 'Better-horse-8');
    await type('New password again', 'Better-horse-8');
    await enter('New password');
    await screen.findByText('That code is wrong.');
    expect(value('New password')).toBe('');
    await type('Code', CODE);
    await type('New password', 'Better-horse-8');
    await type('New password again', 'Better-horse-8');
    await enter('New password');
    await isSignedIn();
    expect(pool.operations().slice(0, 3)).toEqual(['ForgotPassword', 'ConfirmForgotPassword', 'ConfirmForgotPassword']);
  });

  it('that must be replaced leads there by itself', async () => {
    openWindow(({ pool }) => {
      pool.faults.set('RespondToAuthChallenge', [{ __type: 'PasswordResetRequiredException' }]);
    });
    await byPassword();
    await screen.findByText('Your password must be reset before you can sign in.');
    await press('Ask for a code');
    await screen.findByLabelText('New password');
  });

  it('cannot be replaced where the account has no address, which is said', async () => {
    openWindow(({ pool }) => {
      pool.faults.set('ForgotPassword', [{ __type: 'InvalidParameterException' }]);
    });
    await toPassword();
    await press('Forgot your password?');
    await press('Ask for a code');
    await screen.findByText('The password of this account cannot be reset by a code.');
  });
});

describe('a sign-in that took too long', () => {
  const expired = { __type: 'NotAuthorizedException', message: 'Invalid session for the user, session is expired.' };

  it('by e-mail asks for a new code by itself', async () => {
    const { pool } = openWindow(({ pool: { faults } }) => {
      faults.set('RespondToAuthChallenge', [expired]);
    });
    await type(USERNAME, 'anna');
    await press('Sign in another way');
    await press(/^Code by e-mail/);
    await byCode('Code');
    await screen.findByText('Keydesk has asked for a new code: enter that one.');
    expect(pool.operations()).toEqual(['InitiateAuth', 'RespondToAuthChallenge', 'InitiateAuth']);
    await byCode('Code');
    await isSignedIn();
  });

  it('at a choice begins anew with what was chosen', async () => {
    const { pool } = openWindow(({ pool: { faults } }) => {
      faults.set('RespondToAuthChallenge', [expired]);
    });
    await type(USERNAME, 'anna');
    await enter(USERNAME);
    await press(/^Code by e-mail/);
    await screen.findByText('A code is on its way by e-mail to a***@e***.');
    expect(pool.calls.at(-1)?.input).toMatchObject({ AuthParameters: { PREFERRED_CHALLENGE: 'EMAIL_OTP' } });
  });

  it('at the second step asks for the password again, as that is forgotten', async () => {
    const { pool } = openWindow(withPool({ secondFactors: ['SOFTWARE_TOKEN_MFA'] }));
    await byPassword();
    await screen.findByLabelText('Code');
    pool.faults.set('RespondToAuthChallenge', [expired]);
    await byCode('Code');
    await screen.findByText(/Enter your password again/);
    expect(value('Password')).toBe('');
    expect(screen.getByText('anna', { selector: 'strong' })).toBeTruthy();
  });

  it('at a new password keeps the attributes that were typed', async () => {
    const { pool } = openWindow(withPool({ temporary: true, requiredAttributes: ['given_name'] }));
    await byPassword();
    await type('New password', 'Better-horse-8');
    await type('New password again', 'Better-horse-8');
    await type('Given name', 'Anna');
    pool.faults.set('RespondToAuthChallenge', [expired]);
    await enter('New password');
    await screen.findByText(/Enter your password again/);
    await type('Password', PASSWORD);
    await enter('Password');
    await screen.findByLabelText('New password');
    expect(value('Given name')).toBe('Anna');
    expect(value('New password')).toBe('');
  });
});

describe('a pool that has too much to do for a moment', () => {
  const throttled = { __type: 'TooManyRequestsException' };
  const paths: Record<string, { pool?: Partial<FakePool>; walk: () => Promise<unknown>; operations: string[] }> = {
    'a password and an app set up': {
      pool: { toSetUp: ['SOFTWARE_TOKEN_MFA'] },
      walk: async () => {
        await byPassword();
        await byCode('Code that the app shows');
      },
      operations: ['InitiateAuth', 'RespondToAuthChallenge', 'AssociateSoftwareToken', 'VerifySoftwareToken'],
    },
    'a new account': {
      walk: async () => {
        await press('Create one');
        await type('User name', 'anna');
        await type('E-mail address', 'anna@example.com');
        await enter('User name');
        await press('Ask for a new code');
        await waitFor(() => {
          expect(screen.getByRole<HTMLButtonElement>('button', { name: 'Ask for a new code' }).disabled).toBe(false);
        });
        await byCode('Code');
      },
      operations: ['SignUp', 'ResendConfirmationCode', 'ConfirmSignUp', 'InitiateAuth', 'ListWebAuthnCredentials'],
    },
    'a forgotten password': {
      walk: async () => {
        await toPassword();
        await press('Forgot your password?');
        await press('Ask for a code');
        await type('Code', CODE);
        await type('New password', 'Better-horse-8');
        await type('New password again', 'Better-horse-8');
        await enter('New password');
      },
      operations: ['ForgotPassword', 'ConfirmForgotPassword', 'InitiateAuth', 'RespondToAuthChallenge'],
    },
  };
  const table = Object.entries(paths).flatMap(([path, { operations }]) =>
    operations.map((one) => [path, one] as const),
  );

  it.each(table)('%s ends well although %s is refused twice', async (path, operation) => {
    const { pool } = openWindow((world) => {
      Object.assign(world.pool, paths[path]?.pool);
      world.pool.faults.set(operation, [throttled, throttled]);
    });
    await paths[path]?.walk();
    await isSignedIn();
    await waitFor(() => {
      expect(pool.operations().filter((one) => one === operation).length).toBeGreaterThanOrEqual(3);
    });
    expect(screen.queryByRole('alert')).toBeNull();
  });
});

describe('tokens that cannot be checked', () => {
  it('sign nobody in', async () => {
    openWindow(({ pool }) => {
      pool.keys = () => Promise.reject(new TypeError('Failed to fetch'));
    });
    await byPassword();
    await screen.findByText('Keydesk could not check the answer of the user pool, and does not use it.');
    await screen.findByLabelText('Password');
  });
});

describe('somebody from another identity provider', () => {
  it('is told where their passkeys live, and is not led to a dead end', async () => {
    const identities = [{ providerName: 'Google', userId: '104' }];
    openWindow(withPool({ claims: { 'cognito:username': 'Google_104', identities } }));
    await signIn();
    await screen.findByText('You sign in with another identity provider');
    expect(screen.queryByRole('button', { name: 'Add a key' })).toBeNull();
    expect(screen.queryByRole('heading', { name: 'No passkey yet' })).toBeNull();
    await press('Keys');
    await screen.findByRole('heading', { name: 'Security keys' });
    expect(screen.getByRole('button', { name: 'Account menu of anna' })).toBeTruthy();
  });

  it('is not mistaken for somebody whose own profile a provider is linked to', async () => {
    const identities = [{ providerName: 'Google', userId: '104' }];
    openWindow(withPool({ claims: { identities } }));
    await signIn();
    await screen.findByRole('heading', { name: 'No passkey yet' });
    expect(screen.queryByText('You sign in with another identity provider')).toBeNull();
  });
});
