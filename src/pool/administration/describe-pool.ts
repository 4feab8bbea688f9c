import { ACCOUNT_ID } from '../account-id.js';
import type { Pool } from '../context.js';
import { STANDARD } from '../users/attributes.js';

type Described = Pick<Pool, 'config' | 'store'>;

/** https://docs.aws.amazon.com/IAM/latest/UserGuide/reference-arns.html */
export const arnOf = ({ config }: Pick<Pool, 'config'>): string =>
  `arn:aws:cognito-idp:${config.region}:${ACCOUNT_ID}:userpool/${config.userPoolId}`;

/** A pool as DescribeUserPool tells it: UserPoolType of the API. Settings that are at no value are left out. */
export function describePool({ config, store }: Described): object {
  const { pool, mfa, domains, modifiedAt } = store.settings;
  const { PoolName, ...settings } = pool;
  const custom = domains.find(({ certificate }) => certificate !== null);
  const prefix = domains.find(({ certificate }) => certificate === null);
  return {
    Id: config.userPoolId,
    Arn: arnOf({ config }),
    Name: PoolName,
    CreationDate: config.createdAt / 1000,
    LastModifiedDate: modifiedAt / 1000,
    EstimatedNumberOfUsers: store.userCount,
    MfaConfiguration: mfa.MfaConfiguration,
    SchemaAttributes: schemaAttributes(),
    UsernameConfiguration: { CaseSensitive: false },
    ...(prefix && { Domain: prefix.name }),
    ...(custom && { CustomDomain: custom.name }),
    ...settings,
  };
}

/** A pool in a list: UserPoolDescriptionType of the API. */
export function summarizePool({ config, store }: Described): object {
  const { pool, modifiedAt } = store.settings;
  return {
    Id: config.userPoolId,
    Name: pool.PoolName,
    LambdaConfig: pool.LambdaConfig,
    CreationDate: config.createdAt / 1000,
    LastModifiedDate: modifiedAt / 1000,
  };
}

const attribute = (Name: string, AttributeDataType: string, constraints: object, rest: object = {}) => ({
  Name,
  AttributeDataType,
  DeveloperOnlyAttribute: false,
  Mutable: true,
  Required: false,
  ...constraints,
  ...rest,
});
const text = (MinLength: string, MaxLength: string) => ({ StringAttributeConstraints: { MinLength, MaxLength } });

/** The standard attributes, which every pool has. Values of custom ones are taken as text here, whatever their names. */
const schemaAttributes = (): object[] => [
  attribute('sub', 'String', text('1', '2048'), { Mutable: false, Required: true }),
  ...[...STANDARD].map((name) =>
    attribute(name, 'String', name === 'birthdate' ? text('10', '10') : text('0', '2048')),
  ),
  attribute('email_verified', 'Boolean', {}),
  attribute('phone_number_verified', 'Boolean', {}),
  attribute('updated_at', 'Number', { NumberAttributeConstraints: { MinValue: '0' } }),
];
