import { screen, waitFor } from '@testing-library/svelte';
import { describe, expect, it } from 'vitest';

import { keySummary } from '../../fakes/main.js';
import { enter, enterPin, escape, PIN, press, type, type World } from '../../window.js';
import { openKeyPage } from './visit.js';

const PART = 'Stored passkeys';
const passkey = (userName: string, displayName = '') => ({ credentialId: btoa(userName), userName, displayName });

function withPasskeys({ main }: World): void {
  main.stored.set('key-1', [
    {
      rpId: 'login.example.com',
      rpIdHash: 'aGFzaC1vbmU',
      passkeys: [passkey('anna', 'Anna Lund'), passkey('ben'), passkey('carla')],
    },
    { rpId: 'bank.example', rpIdHash: 'aGFzaC10d28', passkeys: [passkey('a.lund')] },
  ]);
}

async function show(prepare = withPasskeys, asksForPin = true): Promise<World> {
  const world = await openKeyPage(PART, prepare);
  await press('Show the passkeys');
  if (asksForPin) await enterPin(PIN);
  return world;
}

describe('the passkeys on a key', () => {
  it('are shown by relying party once the PIN is entered', async () => {
    await show();
    await screen.findByRole('list', { name: 'Passkeys for bank.example' });
    for (const name of ['anna', 'Anna Lund', 'ben', 'a.lund']) screen.getByText(name);
    screen.getAllByText('4 passkeys, and room for 20 more at the most.');
  });

  it('are marked where a website keeps data beside them, which is lost with them', async () => {
    await show(({ main }) => {
      const passkeys = [{ ...passkey('anna'), blobSize: 1300 }, passkey('ben')];
      main.stored.set('key-1', [{ rpId: 'login.example.com', rpIdHash: 'aGFzaC1vbmU', passkeys }]);
    });
    await screen.findByText('With data of the website, 1.3 KB');
    await press('Delete ben');
    await screen.findByText(/It is deleted from Fjord Key 5 for good/);
    expect(screen.queryByText(/can no longer be read/)).toBeNull();
    await press('Cancel');
    await press('Delete anna');
    await screen.findByText(/The data beside it, 1\.3 KB, can no longer be read by anybody\./);
  });

  it('are shown all the same when nothing says which of them have data', async () => {
    await show((world) => {
      withPasskeys(world);
      const relyingParties = world.main.stored.get('key-1') ?? [];
      world.main.overrides['onKey.list'] = () => ({
        ok: true,
        value: { existing: 4, remaining: 20, remembered: false, blobsUnreadable: true, relyingParties },
      });
    }, false);
    await screen.findByText(/keep beside these passkeys cannot be read/);
    screen.getByText('anna');
  });

  it('are deleted after a plain question, without the PIN being asked for again', async () => {
    const { main } = await show();
    await press('Delete ben');
    await screen.findByText(/It is deleted from Fjord Key 5 for good/);
    await press('Delete passkey');
    await waitFor(() => {
      expect(screen.queryByText('ben')).toBeNull();
    });
    await waitFor(() => {
      expect(screen.queryByRole('alertdialog')).toBeNull();
    });
    await screen.findByText('The passkey for login.example.com is off Fjord Key 5.');
    expect(main.named('onKey.delete')).toMatchObject([{ rpIdHash: 'aGFzaC1vbmU', credentialId: btoa('ben') }]);
    expect(main.named('ceremony.answer')).toHaveLength(1);
  });

  it('are renamed, which keeps the one that is not changed', async () => {
    const { main } = await show();
    await press('Rename anna');
    await type('User name', 'anna.lund');
    await enter('User name');
    await screen.findByText('anna.lund');
    screen.getByText('Anna Lund');
    expect(main.named('onKey.rename')).toMatchObject([
      { credentialId: btoa('anna'), userName: 'anna.lund', displayName: 'Anna Lund' },
    ]);
  });

  it('stay when the person says no', async () => {
    const { main } = await show();
    await press('Delete ben');
    await press('Cancel');
    expect(main.named('onKey.delete')).toEqual([]);
    screen.getByText('ben');
  });

  it('say why one could not be deleted, and it can be tried again', async () => {
    const { main } = await show();
    main.overrides['onKey.delete'] = () => ({ ok: false, error: { code: 'key/no-answer' } });
    await press('Delete ben');
    await press('Delete passkey');
    await screen.findByText('The security key does not answer.');
    delete main.overrides['onKey.delete'];
    await press('Try again');
    await waitFor(() => {
      expect(screen.queryByText('ben')).toBeNull();
    });
  });

  it('are found by website and by name', async () => {
    await show();
    await type('Search', 'LUND');
    expect(screen.queryByText('ben')).toBeNull();
    screen.getByText('anna');
    screen.getByText('a.lund');
    await type('Search', 'bank');
    expect(screen.queryByText('anna')).toBeNull();
    await type('Search', 'nobody');
    screen.getByText('Nothing on this key goes by that name.');
  });

  it('that there are none of is said', async () => {
    await show(() => undefined);
    await screen.findByText('No passkey on this key');
  });

  it('are not asked for of a key that keeps them to itself', async () => {
    await openKeyPage(PART, ({ main }) => {
      const key = keySummary();
      if (key.details) key.details.managesPasskeys = false;
      main.keys = [key];
    });
    await screen.findByText('This key cannot list its passkeys.');
    expect(screen.queryByRole('button', { name: 'Show the passkeys' })).toBeNull();
  });

  it('need a PIN to be set first, and the way there is offered', async () => {
    await openKeyPage(PART, ({ main }) => {
      main.keys = [keySummary({ pin: { state: 'unset' } })];
    });
    await press('Go to PIN');
    await screen.findByRole('heading', { level: 2, name: 'PIN' });
  });

  it('can be left unread: Escape gives up the PIN entry and leaves the page as it is', async () => {
    await openKeyPage(PART, withPasskeys);
    await press('Show the passkeys');
    await screen.findByLabelText('PIN of Fjord Key 5');
    await escape();
    await waitFor(() => {
      expect(screen.queryByLabelText('PIN of Fjord Key 5')).toBeNull();
    });
    screen.getByRole('heading', { level: 2, name: PART });
    screen.getByRole('button', { name: 'Show the passkeys' });
    expect(screen.queryByRole('alert')).toBeNull();
  });

  it('are forgotten with the visit: whoever comes back enters the PIN again', async () => {
    await show();
    await screen.findByText('ben');
    await press('All keys');
    await press('Open Fjord Key 5');
    await press(PART);
    expect(screen.queryByText('ben')).toBeNull();
    await press('Show the passkeys');
    await screen.findByLabelText('PIN of Fjord Key 5');
  });

  it('are shown without the PIN on later visits, where the person wants that and the key can, until it is taken back', async () => {
    await openKeyPage(PART, (world) => {
      withPasskeys(world);
      const key = keySummary();
      if (key.details) key.details.canRemember = true;
      world.main.keys = [key];
    });
    (await screen.findByRole<HTMLInputElement>('checkbox', { name: /without the PIN from now on/ })).click();
    await press('Show the passkeys');
    await enterPin(PIN);
    await screen.findByText('ben');
    const comeBack = async () => {
      await press('All keys');
      await press('Open Fjord Key 5');
      await press(PART);
      await press('Show the passkeys');
    };
    await comeBack();
    await screen.findByText('ben');
    await press('Ask for the PIN again');
    await waitFor(() => {
      expect(screen.queryByRole('button', { name: 'Ask for the PIN again' })).toBeNull();
    });
    await comeBack();
    await screen.findByLabelText('PIN of Fjord Key 5');
  });
});
