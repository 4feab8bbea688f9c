import { createHmac } from 'node:crypto';

import { ACCOUNT_ID } from '../account-id.js';

/** A KMS key beside the pool (HMAC_256), with which the helpdesk permits sessions on behalf of a person. */
export interface MacKey {
  readonly keyId: string;
  readonly arn: string;
  /** Its name, beginning with `alias/`. */
  readonly alias: string;
  readonly aliasArn: string;
  /** The key itself, 32 bytes: in the service it never leaves KMS. */
  readonly material: Uint8Array;
}

const ALIAS = 'alias/keydesk-on-behalf';

/** The key of the pool with this secret: the same one whenever the pool runs. */
export function macKeyOf(secret: string, region: string): MacKey {
  const derive = (what: string) => createHmac('sha256', secret).update(what).digest();
  const keyId = uuidOf(derive('on-behalf key id').toString('hex'));
  return {
    keyId,
    arn: kmsArn(region, `key/${keyId}`),
    alias: ALIAS,
    aliasArn: kmsArn(region, ALIAS),
    material: Uint8Array.from(derive('on-behalf')),
  };
}

/** ARN of `key/…` or `alias/…`. */
export const kmsArn = (region: string, resource: string): string => `arn:aws:kms:${region}:${ACCOUNT_ID}:${resource}`;

/** 16 bytes of our own in the form of a UUID, which is version 8 (RFC 9562 §5.8). */
const uuidOf = (hex: string): string => hex.replace(/^(.{8})(.{4}).(.{3}).(.{3})(.{12}).*$/, '$1-$2-8$3-8$4-$5');
