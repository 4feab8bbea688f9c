import { screen, waitFor } from '@testing-library/svelte';
import { describe, expect, it } from 'vitest';

import { keySummary } from '../../fakes/main.js';
import { enter, enterPin, PIN, press, type, type World } from '../../window.js';
import { openKeyPage } from './visit.js';

const PART = 'Fingerprints';

async function show(...names: string[]): Promise<World> {
  const world = await openKeyPage(PART, ({ main }) => {
    main.fingerprints.set(
      'key-1',
      names.map((name, index) => ({ id: `aWQ${index}`, name })),
    );
  });
  await press('Show the fingerprints');
  await enterPin(PIN);
  return world;
}

describe('fingerprints', () => {
  it('are added with a word for each sample, and how many are still to come', async () => {
    const { main } = await show();
    await press('Add a fingerprint');
    await type('Name of the fingerprint', 'Right thumb');
    await press('Begin');
    await screen.findAllByText('Put a finger on the sensor of Fjord Key 5.');
    main.touch();
    await screen.findAllByText('Good. Once more.');
    screen.getByText('1 of 2');
    main.touch();
    await screen.findAllByText('Too high: move your finger down. Once more.');
    main.touch();
    await screen.findByText('Right thumb');
    await screen.findByText('The fingerprint is added.');
  });

  it('leave nothing behind when the person stops, and the name that was typed is still there', async () => {
    const { main } = await show();
    await press('Add a fingerprint');
    await type('Name of the fingerprint', 'Right thumb');
    await press('Begin');
    await screen.findAllByText('Put a finger on the sensor of Fjord Key 5.');
    const buttons = await screen.findAllByRole('button', { name: 'Cancel' });
    buttons[0]?.click();
    await waitFor(() => {
      expect(screen.queryByRole('heading', { name: 'Touch the sensor again and again' })).toBeNull();
    });
    expect(screen.getByLabelText<HTMLInputElement>('Name of the fingerprint').value).toBe('Right thumb');
    expect(main.fingerprints.get('key-1')).toEqual([]);
    expect(screen.queryByRole('alert')).toBeNull();
  });

  it('are renamed', async () => {
    const { main } = await show('Thumb');
    await press('Rename Thumb');
    await type('Name of the fingerprint', 'Left thumb');
    await enter('Name of the fingerprint');
    await screen.findByText('Left thumb');
    expect(main.named('fingerprints.rename')).toMatchObject([{ id: 'aWQ0', name: 'Left thumb' }]);
  });

  it('have names as long as the sensor takes, in bytes', async () => {
    await show('Thumb');
    await press('Rename Thumb');
    await type('Name of the fingerprint', 'ü'.repeat(11));
    await screen.findByText('This name is too long for the key.');
    expect(screen.getByRole<HTMLButtonElement>('button', { name: 'Save' }).disabled).toBe(true);
  });

  it('are deleted after a question that says what follows', async () => {
    const { main } = await show('Thumb');
    await press('Delete Thumb');
    await screen.findByText('It is the only one: from then on Fjord Key 5 asks for its PIN again.');
    await press('Delete fingerprint');
    await screen.findByText('No fingerprint yet');
    expect(main.fingerprints.get('key-1')).toEqual([]);
  });

  it('are not spoken of on the page of a key without a sensor', async () => {
    await openKeyPage(undefined, ({ main }) => {
      const key = keySummary();
      if (key.details) key.details.managesFingerprints = false;
      main.keys = [key];
    });
    expect(screen.queryByRole('button', { name: PART })).toBeNull();
  });
});
