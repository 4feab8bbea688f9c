// Loaded beforehand, so that no test waits for it.
import '../../../src/renderer/features/key-page/KeyPage.svelte';

import { screen } from '@testing-library/svelte';
import { describe, expect, it } from 'vitest';

import file from '../../../resources/linux/70-keydesk.rules?raw';
import { UDEV_COMMAND, UDEV_RULE } from '../../../src/renderer/features/keys/udev-rule.js';
import { unusableKey } from '../fakes/main.js';
import { openWindow, press, type World } from '../window.js';

async function open(prepare?: (world: World) => void): Promise<World> {
  const world = openWindow(prepare);
  await press('Keys');
  return world;
}

describe('the plugged keys', () => {
  it('are listed without signing in, with what matters of each', async () => {
    await open();
    await screen.findByRole('heading', { name: 'Fjord Key 5' });
    for (const text of ['Fjord Security Key 5 · serial 1001', '8 tries left.', 'Room for 99 more passkeys'])
      screen.getByText(text);
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
    await press('What to do about Fjord Key 5');
    await screen.findByRole('heading', { name: 'How to allow it on Linux' });
    screen.getByText(UDEV_COMMAND);
    screen.getByRole('button', { name: 'Copy the command' });
  });

  it('are shown by the very rule that comes with Keydesk', () => {
    const lines = file.split('\n');
    expect(lines.filter((line) => line !== '' && !line.startsWith('#'))).toEqual([UDEV_RULE]);
    expect(UDEV_COMMAND).toContain(`'${UDEV_RULE}'`);
  });
});
