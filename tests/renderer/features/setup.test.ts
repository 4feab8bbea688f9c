import { screen, waitFor } from '@testing-library/svelte';
import { describe, expect, it } from 'vitest';

import { type PoolField, poolFieldProblem } from '../../../src/renderer/features/setup/pool-fields.js';
import { PoolSettings } from '../../../src/shared/station.js';
import { keySummary } from '../fakes/main.js';
import { enter, openWindow, POOL, press, signIn, touchPrompt, type, USERNAME, value, type World } from '../window.js';

const { region, userPoolId, clientId, rpId } = POOL;
const SETTINGS = { region, userPoolId, clientId, rpId };
const firstRun = ({ main }: World) => {
  main.station = { version: '0.1.0', mode: 'desk', policy: { state: 'none' } };
};

async function fill(settings: Partial<typeof SETTINGS> = {}): Promise<void> {
  const all = { ...SETTINGS, ...settings };
  await type('User pool ID', all.userPoolId);
  await type('Region', all.region);
  await type('App client ID', all.clientId);
  await type('Passkey domain (RP ID)', all.rpId);
}

describe('the first run', () => {
  it('connects to a pool, and waits to be loaded anew', async () => {
    const { main } = openWindow(firstRun);
    await fill();
    await press('Connect');
    expect(main.named('pool.connect')).toEqual([SETTINGS]);
    expect(screen.getByRole<HTMLButtonElement>('button', { name: 'Connect' }).disabled).toBe(true);
  });

  it('takes the region from the user pool ID', async () => {
    openWindow(firstRun);
    await type('User pool ID', 'ap-southeast-2_AbCdEfGhI');
    await waitFor(() => {
      expect(value('Region')).toBe('ap-southeast-2');
    });
  });

  it('says what is wrong with a field, and asks main for nothing', async () => {
    const { main } = openWindow(firstRun);
    await fill({ rpId: 'https://login.example.com' });
    await enter('User pool ID');
    await screen.findByText('The domain alone, without https:// in front.');
    expect(document.activeElement).toBe(screen.getByLabelText('Passkey domain (RP ID)'));
    expect(main.named('pool.connect')).toEqual([]);
  });

  it('shows why main refuses, and keeps what was typed', async () => {
    openWindow((world) => {
      firstRun(world);
      world.main.overrides['pool.connect'] = () => ({ ok: false, error: { code: 'settings/invalid', detail: 'rpId' } });
    });
    await fill();
    await press('Connect');
    await screen.findByText('Keydesk cannot use these settings.');
    expect(value('User pool ID')).toBe(SETTINGS.userPoolId);
  });

  it('says so when practising is not possible', async () => {
    openWindow((world) => {
      firstRun(world);
      world.main.overrides['pool.practise'] = () => ({ ok: false, error: { code: 'practice/unavailable' } });
    });
    await press('Practise');
    await screen.findByText('Practising is not possible at the moment.');
  });

  it('can be tried again when main does not say what is set up', async () => {
    const { main } = openWindow((world) => {
      world.main.overrides['station.get'] = () => Promise.reject(new Error('gone'));
    });
    await screen.findByText('Something in Keydesk went wrong.');
    delete main.overrides['station.get'];
    await press('Try again');
    await screen.findByLabelText(USERNAME);
  });
});

describe('the fields of a pool', () => {
  it.each<[PoolField, string]>([
    ['region', 'eu-west-1'],
    ['region', 'us-gov-west-1'],
    ['region', 'local'],
    ['region', 'EU-WEST-1'],
    ['region', ''],
    ['userPoolId', 'eu-west-1_AbCdEfGhI'],
    ['userPoolId', 'local_x1'],
    ['userPoolId', 'eu-west-1-AbCdEfGhI'],
    ['clientId', '1example23456789'],
    ['clientId', 'ABC'],
    ['rpId', 'localhost'],
    ['rpId', 'login.example.com'],
    ['rpId', 'LOGIN.example.com'],
    ['rpId', 'login.example.com:443'],
    ['rpId', 'https://login.example.com'],
    ['rpId', '-a.example.com'],
  ])('%s %j is judged as main judges it', (field, text) => {
    const settings = { ...SETTINGS, ...(field === 'region' && { userPoolId: `${text}_AbC` }), [field]: text };
    const accepted = PoolSettings.shape[field].safeParse(text).success;
    expect(poolFieldProblem(field, settings) === undefined).toBe(accepted);
  });

  it('belong together: a pool is in the region that its ID names', () => {
    expect(poolFieldProblem('region', { ...SETTINGS, region: 'us-east-1' })).toBe(
      'The user pool ID names another region: eu-west-1.',
    );
  });
});

describe('practising', () => {
  const practising = ({ main }: World) => {
    main.station = {
      version: '0.1.0',
      mode: 'desk',
      policy: { state: 'none' },
      pool: POOL,
      practice: { users: [{ username: 'anna', password: 'Correct-horse-7', status: 'CONFIRMED' }] },
    };
    main.keys = [keySummary({ connection: 'practice', pin: { state: 'unsupported' } })];
  };

  it('shows people with their passwords, and the mail', async () => {
    const { main } = openWindow(practising);
    await screen.findByText('Correct-horse-7');
    main.emit('practice.mail', { username: 'anna', code: '123456' });
    await screen.findByText('123456');
    main.emit('practice.mail', { username: 'anna', subject: 'Opened', text: 'By the helpdesk' });
    await screen.findByText('Opened');
    await screen.findByText('By the helpdesk');
  });

  it('lets the key be touched when it wants to be', async () => {
    openWindow(practising);
    await signIn();
    const touch = screen.getByRole<HTMLButtonElement>('button', { name: 'Touch the key' });
    expect(touch.disabled).toBe(true);
    await press('Add a key');
    await press('Add this key');
    await touchPrompt();
    expect(touch.disabled).toBe(false);
    touch.click();
    await screen.findByLabelText('Name of this key');
  });

  it('unplugs and plugs the key', async () => {
    const { main } = openWindow(practising);
    await press('Unplug the key');
    await press('Plug in the key');
    expect(main.named('practice.plug')).toEqual([{ plugged: false }, { plugged: true }]);
  });

  it('ends on request', async () => {
    const { main } = openWindow(practising);
    await press('Leave practice');
    await waitFor(() => {
      expect(main.named('pool.disconnect')).toHaveLength(1);
    });
  });
});
