import { screen, waitFor, within } from '@testing-library/svelte';
import { describe, expect, it } from 'vitest';

import type { Orphan } from '../../../src/shared/passkey-records.js';
import { USER_HANDLE } from '../../cognito/signed-tokens.js';
import { AAGUID, keySummary } from '../fakes/main.js';
import { enter, enterPin, openWindow, PIN, press, signIn, touchPrompt, type, type World } from '../window.js';

const twoPasskeys = ({ main, pool }: World) => {
  pool.add('aaaa', 'Roaming passkey', 1_763_000_000);
  pool.add('bbbb', 'Roaming passkey', 1_762_000_000);
  main.onKeys.set('key-1', ['aaaa']);
  main.records = [
    {
      credentialId: 'aaaa',
      nickname: 'Blue key',
      keyProduct: 'Fjord Key 5',
      keySerial: '1001',
      aaguid: AAGUID,
      createdAt: '2026-11-01T10:00:00Z',
    },
  ];
};

const orphan: Orphan = {
  id: '00000000-0000-4000-8000-0000000000aa',
  credentialId: 'left',
  rpId: 'login.example.com',
  userId: USER_HANDLE,
  userName: 'anna',
  keyProduct: 'Fjord Key 5',
  keySerial: '1001',
  createdAt: '2026-11-22T10:00:00Z',
};

const rows = async () => within(await screen.findByRole('list', { name: 'My passkeys' })).findAllByRole('listitem');

describe('my passkeys', () => {
  it('shows name, key and model, and which is on the plugged key', async () => {
    const { main } = openWindow(twoPasskeys);
    await signIn();
    const [first, second] = await rows();
    expect(first?.textContent).toContain('Blue key');
    expect(first?.textContent).toContain('on Fjord Key 5, serial 1001');
    expect(first?.textContent).toContain(AAGUID);
    expect(second?.textContent).toContain('Roaming passkey');
    await screen.findByText('On the key plugged in now');
    main.plug();
    await waitFor(() => {
      expect(screen.queryByText('On the key plugged in now')).toBeNull();
    });
  });

  it('asks the keys one question at a time, and the newest last', async () => {
    let running = 0;
    let most = 0;
    const { main } = openWindow((world) => {
      twoPasskeys(world);
      world.main.overrides['keys.locate'] = async ({ credentialIds }) => {
        running += 1;
        most = Math.max(most, running);
        await Promise.resolve();
        running -= 1;
        const held = world.main.keys.length > 1 ? credentialIds : [];
        return { ok: true, value: world.main.keys.slice(0, 1).map(({ id }) => ({ keyId: id, credentialIds: held })) };
      };
    });
    await signIn();
    main.plug();
    main.plug(keySummary());
    main.plug(keySummary(), keySummary({ id: 'key-2' as ReturnType<typeof keySummary>['id'] }));
    await waitFor(() => {
      expect(screen.getAllByText('On the key plugged in now')).toHaveLength(2);
    });
    expect(most).toBe(1);
  });

  it('says what to do when there are none', async () => {
    openWindow();
    await signIn();
    await screen.findByText('No passkey yet');
  });

  it('keeps what it has shown when a reload fails', async () => {
    openWindow((world) => {
      twoPasskeys(world);
      world.pool.faults.set('ListWebAuthnCredentials', [{ __type: 'InvalidParameterException' }]);
    });
    await signIn();
    await screen.findByText('The user pool did not understand the request.');
    await press('Try again');
    expect(await rows()).toHaveLength(2);
  });

  it('gives a passkey that was made here another name', async () => {
    openWindow(twoPasskeys);
    await signIn();
    await press('Rename Blue key');
    await type('Name', 'Green key');
    await enter('Name');
    await screen.findByRole('heading', { name: 'Green key' });
    expect(screen.queryByRole('button', { name: 'Rename Roaming passkey' })).toBeNull();
  });

  it('deletes after a confirmation, and then takes it off the key', async () => {
    const { main, pool } = openWindow(twoPasskeys);
    await signIn();
    await screen.findByText('On the key plugged in now');
    await press('Delete Blue key');
    expect(pool.operations()).not.toContain('DeleteWebAuthnCredential');
    await press('Delete passkey');
    await screen.findByText('Take it off the key as well?');
    expect(main.named('passkeys.forget')).toEqual([{ credentialId: 'aaaa' }]);
    await press('Take it off the key');
    await press('Take it off the key');
    await enterPin(PIN);
    await touchPrompt();
    main.touch();
    await screen.findByText('The passkey is off Fjord Key 5.', { selector: 'p' });
    expect(main.onKeys.get('key-1')).toEqual([]);
  });

  it('does not offer the key where the passkey is not on it', async () => {
    openWindow(twoPasskeys);
    await signIn();
    await press('Delete Roaming passkey');
    await press('Delete passkey');
    await waitFor(async () => {
      expect(await rows()).toHaveLength(1);
    });
    expect(screen.queryByText('Take it off the key as well?')).toBeNull();
  });

  it('deletes nothing when the confirmation is declined', async () => {
    const { pool } = openWindow(twoPasskeys);
    await signIn();
    await press('Delete Blue key');
    await press('Cancel');
    expect(pool.operations()).not.toContain('DeleteWebAuthnCredential');
    expect(await rows()).toHaveLength(2);
  });

  it('warns before the last one goes, and stays when the pool cannot be reached', async () => {
    const { pool } = openWindow((world) => {
      world.pool.add('aaaa');
      world.pool.faults.set('DeleteWebAuthnCredential', ['network']);
    });
    await signIn();
    await press('Delete Roaming passkey');
    await screen.findByText(/This is your only passkey/);
    await press('Delete passkey');
    await screen.findByText('The user pool cannot be reached.');
    await press('Try again');
    await screen.findByText('No passkey yet');
    expect(pool.passkeys).toEqual([]);
  });

  it('takes a passkey that the pool no longer has as deleted', async () => {
    openWindow((world) => {
      world.pool.add('aaaa');
      world.pool.faults.set('DeleteWebAuthnCredential', [{ __type: 'ResourceNotFoundException' }]);
    });
    await signIn();
    await press('Delete Roaming passkey');
    await press('Delete passkey');
    await screen.findByText('No passkey yet');
  });
});

describe('passkeys that were left on a key', () => {
  it('are offered for removal while that key is plugged in', async () => {
    const { main } = openWindow((world) => {
      world.main.orphans = [orphan];
    });
    await signIn();
    const remove = await screen.findByRole<HTMLButtonElement>('button', { name: 'Remove it from the key' });
    expect(remove.disabled).toBe(false);
    main.plug(keySummary({ serial: '2002' }));
    await waitFor(() => {
      expect(remove.disabled).toBe(true);
    });
  });

  it('are no orphans when the pool has them after all: they are noted', async () => {
    const { main } = openWindow((world) => {
      world.pool.add('left');
      world.main.orphans = [orphan];
    });
    await signIn();
    await screen.findByRole('heading', { name: 'Fjord Key 5' });
    expect(main.named('passkeys.confirm')).toEqual([{ enrolmentId: orphan.id, nickname: 'Fjord Key 5' }]);
    expect(screen.queryByText(/was left on/)).toBeNull();
  });

  it('of other people are not removed: only their own sign-in tells whether the pool knows them', async () => {
    openWindow((world) => {
      world.main.orphans = [{ ...orphan, userId: 'YmVu', userName: 'ben' }];
    });
    await signIn();
    await screen.findByText(/Sign in as ben to remove it/);
    expect(screen.queryByRole('button', { name: 'Remove it from the key' })).toBeNull();
  });

  it('of somebody of the same name at another pool are not removed either', async () => {
    openWindow((world) => {
      world.main.orphans = [{ ...orphan, userId: 'YW5uYQ' }];
    });
    await signIn();
    await screen.findByText(/Sign in as anna to remove it/);
    expect(screen.queryByRole('button', { name: 'Remove it from the key' })).toBeNull();
  });

  it('are none of what the pool has when they are removed, wherever it was enrolled meanwhile', async () => {
    const { main, pool } = openWindow((world) => {
      world.pool.add('aaaa');
      world.main.orphans = [{ ...orphan, credentialId: undefined }];
    });
    await signIn();
    await press('Remove it from the key');
    pool.add('bbbb');
    await press('Take it off the key');
    await enterPin(PIN);
    await touchPrompt();
    main.touch();
    await screen.findByText('The passkey is off Fjord Key 5.', { selector: 'p' });
    expect(main.named('orphans.remove')).toMatchObject([{ orphanId: orphan.id, enrolled: ['aaaa', 'bbbb'] }]);
  });

  it('stay on the key while nobody can tell what the pool has', async () => {
    const { main, pool } = openWindow((world) => {
      world.main.orphans = [{ ...orphan, credentialId: undefined }];
    });
    await signIn();
    await press('Remove it from the key');
    pool.faults.set('ListWebAuthnCredentials', ['nonsense']);
    await press('Take it off the key');
    await screen.findByText(/does not understand/);
    expect(main.named('orphans.remove')).toEqual([]);
    await press('Try again');
    await screen.findByRole('button', { name: 'Remove it from the key' });
  });

  it('say so when they are not on the key', async () => {
    const { main } = openWindow((world) => {
      world.main.orphans = [orphan];
      world.main.overrides['orphans.remove'] = () => ({ ok: false, error: { code: 'key/no-passkey' } });
    });
    await signIn();
    await press('Remove it from the key');
    await press('Take it off the key');
    await screen.findByText('This passkey is not on the key that is plugged in.');
    expect(main.orphans).toHaveLength(1);
  });
});
