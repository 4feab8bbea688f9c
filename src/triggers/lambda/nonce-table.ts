import { ConditionalCheckFailedException, DynamoDBClient, PutItemCommand } from '@aws-sdk/client-dynamodb';

import type { OnBehalf } from '../on-behalf/rules.js';

/** Used nonces in a DynamoDB table: key `nonce`, and `expiresAt`, by which the table's time to live forgets them. */
export function nonceTable(tableName: string): Pick<OnBehalf, 'useOnce'> {
  const client = new DynamoDBClient({ maxAttempts: 1 }); // a second attempt would find the first one's mark
  return {
    useOnce: async (nonce, expiresAt, abortSignal) => {
      const mark = new PutItemCommand({
        TableName: tableName,
        Item: { nonce: { S: nonce }, expiresAt: { N: String(expiresAt) } },
        ConditionExpression: 'attribute_not_exists(nonce)',
      });
      try {
        await client.send(mark, { abortSignal });
        return true;
      } catch (error) {
        if (error instanceof ConditionalCheckFailedException) return false;
        throw error;
      }
    },
  };
}
