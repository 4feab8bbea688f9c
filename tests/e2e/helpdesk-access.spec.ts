import type { Locator, Page } from '@playwright/test';

import { violations } from './accessibility.js';
import { expect, test } from './helpdesk.js';
import { Operator } from './operator.js';

/** Rules that a screen breaks, by day and by night. */
async function expectAccessible(window: Page): Promise<void> {
  for (const colorScheme of ['light', 'dark'] as const) {
    await window.emulateMedia({ colorScheme });
    expect(await violations(window)).toEqual([]);
  }
}

test('the screens of the helpdesk keep the rules of accessibility', async ({ station }) => {
  test.slow();
  const olga = station.member('olga');
  station.plug(olga.key);
  const { window } = await station.launch();
  const operator = new Operator(window);
  await expect(window.getByLabel('Your user name')).toBeVisible();
  await expectAccessible(window);
  await operator.giveName('olga');
  await expect(window.getByLabel(/^PIN of /)).toBeVisible();
  await expectAccessible(window);
  await operator.confirm(olga);
  await expect(operator.heading('Whose key is lost?')).toBeVisible();
  await expectAccessible(window);
  await window.getByLabel('Name or address').fill('nobody at all');
  await expect(operator.heading('Nobody was found')).toBeVisible();
  await window.getByLabel('Name or address').fill('a');
  await expect(window.getByRole('list', { name: 'People' })).toBeVisible();
  await expectAccessible(window);
  await operator.find('ana');
  await operator.button('Ask the pool').click();
  await expect(window.getByRole('list', { name: 'Dry run' })).toBeVisible();
  await expectAccessible(window);

  await operator.begin('lost on a train');
  await expectAccessible(window);
  await operator.askForApproval(olga);
  await expectAccessible(window);
  await operator.button('Refuse …').click();
  await operator.button('Refuse', { exact: true }).click();
  await operator.askForCode(olga);
  await expectAccessible(window);
  await operator.enterCode(station.codeFor('ana'));
  await operator.beginToEnrol(olga);
  await expectAccessible(window);
  await operator.button('Cancel').click();
  await operator.button(/^Delete /).click();
  await expect(window.getByRole('alertdialog', { name: 'Leave the person without a passkey?' })).toBeVisible();
  await expectAccessible(window);
  await operator.button('Cancel').click();
  await operator.button('End the case …').click();
  await expect(window.getByRole('alertdialog', { name: 'End the case as it stands?' })).toBeVisible();
  await expectAccessible(window);
  await window.getByRole('alertdialog').getByRole('button', { name: 'End the case' }).click();
  await operator.confirm(olga);
  await expect(window.getByRole('list', { name: 'What was done' })).toBeVisible();
  await expectAccessible(window);
  station.plug(olga.key, station.spare.key);
  await operator.button('Prepare a key').click();
  await operator.button(/^Prepare Simulated/).click();
  await expect(operator.heading('1. Erase')).toBeVisible();
  await expectAccessible(window);
});

/** Goes from control to control, as with the key alone, until this one has the focus. */
async function tabTo(window: Page, control: Locator): Promise<void> {
  await expect(control).toBeEnabled();
  for (let presses = 0; presses < 60; presses += 1) {
    if (await control.evaluate((element) => element === document.activeElement)) return;
    await window.keyboard.press('Tab');
  }
  throw new Error('no number of tabs leads there');
}

test('the keyboard alone replaces a lost key', async ({ station }) => {
  test.slow();
  const olga = station.member('olga');
  const { spare } = station;
  station.plug(olga.key);
  const { window } = await station.launch();
  const operator = new Operator(window);
  const { keyboard } = window;
  const press = async (name: string | RegExp) => {
    await tabTo(window, operator.button(name));
    await keyboard.press('Enter');
  };
  /** Where the focus is without a single Tab. */
  const type = async (field: Locator, text: string) => {
    await expect(field).toBeFocused();
    await keyboard.type(text);
    await keyboard.press('Enter');
  };
  const confirm = async () => {
    await type(window.getByLabel(/^PIN of /), olga.pin);
    await expect(operator.heading('Touch your security key')).toBeFocused();
    await olga.touch();
  };

  await type(window.getByLabel('Your user name'), 'olga');
  await confirm();
  await expect(window.getByLabel('Name or address')).toBeFocused();
  await keyboard.type('ana');
  await press(/^ana/);
  await expect(operator.heading('ana')).toBeFocused();
  await expect(window.getByRole('list', { name: 'Dry run' })).toBeVisible();
  await tabTo(window, window.getByLabel('What is wrong'));
  await keyboard.type('lost on a train');
  await keyboard.press('Enter');
  await expect(operator.heading(/^The lost key of/)).toBeFocused();
  await press('Sign out everywhere');
  await expect(window.getByLabel(/^PIN of /)).toBeFocused();
  await keyboard.press('Escape');
  await expect(operator.heading('1. Make safe')).toBeFocused();
  await expect(operator.part('1. Make safe').getByText('To do')).toBeVisible();
  await press('Sign out everywhere');
  await confirm();
  await expect(operator.heading('1. Make safe')).toBeFocused();
  await press('Send a code');
  await confirm();
  await expect(window.getByLabel('Code that the person reads out')).toBeFocused();
  await type(window.getByLabel('Code that the person reads out'), station.codeFor('ana'));
  await expect(operator.heading('2. Session for the person')).toBeFocused();
  await press('Enrol a replacement');
  await confirm();
  await expect(operator.heading('Now the key of the person')).toBeFocused();
  station.plug(spare.key);
  await expect(window.getByText('That is the key with which you confirm')).toHaveCount(0);
  await press('Use this key');
  await expect(window.getByLabel('New PIN', { exact: true })).toBeFocused();
  await keyboard.type(spare.pin);
  await tabTo(window, window.getByLabel('New PIN again'));
  await type(window.getByLabel('New PIN again'), spare.pin);
  await spare.touch();
  await expect(operator.heading('3. Replacement key')).toBeFocused();
  station.plug(olga.key);
  await press(/^Delete Roaming/);
  await confirm();
  await expect(operator.heading('4. The lost key’s passkey')).toBeFocused();
  await press('End the case …');
  await confirm();
  await expect(operator.heading('Receipt')).toBeFocused();
  await press('Save as PDF');
  await expect(window.getByText(/receipts.*\.pdf$/)).toBeVisible();
  await press('Sign out');
  await expect(window.getByLabel('Your user name')).toBeFocused();
});
