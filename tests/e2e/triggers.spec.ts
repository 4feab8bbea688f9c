import { ANA, expect, PIN, test } from './desk.js';

// A pool as resources/cognito sets it up: passkeys only, and an account only for who is on file.
test.use({ registry: [{ accountNumber: '4711-0815', email: 'dora@example.com' }] });

test('who has no passkey is let in by a code, enrols, and from then on no password opens the account', async ({
  desk,
}) => {
  const { person } = await desk.connected();
  await person.askForCode(ANA.username);
  await person.enterCode(desk.mails.at(-1)?.code ?? 'no mail came');
  await person.isSignedIn(ANA.username);
  await person.beginToAddKey();
  await person.chooseNewPin(PIN);
  await person.nameKey('Blue key');
  await person.signOut(ANA.username);

  // Asked for a password, the pool answers with what it takes: the password is not among it, and was not sent.
  await person.giveUsername(ANA.username);
  await person.button('Sign in another way').click();
  await person.button(/^Password/).click();
  await person.window.getByLabel('Password', { exact: true }).fill(ANA.password);
  await person.window.getByRole('main').getByRole('button', { name: 'Sign in', exact: true }).click();
  await expect(person.heading('Choose how to sign in')).toBeVisible();
  await expect(person.button(/^Security key/)).toBeVisible();
  await expect(person.button(/^Code by e-mail/)).toBeVisible();
  await expect(person.button(/^Password/)).toHaveCount(0);
  await person.button('Back').click();

  await person.signInWithKey(ANA.username, PIN);
  await person.isSignedIn(ANA.username);
});

test('a stranger cannot sign up, whatever is wrong, and is told the same', async ({ desk }) => {
  const { person } = await desk.connected();
  const refusal = person.window.getByText('these details are not accepted');
  await person.signUp({ username: 'zoe', email: 'zoe@example.com', accountNumber: '4711-0815' });
  await expect(refusal).toBeVisible();
  expect(desk.mails).toEqual([]);
  await person.button('Back').click();
  await person.signUp({ username: 'zoe', email: 'dora@example.com', accountNumber: '4711-0816' });
  await expect(refusal).toBeVisible();
  expect(desk.mails).toEqual([]);
});

test('who is on file signs up without a password, proves the address, and enrols', async ({ desk }) => {
  const { person } = await desk.connected();
  await person.signUp({ username: 'dora', email: 'dora@example.com', accountNumber: '4711 0815' });
  await expect(person.button('Confirm account')).toBeVisible();
  await person.window.getByLabel('Code').fill(desk.mails.at(-1)?.code ?? 'no mail came');
  await person.button('Confirm account').click();
  await person.isSignedIn('dora');
  await person.beginToAddKey();
  await person.chooseNewPin(PIN);
  await person.nameKey('Green key');
  await person.signOut('dora');
  await person.signInWithKey('dora', PIN);
  await person.isSignedIn('dora');
});
