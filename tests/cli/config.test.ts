import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { PIN } from '../ctap/options.js';
import { json, run, type SimulatedKey, simulatedKey } from './harness.js';

let key: SimulatedKey;
beforeEach(async () => {
  key = await simulatedKey('2.3');
  await run(['pin', 'set', '--key', key.id], { lines: [PIN] });
});
afterEach(() => key.close());

const config = (args: readonly string[], lines: readonly string[] = [PIN]) =>
  run(['config', ...args, '--key', key.id, '--json'], { lines });

describe('keydesk config', () => {
  it('shows the settings without asking for anything', async () => {
    expect(json(await config(['show'], []))).toEqual({
      key: key.id,
      config: {
        alwaysUv: false,
        enterpriseAttestation: false,
        longTouchForReset: false,
        minPinLength: 4,
        maxRpIds: 4,
        pinChangeRequired: false,
      },
    });
    const { stdout } = await run(['config', 'show', '--key', key.id]);
    expect(stdout).toContain('Always verify the user  off');
  });

  it('switches always-uv on and off', async () => {
    expect(json(await config(['always-uv', 'on']))).toMatchObject({ config: { alwaysUv: true } });
    expect(json(await config(['always-uv', 'off']))).toMatchObject({ config: { alwaysUv: false } });
  });

  it.each([
    [['enterprise-attestation', 'enable'], { enterpriseAttestation: true }],
    [['long-touch-reset', 'enable'], { longTouchForReset: true }],
    [['min-pin-length', '6', '--rp-id', 'example.com'], { minPinLength: 6 }],
    [['force-pin-change'], { pinChangeRequired: true }],
  ])('%j takes a yes', async (args, expected) => {
    const { status, stdout } = await config(args);
    expect(status).toBe(2);
    expect(JSON.parse(stdout)).toMatchObject({ error: { code: 'usage', next: 'Say yes with --yes.' } });
    expect(json(await config([...args, '--yes']))).toMatchObject({ config: expected });
  });

  it('tells the shortest PIN to nothing that is no domain name', async () => {
    const { status, stdout } = await config(['min-pin-length', '6', '--rp-id', 'https://example.com', '--yes']);
    expect(status).toBe(2);
    expect(JSON.parse(stdout)).toMatchObject({ error: { code: 'usage' } });
  });

  it('a shortest PIN that would shrink, and a key that has no settings, are told', async () => {
    await config(['min-pin-length', '7', '--yes']);
    const { stdout } = await config(['min-pin-length', '6', '--yes']);
    expect(JSON.parse(stdout)).toMatchObject({ error: { code: 'pin/length-only-grows' } });
    const old = await simulatedKey('2.0');
    const refused = await run(['config', 'always-uv', 'on', '--key', old.id, '--json']);
    expect(JSON.parse(refused.stdout)).toMatchObject({ error: { code: 'key/unsupported' } });
    await old.close();
  });

  it('after force-pin-change, the next errand has the PIN changed first', async () => {
    await config(['force-pin-change', '--yes']);
    const same = await run(['credentials', 'list', '--key', key.id, '--json'], { lines: [PIN, PIN] });
    expect(JSON.parse(same.stdout)).toMatchObject({ error: { code: 'pin/policy' } });
    const listed = await run(['credentials', 'list', '--key', key.id, '--json'], { lines: [PIN, 'another PIN'] });
    expect(json(listed)).toMatchObject({ existing: 0 });
    expect(json(await config(['show'], []))).toMatchObject({ config: { pinChangeRequired: false } });
  });
});
