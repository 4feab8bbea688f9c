import { screen, waitFor } from '@testing-library/svelte';
import { describe, expect, it } from 'vitest';

import { keySummary } from '../../fakes/main.js';
import { enter, enterPin, PIN, press, type, value } from '../../window.js';
import { openKeyPage } from './visit.js';

const PART = 'Settings';

describe('the settings of a key', () => {
  it('are changed with one PIN entry, and shown as they are then', async () => {
    const { main } = await openKeyPage(PART);
    await press('Turn on');
    await enterPin(PIN);
    await screen.findByRole('button', { name: 'Turn off' });
    await press('Turn off');
    await screen.findByRole('button', { name: 'Turn on' });
    expect(main.named('keySettings.change')).toMatchObject([
      { change: { setting: 'always-uv', on: true } },
      { change: { setting: 'always-uv', on: false } },
    ]);
    expect(main.named('ceremony.answer')).toHaveLength(1);
  });

  it('that cannot be taken back are changed only after a question that says so', async () => {
    const { main } = await openKeyPage(PART);
    await type('Characters', '3');
    await screen.findByText('From 5 to 63.');
    await type('Characters', '8');
    await enter('Characters');
    await screen.findByText(/Only a reset, which erases every passkey on the key, takes it back\./);
    expect(main.named('keySettings.change')).toEqual([]);
    await press('Make it longer');
    await enterPin(PIN);
    await screen.findByText('8 characters');
  });

  it('name the websites that may learn the shortest PIN, as many as the key takes', async () => {
    const { main } = await openKeyPage(PART);
    const label = 'Domains of websites';
    await type(label, 'https://example.com');
    await screen.findByText('“https://example.com” is no domain name.');
    await type(label, 'a.example.com b.example.com c.example.com');
    await screen.findByText('This key takes 2 at the most.');
    await enter(label);
    expect(screen.queryByRole('alertdialog')).toBeNull();
    await type(label, 'Login.example.com, b.example.com');
    await enter(label);
    await screen.findByText(/login\.example\.com, b\.example\.com: they and no others may ask/);
    await press('Set');
    await enterPin(PIN);
    await waitFor(() => {
      expect(main.named('keySettings.change')).toMatchObject([
        { change: { setting: 'min-pin-length-readers', rpIds: ['login.example.com', 'b.example.com'] } },
      ]);
    });
    await waitFor(() => {
      expect(value(label)).toBe('');
    });
  });

  it('do not ask for websites of a key that tells them nothing', async () => {
    await openKeyPage(PART, ({ main }) => {
      const key = keySummary();
      delete key.details?.settings.maxRpIds;
      main.keys = [key];
    });
    await screen.findByText('Shortest PIN');
    expect(screen.queryByText('Who may learn the shortest PIN')).toBeNull();
  });

  it('can demand another PIN, and the way there is offered then', async () => {
    await openKeyPage(PART);
    await press('Demand a change …');
    await press('Demand it');
    await enterPin(PIN);
    await press('Go to PIN');
    await screen.findByText('The PIN must be changed before this key is used.');
  });

  it('say why one could not be changed', async () => {
    const { main } = await openKeyPage(PART);
    main.overrides['keySettings.change'] = () => ({ ok: false, error: { code: 'key/unchanged' } });
    await press('Turn on');
    await screen.findByText('The security key said that it had done it, and is as it was.');
  });

  it('that there are none of is said', async () => {
    await openKeyPage(PART, ({ main }) => {
      const key = keySummary();
      if (key.details) key.details.settings = {};
      main.keys = [key];
    });
    await screen.findByText('There is nothing to set on this key.');
  });

  it('cannot be changed on a station that is locked to viewing, which says why', async () => {
    await openKeyPage(PART, ({ main }) => {
      main.station = { ...main.station, policy: { state: 'locked', reason: 'a typo' } };
    });
    await waitFor(() => {
      expect(screen.getByRole<HTMLButtonElement>('button', { name: 'Turn on' }).disabled).toBe(true);
    });
    expect(screen.getAllByText(/The policy of this station cannot be read/).length).toBeGreaterThan(1);
  });
});

describe('a trace', () => {
  it('is saved, and it is said where', async () => {
    const { main } = await openKeyPage('Trace');
    await press('Save a trace');
    await screen.findByText('/home/anna/.config/keydesk/traces/key-1.jsonl');
    expect(main.named('diagnostics.save')).toEqual([{ keyId: 'key-1' }]);
  });
});
