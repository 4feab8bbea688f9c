import { X509Certificate } from 'node:crypto';
import { rootCertificates } from 'node:tls';

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { isStale } from '../../src/passport/metadata.js';
import { readBlob } from '../../src/passport/metadata-blob.js';
import { MetadataError } from '../../src/passport/metadata-error.js';
import { metadataRoots } from '../../src/passport/metadata-roots.js';
import { blob, chainOf, NOW, party, type Party, signer } from './authority.js';

const AAGUID = 'a25342c0-3cdc-4414-8e46-f4807fca511c';
const PAYLOAD = {
  no: 42,
  nextUpdate: '2026-12-01',
  legalHeader: 'x',
  entries: [
    { aaguid: AAGUID.toUpperCase(), statusReports: [{ status: 'FIDO_CERTIFIED_L2', effectiveDate: '2024-05-01' }] },
    { aaid: '1234#5678', statusReports: [] },
    { aaguid: 'damaged', statusReports: [] },
  ],
};

const root = party();
const middle = party({ name: 'Test authority', issuer: root });
const read = (text: string, rules: { now?: number; leastNo?: number; roots?: Party[] } = {}) =>
  readBlob(text, {
    roots: (rules.roots ?? [root]).map(({ certificate }) => certificate),
    now: rules.now ?? NOW,
    leastNo: rules.leastNo,
  });
const failing = (code: string) => expect.objectContaining({ name: 'MetadataError', code }) as unknown;

describe('metadata blob', () => {
  it('is read once certificates and signature are in order; entries that cannot be read are counted', async () => {
    const metadata = await read(await blob(PAYLOAD, signer(middle)));
    expect(metadata).toMatchObject({ no: 42, nextUpdate: '2026-12-01', unreadable: 1 });
    expect([...metadata.entries.keys()]).toEqual([AAGUID]);
    expect(metadata.entries.get(AAGUID)?.statusReports[0]?.status).toBe('FIDO_CERTIFIED_L2');
  });

  it('may bring the root along, come straight from it, and end with a line break', async () => {
    const by = signer(middle);
    await expect(read(await blob(PAYLOAD, by, [...chainOf(by), root.certificate]))).resolves.toMatchObject({ no: 42 });
    await expect(read(`${await blob(PAYLOAD, signer(root))}\n`)).resolves.toMatchObject({ no: 42 });
  });

  it('keeps members and statuses that nobody knows yet', async () => {
    const entry = { aaguid: AAGUID, statusReports: [{ status: 'BLESSED', by: 'x' }], future: { a: 1 } };
    const metadata = await read(await blob({ ...PAYLOAD, entries: [entry] }, signer(root)));
    expect(metadata.entries.get(AAGUID)).toMatchObject(entry);
  });

  it('past its next update is taken, and known to be stale', async () => {
    const metadata = await read(await blob({ ...PAYLOAD, nextUpdate: '2026-11-22' }, signer(root)));
    expect(isStale(metadata, NOW)).toBe(true);
    expect(isStale({ nextUpdate: '2026-11-23' }, NOW)).toBe(false);
  });

  it('with another byte in what is signed is refused', async () => {
    const text = await blob(PAYLOAD, signer(middle));
    const [header = '', payload = '', signature = ''] = text.split('.');
    const changed = Buffer.from(payload, 'base64url').toString().replace('FIDO_CERTIFIED_L2', 'FIDO_CERTIFIED_L3');
    const forged = [header, Buffer.from(changed).toString('base64url'), signature].join('.');
    await expect(read(forged)).rejects.toEqual(failing('bad-signature'));
  });

  it('signed by another key than the certificate’s is refused', async () => {
    const by = signer(root);
    await expect(read(await blob(PAYLOAD, { ...signer(root), certificate: by.certificate }))).rejects.toEqual(
      failing('bad-signature'),
    );
  });

  it('that names no algorithm, or a MAC with the public key, is refused', async () => {
    const x5c = chainOf(signer(root)).map((der) => Buffer.from(der).toString('base64'));
    for (const alg of ['none', 'HS256']) {
      const head = Buffer.from(JSON.stringify({ alg, x5c })).toString('base64url');
      const body = Buffer.from(JSON.stringify(PAYLOAD)).toString('base64url');
      await expect(read(`${head}.${body}.AAAA`)).rejects.toEqual(failing('bad-signature'));
    }
  });

  it.each([
    ['signer', () => signer(middle, { notAfter: '2026-11-22T00:00:00Z' })],
    ['signer of tomorrow', () => signer(middle, { notBefore: '2026-11-24T00:00:00Z' })],
    ['authority', () => signer(party({ name: 'Old', issuer: root, notAfter: '2026-11-22T00:00:00Z' }))],
  ])('with an expired %s is refused', async (_, by) => {
    await expect(read(await blob(PAYLOAD, by()))).rejects.toEqual(failing('expired-chain'));
  });

  it('under a root that has expired is refused', async () => {
    const old = party({ notAfter: '2026-11-22T00:00:00Z' });
    await expect(read(await blob(PAYLOAD, signer(old)), { roots: [old] })).rejects.toEqual(failing('expired-chain'));
  });

  it.each([
    ['another root of the same name', () => signer(party())],
    ['an authority that is none', () => signer(party({ name: 'No authority', issuer: root, isAuthority: false }))],
    ['a signer of another name', () => signer(root, { name: 'mds.example.org' })],
    ['itself', () => ({ ...party({ name: 'mds.fidoalliance.org' }), issuer: undefined })],
  ])('from %s is refused', async (_, by) => {
    await expect(read(await blob(PAYLOAD, by()))).rejects.toEqual(failing('wrong-root'));
  });

  it('whose certificates do not follow each other is refused', async () => {
    const by = signer(middle);
    const other = party({ name: 'Test authority', issuer: root });
    await expect(read(await blob(PAYLOAD, by, [by.certificate, other.certificate]))).rejects.toEqual(
      failing('wrong-root'),
    );
  });

  it.each([
    ['signer', 0],
    ['authority', 1],
  ])('with a %s that names the right issuer and is not signed by it is refused', async (_, index) => {
    const by = signer(middle);
    const chain = chainOf(by).map((der) => Uint8Array.from(der));
    const forged = chain[index] ?? new Uint8Array();
    forged.set([(forged.at(-1) ?? 0) ^ 1], forged.length - 1); // the last byte of its signature
    await expect(read(await blob(PAYLOAD, by, chain))).rejects.toEqual(failing('wrong-root'));
  });

  it('older than what the station has is refused, the same is not', async () => {
    const text = await blob(PAYLOAD, signer(root));
    await expect(read(text, { leastNo: 43 })).rejects.toEqual(failing('rollback'));
    await expect(read(text, { leastNo: 42 })).resolves.toMatchObject({ no: 42 });
  });

  it.each([
    ['nothing', ''],
    ['a page', '<html></html>'],
    ['JSON', '{"no": 1}'],
    ['three words', 'a.b.c'],
  ])('that is %s is refused as no blob', async (_, text) => {
    await expect(read(text)).rejects.toEqual(failing('not-a-blob'));
  });

  it('whose signed content is no metadata is refused', async () => {
    for (const payload of ['no JSON', { ...PAYLOAD, no: 'x' }, { ...PAYLOAD, nextUpdate: 'soon' }, []])
      await expect(read(await blob(payload, signer(root)))).rejects.toEqual(failing('not-a-blob'));
  });

  it('of any text whatever fails in no other way', async () => {
    const header = Buffer.from(JSON.stringify({ alg: 'ES256', x5c: ['AAAA'] })).toString('base64url');
    const texts = fc.oneof(fc.string(), fc.stringMatching(/^[\w-]*\.[\w-]*\.[\w-]*$/), fc.constant(`${header}.e30.AA`));
    await fc.assert(
      fc.asyncProperty(texts, async (text) => {
        await expect(read(text)).rejects.toBeInstanceOf(MetadataError);
      }),
    );
  });
});

describe('root of the metadata service', () => {
  it('is the one that browsers know by this name', () => {
    const [der] = metadataRoots();
    const known = rootCertificates.map((pem) => new X509Certificate(pem).fingerprint256);
    expect(known).toContain(new X509Certificate(der ?? '').fingerprint256);
  });
});
