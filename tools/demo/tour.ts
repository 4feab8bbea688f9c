import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';

import { expect } from '@playwright/test';

import { launchKeydesk } from '../../tests/e2e/launch.js';
import { Person } from '../../tests/e2e/person.js';
import { walkTheKeyPage } from './key-page-tour.js';

const PICTURES = join('out', 'tour');
const PIN = '2580-tour';
const USER = 'ana';
const NICKNAME = 'Blue key';

/** Walks the main job in the window, on the practice pool and key. Resolves with the exit code. */
export async function walkTheTour(): Promise<number> {
  rmSync(PICTURES, { recursive: true, force: true });
  mkdirSync(PICTURES, { recursive: true });
  const { window, close } = await launchKeydesk({ colorScheme: 'light' });
  const person = Person.practising(window);
  let pictures = 0;

  const picture = async (name: string) => {
    pictures++;
    const path = join(PICTURES, `${String(pictures).padStart(2, '0')}-${name}.png`);
    await window.screenshot({ path, fullPage: true });
  };
  const step = (text: string) => {
    process.stdout.write(`  ✓ ${text}\n`);
  };

  try {
    await expect(person.heading('Welcome to Keydesk')).toBeVisible();
    await picture('welcome');
    await person.button('Practise').click();
    await expect(person.heading('Sign in')).toBeVisible();
    await picture('sign-in');
    const password = await window
      .getByLabel('Practice')
      .getByText(/^Practice-ana/)
      .innerText();
    await person.signInWithPassword(USER, password);
    await person.isSignedIn(USER);
    await picture('no-passkey-yet');
    step(`signed in: ${USER}, with a password, for the first time`);

    await person.beginToAddKey();
    await expect(person.heading('Choose a PIN for this key')).toBeVisible();
    await picture('choose-a-pin');
    await person.chooseNewPin(PIN);
    await expect(person.heading('Touch your security key')).toBeVisible();
    await picture('touch-to-enrol');
    step('PIN set: the key had none');
    await person.touchKey();
    await expect(window.getByText('Your key is added.', { exact: true })).toBeVisible();
    await picture('name-the-key');
    await person.nameKey(NICKNAME);
    step(`enrolled: the key made a passkey, and the pool has taken it as “${NICKNAME}”`);

    await person.signOut(USER);
    await person.signInWithKey(USER, PIN);
    await expect(person.heading('Touch your security key')).toBeVisible();
    await picture('touch-to-sign-in');
    await person.touchKey();
    await person.isSignedIn(USER);
    step('signed in with the key: its PIN and one touch');

    const passkey = person.passkeys().filter({ hasText: NICKNAME });
    await expect(passkey.getByText('On the key plugged in now')).toBeVisible();
    await picture('my-passkeys');
    step(`listed: “${NICKNAME}”, on the key plugged in now`);

    await person.openKeys();
    await picture('keys');
    await walkTheKeyPage(person, PIN, picture, step);
    await window.getByRole('button', { name: 'Passkeys', exact: true }).click();

    await person.button(`Delete ${NICKNAME}`).click();
    await expect(person.heading(`Delete “${NICKNAME}”?`)).toBeVisible();
    await picture('delete');
    await person.button('Delete passkey').click();
    await person.button('Take it off the key').click();
    await person.button('Take it off the key').click();
    await person.enterPin(PIN);
    await expect(window.getByText('The passkey is off Practice key.', { exact: true }).first()).toBeVisible();
    await picture('off-the-key');
    await person.button('Done').click();
    await expect(person.heading('No passkey yet')).toBeVisible();
    step('deleted: at the pool, and off the key');
    process.stdout.write(`${pictures} pictures in ${PICTURES}\n`);
    return 0;
  } catch (error) {
    await picture('where-it-failed').catch(() => undefined); // the error below is what matters
    process.stderr.write(`The tour failed: ${error instanceof Error ? error.message : String(error)}\n`);
    return 1;
  } finally {
    await close();
  }
}
