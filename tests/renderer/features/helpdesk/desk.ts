import { fireEvent, screen, waitFor } from '@testing-library/svelte';
import { expect } from 'vitest';

import { WORKSPACES } from '../../../../src/renderer/features/workspaces.js';
import { FakeHelpdesk } from '../../fakes/helpdesk.js';
import { enterPin, openWindow, PIN, touchPrompt, type, type World } from '../../window.js';

// As the window does when it is wanted: compiling it takes longer than a test waits for anything.
await WORKSPACES.helpdesk();

export interface HelpdeskWorld extends World {
  readonly helpdesk: FakeHelpdesk;
}

/** The helpdesk's window, with the key of an operator plugged in. */
export function openHelpdesk(prepare: (world: HelpdeskWorld) => void = () => undefined): HelpdeskWorld {
  let helpdesk: FakeHelpdesk | undefined;
  const world = openWindow((window) => {
    window.main.station = { ...window.main.station, mode: 'helpdesk', policy: { state: 'active' } };
    helpdesk = new FakeHelpdesk(window.main);
    prepare({ ...window, helpdesk });
  });
  if (!helpdesk) throw new Error('the window was not prepared');
  return { ...world, helpdesk };
}

/** Presses a button once it can be pressed: one change follows the other. */
export async function press(name: string | RegExp): Promise<void> {
  const button = await screen.findByRole<HTMLButtonElement>('button', { name });
  await waitFor(() => {
    expect(button.disabled).toBe(false);
  });
  await fireEvent.click(button);
}

/** The PIN and the touch of the key that is asked. */
export async function confirm({ main }: World): Promise<void> {
  await enterPin(PIN);
  await touchPrompt();
  main.touch();
}

export async function signIn(world: World, username = 'olga'): Promise<void> {
  await type('Your user name', username);
  await press('Sign in with your security key');
  await confirm(world);
  await screen.findByRole('heading', { name: 'Find a person' });
}

/** As far as the page of somebody. */
export async function find(username: string): Promise<void> {
  await type('Name or address', username);
  await press(new RegExp(`^${username} ${username}@example.com`));
  await screen.findByRole('heading', { name: username });
}

/** As far as the runbook. */
export async function begin(reason = 'lost on a train'): Promise<void> {
  await screen.findByRole('list', { name: 'Dry run' });
  await type('What is wrong', reason);
  await press('Begin a case');
  await screen.findByRole('heading', { name: /^The lost key of/ });
}

/** From the window's first screen to the runbook for ana. */
export async function openRunbook(prepare?: (world: HelpdeskWorld) => void): Promise<HelpdeskWorld> {
  const world = openHelpdesk(prepare);
  await signIn(world);
  await find('ana');
  await begin();
  return world;
}
