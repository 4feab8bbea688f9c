import { randomBytes } from 'node:crypto';

import {
  AdminUserGlobalSignOutCommand,
  CognitoIdentityProviderClient,
  ListUsersCommand,
} from '@aws-sdk/client-cognito-identity-provider';
import type { Page } from '@playwright/test';

import { getUser } from '../../src/cognito/account.js';
import { connect } from '../../src/cognito/connection.js';
import { openOnBehalf } from '../../src/cognito/on-behalf.js';
import { deletePasskey, listPasskeys } from '../../src/cognito/passkeys.js';
import { MemoryPort } from '../../src/softkey/ports/memory-port.js';
import { signInWithKey } from '../passkey.js';
import { expect, type HelpdeskStation, test } from './helpdesk.js';
import { NotedTokens } from './noted-tokens.js';
import { Operator } from './operator.js';

/** Starts the app and signs olga in, whose key is the only one plugged in. */
async function startWork(station: HelpdeskStation): Promise<Operator> {
  station.plug(station.member('olga').key);
  const { window } = await station.launch();
  const operator = new Operator(window);
  await operator.signIn(station.member('olga'));
  return operator;
}

/** Before anything is known of a loss: ana is signed in somewhere, with the key that will be lost. */
async function beforeTheLoss(station: HelpdeskStation) {
  const tokens = await station.signIn(station.member('ana'));
  const [passkey] = await listPasskeys(station.connection, tokens);
  if (!passkey) throw new Error('ana has no passkey');
  return { tokens, lost: passkey.id };
}

/** One USB port: olga's key is taken out for the new one, and comes back. */
async function enrolReplacement(station: HelpdeskStation, operator: Operator) {
  const olga = station.member('olga');
  const { key, pin, touch } = station.spare;
  await operator.beginToEnrol(olga);
  station.plug(key);
  await operator.useOtherKey();
  await operator.chooseNewPin(pin);
  await touch();
  await expect(operator.window.getByText('The replacement is enrolled.')).toBeVisible();
  station.plug(olga.key);
}

/** The lines of the audit log that the receipt names, and what the log says there. */
async function receiptAgrees(station: HelpdeskStation, window: Page, approver?: string): Promise<void> {
  const acts = await window.getByRole('list', { name: 'What was done' }).getByRole('listitem').allInnerTexts();
  const audit = station.audit();
  const lines = acts.map((text) => /Audit line (\d+)/.exec(text)?.[1]).filter((line) => line !== undefined);
  expect(lines).toHaveLength(acts.length);
  for (const [index, line] of lines.entries()) {
    const entry = audit.find(({ seq }) => seq === Number(line));
    expect(entry).toMatchObject({ person: { username: 'ana' }, operator: { username: 'olga' }, result: 'done' });
    expect(acts[index]).toContain('Done');
  }
  const actions = audit.filter(({ result }) => result === 'done').map(({ action }) => action);
  for (const action of ['person.sign-out', 'session.open', 'passkey.enrol', 'passkey.delete', 'case.end'])
    expect(actions).toContain(action);
  const opened = audit.find(({ action, result }) => action === 'session.open' && result === 'done');
  expect(opened?.approver?.username).toBe(approver);
  // A change is written down before it is made.
  const begun = audit.filter(({ action, result }) => action === 'passkey.delete' && result === 'begun');
  expect(begun).toHaveLength(1);
}

/** The replacement signs in; the lost key is refused by itself, and by the pool when it signs all the same. */
async function replacementWorks(station: HelpdeskStation, lost: string): Promise<void> {
  await expect(station.signIn(station.spare)).resolves.toMatchObject({ identity: { username: 'ana' } });
  const { key, pin, username } = station.member('ana');
  key.replug();
  await expect(signInWithKey(station.connection, { port: new MemoryPort(key), pin, username })).rejects.toMatchObject({
    code: 'no-credentials',
  });
  await expect(station.signIn(station.member('ana'), [lost])).rejects.toMatchObject({ name: 'CognitoError' });
}

test('a lost key of somebody who is here: from the search to the receipt, and nothing old opens anything', async ({
  station,
}) => {
  const noted = new NotedTokens(station.pool);
  const { tokens, lost } = await beforeTheLoss(station);
  const operator = await startWork(station);
  const { window } = operator;
  const olga = station.member('olga');
  await operator.find('ana');
  await operator.begin('lost on a train');
  await operator.makeSafe(olga, { bars: true });
  await expect(getUser(station.connection, tokens)).rejects.toMatchObject({ code: 'signed-out' });
  await expect(window.getByText('Barred in this case')).toBeVisible();

  await operator.askForCode(olga);
  await operator.enterCode(station.codeFor('ana'));
  await enrolReplacement(station, operator);
  await operator.deleteLost(olga);
  await operator.end(olga);
  await receiptAgrees(station, window);

  expect(noted.all.length).toBeGreaterThan(6); // ana's before and in the session, and olga's at each change
  await noted.expectRefused();
  noted.stop();
  await replacementWorks(station, lost);
});

test('a lost key of somebody who is not here: a second operator approves, and the person is told', async ({
  station,
}) => {
  const noted = new NotedTokens(station.pool);
  const { lost } = await beforeTheLoss(station);
  const operator = await startWork(station);
  const { window } = operator;
  const olga = station.member('olga');
  const otto = station.member('otto');
  await operator.find('ana');
  await operator.begin('lost abroad');
  await operator.makeSafe(olga);
  await operator.askForApproval(olga);

  // Not by the one who asks, whatever name is given.
  await operator.giveSecondName('olga');
  await operator.button('Use this key').click();
  await operator.confirm(olga);
  await expect(operator.part('2. Session for the person').getByRole('alert')).toBeVisible();
  expect(station.pool.calls()).not.toContain('GenerateMac');

  station.plug(otto.key);
  await operator.giveSecondName('otto');
  await operator.confirm(otto);
  await expect(window.getByText('Open, on behalf of the person.')).toBeVisible();
  expect(station.mails.at(-1)).toMatchObject({ username: 'ana', purpose: 'notice' });
  expect(station.mails.at(-1)?.text).toContain('lost abroad');
  station.plug(olga.key);
  await enrolReplacement(station, operator);
  await operator.deleteLost(olga);
  await operator.end(olga);
  await receiptAgrees(station, window, 'otto');
  await noted.expectRefused();
  noted.stop();
  await replacementWorks(station, lost);
});

test('the second operator’s refusal stops it', async ({ station }) => {
  const operator = await startWork(station);
  const olga = station.member('olga');
  await operator.find('ana');
  await operator.begin('somebody has called');
  await operator.askForApproval(olga);
  await operator.button('Refuse …').click();
  await operator.window.getByLabel('Why it is refused').fill('ana says that she has her key');
  await operator.button('Refuse').click();
  const session = operator.part('2. Session for the person');
  await expect(session.getByText('refused: ana says that she has her key')).toBeVisible();
  await expect(operator.window.getByText('Open a session for the person first.').first()).toBeVisible();
  await expect(operator.button('Approve with their own key')).toHaveCount(0);
  expect(station.pool.calls()).not.toContain('GenerateMac');
  expect(station.audit().findLast(({ action }) => action === 'session.approve')).toMatchObject({ result: 'refused' });
});

test('who is not in the group can do nothing: refused by the window, by main and by the pool', async ({ station }) => {
  const { lost } = await beforeTheLoss(station);
  const ben = station.member('ben');
  station.plug(ben.key);
  const { window } = await station.launch();
  const operator = new Operator(window);
  await operator.giveName('ben');
  await operator.confirm(ben);
  await expect(window.getByRole('alert')).toContainText('group');
  await expect(window.getByRole('banner')).toHaveCount(0);
  expect(station.audit().at(-1)).toMatchObject({ action: 'operator.sign-in', result: 'refused' });

  // Main does no better, whatever a page would ask of it.
  const request = (name: string, input: unknown) =>
    window.evaluate(
      ([called, given]) =>
        (globalThis as unknown as { keydesk: { request: (name: string, input: unknown) => Promise<unknown> } }).keydesk.request(called, given), // prettier-ignore
      [name, input] as const,
    );
  const nobody = { error: { code: 'helpdesk/no-operator' } };
  expect(await request('helpdesk.find', { searchId: crypto.randomUUID(), text: 'ana' })).toMatchObject(nobody);
  expect(await request('helpdesk.begin', { username: 'ana', reason: 'none' })).toMatchObject(nobody);
  const passkeys = { error: { code: 'helpdesk/not-allowed' } };
  expect(await request('passkeys.records', undefined)).toMatchObject(passkeys);

  // Nor does the pool, with all that ben has.
  const { connection, pool } = station;
  const tokens = await station.signIn(ben);
  await expect(deletePasskey(connection, tokens, lost)).rejects.toMatchObject({ name: 'CognitoError' });
  expect((await listPasskeys(connection, tokens)).map(({ id }) => id)).not.toContain(lost);
  const { endpoint, region, userPoolId: UserPoolId, helpdesk } = pool;
  const credentials = { accessKeyId: 'BENHASNONE', secretAccessKey: tokens.accessToken.slice(0, 40) };
  const asAdmin = new CognitoIdentityProviderClient({ endpoint, region, credentials, maxAttempts: 1 });
  for (const command of [
    new ListUsersCommand({ UserPoolId }),
    new AdminUserGlobalSignOutCommand({ UserPoolId, Username: 'ana' }),
  ] as const)
    await expect(asAdmin.send(command as ListUsersCommand)).rejects.toMatchObject({
      $metadata: { httpStatusCode: 400 },
    });
  asAdmin.destroy();
  // Through the helpdesk's own app client, with a permission that only its key could sign.
  const desk = connect({ region, userPoolId: UserPoolId, endpoint, clientId: helpdesk?.clientId ?? '' });
  const account = (await station.signIn(station.member('ana'))).identity.sub;
  const forged = {
    username: 'ana',
    account,
    operator: 'ben',
    reason: 'none',
    mac: () => Promise.resolve(randomBytes(32)),
  };
  await expect(openOnBehalf(desk, forged)).rejects.toThrow();
});
