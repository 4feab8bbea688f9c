import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { describe, expect, it } from 'vitest';

import type { Practice } from '../../src/main/demo.js';
import { JsonFile } from '../../src/station/json-file.js';
import { CurrentStation, localEndpointOf, SettingsFile } from '../../src/main/station.js';
import { temporaryFolder } from './temporary-folder.js';

const POOL = {
  region: 'eu-west-1',
  userPoolId: 'eu-west-1_AbCdEfGhI',
  clientId: '1example',
  rpId: 'login.example.com',
};
const LOCAL = { region: 'local', userPoolId: 'local_abc', clientId: '1example', rpId: 'localhost' };

const PRACTICE: Practice = {
  pool: { ...LOCAL, endpoint: 'http://127.0.0.1:9000' },
  users: [{ username: 'ana', password: 'p', status: 'CONFIRMED' }],
  relyingParty: { id: 'localhost', origin: 'http://localhost' },
  credentials: { accessKeyId: 'k', secretAccessKey: 's' },
  discover: () => [],
  touch: () => undefined,
  plug: () => undefined,
  end: () => Promise.resolve(),
};

async function open(folder: string, given: Partial<Parameters<typeof CurrentStation.open>[0]> = {}) {
  let changes = 0;
  const station = await CurrentStation.open({
    file: new JsonFile(join(folder, 'settings.json'), SettingsFile),
    version: '1.2.3',
    mode: 'desk',
    kioskRules: () => undefined,
    policyStatus: () => ({ state: 'none' }),
    localEndpoint: undefined,
    startPractice: () => Promise.resolve(PRACTICE),
    onPoolChange: () => changes++,
    ...given,
  });
  return { station, changes: () => changes };
}

describe('the station', () => {
  it('knows no pool, and so no relying party, before a person connects one', async () => {
    const { station } = await open(temporaryFolder());
    expect(station.get()).toEqual({ version: '1.2.3', mode: 'desk', policy: { state: 'none' } });
    expect(station.relyingParty).toBeUndefined();
  });

  it('keeps the pool that a person connects, also for the next run', async () => {
    const folder = temporaryFolder();
    const { station, changes } = await open(folder);
    await station.connect(POOL);
    expect(changes()).toBe(1);
    const { station: next } = await open(folder);
    expect(next.get().pool).toEqual({ ...POOL, endpoint: 'https://cognito-idp.eu-west-1.amazonaws.com' });
    expect(next.relyingParty).toEqual({ id: 'login.example.com', origin: 'https://login.example.com' });
    expect(next.poolIsLocal).toBe(false);
  });

  it('finds the service of China under its own domain', async () => {
    const { station } = await open(temporaryFolder());
    const answer = await station.connect({ ...POOL, region: 'cn-north-1', userPoolId: 'cn-north-1_AbCdEfGhI' });
    expect(answer.pool?.endpoint).toBe('https://cognito-idp.cn-north-1.amazonaws.com.cn');
  });

  it('refuses a pool of another region, and a local one whose address is not known, and keeps nothing of them', async () => {
    const folder = temporaryFolder();
    const { station, changes } = await open(folder);
    const refused = { failure: { code: 'settings/invalid' } };
    await expect(station.connect({ ...POOL, region: 'us-east-1' })).rejects.toMatchObject(refused);
    await expect(station.connect(LOCAL)).rejects.toMatchObject(refused);
    expect(station.get().pool).toBeUndefined();
    expect(changes()).toBe(0);
  });

  it('started without the address of its local pool, still serves the window, which is told why', async () => {
    const folder = temporaryFolder();
    const { station: before } = await open(folder, { localEndpoint: 'http://127.0.0.1:9500' });
    await before.connect(LOCAL);
    expect(before.endpoint).toBe('http://127.0.0.1:9500');
    const { station } = await open(folder);
    expect(station.endpoint).toBeUndefined();
    expect(station.poolIsLocal).toBe(true);
    expect(() => station.get()).toThrow(/settings\/invalid/);
    expect((await station.practise()).practice?.users).toHaveLength(1);
    expect(station.endpoint).toBe(PRACTICE.pool.endpoint);
  });

  it('practises over the pool it has, and has that pool again afterwards', async () => {
    const folder = temporaryFolder();
    const { station } = await open(folder);
    await station.connect(POOL);
    expect((await station.practise()).practice?.users).toHaveLength(1);
    expect(station.relyingParty?.id).toBe('localhost');
    expect(station.poolIsLocal).toBe(true);
    expect((await station.disconnect()).pool?.userPoolId).toBe(POOL.userPoolId);
    expect(JSON.parse(readFileSync(join(folder, 'settings.json'), 'utf8'))).toEqual({ pool: POOL });
  });

  it('says so when the practice cannot start', async () => {
    const { station } = await open(temporaryFolder(), { startPractice: () => Promise.reject(new Error('no port')) });
    await expect(station.practise()).rejects.toMatchObject({
      failure: { code: 'practice/unavailable', detail: 'no port' },
    });
    expect(station.practice).toBeUndefined();
  });
});

describe('the address of a local pool', () => {
  it('is one on this machine', () => {
    expect(localEndpointOf('http://127.0.0.1:9500/')).toBe('http://127.0.0.1:9500');
    expect(localEndpointOf('')).toBeUndefined();
    expect(localEndpointOf(undefined)).toBeUndefined();
  });

  it.each(['https://127.0.0.1:1', 'http://example.com', 'http://127.0.0.1.example.com', 'file:///etc', 'nonsense'])(
    'is not %s',
    (text) => {
      expect(() => localEndpointOf(text)).toThrow(/settings\/invalid/);
    },
  );
});
