import { fireEvent, screen, waitFor, within } from '@testing-library/svelte';
import { describe, expect, it } from 'vitest';

import type { KeySummary } from '../../../../src/shared/keys.js';
import { poolUser } from '../../fakes/helpdesk.js';
import { keySummary } from '../../fakes/main.js';
import { enterPin, PIN, touchPrompt, type } from '../../window.js';
import { begin, confirm, find, openHelpdesk, signIn, press } from './desk.js';

const banner = () => within(screen.getByRole('banner'));

describe('an operator', () => {
  it('signs in with their own key, is named at the top all the time, and signs out', async () => {
    const world = openHelpdesk();
    await signIn(world);
    expect(world.main.named('helpdesk.signIn')).toMatchObject([{ username: 'olga', confirm: { keyId: 'key-1' } }]);
    expect(banner().getByText('olga')).toBeTruthy();
    await press('Prepare a key');
    expect(banner().getByText('olga')).toBeTruthy();
    await press('Sign out');
    await screen.findByLabelText('Your user name');
    expect(world.main.named('helpdesk.signOut')).toHaveLength(1);
  });

  it('is refused who is none, in words, and nothing else is shown', async () => {
    const world = openHelpdesk(({ helpdesk }) => helpdesk.faults.set('helpdesk.signIn', { code: 'helpdesk/not-an-operator' })); // prettier-ignore
    await type('Your user name', 'ben');
    await press('Sign in with your security key');
    await confirm(world);
    await screen.findByRole('alert');
    expect(screen.queryByRole('banner')).toBeNull();
    expect(world.main.named('helpdesk.find')).toEqual([]);
  });

  it('is asked which key is theirs, where several are in, before a PIN is asked for', async () => {
    const other = keySummary({ id: 'key-2' as KeySummary['id'], product: 'Other Key' }); // the brand is main's
    openHelpdesk(({ main }) => main.keys.push(other));
    await type('Your user name', 'olga');
    await press('Sign in with your security key');
    await screen.findByRole('heading', { name: 'Which key is your own?' });
    expect(screen.queryByLabelText(/^PIN of/)).toBeNull();
  });

  it('is asked for it where none is in, and goes on by itself when it comes', async () => {
    const { main } = openHelpdesk((world) => (world.main.keys = []));
    await type('Your user name', 'olga');
    await press('Sign in with your security key');
    await screen.findByRole('heading', { name: 'Plug in your security key' });
    main.plug(keySummary());
    await enterPin(PIN);
    await touchPrompt();
    main.touch();
    await screen.findByRole('heading', { name: 'Find a person' });
  });

  it('is signed out by main, and whoever comes next finds nothing of theirs', async () => {
    const world = openHelpdesk();
    await signIn(world);
    await find('ana');
    world.helpdesk.signOut();
    await screen.findByLabelText('Your user name');
    expect(screen.queryByText('ana')).toBeNull();
    await signIn(world, 'otto');
    expect(screen.getByLabelText<HTMLInputElement>('Name or address').value).toBe('');
  });

  it('does nothing while the policy is locked', async () => {
    const policy = { state: 'locked' as const, reason: 'it cannot be read' };
    const { main } = openHelpdesk((world) => (world.main.station = { ...world.main.station, policy }));
    await screen.findByRole('heading', { name: 'This helpdesk is locked' });
    expect(main.named('helpdesk.signIn')).toEqual([]);
  });
});

describe('finding a person', () => {
  it('asks once for what is typed in one go, and gives up the question before it', async () => {
    const world = openHelpdesk();
    const { main, helpdesk } = world;
    helpdesk.people = [poolUser('ana'), poolUser('anton', { enabled: false }), poolUser('anja', { isFederated: true })];
    await signIn(world);
    let answer: (() => void) | undefined;
    const usual = main.overrides['helpdesk.find'];
    main.overrides['helpdesk.find'] = async (input) => {
      await new Promise<void>((resolve) => (answer = resolve));
      return usual?.(input) ?? { ok: true, value: { people: [] } };
    };
    for (const text of ['a', 'an', 'ann']) await type('Name or address', text);
    await waitFor(() => {
      expect(main.named('helpdesk.find')).toMatchObject([{ text: 'ann' }]);
    });
    await type('Name or address', 'an');
    const [first] = main.named('helpdesk.find') as { searchId: string }[];
    expect(main.named('helpdesk.stopFinding')).toEqual([{ searchId: first?.searchId }]);
    answer?.();
    await waitFor(() => {
      expect(main.named('helpdesk.find')).toHaveLength(2);
    });
    answer?.();
    const list = await screen.findByRole('list', { name: 'People' });
    expect(within(list).getAllByRole('listitem')).toHaveLength(2);
    within(list).getByText('Disabled');
    within(list).getByText('anton@example.com');
    delete main.overrides['helpdesk.find'];
    if (usual) main.overrides['helpdesk.find'] = usual;
    await press('More');
    await within(list).findByText('Federated');
    expect(within(list).getAllByRole('listitem')).toHaveLength(3);
    expect(screen.queryByRole('button', { name: 'More' })).toBeNull();
  });

  it('says that nobody was found, and what went wrong, and asks again', async () => {
    const world = openHelpdesk();
    await signIn(world);
    await type('Name or address', 'zoe');
    await screen.findByRole('heading', { name: 'Nobody was found' });
    const words = { sentence: 'The pool cannot be reached.', next: 'Look at the network.' };
    world.helpdesk.faults.set('helpdesk.find', { code: 'helpdesk/pool', words });
    await type('Name or address', 'an');
    await screen.findByText(words.sentence);
    await press('Try again');
    await screen.findByRole('list', { name: 'People' });
    expect(screen.queryByRole('alert')).toBeNull();
  });

  it('lists the open cases of the station: one is gone on with, another is somebody else’s', async () => {
    const world = openHelpdesk();
    const { helpdesk } = world;
    helpdesk.people = [poolUser('ana'), poolUser('ben')];
    const summary = { openedBy: { sub: 'sub-otto', username: 'otto' }, openedAt: '2026-11-22T10:00:00.000Z' };
    helpdesk.summaries = [
      { ...summary, id: 'one', person: { sub: 'sub-ana', username: 'ana' }, reason: 'left in a taxi', isBusy: false },
      { ...summary, id: 'two', person: { sub: 'sub-ben', username: 'ben' }, reason: 'stolen', isBusy: true },
    ];
    await signIn(world);
    await screen.findByText('Somebody works on it');
    await press('Go on with the case of ana');
    await screen.findByRole('heading', { name: /^The lost key of/ });
    screen.getByText('left in a taxi');
  });
});

describe('a person', () => {
  it('is shown, and what they sign in with only when it is asked for', async () => {
    const world = openHelpdesk();
    await signIn(world);
    await find('ana');
    await screen.findByText('staff');
    screen.getByText(/None. That says nothing of keys that were enrolled elsewhere/);
    expect(world.main.named('helpdesk.person')).toEqual([{ name: 'sub-ana' }]);
    expect(world.main.named('helpdesk.factors')).toEqual([]);
    await press('Ask the pool');
    await screen.findByText('Code by e-mail');
    screen.getByText('SOMETHING_NEW');
  });

  it('gets a case only with a reason, after a dry run that follows what is chosen', async () => {
    const world = openHelpdesk();
    await signIn(world);
    await find('ana');
    await screen.findByText('A code would go to them.');
    expect(screen.getByRole<HTMLButtonElement>('button', { name: 'Begin a case' }).disabled).toBe(true);
    await fireEvent.click(screen.getByLabelText('Also bar from signing in'));
    await fireEvent.click(screen.getByLabelText('On behalf of the person'));
    await screen.findByText('A second operator would have to approve.');
    await screen.findByText('Would be barred from signing in.');
    expect(world.main.named('helpdesk.begin')).toEqual([]);
    await begin('left in a taxi');
    expect(world.main.named('helpdesk.begin')).toEqual([{ username: 'sub-ana', reason: 'left in a taxi' }]);
    // What was chosen is where the runbook starts from.
    expect(screen.getByLabelText<HTMLInputElement>('Also bar from signing in').checked).toBe(true);
    expect(screen.getByLabelText<HTMLInputElement>('On behalf of the person').checked).toBe(true);
  });

  it('of another identity provider can only be made safe', async () => {
    const world = openHelpdesk(({ helpdesk }) => (helpdesk.people = [poolUser('ana', { isFederated: true })]));
    await signIn(world);
    await find('ana');
    expect(screen.queryByLabelText('The person is here')).toBeNull();
    await begin();
    await screen.findByRole('heading', { name: '1. Make safe' });
    expect(screen.queryByRole('heading', { name: '2. Session for the person' })).toBeNull();
  });
});
