import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { violations } from './accessibility.js';
import { ANA, expect, PIN, test } from './desk.js';
import { hardKey } from './hard-key.js';
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

  test(`so do they for keys with long names, rules of their own, few tries and missed resets (${colorScheme})`, async () => {
    mkdirSync(PICTURES, { recursive: true });
    const hard = await hardKey();
    const { window, userData, close } = await launchKeydesk({ colorScheme, env: { KEYDESK_KEYS: hard.id } });
    const check = async (name: string) => {
      await window.screenshot({ path: join(PICTURES, `${name}-${colorScheme}.png`), fullPage: true });
      expect(await violations(window), name).toEqual([]);
    };
    const person = new Person(window);
    const HARD = 'Simulated security key';
    try {
      await person.connect({
        region: 'eu-west-1',
        userPoolId: 'eu-west-1_AbCdEfGhI',
        clientId: 'abcdefghij0123456789',
        rpId: 'login.example.com',
      });
      await person.openKey(HARD);
      await person.part('PIN');
      await window.getByLabel('New PIN', { exact: true }).fill('ä🔑1');
      await check('hard-set-pin');
      await person.chooseNewPin('111111');
      await expect(window.getByText('The security key does not accept this PIN.')).toBeVisible();
      await check('hard-pin-refused');
      await person.chooseNewPin(PIN);
      await expect(window.getByLabel('Current PIN')).toBeVisible();
      await hard.fill(PIN);

      await person.part('Stored passkeys');
      await person.button('Show the passkeys').click();
      await person.enterPin('wrong-pin');
      await expect(window.getByText('Wrong PIN. 7 tries left.')).toBeVisible();
      await check('hard-pin-wrong');
      await person.enterPin(PIN);
      await expect(window.getByText(/With data of the website/)).toBeVisible();
      await check('hard-passkeys');
      await person.button(/^Delete Wolfe/).click();
      await expect(window.getByText(/can no longer be read by anybody/)).toBeVisible();
      await check('hard-delete');
      await person.button('Cancel').click();
      await person.part('Settings');
      await window.getByLabel('Domains of websites').fill('https://login.example.com');
      await check('hard-settings');

      await person.part('Reset');
      await person.button('Reset this key …').click();
      await person.button('Reset the key').click();
      await expect(person.heading(`Unplug ${HARD}`)).toBeVisible();
      hard.key.powerCycle();
      await expect(person.heading('That took too long')).toBeVisible();
      await check('hard-reset-missed');
      await person.button('Stop').click();

      await person.button('All keys').click();
      await hard.mistype(3);
      await person.openKey(HARD);
      await person.part('Stored passkeys');
      await person.button('Show the passkeys').click();
      await person.enterPin(PIN);
      await expect(window.getByText(/^Three wrong PINs in a row/).first()).toBeVisible();
      await check('hard-replug');
      await person.part('PIN');
      await check('hard-replug-pin');
      hard.key.powerCycle();
      await person.part('Stored passkeys');
      await person.button('Try again').click();
      await person.button('Try again').click();
      await expect(window.getByText(/^5 tries left/).first()).toBeVisible();
      await window.getByRole('button', { name: 'Cancel' }).click();
      await hard.mistype(2);
      await person.button('Show me which one').click();
      await expect(window.getByText(/ blinks now\./)).toBeAttached(); // and its state was read again
      await person.button('Show the passkeys').click();
      await expect(window.getByText('Only 3 tries are left.')).toBeVisible();
      await check('hard-last-tries');
      await window.getByRole('button', { name: 'Cancel' }).click();
      writeFileSync(join(userData, 'policy.json'), '{\n  "minPinLenght": 6\n}');
      await expect(window.getByText(/Line 2: "minPinLenght"/)).toBeVisible();
      await check('hard-locked');
    } finally {
      await close();
      await hard.close();
    }
  });
}
