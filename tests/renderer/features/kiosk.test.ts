import { fireEvent, screen, waitFor, within } from '@testing-library/svelte';
import { describe, expect, it } from 'vitest';

import { WORKSPACES } from '../../../src/renderer/features/workspaces.js';
import type { Output } from '../../../src/shared/ipc.js';
import type { KeySummary } from '../../../src/shared/keys.js';
import { USER_HANDLE } from '../../cognito/signed-tokens.js';
import { keySummary } from '../fakes/main.js';
import { enter, enterPin, openWindow, PIN, press, touchPrompt, type, USERNAME, type World } from '../window.js';

// As the window does when it is wanted: compiling it takes longer than a test waits for anything.
await WORKSPACES.kiosk();

const ANNA = { credentialId: 'aaaa', userHandle: USER_HANDLE, name: 'anna', displayName: 'Anna', username: 'anna' };
const RULES = { idleSeconds: 120, warnSeconds: 15, mayChange: false, greets: true };

/** … where people may change things. */
function mayChange({ main }: World): void {
  main.station = { ...main.station, kiosk: { ...RULES, mayChange: true } };
}

/** A kiosk without a key; Anna's has a passkey. */
function openKiosk(prepare: (world: World) => void = () => undefined): World {
  return openWindow((world) => {
    const { main, pool } = world;
    main.station = { ...main.station, mode: 'kiosk', kiosk: RULES, policy: { state: 'active' } };
    main.keys = [];
    main.accountsOnKeys.set('key-1', [ANNA]);
    main.onKeys.set('key-1', ['aaaa']);
    pool.add('aaaa', 'Roaming passkey');
    prepare(world);
  });
}

async function plugIn({ main }: World, key: KeySummary = keySummary()): Promise<void> {
  await screen.findByRole('heading', { name: 'Plug in your security key' });
  await waitFor(() => {
    expect(main.named('kiosk.get')).toHaveLength(1);
  });
  await Promise.resolve();
  main.plug(key);
}

async function tapIn(world: World): Promise<void> {
  await plugIn(world);
  await enterPin(PIN);
  await touchPrompt();
  world.main.touch();
  await screen.findByText('anna', { selector: 'header strong' });
}

describe('tapping in', () => {
  it('takes one PIN, one touch and two calls to the pool, and main is told before anybody sees it', async () => {
    const world = openKiosk();
    const { main, pool } = world;
    await tapIn(world);
    expect(main.named('ceremony.answer')).toHaveLength(1);
    expect(main.named('tapIn.identify')).toHaveLength(1);
    expect(main.named('keys.get')).toHaveLength(1);
    expect(pool.operations().filter((name) => !name.startsWith('List'))).toEqual([
      'InitiateAuth',
      'RespondToAuthChallenge',
    ]);
    expect(main.named('kiosk.begin')).toMatchObject([{ username: 'anna', keyId: 'key-1' }]);
    expect(screen.getByText(/^Signed in:/, { selector: 'header p' })).toBeTruthy();
  });

  it('asks which account, where the key has several, and twenty can be reached', async () => {
    const accounts = Array.from({ length: 20 }, (_, index) => ({ ...ANNA, username: `anna ${index}`, credentialId: `a${index}aa` })); // prettier-ignore
    const world = openKiosk(({ main }) => main.accountsOnKeys.set('key-1', [...accounts.slice(0, 19), ANNA]));
    await plugIn(world);
    await enterPin(PIN);
    const list = (await screen.findByRole('heading', { name: 'Which account?' })).parentElement;
    if (!list) throw new Error('the heading stands alone');
    expect(within(list).getAllByRole('listitem')).toHaveLength(20);
    await fireEvent.click(within(list).getByTitle('anna'));
    await touchPrompt();
    world.main.touch();
    await screen.findByText('anna', { selector: 'header strong' });
    expect(world.main.named('ceremony.answer')).toHaveLength(1);
  });

  it('lets the person say who they are, where the key cannot', async () => {
    const world = openKiosk(({ main }) => {
      main.accountsOnKeys.clear();
    });
    await plugIn(world);
    await type(USERNAME, ' anna ');
    await enter(USERNAME);
    await enterPin(PIN);
    await touchPrompt();
    world.main.touch();
    await screen.findByText('anna', { selector: 'header strong' });
    expect(world.pool.calls[0]?.input).toMatchObject({ AuthParameters: { USERNAME: 'anna' } });
  });

  it('takes a second touch of a key that does not list, and says so at both', async () => {
    const world = openKiosk(({ main }) => main.accountsOnKeys.set('key-1', [{ ...ANNA, name: '', displayName: '' }]));
    await plugIn(world, keyWith({ managesPasskeys: false }));
    await enterPin(PIN);
    await screen.findByText(/^This key is touched twice/);
    world.main.touch();
    await screen.findByText(/^Once more: the first touch said whose key this is/);
    await touchPrompt();
    world.main.touch();
    await screen.findByText('anna', { selector: 'header strong' });
    expect(world.main.named('ceremony.answer')).toHaveLength(1);
    expect(world.pool.calls[0]?.input).toMatchObject({ AuthParameters: { USERNAME: 'anna' } });
  });

  it('says nothing of a second touch where there is none', async () => {
    const world = openKiosk();
    await plugIn(world);
    await enterPin(PIN);
    await touchPrompt();
    expect(screen.queryByText(/twice|Once more/)).toBeNull();
  });

  it('asks for the whole of a name that the key may have cut, and never sends that', async () => {
    const cut = 'a'.repeat(64);
    const world = openKiosk(({ main }) =>
      main.accountsOnKeys.set('key-1', [{ ...ANNA, name: cut, username: undefined }]),
    );
    await plugIn(world);
    await enterPin(PIN);
    await screen.findByText(`It begins with ${cut}`);
    expect(world.pool.calls).toEqual([]);
    await type(USERNAME, 'anna');
    await enter(USERNAME);
    await touchPrompt();
    world.main.touch();
    await screen.findByText('anna', { selector: 'header strong' });
    expect(world.main.named('ceremony.answer')).toHaveLength(1);
  });

  it('asks whoever has touched a key that this station does not know for their name', async () => {
    const unknown = { ...ANNA, name: '', displayName: '', username: undefined };
    const world = openKiosk(({ main }) => main.accountsOnKeys.set('key-1', [unknown]));
    await plugIn(world, keyWith({ managesPasskeys: false }));
    await enterPin(PIN);
    await touchPrompt();
    world.main.touch();
    await screen.findByText(/^This station does not know whose key this is/);
    await type(USERNAME, 'anna');
    await enter(USERNAME);
    await screen.findByText(/^Once more/);
    world.main.touch();
    await screen.findByText('anna', { selector: 'header strong' });
  });

  it('greets by name while the PIN is asked for, and no longer', async () => {
    const world = openKiosk(({ main }) => {
      main.greeted = 'anna';
    });
    await plugIn(world);
    await screen.findByText('This is the key of anna. If that is not you, take it out.', { selector: 'main p' });
    await enterPin(PIN);
    await touchPrompt();
    expect(screen.queryByText(/^This is the key of/, { selector: 'main p' })).toBeNull();
  });

  it('asks for no key that was left in, and begins with it when it is told to', async () => {
    const world = openKiosk(({ main }) => {
      main.keys = [keySummary()];
      main.kiosk = { leftIn: ['key-1' as KeySummary['id']], ended: 'idle' }; // the brand is main's
    });
    await screen.findByText('Signed out: nothing was done for a while.', { selector: 'main p' });
    expect(world.main.named('tapIn.identify')).toEqual([]);
    await press(/^Sign in with Fjord Key 5/);
    await enterPin(PIN);
    expect(world.main.named('tapIn.identify')).toHaveLength(1);
  });

  it('asks which key, where two were plugged in at once', async () => {
    const world = openKiosk();
    await screen.findByRole('heading', { name: 'Plug in your security key' });
    world.main.plug(keySummary(), keySummary({ id: 'key-2' as KeySummary['id'], product: 'Other Key' }));
    await screen.findByRole('heading', { name: 'Which key is yours?' });
    expect(world.main.named('tapIn.identify')).toEqual([]);
    await press(/^Sign in with Fjord Key 5/);
    await enterPin(PIN);
    await touchPrompt();
  });
});

describe('nobody is signed in', () => {
  const stopped = async (world: World, sentence: RegExp | string) => {
    await screen.findByText(sentence);
    expect(screen.queryByText(/^Signed in:/)).toBeNull();
    await press('Leave');
    expect(world.main.named('kiosk.end')).toHaveLength(1);
  };

  it('when the pool answers for somebody else than the key has signed for', async () => {
    const other = { ...ANNA, userHandle: 'c29tZWJvZHkgZWxzZQ' };
    const world = openKiosk(({ main }) => main.accountsOnKeys.set('key-1', [other]));
    await plugIn(world);
    await enterPin(PIN);
    await touchPrompt();
    world.main.touch();
    await stopped(world, /answered for another account/);
    expect(world.main.named('kiosk.begin')).toEqual([]);
    expect(world.pool.operations()).toContain('RevokeToken');
  });

  it('when the name that was typed is of somebody else than the key has said', async () => {
    const other = { ...ANNA, userHandle: 'c29tZWJvZHkgZWxzZQ', name: '', username: undefined };
    const world = openKiosk(({ main }) => main.accountsOnKeys.set('key-1', [other]));
    await plugIn(world);
    await enterPin(PIN);
    await type(USERNAME, 'anna');
    await enter(USERNAME);
    await touchPrompt();
    world.main.touch();
    await stopped(world, /answered for another account/);
    expect(world.pool.operations()).toContain('RevokeToken');
  });

  it('when their passkeys live with another identity provider', async () => {
    const identities = JSON.stringify([{ providerName: 'Other', userId: '1' }]);
    const world = openKiosk(({ pool }) => {
      pool.claims = { 'cognito:username': 'Other_1', identities };
    });
    await plugIn(world);
    await enterPin(PIN);
    await touchPrompt();
    world.main.touch();
    await stopped(world, /belongs to another identity provider/);
    expect(world.pool.operations()).toContain('RevokeToken');
  });

  it('when main finds that the session is over before it began', async () => {
    const world = openKiosk(({ main }) => {
      main.overrides['kiosk.begin'] = () => ({ ok: false, error: { code: 'kiosk/over' } });
    });
    await plugIn(world);
    await enterPin(PIN);
    await touchPrompt();
    world.main.touch();
    await stopped(world, 'This sign-in at the kiosk is over.');
  });

  it.each([
    ['the pool does not know them', 'UserNotFoundException', /does not know the account of this key/],
    ['their account is disabled', 'NotAuthorizedException', /did not let you in/],
    ['their account is not confirmed', 'UserNotConfirmedException', /not confirmed yet/],
  ])('when %s', async (_, __type, sentence) => {
    const world = openKiosk(({ pool }) => pool.faults.set('InitiateAuth', [{ __type }]));
    await plugIn(world);
    await enterPin(PIN);
    await stopped(world, sentence);
  });

  it('when pool and key have no passkey in common', async () => {
    const world = openKiosk(({ pool }) => {
      pool.passkeys = [];
    });
    await plugIn(world);
    await enterPin(PIN);
    await stopped(world, 'This security key has no passkey that the user pool knows.');
  });

  it('when the key has none for this pool', async () => {
    const world = openKiosk(({ main }) => main.accountsOnKeys.set('key-1', []));
    await plugIn(world);
    await enterPin(PIN);
    await stopped(world, 'This security key has no passkey that the user pool knows.');
    expect(world.pool.calls).toEqual([]);
  });

  it('when the key wants a new PIN, which is no business of this kiosk', async () => {
    const world = openKiosk(({ main }) => main.accountsOnKeys.set('key-1', [ANNA]));
    world.main.pins.clear();
    await plugIn(world, keySummary({ details: keyWithoutPin() }));
    await stopped(world, /must be set, or changed, before it is used/);
    expect(world.main.named('ceremony.answer')).toEqual([]);
  });
});

function keyWith(changes: Partial<NonNullable<KeySummary['details']>>): KeySummary {
  const key = keySummary();
  return { ...key, ...(key.details && { details: { ...key.details, ...changes } }) };
}

function keyWithoutPin(): NonNullable<KeySummary['details']> {
  const { details } = keySummary({ pin: { state: 'unset' } });
  if (!details) throw new Error('a usable key has details');
  return details;
}

describe('somebody who is signed in', () => {
  it('sees their passkeys and their key, and changes nothing', async () => {
    const world = openKiosk();
    await tapIn(world);
    await screen.findByText('Roaming passkey');
    expect(screen.queryByRole('button', { name: /Add a key|Delete|Rename/ })).toBeNull();
    await press('My key');
    await screen.findByRole('heading', { name: 'Overview' });
    expect(screen.queryByRole('button', { name: /PIN|Settings|Reset|Stored passkeys/ })).toBeNull();
  });

  it('signs what they are asked and signs in again before a passkey is deleted, by one PIN entry and two touches', async () => {
    const world = openKiosk(mayChange);
    const { main, pool } = world;
    await tapIn(world);
    await press(/^Delete Roaming passkey/);
    await screen.findByText(/will be deleted from your account/);
    const asked = await screen.findByText('Main’s words for passkey.delete.', { selector: 'blockquote bdi' });
    expect(main.named('kiosk.ask')).toEqual([{ action: 'passkey.delete', credentialId: 'aaaa' }]);
    const before = main.named('ceremony.answer').length;
    await press('Continue with my key');
    await enterPin(PIN);
    await touchPrompt();
    expect(pool.operations().filter((name) => name === 'InitiateAuth')).toHaveLength(1);
    main.touch();
    await screen.findByText(/^Signed. Now touch your key once more/, { selector: 'main p' });
    expect(asked.isConnected).toBe(true);
    expect(screen.queryByText(/does not know the public key/)).toBeNull();
    await touchPrompt();
    expect(pool.operations()).not.toContain('DeleteWebAuthnCredential');
    expect(main.named('ceremony.answer')).toHaveLength(before + 1);
    main.touch();
    await waitFor(() => {
      expect(pool.operations()).toContain('DeleteWebAuthnCredential');
    });
    const renewed = main.named('kiosk.renewed') as { refreshToken: string }[];
    expect(renewed).toHaveLength(1);
    const names = pool.operations();
    expect(names.indexOf('DeleteWebAuthnCredential')).toBeGreaterThan(names.lastIndexOf('RespondToAuthChallenge'));
  });

  it('is told when the station cannot verify the signature', async () => {
    const world = openKiosk((prepared) => {
      mayChange(prepared);
      prepared.main.verifies = false;
    });
    await tapIn(world);
    await press('Add a key');
    await press('Continue with my key');
    await enterPin(PIN);
    await touchPrompt();
    world.main.touch();
    await screen.findByText(/does not know the public key of your passkey/);
    await touchPrompt();
    world.main.touch();
    await press('Add this key');
    expect(world.main.named('kiosk.ask')).toEqual([{ action: 'passkey.enrol' }]);
    expect(world.main.named('kiosk.renewed')).toHaveLength(1);
  });

  it('deletes nothing when they do not sign it, and asks anew', async () => {
    const world = openKiosk(mayChange);
    await tapIn(world);
    await press(/^Delete Roaming passkey/);
    await press('Continue with my key');
    await enterPin(PIN);
    await touchPrompt();
    await press('Cancel');
    await screen.findByText('Cancelled.');
    await screen.findByRole('button', { name: 'Try again' });
    expect(world.pool.operations().filter((name) => name === 'InitiateAuth')).toHaveLength(1);
    expect(world.pool.operations()).not.toContain('DeleteWebAuthnCredential');
    expect(world.main.named('kiosk.ask')).toHaveLength(2);
  });

  it('deletes nothing when they sign it and do not sign in again', async () => {
    const world = openKiosk(mayChange);
    await tapIn(world);
    await press(/^Delete Roaming passkey/);
    await press('Continue with my key');
    await enterPin(PIN);
    await touchPrompt();
    world.main.touch();
    await screen.findByText(/^Signed. Now touch your key once more/, { selector: 'main p' });
    await touchPrompt();
    await press('Cancel');
    await screen.findByText('Cancelled.');
    expect(world.pool.operations()).not.toContain('DeleteWebAuthnCredential');
    expect(world.main.named('passkeys.forget')).toEqual([]);
    // What was signed serves for nothing else: the next try is asked anew.
    expect(screen.queryByText(/^Signed. Now touch/, { selector: 'main p' })).toBeNull();
    expect(world.main.named('kiosk.ask')).toHaveLength(2);
  });

  it('is told when nothing can be asked, and may try again', async () => {
    const world = openKiosk((prepared) => {
      mayChange(prepared);
      prepared.main.overrides['kiosk.ask'] = () => ({ ok: false, error: { code: 'approval/unshowable' } });
    });
    await tapIn(world);
    await press('Add a key');
    await screen.findByText(/cannot be shown exactly as it is/);
    delete world.main.overrides['kiosk.ask'];
    await press('Try again');
    await screen.findByText('Main’s words for passkey.enrol.');
    expect(world.main.named('kiosk.approve')).toEqual([]);
    await press('Continue with my key');
    await enterPin(PIN);
    await touchPrompt();
    expect(world.main.named('kiosk.approve')).toHaveLength(1);
  });

  it('is left where they are when the policy was read again', async () => {
    const world = openKiosk();
    await tapIn(world);
    await screen.findByText('Roaming passkey');
    world.main.emit('station.policy', { state: 'active' });
    await waitFor(() => {
      expect(document.querySelector('[aria-live=polite]')?.textContent).toContain('policy of this station has changed');
    });
    expect(screen.getByText('Roaming passkey')).toBeTruthy();
  });

  it('is told that the time runs out, and says that they are there', async () => {
    const world = openKiosk();
    await tapIn(world);
    world.main.emit('kiosk.countdown', { countdown: { reason: 'idle', seconds: 15 } });
    await screen.findByRole('dialog', { name: 'Are you still there?' });
    await waitFor(() => {
      expect(document.querySelector('[aria-live=assertive]')?.textContent).toContain('signed out in 15 seconds');
    });
    await press('I am still here');
    expect(world.main.named('kiosk.active').length).toBeGreaterThan(0);
    world.main.emit('kiosk.countdown', {});
    await waitFor(() => {
      expect(screen.queryByRole('dialog')).toBeNull();
    });
  });

  it('answers for themselves when another key is plugged in', async () => {
    const world = openKiosk();
    await tapIn(world);
    world.main.emit('kiosk.countdown', { countdown: { reason: 'other-key', seconds: 5 } });
    await screen.findByRole('dialog', { name: 'Another key was plugged in' });
    await press('Stay signed in');
    expect(world.main.named('kiosk.stay')).toHaveLength(1);
  });

  it('taps out by a button', async () => {
    const world = openKiosk();
    await tapIn(world);
    await press('Tap out');
    expect(world.main.named('kiosk.end')).toHaveLength(1);
  });

  it('tells main that something is done, now and then', async () => {
    const world = openKiosk();
    await tapIn(world);
    const before = world.main.named('kiosk.active').length;
    for (let times = 0; times < 50; times += 1) await fireEvent.keyDown(document.body, { key: 'a' });
    expect(world.main.named('kiosk.active').length - before).toBeLessThanOrEqual(1);
  });
});

describe('a kiosk that is locked', () => {
  it('says so, and asks nobody for a key', async () => {
    const policy: Output<'station.get'>['policy'] = { state: 'locked', reason: 'A kiosk needs a policy' };
    const world = openKiosk(({ main }) => {
      main.station = { ...main.station, policy };
      main.keys = [keySummary()];
    });
    await screen.findByRole('heading', { name: 'This kiosk is locked' });
    expect(world.main.named('tapIn.identify')).toEqual([]);
  });
});
