import { screen, waitFor } from '@testing-library/svelte';
import { describe, expect, it } from 'vitest';

import { keySummary, unusableKey } from '../fakes/main.js';
import {
  enter,
  enterPin,
  escape,
  openWindow,
  PIN,
  PIN_FIELD,
  press,
  signIn,
  touchPrompt,
  type,
  USERNAME,
  value,
  type World,
} from '../window.js';

const withPasskey = ({ main, pool }: World) => {
  pool.add('aaaa');
  main.onKeys.set('key-1', ['aaaa']);
};

const start = async () => {
  await type(USERNAME, ' anna ');
  await enter(USERNAME);
};

describe('signing in with a passkey', () => {
  it('takes two calls to the pool, one PIN and one touch', async () => {
    const { main, pool } = openWindow(withPasskey);
    await start();
    await enterPin(PIN);
    await touchPrompt();
    main.touch();
    await screen.findByRole('heading', { name: 'My passkeys' });
    expect(pool.operations().slice(0, 2)).toEqual(['InitiateAuth', 'RespondToAuthChallenge']);
    expect(pool.operations().filter((name) => /Auth/.test(name) && !/WebAuthn/.test(name))).toHaveLength(2);
    expect(pool.calls[0]?.input).toMatchObject({ AuthParameters: { USERNAME: 'anna' } });
    expect(screen.getByRole('button', { name: 'Account menu of anna' })).toBeTruthy();
  });

  it('asks again after a wrong PIN, with the tries left, and sends nothing by itself', async () => {
    const { main } = openWindow(withPasskey);
    await start();
    await enterPin('9999');
    expect(await screen.findByText('Wrong PIN. 7 tries left.')).toBeTruthy();
    expect(value(PIN_FIELD)).toBe('');
    expect(main.named('ceremony.answer')).toHaveLength(1);
  });

  it('spends one of the last tries only after an explicit yes', async () => {
    const { main } = openWindow((world) => {
      withPasskey(world);
      world.main.keys = [keySummary({ pin: { retries: 2 } })];
    });
    await start();
    await enterPin(PIN);
    expect(main.named('ceremony.answer')).toEqual([]);
    const yes = await screen.findByRole<HTMLInputElement>('checkbox', { name: /Only 2 tries are left/ });
    yes.click();
    await enter(PIN_FIELD);
    await touchPrompt();
    expect(main.named('ceremony.answer')).toMatchObject([{ answer: { kind: 'pin', spendLastTries: true } }]);
  });

  it('forgets the PIN as soon as it is sent', async () => {
    openWindow((world) => {
      withPasskey(world);
      world.main.overrides['ceremony.answer'] = () => ({ ok: false, error: { code: 'ipc/bad-input' } });
    });
    await start();
    await enterPin(PIN);
    await screen.findByText('Keydesk did not understand what was entered.');
    expect(value(PIN_FIELD)).toBe('');
    expect(document.body.innerHTML).not.toContain(PIN);
  });

  it('says what to do when the key has no passkey for a challenge that may be simulated', async () => {
    const { pool } = openWindow((world) => {
      world.pool.simulated = ['xxxx'];
    });
    await start();
    await screen.findByText('This key has no passkey for that account here.');
    expect(screen.queryByText(/account has no passkey/)).toBeNull();
    await press('Try again');
    await screen.findByText('This key has no passkey for that account here.');
    expect(pool.operations(), 'the challenge is still good').toEqual(['InitiateAuth']);
    await press('Sign in another way');
    await screen.findByRole('button', { name: /^Password/ });
  });

  it('asks for a new challenge when the old one is over', async () => {
    const { pool, pass } = openWindow((world) => {
      world.pool.simulated = ['xxxx'];
    });
    await start();
    await screen.findByText('This key has no passkey for that account here.');
    pass(181_000);
    await press('Try again');
    await waitFor(() => {
      expect(pool.operations()).toEqual(['InitiateAuth', 'InitiateAuth']);
    });
  });

  it.each([
    ['in time: the pool did not accept it', 0, 'The user pool did not accept this sign-in.'],
    ['too late: that is what is said', 181_000, /That took longer than the user pool waits/],
  ])('that is refused %s', async (_, milliseconds, sentence) => {
    const { main, pool, pass } = openWindow((world) => {
      withPasskey(world);
      world.pool.faults.set('RespondToAuthChallenge', [{ __type: 'NotAuthorizedException' }]);
    });
    await start();
    await enterPin(PIN);
    await touchPrompt();
    pass(milliseconds);
    main.touch();
    await screen.findByText(sentence);
    await press('Try again');
    await enterPin(PIN);
    await touchPrompt();
    expect(pool.operations(), 'with a new challenge').toEqual([
      'InitiateAuth',
      'RespondToAuthChallenge',
      'InitiateAuth',
    ]);
  });

  it('can be cancelled at the touch, and taken up again', async () => {
    const { main } = openWindow(withPasskey);
    await start();
    await enterPin(PIN);
    await touchPrompt();
    await press('Cancel');
    await screen.findByText('You have stopped the sign-in with your key.');
    expect(main.named('ceremony.cancel')).toHaveLength(1);
    await press('Try again');
    await enterPin(PIN);
    await touchPrompt();
  });

  it('goes back to the name on Escape, gives up what the key is asked for, and keeps the name', async () => {
    const { main } = openWindow(withPasskey);
    await start();
    await screen.findByLabelText(PIN_FIELD);
    await escape();
    await screen.findByLabelText(USERNAME);
    expect(value(USERNAME)).toBe('anna');
    expect(main.named('ceremony.cancel')).toHaveLength(1);
  });

  it('tells once that the key was pulled out, and resumes with it', async () => {
    const { main, pool } = openWindow(withPasskey);
    await start();
    await enterPin(PIN);
    await touchPrompt();
    main.unplug();
    await screen.findByText('The security key was unplugged.');
    expect(screen.getAllByRole('alert')).toHaveLength(1);
    main.plug(keySummary());
    await press('Try again');
    await enterPin(PIN);
    await touchPrompt();
    main.touch();
    await screen.findByRole('heading', { name: 'My passkeys' });
    expect(pool.operations().slice(0, 2)).toEqual(['InitiateAuth', 'RespondToAuthChallenge']);
  });

  it('waits for a key when none is plugged in, and goes on as soon as one is', async () => {
    const { main, pool } = openWindow((world) => {
      withPasskey(world);
      world.main.keys = [];
    });
    await start();
    await screen.findByRole('heading', { name: 'Plug in your security key' });
    expect(pool.calls, 'the life of the challenge has not begun').toEqual([]);
    main.plug(keySummary());
    await screen.findByLabelText(PIN_FIELD);
  });

  it('says why a plugged key cannot be used', async () => {
    openWindow((world) => {
      world.main.keys = [unusableKey('key/busy')];
    });
    await start();
    await screen.findByText('Fjord Key 5: Another program is using the security key.');
  });

  it('asks which key when several are plugged in', async () => {
    const { main } = openWindow((world) => {
      world.pool.add('aaaa');
      const second = keySummary({ id: 'key-2' as ReturnType<typeof keySummary>['id'], product: 'Second key' });
      world.main.keys = [keySummary(), second];
      world.main.onKeys.set('key-2', ['aaaa']);
    });
    await start();
    await press(/^Second key/);
    await screen.findByLabelText('PIN of Second key');
    expect(main.named('keys.get')).toMatchObject([{ keyId: 'key-2' }]);
  });

  it('lets the person choose the account when the key has several', async () => {
    const { main } = openWindow((world) => {
      withPasskey(world);
      world.main.overrides['keys.get'] = ({ ceremonyId }) => {
        const accounts = [
          { name: 'anna', displayName: 'Anna' },
          { name: 'anna-admin', displayName: '' },
        ];
        world.main.emit('ceremony', { ceremonyId: ceremonyId as never, need: { kind: 'account', accounts } });
        return new Promise(() => undefined);
      };
    });
    await start();
    await press('anna-admin');
    expect(main.named('ceremony.answer')).toMatchObject([{ answer: { kind: 'account', index: 1 } }]);
  });
});

describe('signing in another way', () => {
  it('offers what the pool offers when the passkey is not available', async () => {
    openWindow();
    await start();
    await screen.findByRole('heading', { name: 'Choose how to sign in' });
    expect(screen.queryByRole('button', { name: /^Security key/ })).toBeNull();
    await press(/^Code by e-mail/);
    await screen.findByText('A code is on its way by e-mail to a***@e***.');
  });

  it('forgets a wrong password and takes the next one', async () => {
    openWindow();
    await type(USERNAME, 'anna');
    await press('Sign in another way');
    await press(/^Password/);
    await type('Password', 'wrong');
    await enter('Password');
    await screen.findByText('The user pool did not accept this sign-in.');
    expect(value('Password')).toBe('');
    await type('Password', 'Correct-horse-7');
    await enter('Password');
    await screen.findByRole('heading', { name: 'My passkeys' });
  });

  it('takes a right code after a wrong one', async () => {
    openWindow();
    await type(USERNAME, 'anna');
    await press('Sign in another way');
    await press(/^Code by e-mail/);
    await type('Code', '000000');
    await enter('Code');
    await screen.findByText('That code is wrong.');
    await type('Code', '482 913');
    await enter('Code');
    await screen.findByRole('heading', { name: 'My passkeys' });
  });

  it('has a new password chosen, with what else the pool wants to know', async () => {
    const { pool } = openWindow((world) => {
      world.pool.temporary = true;
      world.pool.requiredAttributes = ['given_name'];
    });
    await type(USERNAME, 'anna');
    await press('Sign in another way');
    await press(/^Password/);
    await type('Password', 'Correct-horse-7');
    await enter('Password');
    await type('New password', 'Better-horse-8');
    await type('New password again', 'Better-horse-9');
    await screen.findByText('The two passwords differ.');
    await type('New password again', 'Better-horse-8');
    await type('Given name', 'Anna');
    await enter('New password');
    await screen.findByRole('heading', { name: 'My passkeys' });
    expect(pool.calls.find(({ input }) => input['ChallengeName'] === 'NEW_PASSWORD_REQUIRED')?.input).toMatchObject({
      ChallengeResponses: { NEW_PASSWORD: 'Better-horse-8', 'userAttributes.given_name': 'Anna' },
    });
  });

  it('says that it cannot do what the pool asks for', async () => {
    openWindow((world) => {
      world.pool.factors = ['TELEPATHY'];
    });
    await start();
    await screen.findByText(/a step that Keydesk cannot do: TELEPATHY/);
    await press('Back');
    expect(value(USERNAME)).toBe('anna');
  });
});

describe('a pool that does not answer as it should', () => {
  it.each([
    ['network', 'The user pool cannot be reached.'],
    ['nonsense', 'The user pool answered in a way that Keydesk does not understand.'],
  ] as const)('%s: a sentence, and the same again on request', async (fault, sentence) => {
    openWindow((world) => {
      withPasskey(world);
      world.pool.faults.set('InitiateAuth', [fault]);
    });
    await start();
    await screen.findByText(sentence);
    expect(screen.getByText(/as anna|anna/, { selector: 'strong' })).toBeTruthy();
    await press('Try again');
    await screen.findByLabelText(PIN_FIELD);
  });

  it('can be given up while it is silent', async () => {
    openWindow((world) => {
      world.pool.faults.set('InitiateAuth', ['silence']);
    });
    await start();
    await screen.findByText('Asking the user pool …');
    await press('Cancel');
    expect(value(USERNAME)).toBe('anna');
    expect(screen.queryByRole('alert')).toBeNull();
  });
});

describe('the session', () => {
  it('is refreshed when the access token is about to end', async () => {
    const { pool, pass } = openWindow();
    await signIn();
    pass(3_580_000);
    await press('Reload the list');
    await waitFor(() => {
      expect(pool.operations()).toContain('GetTokensFromRefreshToken');
    });
  });

  it('leads back to signing in when the pool has ended it', async () => {
    openWindow((world) => {
      world.pool.faults.set('ListWebAuthnCredentials', [{ __type: 'NotAuthorizedException' }]);
    });
    await type(USERNAME, 'anna');
    await press('Sign in another way');
    await press(/^Password/);
    await type('Password', 'Correct-horse-7');
    await enter('Password');
    await screen.findByText('Your session has ended');
    expect(value(USERNAME)).toBe('');
  });

  it('keeps no token outside memory', async () => {
    openWindow();
    await signIn();
    expect(localStorage.length + sessionStorage.length).toBe(0);
    expect(document.cookie).toBe('');
  });
});
