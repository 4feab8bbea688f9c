import { randomBytes, randomUUID } from 'node:crypto';

import { z } from 'zod';

import { toBase64url } from '../ctap/codec/bytes.js';
import { PoolSettings } from '../shared/station.js';
import { exactBase64url } from './exact-base64url.js';
import { MOST_IN_A_FACT, plainText } from './plain-text.js';
import { parsed } from './parsed.js';

/** How long a request may be answered, unless its maker says otherwise. */
export const LIFETIME_MS = 5 * 60_000;
const NONCE_LENGTH = 32;
const MAX_FACTS = 20;

/** UTC with milliseconds, as Date writes it: one form for each moment. */
const Moment = z.iso.datetime({ precision: 3 });

/** What somebody is asked to approve. Every member is signed; the text is what the person reads, word for word. */
export const ApprovalRequest = z
  .strictObject({
    version: z.literal(1),
    id: z.uuid(),
    /** What will be done: a dotted name, such as `person.sign-out`. */
    action: z
      .string()
      .max(64)
      .regex(/^[a-z][a-z0-9-]*(\.[a-z][a-z0-9-]*)+$/, 'expected a dotted name such as person.sign-out'),
    /** The same in plain words. */
    text: plainText(500),
    /** What it is done to: names and values, such as the person's user name or the passkey's ID. */
    facts: z
      .record(z.string().regex(/^[a-z][A-Za-z0-9]{0,39}$/), plainText(MOST_IN_A_FACT))
      .refine((facts) => Object.keys(facts).length <= MAX_FACTS, `expected at most ${MAX_FACTS} facts`),
    /** Where it was asked. */
    station: plainText(100),
    /** The user pool's ID. */
    pool: PoolSettings.shape.userPoolId,
    /** Who is asked. Cognito's subs have the form of UUIDs, and not always a version that RFC 9562 knows. */
    approver: z.strictObject({ sub: z.guid(), username: plainText(128) }),
    requestedAt: Moment,
    expiresAt: Moment,
    /** 32 random bytes, base64url: nobody can have had it signed beforehand. */
    nonce: exactBase64url(NONCE_LENGTH, NONCE_LENGTH),
  })
  .refine(({ requestedAt, expiresAt }) => Date.parse(expiresAt) > Date.parse(requestedAt), {
    path: ['expiresAt'],
    message: 'expected a moment after requestedAt',
  });
export type ApprovalRequest = z.infer<typeof ApprovalRequest>;

/** What the asker says; the rest is made up here. */
export type ApprovalWish = Pick<ApprovalRequest, 'action' | 'text' | 'facts' | 'station' | 'pool' | 'approver'>;

export interface RequestOptions {
  /** Milliseconds since 1970. */
  readonly now: number;
  /** How long it may be answered, in milliseconds: five minutes unless given. */
  readonly lifetimeMs?: number;
}

/**
 * A request that nobody has seen before.
 * @throws FailureError `approval/unshowable` for a text that cannot be shown exactly as it is, with its place in the detail;
 * `approval/malformed` for anything else that is wrong with the wish
 */
export function newRequest(wish: ApprovalWish, { now, lifetimeMs = LIFETIME_MS }: RequestOptions): ApprovalRequest {
  return readRequest({
    ...wish,
    version: 1,
    id: randomUUID(),
    requestedAt: new Date(now).toISOString(),
    expiresAt: new Date(now + lifetimeMs).toISOString(),
    nonce: toBase64url(randomBytes(NONCE_LENGTH)),
  });
}

/** @throws FailureError `approval/unshowable` and `approval/malformed`, with the place in the detail */
export function readRequest(value: unknown): ApprovalRequest {
  return parsed(ApprovalRequest, value);
}
