import { ANA, BEN, expect, PIN, test } from './desk.js';

test('a person signs in, adds a key, signs in with it, sees the passkey and deletes it', async ({ desk }) => {
  const { person } = await desk.connected();
  await person.signInWithPassword(ANA.username, ANA.password);
  await person.isSignedIn(ANA.username);

  const beforeEnrolment = desk.network.calls.length;
  await person.beginToAddKey();
  await person.chooseNewPin(PIN);
  await person.nameKey('Blue key');
  const enrolment = desk.network.calls.slice(beforeEnrolment).filter((name) => !name.startsWith('List'));
  expect(enrolment).toEqual(['StartWebAuthnRegistration', 'CompleteWebAuthnRegistration']);
  await person.signOut(ANA.username);

  const beforeSignIn = desk.network.calls.length;
  await person.signInWithKey(ANA.username, PIN);
  await person.isSignedIn(ANA.username);
  expect(desk.network.calls.slice(beforeSignIn, beforeSignIn + 2)).toEqual(['InitiateAuth', 'RespondToAuthChallenge']);
  const signIn = desk.network.calls.slice(beforeSignIn).filter((name) => !name.startsWith('List'));
  expect(signIn).toEqual(['InitiateAuth', 'RespondToAuthChallenge']);

  const passkey = person.passkeys().filter({ hasText: 'Blue key' });
  await expect(passkey.getByText('On the key plugged in now')).toBeVisible();
  await person.deletePasskey('Blue key');
  await person.button('Leave it on the key').click();
  await expect(person.heading('No passkey yet')).toBeVisible();
});

test('a new password is chosen where the first one works only once', async ({ desk }) => {
  const { person } = await desk.connected();
  await person.signInWithPassword(BEN.username, BEN.password);
  await person.window.getByLabel('New password', { exact: true }).fill('Chosen-by-ben-2');
  await person.window.getByLabel('New password again').fill('Chosen-by-ben-2');
  await person.button('Save and sign in').click();
  await person.isSignedIn(BEN.username);
});

test('a code by e-mail opens the account as well', async ({ desk }) => {
  const { person } = await desk.connected();
  await person.askForCode(ANA.username);
  await person.enterCode(desk.mails.at(-1)?.code ?? 'no mail came');
  await person.isSignedIn(ANA.username);
});

test('everything can be done by keyboard alone', async ({ desk }) => {
  const { person } = await desk.connected();
  const { keyboard } = person.window;
  await expect(person.window.getByLabel('User name or e-mail address')).toBeFocused();
  await keyboard.type(ANA.username);
  await keyboard.press('Tab');
  await keyboard.press('Tab');
  await expect(person.button('Sign in another way')).toBeFocused();
  await keyboard.press('Enter');
  await expect(person.heading('Choose how to sign in')).toBeFocused();
  await keyboard.press('Tab');
  await keyboard.press('Enter');
  await expect(person.window.getByLabel('Password', { exact: true })).toBeFocused();
  await keyboard.type(ANA.password);
  await keyboard.press('Enter');
  await person.isSignedIn(ANA.username);

  await person.button('Add a key').first().focus();
  await keyboard.press('Enter');
  await person.button('Add this key').focus();
  await keyboard.press('Enter');
  await expect(person.window.getByLabel('New PIN', { exact: true })).toBeFocused();
  await keyboard.type(PIN);
  await keyboard.press('Tab');
  await keyboard.press('Tab');
  await expect(person.window.getByLabel('New PIN again')).toBeFocused();
  await keyboard.type(PIN);
  await keyboard.press('Enter');
  await expect(person.window.getByLabel('Name of this key')).toBeFocused();
  await keyboard.press('Enter');
  await expect(person.passkeys()).toHaveCount(1);
});
