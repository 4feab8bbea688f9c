import { screen, waitFor } from '@testing-library/svelte';
import { describe, expect, it } from 'vitest';

import { keySummary } from '../fakes/main.js';
import { openWindow, press, signIn, type World } from '../window.js';

/** At the choice between two keys, of which one is to be added. */
async function openChoice(prepare: (world: World) => void = () => undefined): Promise<World> {
  const world = openWindow((opened) => {
    const second = { ...keySummary({ serial: '2002' }), id: 'key-2' as never, product: 'Blue Key 7' };
    opened.main.keys = [...opened.main.keys, second];
    prepare(opened);
  });
  await signIn();
  await press('Add a key');
  await screen.findByRole('heading', { name: 'Which security key?' });
  return world;
}

describe('of several keys', () => {
  it('the one that is touched is used', async () => {
    const { main } = await openChoice();
    await screen.findByText(/^Your keys are blinking/);
    main.touched = 'key-2';
    main.touch();
    await screen.findByRole('heading', { name: 'Blue Key 7' });
    screen.getByRole('button', { name: 'Add this key' });
  });

  it('one can be chosen from the list, once the others are idle', async () => {
    const { main } = await openChoice();
    await screen.findByText(/^Your keys are blinking/);
    await press(/Blue Key 7/);
    await screen.findByRole('heading', { name: 'Blue Key 7' });
    expect(main.named('ceremony.cancel')).toHaveLength(1);
  });

  it('they stop blinking when the person goes elsewhere', async () => {
    const { main } = await openChoice();
    await screen.findByText(/^Your keys are blinking/);
    await press('Cancel');
    await waitFor(() => {
      expect(main.named('ceremony.cancel')).toHaveLength(1);
    });
  });

  it('touch can be tried again when none was touched in time', async () => {
    const { main } = await openChoice(({ main: opened }) => {
      opened.overrides['keys.select'] = () => ({ ok: false, error: { code: 'key/not-touched' } });
    });
    const again = await screen.findByRole('button', { name: 'Choose by touch' });
    delete main.overrides['keys.select'];
    again.click();
    await screen.findByText(/^Your keys are blinking/);
  });
});
