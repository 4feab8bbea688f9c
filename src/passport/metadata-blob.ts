import { compactVerify, decodeProtectedHeader, errors } from 'jose';
import { z } from 'zod';

import type { Certificate } from './certificate.js';
import { ChainError, type ChainErrorCode, followChain } from './certificate-chain.js';
import { Day, type Metadata, MetadataEntry } from './metadata.js';
import { MetadataError, type MetadataErrorCode } from './metadata-error.js';

/** Whose certificate signs the metadata (FIDO Metadata Service 3.0 §3.2). */
const SIGNER = 'mds.fidoalliance.org';
/** Signatures that FIDO's service has used or may come to; never a MAC, for which the "key" is public, and never none. */
const ALGORITHMS = ['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512', 'ES256', 'ES384', 'ES512'];

const Header = z.looseObject({ x5c: z.array(z.base64()).min(1) });

const Payload = z.looseObject({
  /** Serial number: grows with every publication. */
  no: z.int().min(0),
  nextUpdate: Day,
  entries: z.array(z.unknown()),
});

export interface BlobRules {
  /** DER. One of them must have issued the signer's chain. */
  readonly roots: readonly Uint8Array[];
  /** Milliseconds since 1970. */
  readonly now: number;
  /** The number of the metadata that is there already: an older one is refused. */
  readonly leastNo?: number | undefined;
}

/**
 * Reads the signed metadata of the FIDO Alliance, the "MDS3 BLOB" (FIDO Metadata Service 3.0 §3.1.7 and §3.2), and believes none of
 * it before certificates and signature are verified.
 *
 * A blob past its `nextUpdate` is taken: `isStale` tells, and people are warned. What it says against a model is still
 * true, and a station without network must not lose that.
 * @throws MetadataError
 */
export async function readBlob(text: string, { roots, now, leastNo = 0 }: BlobRules): Promise<Metadata> {
  const blob = text.trim();
  const signer = signerOf(blob, roots, now);
  const { no, nextUpdate, entries } = parsePayload(await verifiedPayload(blob, signer));
  if (no < leastNo) throw new MetadataError('rollback', `Number ${no}; the station has ${leastNo}`);
  return { no, nextUpdate, ...readEntries(entries) };
}

function signerOf(blob: string, roots: readonly Uint8Array[], now: number): Certificate {
  const chain = headerOf(blob).x5c.map((certificate) => Uint8Array.from(Buffer.from(certificate, 'base64')));
  let leaf: Certificate;
  try {
    leaf = followChain(chain, roots, now);
  } catch (error) {
    if (!(error instanceof ChainError)) throw error;
    throw new MetadataError(CHAIN_CODES[error.code], error.message, { cause: error });
  }
  if (leaf.x509.checkHost(SIGNER) === undefined)
    throw new MetadataError('wrong-root', `The signer is not ${SIGNER}: ${leaf.x509.subject.replaceAll('\n', ', ')}`);
  return leaf;
}

const CHAIN_CODES: Record<ChainErrorCode, MetadataErrorCode> = {
  malformed: 'wrong-root',
  expired: 'expired-chain',
  'wrong-root': 'wrong-root',
};

function headerOf(blob: string): z.infer<typeof Header> {
  try {
    const header = Header.safeParse(decodeProtectedHeader(blob));
    if (header.success) return header.data;
    throw new MetadataError('not-a-blob', 'It does not hold the certificates of its signer', { cause: header.error });
  } catch (error) {
    if (error instanceof MetadataError) throw error;
    throw new MetadataError('not-a-blob', 'It is no signed document', { cause: error });
  }
}

async function verifiedPayload(blob: string, { x509 }: Certificate): Promise<Uint8Array> {
  try {
    const { payload } = await compactVerify(blob, x509.publicKey, { algorithms: ALGORITHMS });
    return payload;
  } catch (error) {
    // A TypeError: the signer's key is not one for the algorithm that the header names.
    if (!(error instanceof errors.JOSEError || error instanceof TypeError)) throw error;
    const isBroken = error instanceof errors.JWSInvalid;
    throw new MetadataError(isBroken ? 'not-a-blob' : 'bad-signature', error.message, { cause: error });
  }
}

function parsePayload(bytes: Uint8Array): z.infer<typeof Payload> {
  let json: unknown;
  try {
    json = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch (error) {
    throw new MetadataError('not-a-blob', 'What is signed is no JSON', { cause: error });
  }
  const payload = Payload.safeParse(json);
  if (payload.success) return payload.data;
  const { path, message } = payload.error.issues[0] ?? { path: [], message: 'invalid' };
  throw new MetadataError('not-a-blob', `${path.map(String).join('.')}: ${message}`, { cause: payload.error });
}

/** Of U2F and UAF models, which have no AAGUID, nothing is kept: Keydesk would not find them by anything. */
function readEntries(entries: readonly unknown[]): Pick<Metadata, 'entries' | 'unreadable'> {
  const read = new Map<string, MetadataEntry>();
  let unreadable = 0;
  for (const entry of entries) {
    if (typeof entry !== 'object' || entry === null || !('aaguid' in entry)) continue;
    const parsed = MetadataEntry.safeParse(entry);
    if (parsed.success) read.set(parsed.data.aaguid, parsed.data);
    else unreadable++;
  }
  return { entries: read, unreadable };
}
