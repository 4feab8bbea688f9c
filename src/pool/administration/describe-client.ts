import type { Pool } from '../context.js';
import type { AppClient } from '../settings.js';

/** An app client as the API tells it: UserPoolClientType. Settings that are at no value are left out. */
export const describeClient = ({ config }: Pick<Pool, 'config'>, client: AppClient): object => ({
  UserPoolId: config.userPoolId,
  ClientId: client.id,
  CreationDate: client.createdAt / 1000,
  LastModifiedDate: client.modifiedAt / 1000,
  ClientType: 'REGULAR',
  ...client.settings,
});

/** An app client in a list: UserPoolClientDescription of the API. */
export const summarizeClient = ({ config }: Pick<Pool, 'config'>, { id, settings }: AppClient): object => ({
  ClientId: id,
  UserPoolId: config.userPoolId,
  ClientName: settings.ClientName,
});
