import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

import { ANA, expect, PIN, test } from './desk.js';
import { launchKeydesk } from './launch.js';
import { Person } from './person.js';

test('a wrong PIN is told with the tries left, and nothing is tried again by itself', async ({ desk }) => {
  const { person } = await desk.connected();
  await person.signInWithPassword(ANA.username, ANA.password);
  await person.beginToAddKey();
  await person.chooseNewPin(PIN);
  await person.nameKey('Blue key');
  await person.signOut(ANA.username);

  await person.signInWithKey(ANA.username, 'wrong-pin');
  await expect(person.window.getByText(/Wrong PIN\. 7 tries left/)).toBeVisible();
  await expect(person.window.getByLabel(/^PIN of /)).toHaveValue('');
  await person.enterPin(PIN);
  await person.isSignedIn(ANA.username);
});

test('a key that is pulled out in the middle is named at once, and the job goes on when it is back', async () => {
  const { window, close } = await launchKeydesk({ args: ['--practice'] });
  try {
    const person = Person.practising(window);
    await person.signInWithPassword(ANA.username, ANA.password);
    await person.beginToAddKey();
    await expect(person.heading('Choose a PIN for this key')).toBeVisible();
    await person.button('Unplug the key').click();
    await expect(person.window.getByText('The security key was unplugged.')).toBeVisible();
    await person.button('Plug in the key').click();
    await person.button('Try again').click();

    await person.chooseNewPin(PIN);
    await expect(person.heading('Touch your security key')).toBeVisible();
    await person.button('Unplug the key').click();
    await expect(person.window.getByText('The security key was unplugged.')).toBeVisible();
    await person.button('Plug in the key').click();
    await person.button('Try again').click();
    await person.enterPin(PIN);
    await person.touchKey();
    await person.nameKey('Blue key');
  } finally {
    await close();
  }
});

test('a pool that cannot be reached is told, and nothing typed is lost', async ({ desk }) => {
  const { person } = await desk.connected();
  desk.network.fate = () => 'cut';
  await person.signInWithPassword(ANA.username, ANA.password);
  await expect(person.window.getByText('The user pool cannot be reached.')).toBeVisible();
  await expect(person.window.getByText('ana', { exact: true })).toBeVisible();
  desk.network.fate = () => 'pass';
  await person.window.getByLabel('Password', { exact: true }).fill(ANA.password);
  await person.window.getByRole('main').getByRole('button', { name: 'Sign in', exact: true }).click();
  await person.isSignedIn(ANA.username);
});

for (const body of ['', 'no JSON', '{"ChallengeName":17}', '[]', '<html>login</html>']) {
  test(`a pool that answers ${body === '' ? 'nothing' : body} is told, and can be asked again`, async ({ desk }) => {
    const { person } = await desk.connected();
    desk.network.fate = () => ({ body });
    await person.signInWithPassword(ANA.username, ANA.password);
    await expect(person.window.getByRole('alert')).toBeVisible();
    desk.network.fate = () => 'pass';
    await person.window.getByLabel('Password', { exact: true }).fill(ANA.password);
    await person.window.getByRole('main').getByRole('button', { name: 'Sign in', exact: true }).click();
    await person.isSignedIn(ANA.username);
  });
}

test('a passkey that the pool refuses is taken off the key again', async ({ desk }) => {
  const { person } = await desk.connected();
  await person.signInWithPassword(ANA.username, ANA.password);
  await person.isSignedIn(ANA.username);
  desk.network.fate = (operation) =>
    operation === 'CompleteWebAuthnRegistration' ? { error: 'WebAuthnCredentialNotSupportedException' } : 'pass';
  await person.beginToAddKey();
  await person.chooseNewPin(PIN);
  await expect(person.window.getByText(/^The passkey is still on/)).toBeVisible();
  await person.button('Remove it from the key').click();
  await person.button('Take it off the key').click();
  await person.enterPin(PIN);
  await expect(person.window.getByText(/^The passkey is off/).first()).toBeVisible();
  await person.button('Done').click();
  await expect(person.heading('No passkey yet')).toBeVisible();
  await expect(person.window.getByText(/^A passkey was left on/)).toHaveCount(0);
});

test('an app that is killed between key and pool finds the passkey again, and offers to remove it', async ({
  desk,
}) => {
  const first = await desk.connected();
  await first.person.signInWithPassword(ANA.username, ANA.password);
  await first.person.isSignedIn(ANA.username);
  desk.network.fate = (operation) => (operation === 'CompleteWebAuthnRegistration' ? 'hang' : 'pass');
  await first.person.beginToAddKey();
  await first.person.chooseNewPin(PIN);
  await expect.poll(() => desk.network.calls.at(-1)).toBe('CompleteWebAuthnRegistration');
  const ended = first.launched.app.waitForEvent('close');
  first.launched.app.process().kill('SIGKILL');
  await ended;

  desk.network.fate = () => 'pass';
  const { person } = await desk.launch();
  await person.signInWithPassword(ANA.username, ANA.password);
  await expect(person.window.getByText(/^A passkey was left on/)).toBeVisible();
  await person.button('Remove it from the key').click();
  await person.button('Take it off the key').click();
  await person.enterPin(PIN);
  await expect(person.window.getByText(/^The passkey is off/).first()).toBeVisible();
  await person.button('Done').click();
  await expect(person.window.getByText(/^A passkey was left on/)).toHaveCount(0);
  expect(readdirSync(join(desk.userData, 'journal'))).toEqual([]);
});

const ENTRY = join('journal', '00000000-0000-4000-8000-000000000000.json');
for (const name of ['settings.json', ENTRY, 'passkeys.json']) {
  test(`a damaged ${name} is named, and left as it is`, async ({ desk }) => {
    const path = join(desk.userData, name);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, '{"pool":');
    const { person } = await desk.launch();
    await expect(person.heading('Keydesk cannot start')).toBeVisible();
    await person.window.getByText('Details for the helpdesk').click();
    await expect(person.window.getByText(name)).toBeVisible();
    expect(readFileSync(path, 'utf8')).toBe('{"pool":');
  });
}

test('a policy that is damaged while the app runs locks it to viewing, and unlocks it when it is mended', async ({
  desk,
}) => {
  const { person } = await desk.connected();
  await person.openKey('Simulated security key');
  await person.part('PIN');
  await expect(person.window.getByLabel('New PIN', { exact: true })).toBeVisible();
  const path = join(desk.userData, 'policy.json');
  const locked = person.window.getByText(/^The policy of this station cannot be read/).first();
  writeFileSync(path, '{\n  "minPinLenght": 6\n}');
  await expect(locked).toBeVisible();
  await expect(person.window.getByText(/Line 2: "minPinLenght" is no member/)).toBeVisible();
  await expect(person.window.getByLabel('New PIN', { exact: true })).toBeHidden();
  writeFileSync(path, '{\n  "minPinLength": 6\n}');
  await expect(locked).toBeHidden();
  await person.part('Overview');
  await expect(person.window.getByText('Not allowed', { exact: true })).toBeVisible();
});
