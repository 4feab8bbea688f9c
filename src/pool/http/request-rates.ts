import { ServiceError } from '../errors.js';

/**
 * How many requests a second an account may send, by category of operations: the service's default quotas. Operations
 * that no category lists, as those on passkeys, are not counted.
 * https://docs.aws.amazon.com/cognito/latest/developerguide/quotas.html#category_operations
 */
export const REQUEST_RATES = {
  UserAuthentication: 120,
  /** Part of the category above; answers to challenges may come three times as often. */
  ChallengeAnswers: 360,
  UserCreation: 50,
  UserAccountRecovery: 30,
  UserRead: 120,
  UserUpdate: 25,
  UserToken: 120,
  UserResourceRead: 50,
  UserResourceUpdate: 25,
  UserList: 30,
  UserPoolRead: 15,
  UserPoolUpdate: 15,
  UserPoolResourceRead: 20,
  UserPoolResourceUpdate: 15,
  UserPoolClientRead: 15,
  UserPoolClientUpdate: 15,
} as const;
export type RateCategory = keyof typeof REQUEST_RATES;

const OPERATIONS: Record<RateCategory, readonly string[]> = {
  UserAuthentication: ['AdminInitiateAuth', 'InitiateAuth'],
  ChallengeAnswers: ['AdminRespondToAuthChallenge', 'RespondToAuthChallenge'],
  UserCreation: ['AdminConfirmSignUp', 'AdminCreateUser', 'ConfirmSignUp', 'SignUp'],
  UserAccountRecovery: [
    'AdminResetUserPassword',
    'AdminSetUserPassword',
    'ChangePassword',
    'ConfirmForgotPassword',
    'ForgotPassword',
  ],
  UserRead: ['AdminGetUser', 'AdminGetUserAuthFactors', 'GetUser'],
  UserUpdate: [
    'AdminAddUserToGroup',
    'AdminDeleteUser',
    'AdminDeleteUserAttributes',
    'AdminDisableUser',
    'AdminEnableUser',
    'AdminRemoveUserFromGroup',
    'AdminUpdateUserAttributes',
    'AdminUserGlobalSignOut',
    'DeleteUser',
    'DeleteUserAttributes',
    'GlobalSignOut',
    'UpdateUserAttributes',
    'VerifyUserAttribute',
  ],
  UserToken: ['GetTokensFromRefreshToken', 'RevokeToken'],
  UserResourceRead: [
    'AdminGetDevice',
    'AdminListDevices',
    'AdminListGroupsForUser',
    'AdminListUserAuthEvents',
    'GetDevice',
    'GetUserAttributeVerificationCode',
    'ListDevices',
    'ResendConfirmationCode',
  ],
  UserResourceUpdate: [
    'AdminDeleteSoftwareToken',
    'AdminForgetDevice',
    'AdminSetUserMFAPreference',
    'AdminSetUserSettings',
    'AdminUpdateDeviceStatus',
    'AssociateSoftwareToken',
    'ConfirmDevice',
    'ForgetDevice',
    'SetUserMFAPreference',
    'SetUserSettings',
    'UpdateDeviceStatus',
    'VerifySoftwareToken',
  ],
  UserList: ['ListUsers', 'ListUsersInGroup'],
  UserPoolRead: ['DescribeUserPool', 'ListUserPools'],
  UserPoolUpdate: ['UpdateUserPool'],
  UserPoolResourceRead: [
    'DescribeUserPoolDomain',
    'GetGroup',
    'GetUserPoolMfaConfig',
    'ListGroups',
    'ListTagsForResource',
  ],
  UserPoolResourceUpdate: [
    'CreateGroup',
    'CreateUserPoolDomain',
    'DeleteGroup',
    'DeleteUserPoolDomain',
    'SetUserPoolMfaConfig',
    'TagResource',
    'UntagResource',
    'UpdateGroup',
    'UpdateUserPoolDomain',
  ],
  UserPoolClientRead: ['DescribeUserPoolClient', 'ListUserPoolClients'],
  UserPoolClientUpdate: ['CreateUserPoolClient', 'DeleteUserPoolClient', 'UpdateUserPoolClient'],
};

const CATEGORY_OF: ReadonlyMap<string, RateCategory> = new Map(
  // Object.entries loses the keys' type; the table has no others.
  (Object.entries(OPERATIONS) as [RateCategory, readonly string[]][]).flatMap(([category, names]) =>
    names.map((name): [string, RateCategory] => [name, category]),
  ),
);

/** Of each operation in these, one pool may be asked no more often than this a second. */
const PER_OPERATION = 5;
const PER_OPERATION_CATEGORIES: readonly RateCategory[] = ['UserPoolResourceRead', 'UserPoolResourceUpdate'];

/** What a category, or an operation, has left: it fills at its rate, up to what it may use in one second. */
interface Bucket {
  left: number;
  filledAt: number;
}

/** Counts requests against the quotas of their categories. */
export class RequestRates {
  readonly #buckets = new Map<string, Bucket>();
  readonly #rates: Readonly<Record<RateCategory, number>>;
  readonly #now: () => number;

  /** @param rates requests a second; Infinity does not count */
  constructor(rates: Readonly<Record<RateCategory, number>>, now: () => number) {
    this.#rates = rates;
    this.#now = now;
  }

  /** Counts one request. Throws TooManyRequestsException when its category, or the operation itself, has none left. */
  count(operation: string): void {
    const category = CATEGORY_OF.get(operation);
    if (category === undefined) return;
    const rate = this.#rates[category];
    if (rate === Infinity) return;
    const buckets = [this.#filled(category, rate)];
    if (PER_OPERATION_CATEGORIES.includes(category)) buckets.push(this.#filled(operation, PER_OPERATION));
    if (buckets.some(({ left }) => left < 1)) throw new ServiceError('TooManyRequestsException', 'Rate exceeded');
    for (const bucket of buckets) bucket.left -= 1;
  }

  #filled(name: string, rate: number): Bucket {
    const now = this.#now();
    const bucket = this.#buckets.get(name) ?? { left: rate, filledAt: now };
    bucket.left = Math.min(rate, bucket.left + (rate * Math.max(0, now - bucket.filledAt)) / 1000);
    bucket.filledAt = now;
    this.#buckets.set(name, bucket);
    return bucket;
  }
}
