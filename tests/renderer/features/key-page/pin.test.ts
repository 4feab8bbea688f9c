import { screen, waitFor } from '@testing-library/svelte';
import { describe, expect, it } from 'vitest';

import { keySummary } from '../../fakes/main.js';
import { enter, PIN, type, value } from '../../window.js';
import { openKeyPage } from './visit.js';

async function change(current: string, next: string): Promise<void> {
  await type('Current PIN', current);
  await type('New PIN', next);
  await type('New PIN again', next);
  await enter('Current PIN');
}

describe('setting a PIN', () => {
  it('sends it once, forgets it, and offers to change it from then on', async () => {
    const { main } = await openKeyPage('PIN', (world) => {
      world.main.keys = [keySummary({ pin: { state: 'unset' } })];
    });
    await type('New PIN', 'pässword');
    await type('New PIN again', 'pässword');
    await enter('New PIN');
    await screen.findByLabelText('Current PIN');
    screen.getAllByText('The PIN of Fjord Key 5 is set.');
    expect(value('New PIN')).toBe('');
    expect(main.named('keys.setPin')).toEqual([{ keyId: 'key-1', pin: 'pässword' }]);
  });

  it('shows the rules of the key, and how what is typed stands to them', async () => {
    await openKeyPage('PIN', (world) => {
      world.main.keys = [keySummary({ pin: { state: 'unset', minLength: 6 } })];
    });
    const rules = () => screen.getByRole('list', { name: 'What the key wants of its PIN' }).textContent;
    expect(rules()).toContain('At least 6 characters');
    await type('New PIN', '12345');
    await waitFor(() => {
      expect(rules()).toContain('not met: At least 6 characters');
    });
    await type('New PIN', '123456');
    await waitFor(() => {
      expect(rules()).toContain('met: At least 6 characters');
      expect(rules()).not.toContain('not met');
    });
  });

  it('names the rules that only the key can judge, and where they are explained', async () => {
    const complexityUrl = 'https://fjord.example/pins';
    await openKeyPage('PIN', (world) => {
      world.main.keys = [keySummary({ pin: { state: 'unset', complexityPolicy: true, complexityUrl } })];
    });
    const rules = screen.getByRole('list', { name: 'What the key wants of its PIN' });
    expect(rules.textContent).toContain('Not too simple: the key itself decides');
    expect(rules.textContent).toContain(complexityUrl);
  });

  it('stays, and empty, when the key does not accept it', async () => {
    await openKeyPage('PIN', (world) => {
      world.main.keys = [keySummary({ pin: { state: 'unset' } })];
      world.main.overrides['keys.setPin'] = () => ({ ok: false, error: { code: 'pin/policy' } });
    });
    await type('New PIN', '1111');
    await type('New PIN again', '1111');
    await enter('New PIN');
    await screen.findByText('The security key does not accept this PIN.');
    expect(value('New PIN')).toBe('');
    expect(value('New PIN again')).toBe('');
  });
});

describe('changing a PIN', () => {
  it('shows the tries left after a wrong one, and forgets all three', async () => {
    const { main } = await openKeyPage('PIN');
    await change('0000', '5678');
    await screen.findByText('That PIN is wrong. 7 tries left.');
    for (const field of ['Current PIN', 'New PIN', 'New PIN again']) expect(value(field)).toBe('');
    expect(main.named('keys.changePin')).toHaveLength(1);
  });

  it('spends one of the last tries only after an explicit yes', async () => {
    const { main } = await openKeyPage('PIN', (world) => {
      world.main.keys = [keySummary({ pin: { retries: 2 } })];
    });
    await change(PIN, '5678');
    expect(main.named('keys.changePin')).toEqual([]);
    (await screen.findByRole('checkbox')).click();
    await enter('Current PIN');
    await waitFor(() => {
      expect(main.pins.get('key-1')).toBe('5678');
    });
    expect(main.named('keys.changePin')).toMatchObject([{ spendLastTries: true }]);
  });

  it('shows how many tries are left of how many, and what follows when they are few', async () => {
    const { main } = await openKeyPage('PIN', (world) => {
      world.main.keys = [keySummary({ pin: { retries: 3 } })];
    });
    const field = await screen.findByLabelText('Current PIN');
    const described = () => document.getElementById(field.getAttribute('aria-describedby') ?? '')?.textContent;
    expect(described()).toMatch(/3 tries left\.\s+After the last wrong one only a reset helps/);
    main.plug(keySummary({ pin: { retries: 8 } }));
    await waitFor(() => {
      expect(described()?.trim()).toBe('8 tries left.');
    });
  });

  it('is over when the key is pulled out', async () => {
    const { main } = await openKeyPage('PIN');
    await screen.findByLabelText('Current PIN');
    main.plug();
    await waitFor(() => {
      expect(screen.queryByLabelText('Current PIN')).toBeNull();
    });
  });

  it('is not offered by a key that is blocked, or wants to be plugged in anew: it says what to do', async () => {
    const { main } = await openKeyPage('PIN', (world) => {
      world.main.keys = [keySummary({ pin: { retries: 0 } })];
    });
    await screen.findByText(/Only a reset makes the key usable again/);
    expect(screen.queryByLabelText('Current PIN')).toBeNull();
    screen.getByRole('button', { name: 'Go to Reset' });
    main.plug(keySummary({ pin: { retries: 5, replugNeeded: true } }));
    await screen.findByText('Unplug it, plug it in again, then try again.');
    expect(screen.queryByLabelText('Current PIN')).toBeNull();
  });
});
