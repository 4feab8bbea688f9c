import { screen } from '@testing-library/svelte';
import { describe, expect, it } from 'vitest';

import { enterPin, PIN, press, touchPrompt, type World } from '../../window.js';
import { openKeyPage } from './visit.js';

function withPasskey({ main }: World): void {
  const passkeys = [{ credentialId: 'YW5uYQ', userName: 'anna', displayName: '' }];
  main.stored.set('key-1', [{ rpId: 'login.example.com', rpIdHash: 'aGFzaA', passkeys }]);
}

describe('a reset', () => {
  it('says what will be lost, by name once the PIN is known', async () => {
    await openKeyPage('Reset', withPasskey);
    screen.getByText(/^Every passkey on the key, for good/);
    await press('Show which passkeys …');
    await enterPin(PIN);
    await screen.findByText('anna at login.example.com');
  });

  it('leads through unplugging, plugging in and touch, and tells the outcome', async () => {
    const { main } = await openKeyPage('Reset');
    await press('Reset this key …');
    await press('Reset the key');
    await screen.findByRole('heading', { name: 'Unplug Fjord Key 5' });
    main.touch();
    await screen.findByRole('heading', { name: 'Plug Fjord Key 5 in again' });
    main.touch();
    await touchPrompt();
    main.touch();
    await screen.findByText(/is reset\. Keydesk has read it again/);
    await press('Set a PIN');
    await screen.findByLabelText('New PIN');
  });

  it('begins only after a plain question', async () => {
    const { main } = await openKeyPage('Reset');
    await press('Reset this key …');
    await screen.findByText(/Make sure that you can sign in everywhere without this key/);
    await press('Cancel');
    expect(main.named('keys.reset')).toEqual([]);
  });

  it('that is stopped says that nothing was reset', async () => {
    await openKeyPage('Reset');
    await press('Reset this key …');
    await press('Reset the key');
    await screen.findByRole('heading', { name: 'Unplug Fjord Key 5' });
    await press('Cancel');
    await screen.findByText('Stopped. The key was not reset.');
  });

  it.each([
    ['key/reset-window', 'A security key can be reset only within seconds of being plugged in.'],
    ['key/not-touched', 'The security key was not touched in time.'],
    ['reset/blocked', 'The security key does not let itself be reset here.'],
    ['reset/another-key', 'Another security key was plugged in. Nothing was changed on either.'],
  ] as const)('that failed (%s) says why, and can be tried again', async (code, sentence) => {
    const { main } = await openKeyPage('Reset');
    main.overrides['keys.reset'] = () => ({ ok: false, error: { code } });
    await press('Reset this key …');
    await press('Reset the key');
    await screen.findByText(sentence);
    screen.getByRole('button', { name: 'Try again …' });
  });

  it.each([
    ['key/reset-window', 'That took too long'],
    ['key/not-touched', 'The key was not touched in time'],
    ['reset/blocked', 'The key refused the reset'],
  ] as const)('that missed its moment (%s) is begun again at once, with unplugging the key', async (code, title) => {
    const { main } = await openKeyPage('Reset', (world) => {
      world.main.missedResets = [code];
    });
    await press('Reset this key …');
    await press('Reset the key');
    const goThrough = async () => {
      await screen.findByRole('heading', { name: 'Unplug Fjord Key 5' });
      main.touch();
      await screen.findByRole('heading', { name: 'Plug Fjord Key 5 in again' });
      main.touch();
      await touchPrompt();
      main.touch();
    };
    await goThrough();
    await screen.findByRole('heading', { name: title });
    screen.getByText('Nothing was erased.');
    await press('Begin again');
    await goThrough();
    await screen.findByText(/is reset\. Keydesk has read it again/);
    expect(main.named('keys.reset')).toHaveLength(1);
  });

  it('of which a step came too late begins again without the question, which was answered a moment ago', async () => {
    const { main } = await openKeyPage('Reset');
    main.overrides['keys.reset'] = () => ({ ok: false, error: { code: 'reset/not-unplugged' } });
    await press('Reset this key …');
    await press('Reset the key');
    await screen.findByText(/was not unplugged in time/);
    delete main.overrides['keys.reset'];
    await press('Begin again');
    await screen.findByRole('heading', { name: 'Unplug Fjord Key 5' });
  });

  it('tells that another key was plugged in, and goes on waiting for the right one', async () => {
    const { main } = await openKeyPage('Reset');
    await press('Reset this key …');
    await press('Reset the key');
    await screen.findByRole('heading', { name: 'Unplug Fjord Key 5' });
    main.touch();
    await screen.findByRole('heading', { name: 'Plug Fjord Key 5 in again' });
    const [asked] = main.named('keys.reset') as { ceremonyId: never }[];
    if (!asked) throw new Error('no reset was asked for');
    const need = { kind: 'plug' as const, deadline: Date.now() + 1000, another: 'Other Key 3' };
    main.emit('ceremony', { ceremonyId: asked.ceremonyId, need });
    await screen.findByText('That is another key: Other Key 3. It stays as it is.');
  });
});
