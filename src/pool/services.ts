import { arnOf } from './administration/describe-pool.js';
import type { Pool } from './context.js';
import { kmsArn } from './keydesk-triggers/mac-key.js';
import { generateMac } from './kms/generate-mac.js';
import type { Operation } from './operation.js';
import { operations } from './operations.js';

/** A service of AWS, as far as it answers at the pool's address. */
export interface Service {
  /** What its requests are signed for, and its actions begin with in policies. */
  readonly signingName: string;
  readonly operations: ReadonlyMap<string, Operation>;
  /** ARN of what its operations are on, for the words of a refusal. */
  readonly resourceOf: (pool: Pool) => string;
}

/** By the name before the full stop of X-Amz-Target. Of KMS there is what the helpdesk's permissions take. */
export const services: ReadonlyMap<string, Service> = new Map<string, Service>([
  ['AWSCognitoIdentityProviderService', { signingName: 'cognito-idp', operations, resourceOf: arnOf }],
  [
    'TrentService',
    {
      signingName: 'kms',
      operations: new Map([['GenerateMac', generateMac]]),
      resourceOf: ({ config, macKey }) => macKey?.arn ?? kmsArn(config.region, 'key/*'),
    },
  ],
]);
