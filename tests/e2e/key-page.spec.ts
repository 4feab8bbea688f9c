import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import { ANA, expect, PIN, test } from './desk.js';
import { launchKeydesk } from './launch.js';
import { Person } from './person.js';

test('a PIN is set and changed, and passkeys are listed and deleted with one PIN entry', async ({ desk }) => {
  const { person } = await desk.connected();
  await person.openKey('Simulated security key');
  await person.part('PIN');
  await person.chooseNewPin('1234-first');
  await expect(person.window.getByText(/^The PIN of .* is set\.$/).first()).toBeVisible();
  await person.window.getByLabel('Current PIN').fill('1234-first');
  await person.window.getByLabel('New PIN', { exact: true }).fill(PIN);
  await person.window.getByLabel('New PIN again').fill(PIN);
  await person.button('Change PIN').click();
  await expect(person.window.getByText(/^The PIN of .* is changed\.$/).first()).toBeVisible();

  await person.window.getByRole('button', { name: 'Sign in', exact: true }).click();
  await person.signInWithPassword(ANA.username, ANA.password);
  await person.isSignedIn(ANA.username);
  await person.beginToAddKey();
  await person.enterPin(PIN);
  await person.nameKey('Blue key');

  await person.openKey('Simulated security key');
  await person.part('Stored passkeys');
  await person.button('Show the passkeys').click();
  await person.enterPin(PIN);
  const stored = person.window.getByRole('list', { name: `Passkeys for ${desk.pool.rpId}` }).getByRole('listitem');
  await expect(stored).toHaveCount(1);
  await person.button('Delete ana').click();
  await person.button('Delete passkey').click();
  await expect(person.heading('No passkey on this key')).toBeVisible();
});

test('fingerprints, settings and a reset by unplugging; the trace of it all holds no PIN', async () => {
  const { window, userData, close } = await launchKeydesk({ args: ['--practice'] });
  try {
    const person = Person.practising(window);
    await person.openKey('Practice key');
    await person.part('PIN');
    await person.chooseNewPin(PIN);
    await person.part('Fingerprints');
    await person.button('Show the fingerprints').click();
    await person.enterPin(PIN);
    await person.beginFingerprint('Right thumb');
    await person.putFingerOn('Right thumb');

    await person.part('Settings');
    await person.button('Turn on').first().click();
    await expect(person.button('Turn off')).toBeVisible();

    await person.part('Trace');
    await person.button('Save a trace').click();
    await expect(window.getByText('The trace is saved.', { exact: true }).first()).toBeVisible();
    const folder = join(userData, 'traces');
    const trace = readFileSync(join(folder, readdirSync(folder)[0] ?? ''), 'utf8');
    expect(trace).toContain('CLIENT_PIN');
    expect(trace).not.toContain(PIN);
    expect(trace).not.toContain(Buffer.from(PIN).toString('hex'));

    await person.part('Reset');
    await person.button('Reset this key …').click();
    await person.button('Reset the key').click();
    await expect(person.heading('Unplug Practice key')).toBeVisible();
    await person.button('Unplug the key').click();
    await expect(person.heading('Plug Practice key in again')).toBeVisible();
    await person.button('Plug in the key').click();
    await person.touchKey();
    await expect(window.getByText(/is reset\. Keydesk has read it again/)).toBeVisible();
    await person.button('Set a PIN').click();
    await expect(window.getByLabel('New PIN', { exact: true })).toBeVisible();
  } finally {
    await close();
  }
});

test('a wrong PIN is told with the tries left on the page of the key, by keyboard alone', async () => {
  const { window, close } = await launchKeydesk({ args: ['--practice'] });
  try {
    const person = Person.practising(window);
    const { keyboard } = window;
    await person.openKey('Practice key');
    await person.part('PIN');
    await person.chooseNewPin(PIN);
    await person.part('Stored passkeys');
    await person.button('Show the passkeys').focus();
    await keyboard.press('Enter');
    await expect(window.getByLabel('PIN of Practice key')).toBeFocused();
    await keyboard.type('wrong-pin');
    await keyboard.press('Enter');
    await expect(window.getByText('Wrong PIN. 7 tries left.')).toBeVisible();
    await keyboard.press('Escape');
    await expect(person.button('Show the passkeys')).toBeFocused();
    await keyboard.press('Escape');
    await expect(person.button('Open Practice key')).toBeFocused();
    await expect(window.getByText('7 tries left.')).toBeVisible();
  } finally {
    await close();
  }
});
