import type {
  DomainDescriptionType,
  GetUserPoolMfaConfigResponse,
  UserPoolClientType,
  UserPoolType,
} from '@aws-sdk/client-cognito-identity-provider';

import type { CognitoErrorCode } from '../errors.js';

/** What SetUserPoolMfaConfig sets, as GetUserPoolMfaConfig tells it. */
export type MfaConfig = GetUserPoolMfaConfigResponse;

/** An app client, without its secret: that it has one is all that anybody here needs to know. */
export interface AppClient extends Omit<UserPoolClientType, 'ClientSecret'> {
  readonly hasSecret: boolean;
}

/** Everything of a pool that is looked at, in the service's own words. */
export interface PoolState {
  readonly region: string;
  readonly pool: UserPoolType;
  readonly mfa: MfaConfig;
  /** The app client that Keydesk signs in with. */
  readonly client: AppClient;
  readonly otherClients: readonly AppClient[];
  /** The custom domain and the prefix domain, where the pool has them. */
  readonly domains: readonly DomainDescriptionType[];
}
export type Part = keyof PoolState;

/** Why a part could not be seen: the service's code, or that nobody said which of the app clients is meant. */
type Unseen = CognitoErrorCode | 'no-client-named';

/** A part of the pool, or why it was not seen. */
export type Look<T> =
  | {
      readonly isSeen: true;
      readonly value: T;
      /** Members that this version does not know, by path: an update would set them back. */
      readonly unread: readonly string[];
    }
  | { readonly isSeen: false; readonly why: Unseen; readonly detail?: string | undefined };

/** A pool as it was at one moment, as far as it could be seen. */
export type Snapshot = { readonly [P in Part]: Look<PoolState[P]> } & { readonly userPoolId: Look<string> };
