import { expect } from '@playwright/test';

import { HelpdeskStation } from '../../../tests/e2e/helpdesk.js';
import { Operator } from '../../../tests/e2e/operator.js';
import type { Guide } from '../guide.js';

/** Somebody whose name is as long as names get. */
const LONG = 'anneliese.wolfeschlegelsteinhausenbergerdorff-featherstonehaugh-cholmondeley';

/** A lost key, by both ways: the person is here, and on behalf of a person who is not. Then a key for the next person. */
export async function walkTheHelpdesk(guide: Guide): Promise<void> {
  const station = await HelpdeskStation.open({ operators: ['olga', 'otto'], people: ['ana', 'ben', LONG] });
  guide.afterwards(() => station.close());
  const olga = station.member('olga');
  station.plug(olga.key);
  const { window } = await station.launch({ colorScheme: 'light' });
  guide.lookAt(window);
  const operator = new Operator(window);

  await expect(window.getByLabel('Your user name')).toBeVisible();
  await guide.picture('operator-sign-in');
  await operator.giveName('olga');
  await expect(window.getByLabel(/^PIN of /)).toBeVisible();
  await guide.picture('own-key');
  await operator.confirm(olga);
  await expect(operator.heading('Whose key is lost?')).toBeVisible();
  await guide.picture('find');
  guide.step('an operator signed in with their own key, whose group the pool’s token names');

  await theyAreHere(guide, station, operator);
  await onTheirBehalf(guide, station, operator);
  await theNextKey(guide, station, operator);
}

async function theyAreHere(guide: Guide, station: HelpdeskStation, operator: Operator): Promise<void> {
  const { window } = operator;
  const { spare } = station;
  const olga = station.member('olga');
  await window.getByLabel('Name or address').fill('an');
  await expect(window.getByRole('list', { name: 'People' }).getByRole('listitem')).toHaveCount(2);
  await guide.picture('people');
  await operator.find('ana');
  await operator.button('Ask the pool').click();
  await expect(window.getByText('Passkey', { exact: true })).toBeVisible();
  await window.getByLabel('Also bar from signing in').check();
  await expect(window.getByText('Would be barred from signing in.')).toBeVisible();
  await guide.picture('person-and-dry-run');
  guide.step('a person found; what would be done was told first, and nothing was changed');

  await operator.begin('lost on a train, reported at the desk');
  await guide.picture('runbook');
  await operator.button('Sign out everywhere').click();
  await operator.enterPin(olga.pin);
  await expect(operator.heading('Touch your security key')).toBeVisible();
  await guide.picture('touch-to-make-safe');
  await olga.touch();
  await expect(window.getByText('Barred in this case')).toBeVisible();
  await guide.picture('safe');
  guide.step('made safe: signed out everywhere, and barred from signing in');

  await operator.askForCode(olga);
  await guide.picture('code');
  await operator.enterCode(station.codeFor('ana'));
  await guide.picture('session');
  guide.step('a session for the person, by the code that they read out; their passkeys listed in it');

  await operator.beginToEnrol(olga);
  await guide.picture('own-key-again');
  station.plug(spare.key);
  await expect(window.getByText('That is the key with which you confirm')).toHaveCount(0);
  await guide.picture('new-key');
  await operator.useOtherKey();
  await operator.chooseNewPin(spare.pin);
  await expect(operator.heading('Touch your security key')).toBeVisible();
  await guide.picture('touch-to-enrol');
  await spare.touch();
  await expect(window.getByText('The replacement is enrolled.')).toBeVisible();
  station.plug(olga.key);
  await operator.deleteLost(olga);
  await guide.picture('replaced');
  guide.step('a replacement enrolled on the key that was chosen, and the passkey of the lost key deleted');

  await operator.end(olga);
  await guide.picture('receipt');
  await operator.button('Save as PDF').click();
  await expect(window.getByText(/receipts.*\.pdf$/)).toBeVisible();
  await guide.picture('receipt-saved');
  await station.signIn(spare);
  guide.step('the case ended, its receipt saved; the replacement signs in');
  await operator.button('Done').click();
}

async function onTheirBehalf(guide: Guide, station: HelpdeskStation, operator: Operator): Promise<void> {
  const { window } = operator;
  const olga = station.member('olga');
  const otto = station.member('otto');
  await operator.find(LONG);
  await guide.picture('a-long-name');
  await operator.begin('stolen abroad, called back on the number that we have');
  await operator.makeSafe(olga, { bars: true });
  await operator.askForApproval(olga);
  await guide.picture('approval');
  await operator.button('Refuse …').click();
  await window.getByLabel('Why it is refused').fill('nobody has called them back');
  await guide.picture('refusal');
  await operator.button('Refuse', { exact: true }).click();
  await expect(window.getByText('refused: nobody has called them back')).toBeVisible();
  await guide.picture('refused');
  guide.step('a session on behalf of somebody asked for, and refused by a second operator: nothing was opened');

  await operator.button('Leave for later').click();
  await expect(operator.button(/^Go on with the case of/)).toBeVisible();
  await guide.picture('open-cases');
  await operator.button(/^Go on with the case of/).click();
  await operator.askForApproval(olga);
  station.plug(otto.key);
  await operator.giveSecondName('otto');
  await operator.enterPin(otto.pin);
  await expect(operator.heading('Touch your security key')).toBeVisible();
  await guide.picture('second-operator');
  await otto.touch();
  await operator.seesPasskeys();
  station.plug(olga.key);
  await guide.picture('session-on-behalf');
  guide.step('left, taken up again, asked for once more, and approved by the second operator’s own key');

  await operator.button(/^Delete /).click();
  await expect(operator.heading('Leave the person without a passkey?')).toBeVisible();
  await guide.picture('last-passkey');
  await operator.button('Yes, delete the last passkey').click();
  await operator.confirm(olga);
  await expect(window.getByText('This person has no passkey.')).toBeVisible();
  await operator.button('End the case …').click();
  await expect(operator.heading('End the case as it stands?')).toBeVisible();
  await guide.picture('what-is-left');
  await window.getByRole('alertdialog').getByRole('button', { name: 'End the case' }).click();
  await operator.confirm(olga);
  await expect(window.getByRole('list', { name: 'What was done' })).toBeVisible();
  await guide.picture('receipt-with-remarks');
  guide.step('the last passkey deleted, with a yes to it; the end of the case says what that leaves the person with');
}

async function theNextKey(guide: Guide, station: HelpdeskStation, operator: Operator): Promise<void> {
  const { window } = operator;
  const olga = station.member('olga');
  const used = station.member(LONG);
  station.plug(olga.key, used.key);
  await operator.button('Prepare a key').click();
  await expect(window.getByText('Your own key', { exact: true })).toBeVisible();
  await expect(operator.button(/^Prepare Simulated/)).toBeVisible();
  await guide.picture('which-key');
  await operator.button(/^Prepare Simulated/).click();
  await operator.button('Erase this key …').click();
  await expect(operator.heading(/^Erase /)).toBeVisible();
  await guide.picture('erase');
  await operator.button('Erase the key').click();
  await operator.confirm(olga);
  await expect(operator.heading(/^Unplug /)).toBeVisible();
  await guide.picture('unplug');
  station.plug(olga.key);
  await expect(operator.heading(/in again$/)).toBeVisible();
  station.plug(olga.key, used.key);
  await used.touch();
  await expect(window.getByLabel('Shortest PIN from now on')).toBeVisible();
  await window.getByLabel('Shortest PIN from now on').fill('8');
  await window.getByLabel('Always verify the person').check();
  await guide.picture('prepare');
  await operator.button('Prepare this key').click();
  await operator.confirm(olga);
  await operator.chooseNewPin('first-pin-of-the-next');
  await expect(window.getByText(/^Prepared\./)).toBeVisible();
  await guide.picture('prepared');
  guide.step('a key erased, and prepared for the next person: what it says of itself was read again');
}
