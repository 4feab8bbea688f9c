import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';

import { toBase64url, utf8 } from '../../src/ctap/codec/bytes.js';
import { creation, ORIGIN, PIN, request } from '../ctap/options.js';
import { json, run, type SimulatedKey, simulatedKey } from './harness.js';

let folder: string;
let key: SimulatedKey;
let id: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'keydesk-blobs-'));
});
afterAll(() => rm(folder, { recursive: true }));
beforeEach(async () => {
  key = await simulatedKey();
  await run(['pin', 'set', '--key', key.id], { lines: [PIN] });
  id = await passkey('ada');
});
afterEach(() => key.close());

async function webauthn(name: 'create' | 'get', options: unknown): Promise<unknown> {
  const path = join(folder, 'options.json');
  await writeFile(path, JSON.stringify(options));
  return json(await run(['webauthn', name, path, '--origin', ORIGIN, '--key', key.id, '--json'], { lines: [PIN] }));
}

async function passkey(name: string, extensions: object = { largeBlob: { support: 'required' } }): Promise<string> {
  const user = { id: toBase64url(utf8(name)), name, displayName: name };
  const made = (await webauthn('create', creation({ user, extensions: { ...extensions } }))) as { id: string };
  return made.id;
}

const blobs = (args: readonly string[], lines: readonly string[] = [PIN]) =>
  run(['blobs', ...args, '--key', key.id], { lines });

async function file(name: string, data: Uint8Array): Promise<string> {
  const path = join(folder, name);
  await writeFile(path, data);
  return path;
}

describe('keydesk blobs', () => {
  it('keeps a file with a passkey, and gives it back byte for byte', async () => {
    const data = Uint8Array.from({ length: 1300 }, (_, index) => (index * 7919) % 256);
    const set = await blobs(['set', id, await file('data.bin', data), '--json']);
    expect(json(set)).toMatchObject({ credentialId: id, size: 1300 });
    const got = await blobs(['get', id, '--json']);
    expect(json(got)).toMatchObject({ credentialId: id, blob: toBase64url(data) });
    const output = join(folder, 'out.bin');
    expect(await blobs(['get', id, '--output', output])).toMatchObject({ status: 0 });
    expect(Uint8Array.from(await readFile(output))).toEqual(data);
    expect((await stat(output)).mode & 0o777).toBe(0o600);
    expect(await blobs(['get', id, '--output', output])).toMatchObject({ status: 2 }); // not over a file that is there
  });

  it('takes text from standard input after the PIN, and prints it as it is', async () => {
    expect(await blobs(['set', id, '-'], [PIN, 'Grüße', 'second line'])).toMatchObject({ status: 0 });
    expect(await blobs(['get', id])).toMatchObject({ status: 0, stdout: 'Grüße\nsecond line\n' });
  });

  it('is marked in the list of passkeys, with its size', async () => {
    const plain = await passkey('plain', {});
    expect(await blobs(['set', id, '-'], [PIN, 'Grüße'])).toMatchObject({ status: 0 });
    const list = (...more: string[]) => run(['credentials', 'list', '--key', key.id, ...more], { lines: [PIN] });
    const { credentials } = json(await list('--json')) as { credentials: { credentialId: string }[] };
    expect(credentials.find(({ credentialId }) => credentialId === id)).toMatchObject({ blobSize: 8 });
    expect(credentials.find(({ credentialId }) => credentialId === plain)).not.toHaveProperty('blobSize');
    expect((await list()).stdout).toContain('data beside    8 bytes');
  });

  it('lists who has how much, and what nobody opens', async () => {
    await passkey('bob');
    await passkey('plain', {});
    await blobs(['set', id, '-'], [PIN, 'x']);
    expect(json(await blobs(['list', '--json']))).toMatchObject({
      room: 2048,
      orphans: 0,
      foreign: 0,
      credentials: expect.toSatisfy((all: { userName: string; size: number | null }[]) => {
        return new Map(all.map(({ userName, size }) => [userName, size])).get('ada') === 2 && all.length === 2;
      }) as unknown,
    });
    expect((await blobs(['list'])).stdout).toContain('2 bytes');
  });

  it('deletes, and says whether there was anything', async () => {
    await blobs(['set', id, '-'], [PIN, 'x']);
    expect(await blobs(['delete', id])).toMatchObject({ status: 2 }); // nobody to ask, and no yes
    expect(json(await blobs(['delete', id, '--yes', '--json']))).toMatchObject({ deleted: true });
    expect(json(await blobs(['delete', id, '--yes', '--json']))).toMatchObject({ deleted: false });
    expect(json(await blobs(['get', id, '--json']))).toMatchObject({ error: { code: 'key/no-passkey' } });
  });

  it('clears up after passkeys that are gone', async () => {
    await blobs(['set', id, '-'], [PIN, 'orphan']);
    const bob = await passkey('bob');
    await blobs(['set', bob, '-'], [PIN, 'stays']);
    await run(['credentials', 'delete', id, '--yes', '--key', key.id], { lines: [PIN] });
    expect(json(await blobs(['list', '--json']))).toMatchObject({ orphans: 1 });
    expect(json(await blobs(['gc', '--yes', '--json']))).toMatchObject({ deleted: 1 });
    expect(json(await blobs(['gc', '--yes', '--json']))).toMatchObject({ deleted: 0 });
    expect((await blobs(['get', bob])).stdout).toBe('stays\n');
  });

  it.each([
    ['of another key', toBase64url(new Uint8Array(32)), 'key/no-passkey'],
    ['that is no base64url', '%%%', 'usage'],
  ])('refuses an ID %s', async (_, other, code) => {
    expect(json(await blobs(['get', other, '--json']))).toMatchObject({ error: { code } });
  });

  it('says that a passkey without a key for it can have none', async () => {
    const plain = await passkey('plain', {});
    expect(json(await blobs(['set', plain, '-', '--json'], [PIN, 'x']))).toMatchObject({
      error: { code: 'key/unsupported' },
    });
  });

  it('says that there is no room before anything is written', async () => {
    const noise = Uint8Array.from({ length: 3000 }, (_, index) => ((index * index * 31) % 251) ^ index);
    const ended = await blobs(['set', id, await file('noise', noise), '--json']);
    expect(json(ended)).toMatchObject({ error: { code: 'key/blobs-full' } });
  });

  it('says that a key keeps none', async () => {
    const old = await simulatedKey('2.1-pre');
    await run(['pin', 'set', '--key', old.id], { lines: [PIN] });
    const ended = await run(['blobs', 'list', '--key', old.id, '--json'], { lines: [PIN] });
    expect(json(ended)).toMatchObject({ error: { code: 'key/unsupported' } });
    await old.close();
  });
});

describe('keydesk webauthn', () => {
  it('passes extension inputs on, and their results back', async () => {
    const one = toBase64url(utf8('one'));
    const made = await webauthn('create', creation({ extensions: { prf: {}, credBlob: one, credProps: true } }));
    expect(made).toMatchObject({
      clientExtensionResults: { prf: { enabled: true }, credBlob: true, credProps: { rk: true } },
    });
    const signed = await webauthn(
      'get',
      request({ extensions: { prf: { eval: { first: one } }, getCredBlob: true }, allowCredentials: [made as never] }),
    );
    expect(signed).toMatchObject({
      clientExtensionResults: { prf: { results: { first: expect.stringMatching(/^[\w-]{43}$/) as unknown } }, getCredBlob: one }, // prettier-ignore
    });
  });

  it.each([
    ['largeBlob of a wish that there is not', { largeBlob: { support: 'perhaps' } }, 'largeBlob.support'],
    ['prf with a value that is no text', { prf: { eval: { first: [1] } } }, 'prf.eval.first'],
    ['prf with members that nobody knows', { prf: { evaluate: {} } }, 'prf'],
    ['a policy that there is not', { credentialProtectionPolicy: 'x' }, 'credentialProtectionPolicy'],
  ])('refuses %s by name', async (_, extensions, name) => {
    expect(await webauthn('create', creation({ extensions: extensions as never }))).toMatchObject({
      error: { code: 'ceremony/bad-options', detail: expect.stringContaining(name) as unknown },
    });
  });
});
