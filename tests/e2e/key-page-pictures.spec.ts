import { mkdirSync } from 'node:fs';
import { join } from 'node:path';

import { violations } from './accessibility.js';
import { ANA, expect, PIN, test } from './desk.js';
import { launchKeydesk } from './launch.js';
import { Person } from './person.js';

const PICTURES = join('out', 'key-page');

for (const colorScheme of ['light', 'dark'] as const) {
  test(`the parts of a key page keep the rules of accessibility (${colorScheme})`, async () => {
    mkdirSync(PICTURES, { recursive: true });
    const { window, close } = await launchKeydesk({ colorScheme, args: ['--practice'] });
    /** A picture for those who look at the design, of what was checked. */
    const check = async (name: string) => {
      await window.screenshot({ path: join(PICTURES, `${name}-${colorScheme}.png`), fullPage: true });
      expect(await violations(window), name).toEqual([]);
    };
    try {
      const person = Person.practising(window);
      await person.openKeys();
      await check('keys');
      await person.openKey('Practice key');
      await check('overview');
      await person.part('Stored passkeys');
      await check('passkeys-without-pin');
      await person.part('PIN');
      await window.getByLabel('New PIN', { exact: true }).fill('12');
      await check('set-pin');
      await person.chooseNewPin(PIN);
      await expect(window.getByLabel('Current PIN')).toBeVisible();
      await check('change-pin');
      await window.getByRole('button', { name: 'Sign in', exact: true }).click();
      await person.signInWithPassword(ANA.username, ANA.password);
      await person.beginToAddKey();
      await person.enterPin(PIN);
      await person.touchKey();
      await person.nameKey('Blue key');
      await person.openKey('Practice key');
      await person.part('Stored passkeys');
      await check('passkeys-locked');
      await person.button('Show the passkeys').click();
      await expect(window.getByLabel('PIN of Practice key')).toBeVisible();
      await check('passkeys-pin');
      await person.enterPin(PIN);
      await expect(person.button('Delete ana')).toBeVisible();
      await check('passkeys');
      await person.button('Delete ana').click();
      await expect(person.button('Delete passkey')).toBeVisible();
      await check('delete');
      await person.button('Cancel').click();
      for (const part of ['Fingerprints', 'Settings', 'Trace', 'Reset']) {
        await person.part(part);
        await check(part.toLowerCase());
      }
      await person.button('Reset this key …').click();
      await person.button('Reset the key').click();
      await expect(person.heading('Unplug Practice key')).toBeVisible();
      await check('reset-unplug');
      await person.button('Cancel').last().click();
      await person.button('Unplug the key').click();
      await expect(person.heading('Practice key is unplugged')).toBeVisible();
      await check('unplugged');
    } finally {
      await close();
    }
  });
}
