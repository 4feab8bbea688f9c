import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

import { AskPresence, json, run, type SimulatedKey, simulatedKey } from './harness.js';

const SOFTWARE_KEY_21 = '4b657964-6573-6b21-8f0d-2b1c5d7e9a21';
const OTHER_MODEL = 'cb69481e-8ff7-4039-93ec-0a2729a154a8';
const OPTIONS = {
  rp: { id: 'example.com', name: 'Example' },
  user: { id: 'AAAA', name: 'ana', displayName: 'Ana' },
  challenge: 'AAECAwQFBgcICQoLDA0ODw',
  pubKeyCredParams: [{ type: 'public-key', alg: -7 }],
};

let folder: string;
let key: SimulatedKey;
let presence: AskPresence;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'keydesk-policy-'));
  presence = new AskPresence();
  key = await simulatedKey('2.1', presence);
});

afterEach(async () => {
  await key.close();
  await rm(folder, { recursive: true });
});

async function file(name: string, content: unknown): Promise<string> {
  const path = join(folder, name);
  await writeFile(path, typeof content === 'string' ? content : JSON.stringify(content, undefined, 2));
  return path;
}

async function create(args: readonly string[], env: Record<string, string> = {}, more: object = {}) {
  const options = await file('options.json', { ...OPTIONS, ...more });
  return run(['webauthn', 'create', options, '--origin', 'https://example.com', '--key', key.id, '--json', ...args], {
    env,
  });
}

describe('keydesk passport', () => {
  it('tells model, state and verdict without PIN and touch', async () => {
    const ended = await run(['passport', '--key', key.id, '--json']);
    expect(ended).toMatchObject({ status: 0, stderr: '' });
    expect(json(ended)).toMatchObject({
      key: key.id,
      passport: {
        aaguid: SOFTWARE_KEY_21,
        vendor: 'Keydesk',
        model: 'Software key of CTAP 2.1',
        pin: { state: 'unset' },
      },
      policy: { state: 'none' },
      verdict: { allowed: true, refusals: [] },
    });
  });

  it('says the same to a person, with the reason for a refusal', async () => {
    const policy = await file('policy.json', { allowedAaguids: [OTHER_MODEL] });
    const { stdout } = await run(['passport', '--key', key.id, '--policy', policy]);
    expect(stdout).toContain(`Keydesk Software key of CTAP 2.1 (${SOFTWARE_KEY_21})`);
    expect(stdout).toContain('Your organisation does not allow this model of security key.');
  });

  it('names the models in the list of keys, and says which are not allowed', async () => {
    const policy = await file('policy.json', { allowedAaguids: [OTHER_MODEL] });
    const { stdout } = await run(['keys', '--policy', policy], { env: { KEYDESK_KEYS: key.id } });
    expect(stdout).toContain('Keydesk Software key of CTAP 2.1');
    expect(stdout).toContain('Not allowed');
  });
});

describe('a policy', () => {
  it('refuses a key before it is asked for a touch', async () => {
    const policy = await file('policy.json', { allowedAaguids: [OTHER_MODEL], minPinLength: 6 });
    const ended = await create(['--policy', policy]);
    expect(ended.status).toBe(1);
    expect(json(ended)).toMatchObject({
      error: { code: 'policy/key-not-allowed', detail: expect.stringContaining('policy/pin-too-short') as string },
    });
    expect(presence.waiting).toBeUndefined();
    expect(ended.stderr).not.toContain('Touch');
  });

  it.each([
    [['example.com'], true],
    [['other.example.com'], false],
  ])('that names %j for enterprise attestation: the key names itself, %s', async (enterpriseRpIds, isNamed) => {
    await run(['config', 'enterprise-attestation', 'enable', '--yes', '--key', key.id]);
    const policy = await file('policy.json', { enterpriseRpIds });
    const creating = create(['--policy', policy], {}, { attestation: 'enterprise' });
    await vi.waitFor(() => {
      expect(presence.waiting).toBeDefined();
    });
    presence.press();
    const { response } = json(await creating) as { response: { attestationObject: string } };
    expect(Buffer.from(response.attestationObject, 'base64url').includes('x5c')).toBe(isNamed);
  });

  it.each(['KEYDESK_POLICY', 'KEYDESK_STATION'])('is found by %s', async (name) => {
    const policy = await file('policy.json', { allowedAaguids: [OTHER_MODEL] });
    const ended = await create([], { [name]: name === 'KEYDESK_POLICY' ? policy : folder });
    expect(json(ended)).toMatchObject({ error: { code: 'policy/key-not-allowed' } });
  });

  it('with a typo locks every change, tells line and reason, and still lets people look', async () => {
    const policy = await file('policy.json', '{\n  "minPinLenght": 6\n}');
    const expected = {
      error: {
        code: 'policy/locked',
        detail: expect.stringMatching(/^line 2: "minPinLenght" is no member of a policy/) as string,
      },
    };
    expect(json(await create(['--policy', policy]))).toMatchObject(expected);
    expect(json(await run(['pin', 'set', '--key', key.id, '--json', '--policy', policy]))).toMatchObject(expected);
    const looked = await run(['passport', '--key', key.id, '--json', '--policy', policy]);
    expect(json(looked)).toMatchObject({ policy: { state: 'locked', line: 2 }, verdict: { allowed: false } });
  });

  it('that is named and not there locks as well: it is never passed over', async () => {
    const ended = await create(['--policy', join(folder, 'missing.json')]);
    expect(json(ended)).toMatchObject({ error: { code: 'policy/locked' } });
  });
});

describe('keydesk policy check', () => {
  it('says what a good policy demands', async () => {
    const policy = await file('policy.json', { requireUserVerification: true });
    const ended = await run(['policy', 'check', policy, '--json']);
    expect(ended.status).toBe(0);
    expect(json(ended)).toEqual({ policy: { requireUserVerification: true } });
  });

  it('says what is wrong in which line', async () => {
    const policy = await file('policy.json', '{\n\n  "minPinLength": "six"\n}');
    const ended = await run(['policy', 'check', policy]);
    expect(ended.status).toBe(1);
    expect(ended.stderr).toContain(`${policy}, line 3: "minPinLength": expected a number.`);
  });
});
