// Loaded beforehand, so that no test waits for it.
import '../../../../src/renderer/features/key-page/KeyPage.svelte';

import { screen } from '@testing-library/svelte';

import { openWindow, press, type World } from '../../window.js';

/** The page of the key that is plugged in, at one of its parts. */
export async function openKeyPage(part?: string, prepare?: (world: World) => void): Promise<World> {
  const world = openWindow(prepare);
  await press('Keys');
  await press('Open Fjord Key 5');
  await screen.findByRole('heading', { level: 1, name: 'Fjord Key 5' });
  if (part !== undefined) {
    await press(part);
    await screen.findByRole('heading', { level: 2, name: part });
  }
  return world;
}
