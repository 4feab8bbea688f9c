import { cleanup, fireEvent, render, screen, waitFor } from '@testing-library/svelte';
import { expect, onTestFinished } from 'vitest';

import { connect } from '../../src/cognito/connection.js';
import { Bridge } from '../../src/renderer/api.js';
import App from '../../src/renderer/App.svelte';
import { WORKSPACES } from '../../src/renderer/features/workspaces.js';
import { Desk } from '../../src/renderer/state/desk.js';
import { FakeMain, keySummary } from './fakes/main.js';
import { CLIENT_ID } from '../cognito/signed-tokens.js';
import { FakePool } from './fakes/pool.js';

// The window loads it when it is wanted; compiling it here takes longer than a test waits for anything.
await WORKSPACES.desk();

export const POOL = {
  region: 'eu-west-1',
  userPoolId: 'eu-west-1_AbCdEfGhI',
  clientId: CLIENT_ID,
  rpId: 'login.example.com',
  endpoint: 'https://pool.test/',
};
export const PIN = '2468';

export interface World {
  readonly main: FakeMain;
  readonly pool: FakePool;
  /** Moves the clock of the window's pool calls, in milliseconds. */
  readonly pass: (milliseconds: number) => void;
}

/** The whole window on a fake main and a fake pool: a pool is connected, and one key with a PIN is plugged in. */
export function openWindow(prepare: (world: World) => void = () => undefined): World {
  const main = new FakeMain();
  const pool = new FakePool();
  let now = Date.now();
  const world: World = {
    main,
    pool,
    pass: (milliseconds) => {
      now += milliseconds;
    },
  };
  pool.now = () => now;
  main.station = { version: '0.1.0', mode: 'desk', policy: { state: 'none' }, pool: POOL };
  main.keys = [keySummary()];
  main.pins.set('key-1', PIN);
  prepare(world);
  const desk = new Desk(new Bridge(main), (settings) =>
    connect({
      ...settings,
      now: () => now,
      random: () => 0, // no test waits for pauses
      requestHandler: pool.handler(),
      readDocument: (uri) => pool.keys(uri),
    }),
  );
  render(App, { desk });
  onTestFinished(cleanup);
  return world;
}

export async function type(label: string | RegExp, text: string): Promise<void> {
  await fireEvent.input(await screen.findByLabelText(label), { target: { value: text } });
}

export async function press(name: string | RegExp): Promise<void> {
  await fireEvent.click(await screen.findByRole('button', { name }));
}

/** What Enter in a field does. */
export async function enter(label: string | RegExp): Promise<void> {
  const form = (await screen.findByLabelText(label)).closest('form');
  if (!form) throw new Error(`${String(label)} is in no form`);
  await fireEvent.submit(form);
}

export async function escape(): Promise<void> {
  await fireEvent.keyDown(document.activeElement ?? document.body, { key: 'Escape' });
}

export const value = (label: string | RegExp): string => screen.getByLabelText<HTMLInputElement>(label).value;

export const USERNAME = 'User name or e-mail address';
export const PIN_FIELD = 'PIN of Fjord Key 5';

/** To the list of passkeys, by password. */
export async function signIn(): Promise<void> {
  await type(USERNAME, 'anna');
  await press('Sign in another way');
  await press(/^Password/);
  await type('Password', 'Correct-horse-7');
  await enter('Password');
  await screen.findByRole('heading', { name: 'My passkeys' });
  await waitFor(() => {
    expect(screen.getByRole<HTMLButtonElement>('button', { name: 'Reload the list' }).disabled).toBe(false);
  });
}

export async function enterPin(pin: string): Promise<void> {
  await type(PIN_FIELD, pin);
  await enter(PIN_FIELD);
}

export const touchPrompt = () => screen.findByRole('heading', { name: 'Touch your security key' });
