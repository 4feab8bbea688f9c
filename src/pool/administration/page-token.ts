import { createCipheriv, createDecipheriv, createHmac, randomBytes } from 'node:crypto';

import { z } from 'zod';

import type { PoolConfig } from '../config.js';
import { invalidParameter } from '../errors.js';

/** Not documented; seen to be about an hour. */
const LIFETIME_MS = 3_600_000;
const CIPHER = 'aes-256-gcm';
const NONCE_BYTES = 12;
const TAG_BYTES = 16;

const Position = z.strictObject({ after: z.string(), until: z.number() });

/** What a list was asked for, besides the page: a token serves the query that it came from, and no other. */
export type Query = readonly (string | number | null | readonly string[])[];

const keyOf = (secret: string): Buffer => createHmac('sha256', secret).update('page tokens').digest();

/** A token for what comes after the item of this key. It is sealed: the key may be somebody's name. */
export function sealPage({ secret }: Pick<PoolConfig, 'secret'>, query: Query, after: string, now: number): string {
  const nonce = randomBytes(NONCE_BYTES);
  const cipher = createCipheriv(CIPHER, keyOf(secret), nonce).setAAD(Buffer.from(JSON.stringify(query)));
  const sealed = cipher.update(JSON.stringify({ after, until: now + LIFETIME_MS }), 'utf8');
  return Buffer.concat([nonce, sealed, cipher.final(), cipher.getAuthTag()]).toString('base64url');
}

/** The key in a token. Throws InvalidParameterException for one of another query or pool, and for one that has ended. */
export function openPage({ secret }: Pick<PoolConfig, 'secret'>, query: Query, token: string, now: number): string {
  const bytes = Buffer.from(token, 'base64url');
  if (bytes.length < NONCE_BYTES + TAG_BYTES) throw invalidToken();
  const decipher = createDecipheriv(CIPHER, keyOf(secret), bytes.subarray(0, NONCE_BYTES))
    .setAAD(Buffer.from(JSON.stringify(query)))
    .setAuthTag(bytes.subarray(-TAG_BYTES));
  const start = decipher.update(bytes.subarray(NONCE_BYTES, -TAG_BYTES));
  let text: string;
  try {
    text = Buffer.concat([start, decipher.final()]).toString();
  } catch {
    throw invalidToken(); // not sealed by this pool for this query
  }
  const { after, until } = Position.parse(JSON.parse(text)); // ours, hence well-formed
  if (now >= until) throw invalidToken();
  return after;
}

const invalidToken = () => invalidParameter('Invalid pagination token given.');
