import { fireEvent, screen, waitFor } from '@testing-library/svelte';
import { describe, expect, it } from 'vitest';

import type { KeySummary } from '../../../../src/shared/keys.js';
import { keySummary } from '../../fakes/main.js';
import { PIN, touchPrompt, type } from '../../window.js';
import { confirm, type HelpdeskWorld, openHelpdesk, signIn, press } from './desk.js';

const other = (pin: 'set' | 'unset') =>
  keySummary({ id: 'key-2' as KeySummary['id'], product: 'Next Key', pin: { state: pin } }); // the brand is main's

/** To the page of a key that is to be handed out. */
async function open(pin: 'set' | 'unset'): Promise<HelpdeskWorld> {
  const world = openHelpdesk();
  await signIn(world);
  world.main.plug(keySummary(), other(pin));
  await press('Prepare a key');
  await press('Prepare Next Key');
  return world;
}

describe('a key for somebody', () => {
  it('is erased after a question, by a touch of the operator’s key, and only then by its own', async () => {
    const world = await open('set');
    screen.getByText('Erase the key first: it has a PIN.');
    await press('Erase this key …');
    expect(world.main.named('helpdesk.resetKey')).toEqual([]);
    await press('Erase the key');
    await screen.findByText('Touch your own key to confirm: erase Next Key.');
    await confirm(world);
    await touchPrompt();
    await screen.findByText(/^Next Key is blinking/);
    world.main.touch();
    await waitFor(() => {
      expect(screen.getByRole<HTMLButtonElement>('button', { name: 'Erase this key …' }).disabled).toBe(false);
    });
    expect(world.main.named('helpdesk.resetKey')).toMatchObject([{ keyId: 'key-2', confirm: { keyId: 'key-1' } }]);
  });

  it('gets a first PIN, and what the key says of itself is read again', async () => {
    const world = await open('unset');
    await type('Shortest PIN from now on', '3');
    await screen.findByText('A number from 4 to 63.');
    expect(screen.getByRole<HTMLButtonElement>('button', { name: 'Prepare this key' }).disabled).toBe(true);
    await type('Shortest PIN from now on', '6');
    await fireEvent.click(screen.getByLabelText('Always verify the person'));
    await press('Prepare this key');
    await confirm(world);
    await type('New PIN', `${PIN}-first`);
    await type('New PIN again', `${PIN}-first`);
    await press('Set PIN');
    await screen.findByText(/^Prepared. This is what the key says of itself/);
    screen.getByText('6 characters');
    screen.getByText('This key is prepared. Erase it only to prepare it anew.');
    expect(world.main.named('helpdesk.prepareKey')).toMatchObject([
      { keyId: 'key-2', minPinLength: 6, alwaysUv: true },
    ]);
  });

  it('is never the operator’s own', async () => {
    const world = openHelpdesk();
    await signIn(world);
    await press('Prepare a key');
    await screen.findByText('Your own key');
    expect(screen.queryByRole('button', { name: 'Prepare Fjord Key 5' })).toBeNull();
  });
});
