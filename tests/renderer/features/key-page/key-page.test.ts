import { screen, waitFor } from '@testing-library/svelte';
import { describe, expect, it } from 'vitest';

import { AAGUID, keySummary, unusableKey } from '../../fakes/main.js';
import { escape, openWindow, press } from '../../window.js';
import { openKeyPage } from './visit.js';

describe('the page of a key', () => {
  it('begins with what the key says of itself', async () => {
    await openKeyPage();
    await screen.findByRole('heading', { name: 'Overview' });
    for (const text of [AAGUID, '5.7.1', 'FIDO_2_0, FIDO_2_1', '99 more', '8 tries left.', '1001'])
      screen.getByText(text);
  });

  it('lets the key show itself', async () => {
    const { main } = await openKeyPage();
    await press('Show me which one');
    await screen.findByText('Fjord Key 5 blinks now.');
    main.winks = false;
    await press('Show me which one');
    await screen.findByRole('button', { name: 'It cannot show itself' });
  });

  it('moves the focus to the part that is chosen', async () => {
    await openKeyPage('PIN');
    await waitFor(() => {
      expect(document.activeElement).toBe(screen.getByRole('heading', { level: 2, name: 'PIN' }));
    });
  });

  it('is left by Escape, back to where the person was, and main forgets the visit', async () => {
    const { main } = await openKeyPage();
    await escape();
    const open = await screen.findByRole('button', { name: 'Open Fjord Key 5' });
    await waitFor(() => {
      expect(document.activeElement).toBe(open);
    });
    expect(main.named('visit.leave')).toEqual([{ keyId: 'key-1' }]);
  });

  it('says so when the key is pulled out, and goes on when it is back', async () => {
    const { main } = await openKeyPage();
    const { keys } = main;
    main.plug();
    await screen.findByText('Fjord Key 5 is unplugged');
    main.plug(...keys);
    await screen.findByRole('heading', { name: 'Overview' });
  });

  it('says of a key that speaks U2F only what it is good for, and offers nothing that it cannot do', async () => {
    await openKeyPage(undefined, ({ main }) => {
      const key = keySummary({ pin: { state: 'unsupported' } });
      if (key.details) {
        key.details.passport.versions = ['U2F_V2'];
        key.details.managesFingerprints = false;
      }
      main.keys = [key];
    });
    await screen.findByText('This key is from before FIDO2: it speaks U2F only.');
    const parts = screen.getByRole('navigation', { name: 'Parts of this page' });
    expect(parts.textContent.match(/PIN|passkeys|Settings|Reset/)).toBeNull();
  });

  it('tells plainly what is wrong with a key that cannot be used', async () => {
    openWindow((world) => {
      world.main.keys = [unusableKey('key/unsupported')];
    });
    await press('Keys');
    await press('What to do about Fjord Key 5');
    await screen.findByText('This security key cannot do what is asked of it.');
    expect(screen.queryByRole('navigation', { name: 'Parts of this page' })).toBeNull();
  });
});

describe('the policy of the station', () => {
  it('is told to a key before anybody touches it', async () => {
    await openKeyPage(undefined, ({ main }) => {
      main.station = { ...main.station, policy: { state: 'active' } };
      const key = keySummary();
      if (key.details)
        key.details.verdict = {
          allowed: false,
          refusals: [{ reason: 'policy/certification-too-low', detail: 'FIDO_CERTIFIED_L1' }],
        };
      main.keys = [key];
    });
    await screen.findByText('This model of security key is not certified as highly as your organisation requires.');
    screen.getByText('Not allowed');
  });

  it('that cannot be read is named with its line, and nothing can be changed', async () => {
    await openKeyPage('Reset', ({ main }) => {
      main.station = { ...main.station, policy: { state: 'locked', line: 3, reason: '"minPinLenght" is no member' } };
    });
    await screen.findByText('Line 3: "minPinLenght" is no member');
    expect(screen.getByRole<HTMLButtonElement>('button', { name: 'Reset this key …' }).disabled).toBe(true);
    await press('PIN');
    await screen.findByRole('heading', { level: 2, name: 'PIN' });
    expect(screen.queryByLabelText('Current PIN')).toBeNull();
  });
});

it('a policy that changes while the page is open is followed: locked, told, and open again', async () => {
  const { main } = await openKeyPage('Settings');
  const turnOn = () => screen.getByRole<HTMLButtonElement>('button', { name: 'Turn on' });
  main.emit('station.policy', { state: 'locked', line: 3, reason: 'a typo' });
  await screen.findByText('Line 3: a typo');
  expect(turnOn().disabled).toBe(true);
  main.emit('station.policy', { state: 'active' });
  await waitFor(() => {
    expect(turnOn().disabled).toBe(false);
  });
});
