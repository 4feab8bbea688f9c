import { screen, waitFor } from '@testing-library/svelte';
import { describe, expect, it } from 'vitest';

import { keySummary } from '../fakes/main.js';
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
  value,
  type World,
} from '../window.js';

const unsetPin = ({ main }: World) => {
  main.keys = [keySummary({ pin: { state: 'unset' } })];
};

/** To the moment when the key is asked. */
async function begin(prepare?: (world: World) => void): Promise<World> {
  const world = openWindow(prepare);
  await signIn();
  world.pool.calls.length = 0;
  await press('Add a key');
  await press('Add this key');
  return world;
}

async function make(prepare?: (world: World) => void): Promise<World> {
  const world = await begin(prepare);
  await enterPin(PIN);
  await touchPrompt();
  world.main.touch();
  return world;
}

const enrolmentCalls = ({ pool }: World) => pool.operations().filter((name) => name.includes('WebAuthnRegistration'));

describe('adding a key', () => {
  it('takes two calls to the pool, then a name', async () => {
    const world = await make();
    await type('Name of this key', 'Blue key');
    expect(world.pool.operations()).toEqual(['StartWebAuthnRegistration', 'CompleteWebAuthnRegistration']);
    await enter('Name of this key');
    await screen.findByRole('heading', { name: 'Blue key' });
    await screen.findByText('On the key plugged in now');
  });

  it('notes the passkey before a name is given, so that a window closed now leaves nothing half done', async () => {
    const { main } = await make();
    await screen.findByLabelText('Name of this key');
    expect(main.records).toMatchObject([{ nickname: 'Fjord Key 5' }]);
  });

  it('has a PIN chosen where the key has none, by the rules of the key', async () => {
    const { main } = await begin(unsetPin);
    await type('New PIN', '12');
    await screen.findByText('2 of at least 4 characters.');
    await type('New PIN', '1234');
    await type('New PIN again', '1235');
    await screen.findByText('The two PINs differ.');
    expect(screen.getByRole<HTMLButtonElement>('button', { name: 'Set PIN' }).disabled).toBe(true);
    await type('New PIN again', '1234');
    await enter('New PIN');
    await touchPrompt();
    expect(main.pins.get('key-1')).toBe('1234');
    expect(document.body.innerHTML).not.toContain('1234');
  });

  it('has another PIN chosen when the key finds it too simple, and shows where its rules are explained', async () => {
    const { main } = await begin((world) => {
      const complexityUrl = 'https://fjord.example/pins';
      world.main.keys = [keySummary({ pin: { state: 'unset', complexityPolicy: true, complexityUrl } })];
      world.main.simplePins.add('1111');
    });
    await type('New PIN', '1111');
    screen.getByText(/fjord\.example\/pins/);
    await type('New PIN again', '1111');
    await enter('New PIN');
    await screen.findByText(/^The key does not accept that PIN/);
    await type('New PIN', '2580');
    await type('New PIN again', '2580');
    expect(screen.queryByText(/^The key does not accept that PIN/)).toBeNull();
    await enter('New PIN');
    await touchPrompt();
    expect(main.pins.get('key-1')).toBe('2580');
  });

  it('asks which key when several are plugged in', async () => {
    const { main } = openWindow((world) => {
      const second = keySummary({ id: 'key-2' as ReturnType<typeof keySummary>['id'], product: 'Second key' });
      world.main.keys = [keySummary(), second];
    });
    await signIn();
    await press('Add a key');
    await press(/^Second key/);
    await press('Add this key');
    await waitFor(() => {
      expect(main.named('keys.create')).toMatchObject([{ keyId: 'key-2' }]);
    });
  });

  it('waits for a key where none is plugged in', async () => {
    const { main } = openWindow((world) => {
      world.main.keys = [];
    });
    await signIn();
    await press('Add a key');
    await screen.findByRole('heading', { name: 'Plug in your security key' });
    main.plug(keySummary());
    await screen.findByRole('button', { name: 'Add this key' });
  });

  it('stops on Escape and makes nothing', async () => {
    const world = await begin();
    await screen.findByLabelText(PIN_FIELD);
    await escape();
    await screen.findByText('Stopped. Your account has no new passkey.');
    expect(world.main.named('ceremony.cancel')).toHaveLength(1);
    expect(enrolmentCalls(world)).toEqual(['StartWebAuthnRegistration']);
  });

  it('tells once that the key was pulled out, and resumes with the same challenge', async () => {
    const world = await begin();
    await enterPin(PIN);
    await touchPrompt();
    world.main.unplug();
    await screen.findByText('The security key was unplugged.');
    expect(screen.getAllByRole('alert')).toHaveLength(1);
    world.main.plug(keySummary());
    await press('Try again');
    await enterPin(PIN);
    await touchPrompt();
    world.main.touch();
    await screen.findByLabelText('Name of this key');
    expect(enrolmentCalls(world)).toEqual(['StartWebAuthnRegistration', 'CompleteWebAuthnRegistration']);
  });

  it('asks for a new challenge when half the life of the old one is over', async () => {
    const world = await begin();
    await screen.findByLabelText(PIN_FIELD);
    await press('Cancel');
    world.pass(31_000);
    await press('Try again');
    await screen.findByLabelText(PIN_FIELD);
    expect(enrolmentCalls(world)).toEqual(['StartWebAuthnRegistration', 'StartWebAuthnRegistration']);
  });

  it('says why the pool does not begin', async () => {
    await begin((world) => {
      world.pool.faults.set('StartWebAuthnRegistration', [{ __type: 'LimitExceededException' }]);
    });
    await screen.findByText(/a limit is reached/);
    await press('Try again');
    await screen.findByLabelText(PIN_FIELD);
  });
});

describe('a pool that refuses the passkey after the key has made it', () => {
  const refuse = (world: World) => {
    world.pool.faults.set('CompleteWebAuthnRegistration', [{ __type: 'WebAuthnCredentialNotSupportedException' }]);
  };

  it('says that the passkey is still on the key, and takes it off', async () => {
    const { main } = await make(refuse);
    await screen.findByText('The passkey is still on Fjord Key 5.');
    expect(main.named('passkeys.abandon')).toHaveLength(1);
    await press('Remove it from the key');
    await press('Take it off the key');
    await enterPin(PIN);
    await touchPrompt();
    main.touch();
    await screen.findByText('The passkey is off Fjord Key 5.', { selector: 'p' });
    await press('Done');
    await screen.findByText('No passkey yet');
    expect(main.orphans).toEqual([]);
  });

  it('offers it again later, and forgets it on request', async () => {
    const { main } = await make(refuse);
    await press('Later');
    await screen.findByText('A passkey was left on Fjord Key 5');
    await press('The key is gone or was reset');
    await press('Forget it');
    await waitFor(() => {
      expect(screen.queryByText('A passkey was left on Fjord Key 5')).toBeNull();
    });
    expect(main.named('orphans.dismiss')).toHaveLength(1);
  });
});

describe('a pool that falls silent after the key has made the passkey', () => {
  it('is asked what it has before it is told again', async () => {
    const world = await make(({ pool }) => {
      pool.faults.set('CompleteWebAuthnRegistration', ['network']);
    });
    await screen.findByText('The user pool cannot be reached.');
    expect(world.main.named('passkeys.abandon')).toEqual([]);
    await press('Try again');
    await screen.findByLabelText('Name of this key');
    expect(world.pool.operations().slice(2)).toEqual(['ListWebAuthnCredentials', 'CompleteWebAuthnRegistration']);
  });

  it('is not told again when it has the passkey already', async () => {
    const world = await make(({ pool }) => {
      pool.faults.set('CompleteWebAuthnRegistration', ['nonsense']);
    });
    await screen.findByText(/does not understand/);
    world.pool.add('bWFkZS1ieS1rZXk1');
    await press('Try again');
    await screen.findByLabelText('Name of this key');
    expect(value('Name of this key')).toBe('Fjord Key 5');
    expect(enrolmentCalls(world)).toHaveLength(2);
  });

  it('leaves the passkey in the journal when the person gives up', async () => {
    const { main } = await make(({ pool }) => {
      pool.faults.set('CompleteWebAuthnRegistration', ['network']);
    });
    await press('Finish later');
    await screen.findByText('A passkey was left on Fjord Key 5');
    expect(main.orphans).toHaveLength(1);
  });
});
