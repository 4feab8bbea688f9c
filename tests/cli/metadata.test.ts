import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { attestationRoot } from '../../src/softkey/attestation/identity.js';
import { autoPresence } from '../../src/softkey/user-presence.js';
import { blob, party, signer } from '../passport/authority.js';
import { json, run, type SimulatedKey, simulatedKey } from './harness.js';

const MODEL = '4b657964-6573-6b21-8f0d-2b1c5d7e9a21';
const today = new Date();
const inDays = (days: number) => new Date(today.getTime() + days * 86_400_000).toISOString();
const VALID = { notBefore: inDays(-10), notAfter: inDays(10) };

let folder: string;
let env: Record<string, string>;
const root = party(VALID);

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'keydesk-metadata-'));
  const rootFile = join(folder, 'root.der');
  await writeFile(rootFile, root.certificate);
  env = { KEYDESK_STATION: join(folder, 'station'), KEYDESK_METADATA_ROOT: rootFile };
});

afterEach(() => rm(folder, { recursive: true }));

function payload(no: number, entry: object = {}) {
  const metadataStatement = {
    description: 'Software key',
    attestationTypes: ['basic_full'],
    attestationRootCertificates: [Buffer.from(attestationRoot()).toString('base64')],
  };
  const entries = [{ aaguid: MODEL, statusReports: [{ status: 'FIDO_CERTIFIED_L1' }], metadataStatement, ...entry }];
  return { no, nextUpdate: inDays(5).slice(0, 10), entries };
}

async function fileOf(text: string): Promise<string> {
  const path = join(folder, 'blob.jwt');
  await writeFile(path, text);
  return path;
}

const imported = async (text: string) => run(['metadata', 'import', await fileOf(text), '--json'], { env });

describe('keydesk metadata', () => {
  it('keeps a file that is in order, and shows it', async () => {
    expect(json(await run(['metadata', 'show', '--json'], { env }))).toEqual({ metadata: null });
    const expected = { metadata: { no: 7, models: 1, unreadable: 0, stale: false } };
    expect(json(await imported(await blob(payload(7), signer(root, VALID))))).toMatchObject(expected);
    expect(json(await run(['metadata', 'show', '--json'], { env }))).toMatchObject(expected);
  });

  it('never goes back, and keeps what it has when a file is refused', async () => {
    await imported(await blob(payload(7), signer(root, VALID)));
    const kept = await readFile(join(folder, 'station', 'metadata.jwt'), 'utf8');
    for (const [code, text] of [
      ['metadata/rollback', await blob(payload(6), signer(root, VALID))],
      ['metadata/wrong-root', await blob(payload(8), signer(party(VALID), VALID))],
      ['metadata/expired-chain', await blob(payload(8), signer(root, { ...VALID, notAfter: inDays(-1) }))],
      ['metadata/not-a-blob', 'x'],
    ] as const) {
      const ended = await imported(text);
      expect(ended.status).toBe(1);
      expect(json(ended)).toMatchObject({ error: { code } });
    }
    expect(await readFile(join(folder, 'station', 'metadata.jwt'), 'utf8')).toBe(kept);
  });

  it('takes no other root than FIDO’s, unless one is named', async () => {
    delete env['KEYDESK_METADATA_ROOT'];
    expect(json(await imported(await blob(payload(7), signer(root, VALID))))).toMatchObject({
      error: { code: 'metadata/wrong-root' },
    });
  });
});

describe('a policy with metadata', () => {
  let key: SimulatedKey;
  const options = {
    rp: { id: 'example.com', name: 'Example' },
    user: { id: 'AAAA', name: 'ana', displayName: 'Ana' },
    challenge: 'AAECAwQFBgcICQoLDA0ODw',
    pubKeyCredParams: [{ type: 'public-key', alg: -7 }],
  };

  beforeEach(async () => {
    key = await simulatedKey('2.1', autoPresence);
    await writeFile(join(folder, 'options.json'), JSON.stringify(options));
  });
  afterEach(() => key.close());

  async function create(policy: object) {
    await writeFile(join(folder, 'policy.json'), JSON.stringify(policy));
    const args = [
      '--origin',
      'https://example.com',
      '--key',
      key.id,
      '--policy',
      join(folder, 'policy.json'),
      '--json',
    ];
    return run(['webauthn', 'create', join(folder, 'options.json'), ...args], { env });
  }

  it('sees the certification that the metadata proves', async () => {
    expect(json(await create({ minimumCertification: 'FIDO_CERTIFIED_L1' }))).toMatchObject({
      error: { code: 'policy/certification-unproved' },
    });
    await imported(await blob(payload(1), signer(root, VALID)));
    expect(json(await create({ minimumCertification: 'FIDO_CERTIFIED_L2' }))).toMatchObject({
      error: { code: 'policy/certification-too-low' },
    });
  });

  it('names a passkey whose attestation proves nothing, so that it can be taken off', async () => {
    await imported(await blob(payload(1), signer(root, VALID)));
    const ended = await run(['passport', '--key', key.id, '--json'], { env });
    expect(json(ended)).toMatchObject({
      passport: { certification: { level: 'FIDO_CERTIFIED_L1', source: 'metadata' } },
    });
    // This key vouches for itself; its model has a maker's certificate.
    expect(json(await create({ allowedAaguids: [MODEL] }))).toMatchObject({
      error: {
        code: 'policy/attestation-unproved',
        next: expect.stringContaining('keydesk credentials delete') as string,
      },
    });
  });

  it('refuses a model that was revoked, though nobody asked for a certification', async () => {
    await imported(await blob(payload(1, { statusReports: [{ status: 'REVOKED' }] }), signer(root, VALID)));
    expect(json(await create({}))).toMatchObject({ error: { code: 'policy/compromised' } });
  });

  it('leaves metadata aside that somebody has changed on disk, and says so', async () => {
    await imported(await blob(payload(1), signer(root, VALID)));
    const path = join(folder, 'station', 'metadata.jwt');
    const text = await readFile(path, 'utf8');
    await writeFile(path, `${text.slice(0, -8)}AAAAAAAA`);
    const ended = await create({ minimumCertification: 'FIDO_CERTIFIED_L1' });
    expect(json(ended)).toMatchObject({ error: { code: 'policy/certification-unproved' } });
    expect(ended.stderr).toContain('The signature of this metadata file is wrong. It is left aside.');
  });
});

describe('a root certificate of one’s own', () => {
  it('that cannot be read is told, not passed over', async () => {
    env['KEYDESK_METADATA_ROOT'] = join(folder, 'missing.pem');
    const ended = await imported(await blob(payload(1), signer(root, VALID)));
    expect(ended.status).toBe(2);
    expect(json(ended)).toMatchObject({
      error: { code: 'usage', message: expect.stringContaining('KEYDESK_METADATA_ROOT') as string },
    });
  });
});

describe('keydesk metadata fetch', () => {
  async function fetched(status: number, text: string) {
    const server = createServer((_, response) => response.writeHead(status).end(text));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    try {
      return await run(['metadata', 'fetch', '--url', `http://127.0.0.1:${port}/`, '--json'], { env });
    } finally {
      await new Promise((resolve) => server.close(resolve));
    }
  }

  it('takes what it downloads only after the same checks', async () => {
    const text = await blob(payload(3), signer(root, VALID));
    expect(json(await fetched(200, text))).toMatchObject({ metadata: { no: 3 } });
    const older = await blob(payload(2), signer(root, VALID));
    expect(json(await fetched(200, older))).toMatchObject({ error: { code: 'metadata/rollback' } });
    expect(json(await fetched(503, 'later'))).toMatchObject({
      error: { code: 'metadata/unreachable', detail: expect.stringContaining('status 503') as string },
    });
  });

  it('goes nowhere without TLS but to this machine', async () => {
    const ended = await run(['metadata', 'fetch', '--url', 'http://mds3.fidoalliance.org/', '--json'], { env });
    expect(ended.status).toBe(2);
    expect(json(ended)).toMatchObject({ error: { code: 'usage' } });
  });
});
