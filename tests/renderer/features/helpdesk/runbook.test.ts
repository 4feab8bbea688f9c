import { fireEvent, screen, waitFor, within } from '@testing-library/svelte';
import { describe, expect, it } from 'vitest';

import { userHandleOf } from '../../../../src/cognito/tokens.js';
import type { KeySummary } from '../../../../src/shared/keys.js';
import { keySummary } from '../../fakes/main.js';
import { enter, enterPin, PIN, touchPrompt, type } from '../../window.js';
import { confirm, openRunbook, type HelpdeskWorld, press } from './desk.js';

const part = (name: string) => within(screen.getByRole('region', { name }));

/** To a session for ana, by the code that she reads out. */
async function openSession(world: HelpdeskWorld): Promise<void> {
  await press('Send a code');
  await confirm(world);
  await type('Code that the person reads out', world.helpdesk.code);
  await enter('Code that the person reads out');
  await screen.findByRole('list', { name: 'Passkeys of the person' });
}

async function enrol(world: HelpdeskWorld, button: string): Promise<void> {
  await press(button);
  await confirm(world);
  await press('Use this key');
  await screen.findByText(/^The key that gets the passkey of .*not your own\.$/);
  await enterPin(PIN);
  await touchPrompt();
  world.main.touch();
}

describe('making safe', () => {
  it('says in plain words what the touch is for, and tells how the step stands afterwards', async () => {
    const world = await openRunbook();
    await fireEvent.click(screen.getByLabelText('Also bar from signing in'));
    await press('Sign out everywhere');
    await screen.findByText('Touch your own key to confirm: sign out everywhere, and bar from signing in.');
    expect(part('1. Make safe').getByText('ana')).toBeTruthy();
    await confirm(world);
    await waitFor(() => {
      expect(part('1. Make safe').getAllByText('Done')).toHaveLength(3); // the part, and both of its steps
    });
    expect(world.main.named('helpdesk.makeSafe')).toMatchObject([{ disable: true, confirm: { keyId: 'key-1' } }]);
    screen.getByText('Barred in this case');
  });

  it('changes nothing when the touch is cancelled, and the focus is back at the step', async () => {
    await openRunbook();
    await press('Sign out everywhere');
    await enterPin(PIN);
    await touchPrompt();
    await press('Cancel');
    await part('1. Make safe').findByRole('button', { name: 'Sign out everywhere' });
    await waitFor(() => {
      expect(document.activeElement).toBe(screen.getByRole('heading', { name: '1. Make safe' }));
    });
    expect(screen.queryByRole('alert')).toBeNull();
    part('1. Make safe').getByText('To do');
  });

  it('lets nothing else begin meanwhile', async () => {
    await openRunbook();
    await press('Sign out everywhere');
    await screen.findByLabelText(/^PIN of/);
    for (const name of ['Send a code', 'End the case …', 'Leave for later'])
      expect(screen.getByRole<HTMLButtonElement>('button', { name }).disabled).toBe(true);
  });
});

describe('a session for the person', () => {
  it('is opened by the code that they read out, and a wrong one is told and asked for again', async () => {
    const world = await openRunbook();
    await press('Send a code');
    await confirm(world);
    await screen.findByText('a***@e***');
    await type('Code that the person reads out', '000000');
    await enter('Code that the person reads out');
    await screen.findByText('That code is wrong.');
    await type('Code that the person reads out', '12 34 56');
    await enter('Code that the person reads out');
    await screen.findByRole('list', { name: 'Passkeys of the person' });
    expect(world.main.named('helpdesk.answerCode')).toMatchObject([{ code: '000000' }, { code: '123456' }]);
    screen.getByRole('progressbar', { name: 'Time left of the session' });
  });

  it('is opened on behalf of them when a second operator approves with their own key', async () => {
    const world = await openRunbook();
    await fireEvent.click(screen.getByLabelText('On behalf of the person'));
    await press('Ask a second operator');
    await confirm(world);
    await screen.findByRole('progressbar', { name: 'Time left to approve' });
    world.main.pins.set('key-2', PIN);
    world.main.plug(keySummary(), keySummary({ id: 'key-2' as KeySummary['id'] })); // the brand is main's
    await type('User name of the second operator', 'otto');
    await press('Approve with their own key');
    await screen.findByText(/^Second operator, touch your own key/);
    await confirm(world);
    await screen.findByText('Open, on behalf of the person.');
    // Not the key with which the first one confirms: that is plugged in as well.
    expect(world.main.named('helpdesk.approve')).toMatchObject([{ username: 'otto', confirm: { keyId: 'key-2' } }]);
    expect(world.main.named('helpdesk.ask')).toMatchObject([
      { reason: 'lost on a train', confirm: { keyId: 'key-1' } },
    ]);
  });

  it('is not opened when the second operator refuses, and says why', async () => {
    const world = await openRunbook();
    await fireEvent.click(screen.getByLabelText('On behalf of the person'));
    await press('Ask a second operator');
    await confirm(world);
    await press('Refuse …');
    await type('Why it is refused', 'nobody has called them back');
    await press('Refuse');
    await screen.findByText('refused: nobody has called them back');
    expect(part('2. Session for the person').getAllByText('Refused')).toHaveLength(2);
    expect(world.main.named('helpdesk.refuse')).toMatchObject([{ why: 'nobody has called them back' }]);
    expect(world.main.named('helpdesk.approve')).toEqual([]);
  });

  it('says that the time to approve is over', async () => {
    const world = await openRunbook();
    world.helpdesk.change({ request: { reason: 'late', by: { sub: 's', username: 'olga' }, at: 0, until: 1 } });
    await screen.findByText('The five minutes are over. Nothing was opened.');
    expect(screen.queryByRole('button', { name: 'Approve with their own key' })).toBeNull();
  });

  it('is not offered on behalf where nothing permits it', async () => {
    await openRunbook(({ helpdesk }) => (helpdesk.mayActOnBehalf = false));
    expect(screen.getByLabelText<HTMLInputElement>('On behalf of the person').disabled).toBe(true);
  });

  it('is not opened for whom somebody else has barred', async () => {
    const world = await openRunbook();
    world.helpdesk.change({ isEnabled: false });
    await screen.findByText('Somebody else has barred this person from signing in.');
    expect(screen.queryByRole('button', { name: 'Send a code' })).toBeNull();
  });
});

describe('the passkeys', () => {
  it('get a replacement: first the operator’s key confirms, then the key that has the passkey is asked', async () => {
    const world = await openRunbook();
    await openSession(world);
    await enrol(world, 'Enrol a replacement');
    await screen.findByText('The replacement is enrolled.');
    await screen.findByText('Enrolled in this case');
    screen.getByRole('button', { name: 'Enrol a backup' });
    expect(world.main.named('helpdesk.enrol')).toMatchObject([{ nickname: 'Replacement key', use: 'replacement' }]);
    expect(world.main.named('helpdesk.useKey')).toMatchObject([{ keyId: 'key-1' }]);
  });

  it('warn before the operator’s own key is taken for the person', async () => {
    const world = await openRunbook();
    await openSession(world);
    await press('Enrol a replacement');
    await confirm(world);
    await screen.findByText(/^That is the key with which you confirm/);
    world.main.plug(keySummary({ id: 'key-9' as KeySummary['id'], product: 'New Key' })); // the brand is main's
    await screen.findByText('New Key');
    expect(screen.queryByText(/^That is the key with which you confirm/)).toBeNull();
  });

  it('are not made on a key that the policy of the station does not allow', async () => {
    const world = await openRunbook();
    await openSession(world);
    await press('Enrol a replacement');
    await confirm(world);
    const { details } = keySummary();
    if (!details) throw new Error('a usable key has details');
    const verdict = { allowed: false, refusals: [{ reason: 'policy/key-not-allowed' as const }] };
    world.main.plug(keySummary({ product: 'Other Key', details: { ...details, verdict } }));
    await screen.findByText('Other Key');
    expect(screen.getByRole<HTMLButtonElement>('button', { name: 'Use this key' }).disabled).toBe(true);
    part('3. Replacement key').getByRole('alert');
    expect(world.main.named('helpdesk.useKey')).toEqual([]);
  });

  it('lose the one of the lost key', async () => {
    const world = await openRunbook();
    await openSession(world);
    await enrol(world, 'Enrol a replacement');
    await screen.findByText('Enrolled in this case');
    await press('Delete Blue key');
    await screen.findByText('Touch your own key to confirm: delete the passkey “Blue key”.');
    await confirm(world);
    await waitFor(() => {
      expect(screen.queryByRole('button', { name: 'Delete Blue key' })).toBeNull();
    });
    expect(world.main.named('helpdesk.deletePasskeys')).toMatchObject([{ ids: ['bG9zdA'], leavesNone: false }]);
  });

  it('are not taken away to the last without an explicit yes', async () => {
    const world = await openRunbook();
    await openSession(world);
    await press('Delete Blue key');
    await screen.findByRole('alertdialog', { name: 'Leave the person without a passkey?' });
    await press('Cancel');
    expect(world.main.named('helpdesk.deletePasskeys')).toEqual([]);
    await press('Delete Blue key');
    await press('Yes, delete the last passkey');
    await confirm(world);
    await screen.findByText('This person has no passkey.');
    expect(world.main.named('helpdesk.deletePasskeys')).toMatchObject([{ leavesNone: true }]);
  });

  it('may have been left on a key by an enrolment that came to nothing: it is offered for removal, and only theirs', async () => {
    const left = {
      credentialId: 'bGVmdA',
      rpId: 'login.example.com',
      keyProduct: 'Fjord Key 5',
      createdAt: '2026-11-23T10:00:00Z',
    };
    const world = await openRunbook(({ main }) => {
      main.orphans = [
        { ...left, id: 'of-ana', userId: userHandleOf('sub-ana'), userName: 'ana' },
        { ...left, id: 'of-ben', userId: userHandleOf('sub-ben'), userName: 'ben' },
      ];
    });
    expect(screen.queryByText(/^A passkey was left on/)).toBeNull(); // before the pool has said which it knows
    await openSession(world);
    await screen.findByText('A passkey was left on Fjord Key 5');
    await press('Remove it from the key');
    await confirm(world);
    await waitFor(() => {
      expect(screen.queryByText(/^A passkey was left on/)).toBeNull();
    });
    expect(world.main.named('orphans.remove')).toMatchObject([{ orphanId: 'of-ana', enrolled: ['bG9zdA'] }]);
  });

  it('tell by their list what became of a change that was cut off', async () => {
    const world = await openRunbook();
    world.helpdesk.step('delete', { state: 'unknown', note: 'The list will tell.' }, { isUnsettled: true });
    await screen.findByText(/^It is not known what became of the last change/);
    expect(part('4. The lost key’s passkey').getAllByText('Not known')).toHaveLength(2);
    screen.getByText('The list will tell.');
  });
});

describe('a person whom somebody else changes', () => {
  it('is shown as different, and is taken over only deliberately', async () => {
    const world = await openRunbook(({ helpdesk }) => (helpdesk.changes = ['email: a@x → b@x']));
    await screen.findByText('email: a@x → b@x');
    expect(world.main.named('helpdesk.takeOver')).toEqual([]);
    await press('Take it over into the case');
    await waitFor(() => {
      expect(screen.queryByText('email: a@x → b@x')).toBeNull();
    });
  });

  it('is looked at again when a change is refused for it', async () => {
    const world = await openRunbook();
    world.helpdesk.faults.set('helpdesk.makeSafe', { code: 'helpdesk/person-changed', detail: 'status' });
    world.helpdesk.changes = ['status: CONFIRMED → UNKNOWN'];
    await press('Sign out everywhere');
    await confirm(world);
    await screen.findByText('status: CONFIRMED → UNKNOWN');
    part('1. Make safe').getByRole('alert');
  });
});

describe('the end of a case', () => {
  it('names what is left undone: barred, no passkey, and the lost key still good', async () => {
    const world = await openRunbook();
    world.helpdesk.change({ isEnabled: false, isDisabledHere: true, passkeys: [] });
    await fireEvent.click(await screen.findByLabelText('The person stays barred from signing in'));
    await press('End the case …');
    const dialog = within(await screen.findByRole('alertdialog', { name: 'End the case as it stands?' }));
    expect(dialog.getAllByRole('listitem').map(({ textContent }) => textContent)).toEqual([
      'The person stays barred: they cannot sign in at all.',
      'The person has no passkey: until they enrol a key, a code by e-mail is their only way in.',
      'No passkey was deleted: whoever has the lost key and its PIN can still sign in with it.',
    ]);
    await press('Back to the case');
    expect(world.main.named('helpdesk.end')).toEqual([]);
  });

  it('needs no question where all is well, and shows the receipt, which is saved and printed', async () => {
    const world = await openRunbook();
    world.helpdesk.change({ passkeys: [{ id: 'new' }], deleted: ['old'], enrolled: ['new'] });
    await press('End the case …');
    await confirm(world);
    await screen.findByRole('heading', { name: 'Receipt' });
    expect(world.main.named('helpdesk.end')).toMatchObject([{ staysDisabled: false, leavesUnsettled: false }]);
    await screen.findByText('Session for the person opened');
    screen.getByText('otto');
    screen.getByText('Audit line 12');
    await press('Save as PDF');
    await screen.findByText(/receipts\/.*\.pdf$/);
    await press('Print');
    await screen.findByRole('alert');
    await press('Done');
    await screen.findByRole('heading', { name: 'Find a person' });
  });

  it('may wait: the case is left for later', async () => {
    const world = await openRunbook();
    await press('Leave for later');
    await screen.findByRole('heading', { name: 'Find a person' });
    expect(world.main.named('helpdesk.leave')).toHaveLength(1);
  });
});
