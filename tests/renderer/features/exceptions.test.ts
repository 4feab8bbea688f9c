import * as sdk from '@aws-sdk/client-cognito-identity-provider';
import { screen, waitFor } from '@testing-library/svelte';
import { describe, expect, it } from 'vitest';

import { type CallKind, codeOf, OF_OTHER_OPERATIONS } from '../../../src/cognito/error-names.js';
import { explainPool } from '../../../src/renderer/messages.js';
import { CognitoError } from '../../../src/cognito/errors.js';
import { enter, enterPin, openWindow, PIN, press, signIn, touchPrompt, type, USERNAME, type World } from '../window.js';

/**
 * Every exception of the service's model that a window can meet, at every kind of place where it can: what it says there, what
 * to do next, and where the flow stands. A name that an update of the SDK brings is missed by tests/cognito/error-names.
 */
const NAMES = Object.values(sdk)
  .filter(
    (one): one is typeof sdk.CognitoIdentityProviderServiceException =>
      typeof one === 'function' && one.prototype instanceof sdk.CognitoIdentityProviderServiceException,
  )
  .map(({ name }) => name)
  .filter((name) => !OF_OTHER_OPERATIONS.has(name));

/** As many refusals as a throttled call takes. */
const refusing = (operation: string, name: string) => (world: World) => {
  world.pool.faults.set(
    operation,
    Array.from({ length: 6 }, () => ({ __type: name, message: 'secret-text' })),
  );
};
const expected = (name: string, kind: CallKind) => {
  const code = codeOf(name, kind);
  const speaks = code === 'weak-password' || code === 'refused-by-trigger';
  return explainPool(new CognitoError(code, { service: name, detail: speaks ? 'secret-text' : undefined }));
};

/** The notice on the screen, which is one. */
async function told() {
  const alert = await screen.findByRole('alert');
  expect(screen.getAllByRole('alert')).toHaveLength(1);
  return Array.from(alert.querySelectorAll('p'), (line) => line.textContent.trim());
}

async function toWays() {
  await type(USERNAME, 'anna');
  await press('Sign in another way');
}

/** Where the flow stands, by what there is to do. */
const stands = {
  'at the ways': () => screen.findByRole('heading', { name: 'Choose how to sign in' }),
  'at the code': () => screen.findByLabelText('Code'),
  'at the confirmation': () => screen.findByRole('button', { name: 'Confirm account' }),
  'at the reset': () => screen.findByRole('button', { name: 'Ask for a code' }),
  'at the form': () => screen.findByRole('button', { name: 'Create account' }),
  'at the new password': () => screen.findByLabelText('New password'),
  'at the key': () => screen.findByRole('button', { name: 'Try again' }),
  'at the list': () => screen.findByRole('heading', { name: 'My passkeys' }),
  'at the name': () => screen.findByLabelText(USERNAME),
};
type Stand = keyof typeof stands;

/** Names that lead elsewhere than where they were met. */
const LEAD: Partial<Record<string, Stand>> = {
  UserNotConfirmedException: 'at the confirmation',
  PasswordResetRequiredException: 'at the reset',
};
/** What leads elsewhere says what to do there. */
const SAYS_ELSE = new Set(['UserNotConfirmedException']);

describe('an exception where a sign-in begins', () => {
  it.each(NAMES)('%s', async (name) => {
    openWindow(refusing('InitiateAuth', name));
    await toWays();
    await press(/^Code by e-mail/);
    const { sentence, next, detail } = expected(name, 'sign-in');
    const [said, then] = await told();
    expect(said).toBe(sentence);
    if (!SAYS_ELSE.has(name)) expect(then).toBe(next);
    expect(screen.getByText(detail)).toBeTruthy();
    await stands[LEAD[name] ?? 'at the ways']();
  });
});

describe('an exception at a code', () => {
  /** A session that is over leads to a new code; so does a code that is. */
  const anew = new Set(['NotAuthorizedException', 'ExpiredCodeException']);

  it.each(NAMES)('%s', async (name) => {
    const { pool } = openWindow(refusing('RespondToAuthChallenge', name));
    await toWays();
    await press(/^Code by e-mail/);
    await type('Code', '482913');
    await enter('Code');
    const [said, then] = await told();
    if (anew.has(name)) {
      expect(then).toBe('Keydesk has asked for a new code: enter that one.');
      expect(pool.operations().at(-1)).toBe('InitiateAuth');
    } else {
      const { sentence, next } = expected(name, 'sign-in');
      expect(said).toBe(sentence);
      if (!SAYS_ELSE.has(name)) expect(then).toBe(next);
    }
    await stands[LEAD[name] ?? 'at the code']();
  });
});

describe('an exception at a security key', () => {
  it.each(NAMES)('%s', async (name) => {
    const { main } = openWindow((world) => {
      world.pool.add('aaaa');
      world.main.onKeys.set('key-1', ['aaaa']);
      refusing('RespondToAuthChallenge', name)(world);
    });
    await type(USERNAME, 'anna');
    await enter(USERNAME);
    await enterPin(PIN);
    await touchPrompt();
    main.touch();
    const [said] = await told();
    expect(said).toBe(expected(name, 'sign-in').sentence);
    await stands[LEAD[name] ?? 'at the key']();
  });
});

describe('an exception while an account is made', () => {
  it.each(NAMES)('%s', async (name) => {
    openWindow(refusing('SignUp', name));
    await press('Create one');
    await type('User name', 'anna');
    await type('E-mail address', 'anna@example.com');
    await enter('User name');
    const { sentence, next } = expected(name, 'sign-up');
    expect((await told()).slice(0, 2)).toEqual([sentence, next]);
    await stands['at the form']();
  });
});

describe('an exception while an account is confirmed', () => {
  it.each(NAMES)('%s', async (name) => {
    openWindow(refusing('ConfirmSignUp', name));
    await press('Create one');
    await type('User name', 'anna');
    await type('E-mail address', 'anna@example.com');
    await enter('User name');
    await type('Code', '482913');
    await enter('Code');
    const { sentence, next } = expected(name, 'confirmation');
    expect((await told()).slice(0, 2)).toEqual([sentence, next]);
    await stands['at the confirmation']();
  });
});

describe('an exception while a password is replaced', () => {
  it.each(NAMES)('%s', async (name) => {
    openWindow(refusing('ConfirmForgotPassword', name));
    await toWays();
    await press(/^Password/);
    await press('Forgot your password?');
    await press('Ask for a code');
    await type('Code', '482913');
    await type('New password', 'Better-horse-8');
    await type('New password again', 'Better-horse-8');
    await enter('New password');
    const { sentence, next } = expected(name, 'recovery');
    expect((await told()).slice(0, 2)).toEqual([sentence, next]);
    await stands['at the new password']();
  });
});

describe('an exception for somebody who is signed in', () => {
  const END: ReadonlySet<string> = new Set(['signed-out', 'refresh-token-reused']);

  it.each(NAMES)('%s', async (name) => {
    const world = openWindow();
    await signIn();
    refusing('ListWebAuthnCredentials', name)(world);
    await press('Reload the list');
    if (END.has(codeOf(name, 'signed-in'))) {
      await screen.findByText('Your session has ended');
      await stands['at the name']();
      return;
    }
    const { sentence, next } = expected(name, 'signed-in');
    expect((await told()).slice(0, 2)).toEqual([sentence, next]);
    await stands['at the list']();
    await waitFor(() => {
      expect(screen.getByRole<HTMLButtonElement>('button', { name: 'Reload the list' }).disabled).toBe(false);
    });
  });
});
