import { screen, waitFor } from '@testing-library/svelte';
import { describe, expect, it } from 'vitest';

import { AAGUID, keySummary, unusableKey } from '../fakes/main.js';
import { enter, openWindow, PIN, press, type, value, type World } from '../window.js';

async function open(prepare?: (world: World) => void): Promise<World> {
  const world = openWindow(prepare);
  await press('Keys');
  return world;
}

async function change(current: string, next: string): Promise<void> {
  await type('Current PIN', current);
  await type('New PIN', next);
  await type('New PIN again', next);
  await enter('Current PIN');
}

describe('the plugged keys', () => {
  it('are shown without signing in, with all that they say of themselves', async () => {
    await open();
    await screen.findByRole('heading', { name: 'Fjord Key 5' });
    for (const text of [AAGUID, '5.7.1', 'FIDO_2_0, FIDO_2_1', '99 more', '8 tries left.']) screen.getByText(text);
  });

  it('come and go', async () => {
    const { main } = await open();
    main.plug();
    await screen.findByText('No security key is plugged in');
  });

  it('that the system keeps closed come with the way to open them', async () => {
    await open((world) => {
      world.main.keys = [unusableKey('key/not-permitted')];
    });
    await screen.findByText('This computer does not let Keydesk open the security key.');
    screen.getByText('How to allow it on Linux');
  });

  it('that are blocked say so, and offer no PIN change', async () => {
    await open((world) => {
      world.main.keys = [keySummary({ pin: { retries: 0 } })];
    });
    await screen.findByText('Blocked');
    expect(screen.queryByRole('button', { name: /PIN/ })).toBeNull();
  });
});

describe('setting a PIN', () => {
  it('sends it once, forgets it, and closes', async () => {
    const { main } = await open((world) => {
      world.main.keys = [keySummary({ pin: { state: 'unset' } })];
    });
    await press('Set PIN …');
    await type('New PIN', 'pässword');
    await type('New PIN again', 'pässword');
    await enter('New PIN');
    await waitFor(() => {
      expect(screen.queryByLabelText('New PIN')).toBeNull();
    });
    expect(main.named('keys.setPin')).toEqual([{ keyId: 'key-1', pin: 'pässword' }]);
  });

  it('stays open and empty when the key does not accept it', async () => {
    await open((world) => {
      world.main.keys = [keySummary({ pin: { state: 'unset' } })];
      world.main.overrides['keys.setPin'] = () => ({ ok: false, error: { code: 'pin/policy' } });
    });
    await press('Set PIN …');
    await type('New PIN', '1111');
    await type('New PIN again', '1111');
    await enter('New PIN');
    await screen.findByText('The security key does not accept this PIN.');
    expect(value('New PIN')).toBe('');
    expect(value('New PIN again')).toBe('');
  });
});

describe('changing a PIN', () => {
  it('shows the tries left after a wrong one, and forgets all three', async () => {
    const { main } = await open();
    await press('Change PIN …');
    await change('0000', '5678');
    await screen.findByText('That PIN is wrong. 7 tries left.');
    for (const field of ['Current PIN', 'New PIN', 'New PIN again']) expect(value(field)).toBe('');
    expect(main.named('keys.changePin')).toHaveLength(1);
  });

  it('spends one of the last tries only after an explicit yes', async () => {
    const { main } = await open((world) => {
      world.main.keys = [keySummary({ pin: { retries: 2 } })];
    });
    await press('Change PIN …');
    await change(PIN, '5678');
    expect(main.named('keys.changePin')).toEqual([]);
    (await screen.findByRole('checkbox')).click();
    await enter('Current PIN');
    await waitFor(() => {
      expect(main.pins.get('key-1')).toBe('5678');
    });
    expect(main.named('keys.changePin')).toMatchObject([{ spendLastTries: true }]);
  });

  it('closes when the key is pulled out', async () => {
    const { main } = await open();
    await press('Change PIN …');
    await screen.findByLabelText('Current PIN');
    main.plug();
    await waitFor(() => {
      expect(screen.queryByLabelText('Current PIN')).toBeNull();
    });
  });
});
