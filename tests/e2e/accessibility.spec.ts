import { violations } from './accessibility.js';
import { ANA, expect, PIN, test } from './desk.js';
import { launchKeydesk } from './launch.js';
import { Person } from './person.js';

for (const colorScheme of ['light', 'dark'] as const) {
  test(`the screens of the main job keep the rules of accessibility (${colorScheme})`, async () => {
    const { window, close } = await launchKeydesk({ colorScheme });
    try {
      const person = Person.practising(window);
      await expect(person.heading('Welcome to Keydesk')).toBeVisible();
      expect(await violations(window)).toEqual([]);
      await person.button('Practise').click();
      await expect(person.heading('Sign in')).toBeVisible();
      expect(await violations(window)).toEqual([]);
      await person.signInWithPassword(ANA.username, ANA.password);
      await person.isSignedIn(ANA.username);
      expect(await violations(window)).toEqual([]);
      await person.beginToAddKey();
      await expect(person.heading('Choose a PIN for this key')).toBeVisible();
      expect(await violations(window)).toEqual([]);
      await person.chooseNewPin(PIN);
      await expect(person.heading('Touch your security key')).toBeVisible();
      expect(await violations(window)).toEqual([]);
      await person.touchKey();
      await person.nameKey('Blue key');
      expect(await violations(window)).toEqual([]);
      await person.button('Delete Blue key').click();
      await expect(person.button('Delete passkey')).toBeVisible();
      expect(await violations(window)).toEqual([]);
      await person.button('Cancel').click();
      await window.getByRole('button', { name: 'Keys', exact: true }).click();
      await expect(person.heading('Practice key')).toBeVisible();
      expect(await violations(window)).toEqual([]);
    } finally {
      await close();
    }
  });
}
