import { expect } from '@playwright/test';

import { launchKeydesk } from '../../../tests/e2e/launch.js';
import { Person } from '../../../tests/e2e/person.js';
import type { Guide } from '../guide.js';
import { walkTheKeyPage } from './key-page.js';

const PIN = '2580-tour';
const USER = 'ana';
const NICKNAME = 'Blue key';

/** The main job in the window, on the practice pool and key. */
export async function walkTheDesk(guide: Guide): Promise<void> {
  const { window, close } = await launchKeydesk({ colorScheme: 'light' });
  guide.afterwards(close);
  guide.lookAt(window);
  const person = Person.practising(window);

  await expect(person.heading('Welcome to Keydesk')).toBeVisible();
  await guide.picture('welcome');
  await person.button('Practise').click();
  await expect(person.heading('Sign in')).toBeVisible();
  await guide.picture('sign-in');
  const password = await window
    .getByLabel('Practice')
    .getByText(/^Practice-ana/)
    .innerText();
  await person.signInWithPassword(USER, password);
  await person.isSignedIn(USER);
  await guide.picture('no-passkey-yet');
  guide.step(`signed in: ${USER}, with a password, for the first time`);

  await person.beginToAddKey();
  await expect(person.heading('Choose a PIN for this key')).toBeVisible();
  await guide.picture('choose-a-pin');
  await person.chooseNewPin(PIN);
  await expect(person.heading('Touch your security key')).toBeVisible();
  await guide.picture('touch-to-enrol');
  guide.step('PIN set: the key had none');
  await person.touchKey();
  await expect(window.getByText('Your key is added.', { exact: true })).toBeVisible();
  await guide.picture('name-the-key');
  await person.nameKey(NICKNAME);
  guide.step(`enrolled: the key made a passkey, and the pool has taken it as “${NICKNAME}”`);

  await person.signOut(USER);
  await person.signInWithKey(USER, PIN);
  await expect(person.heading('Touch your security key')).toBeVisible();
  await guide.picture('touch-to-sign-in');
  await person.touchKey();
  await person.isSignedIn(USER);
  guide.step('signed in with the key: its PIN and one touch');

  const passkey = person.passkeys().filter({ hasText: NICKNAME });
  await expect(passkey.getByText('On the key plugged in now')).toBeVisible();
  await guide.picture('my-passkeys');
  guide.step(`listed: “${NICKNAME}”, on the key plugged in now`);

  await person.openKeys();
  await guide.picture('keys');
  await walkTheKeyPage(guide, person, PIN);
  await window.getByRole('button', { name: 'Passkeys', exact: true }).click();

  await person.button(`Delete ${NICKNAME}`).click();
  await expect(person.heading(`Delete “${NICKNAME}”?`)).toBeVisible();
  await guide.picture('delete');
  await person.button('Delete passkey').click();
  await person.button('Take it off the key').click();
  await person.button('Take it off the key').click();
  await person.enterPin(PIN);
  await expect(window.getByText('The passkey is off Practice key.', { exact: true }).first()).toBeVisible();
  await guide.picture('off-the-key');
  await person.button('Done').click();
  await expect(person.heading('No passkey yet')).toBeVisible();
  guide.step('deleted: at the pool, and off the key');
}
