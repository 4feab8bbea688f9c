import {
  ConditionalCheckFailedException,
  DynamoDBClient,
  GetItemCommand,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';

import { normalizeEmail } from '../sign-up/details.js';
import type { Registry } from '../sign-up/registry.js';

/** The registry in a DynamoDB table: key `accountNumber`, attributes `email` and, once claimed, `account`; all strings. */
export function registryTable(tableName: string): Registry {
  const client = new DynamoDBClient({ maxAttempts: 2 });
  const key = (accountNumber: string) => ({ TableName: tableName, Key: { accountNumber: { S: accountNumber } } });
  return {
    find: async (accountNumber, abortSignal) => {
      const { Item } = await client.send(new GetItemCommand({ ...key(accountNumber), ConsistentRead: true }), {
        abortSignal,
      });
      if (!Item) return undefined;
      const email = normalizeEmail(Item['email']?.S ?? '');
      if (email === undefined) throw new TypeError('An item of the registry has no e-mail address');
      // An empty or odd mark binds the item too: it is not free.
      const account = Item['account'] === undefined ? undefined : (Item['account'].S ?? '');
      return { accountNumber, email, account };
    },
    claim: async (accountNumber, account, abortSignal) => {
      const claim = new UpdateItemCommand({
        ...key(accountNumber),
        UpdateExpression: 'SET #account = :account',
        ConditionExpression:
          'attribute_exists(accountNumber) AND (attribute_not_exists(#account) OR #account = :account)',
        ExpressionAttributeNames: { '#account': 'account' }, // a reserved word
        ExpressionAttributeValues: { ':account': { S: account } },
      });
      try {
        await client.send(claim, { abortSignal });
        return true;
      } catch (error) {
        if (error instanceof ConditionalCheckFailedException) return false;
        throw error;
      }
    },
  };
}
