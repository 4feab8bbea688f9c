import { expect } from '@playwright/test';

import type { Person } from '../../../tests/e2e/person.js';
import type { Guide } from '../guide.js';

const FINGER = 'Right thumb';

/**
 * Walks the page of the practice key, from the list of keys: what it is, its PIN, what is on it, fingers, settings, and a
 * reset as far as its first step, after which nothing is lost.
 */
export async function walkTheKeyPage(guide: Guide, person: Person, pin: string): Promise<void> {
  const { window } = person;
  await person.button('Open Practice key').click();
  await expect(person.heading('Overview')).toBeVisible();
  await guide.picture('key-overview');
  await person.part('PIN');
  await window.getByLabel('New PIN', { exact: true }).fill('ä1');
  await expect(window.getByText('2 of at least 4 characters.')).toBeVisible();
  await guide.picture('key-pin');
  guide.step('the key: what it is by its own word, and its PIN with the rules for a new one');

  await person.part('Stored passkeys');
  await person.button('Show the passkeys').click();
  await person.enterPin(pin);
  await expect(person.button('Delete ana')).toBeVisible();
  await guide.picture('key-passkeys');
  guide.step('the passkeys on the key: listed for its PIN');

  await person.part('Fingerprints');
  await person.button('Show the fingerprints').click();
  await person.beginFingerprint(FINGER);
  await person.button('Touch the key').click();
  await expect(window.getByText('1 of 5')).toBeVisible();
  await guide.picture('key-finger-samples');
  await person.putFingerOn(FINGER);
  await guide.picture('key-fingerprints');
  guide.step('a finger enrolled, sample by sample, without the PIN being asked for again');

  await person.part('Settings');
  await guide.picture('key-settings');
  await person.part('Reset');
  await guide.picture('key-reset');
  await person.button('Reset this key …').click();
  await expect(person.button('Reset the key')).toBeVisible();
  await guide.picture('key-reset-question');
  await person.button('Reset the key').click();
  await expect(person.heading('Unplug Practice key')).toBeVisible();
  await guide.picture('key-reset-unplug');
  await person.button('Cancel').last().click();
  await expect(window.getByText('Stopped. The key was not reset.')).toBeVisible();
  guide.step('a reset begun as far as unplugging, and stopped: nothing is lost');
}
