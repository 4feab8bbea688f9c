import { z } from 'zod';

import { localMac } from '../../triggers/local/mac.js';
import type { Pool } from '../context.js';
import { ServiceError } from '../errors.js';
import type { MacKey } from '../keydesk-triggers/mac-key.js';
import { kmsArn } from '../keydesk-triggers/mac-key.js';
import type { Operation } from '../operation.js';
import { accountOperation } from '../operation.js';

const operation = accountOperation(
  {
    KeyId: z.string().min(1).max(2048),
    MacAlgorithm: z.enum(['HMAC_SHA_224', 'HMAC_SHA_256', 'HMAC_SHA_384', 'HMAC_SHA_512']),
    /** A blob of 1 to 4096 bytes, in base64 on its way. */
    Message: z
      .base64()
      .min(1)
      .transform((text) => Uint8Array.from(Buffer.from(text, 'base64')))
      .refine(({ length }) => length <= 4096),
    GrantTokens: z.array(z.string().min(1).max(8192)).max(10).default([]),
    DryRun: z.boolean().default(false),
  },
  (pool, { KeyId, MacAlgorithm, Message, GrantTokens, DryRun }) => {
    if (GrantTokens.length > 0) throw new ServiceError('InvalidGrantTokenException', 'The local pool has no grants.');
    const { arn, material } = requireKey(pool, KeyId);
    if (MacAlgorithm !== 'HMAC_SHA_256')
      throw new ServiceError('InvalidKeyUsageException', `${MacAlgorithm} is incompatible with the key spec HMAC_256.`);
    if (DryRun)
      throw new ServiceError(
        'DryRunOperationException',
        'The request would have succeeded, but the DryRun option is set.',
      );
    const mac = localMac(material).generateMac(Message);
    return { KeyId: arn, MacAlgorithm, Mac: Buffer.from(mac).toString('base64') };
  },
);

/**
 * KMS's operation on the helpdesk's key, which is the only one there is.
 * https://docs.aws.amazon.com/kms/latest/APIReference/API_GenerateMac.html
 */
export const generateMac: Operation = {
  access: operation.access,
  run: async (pool, body) => {
    try {
      return await operation.run(pool, body);
    } catch (error) {
      throw underItsNameInKms(error);
    }
  },
};

const underItsNameInKms = (error: unknown): unknown =>
  error instanceof ServiceError && error.name === 'InvalidParameterException'
    ? new ServiceError('ValidationException', error.message)
    : error;

/** A key is named by its id or ARN, or by its alias or that one's ARN. Throws NotFoundException. */
function requireKey({ config, macKey }: Pool, keyId: string): MacKey {
  if (macKey && [macKey.keyId, macKey.arn, macKey.alias, macKey.aliasArn].includes(keyId)) return macKey;
  const resource = keyId.startsWith('alias/') ? keyId : `key/${keyId}`;
  const arn = keyId.startsWith('arn:') ? keyId : kmsArn(config.region, resource);
  const message = arn.includes(':alias/') ? `Alias ${arn} is not found.` : `Key '${arn}' does not exist`;
  throw new ServiceError('NotFoundException', message);
}
