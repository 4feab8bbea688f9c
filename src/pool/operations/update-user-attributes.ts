import { TextMap } from '../input.js';
import { userOperation } from '../operation.js';
import { AttributeList, readAttributes } from '../users/attributes.js';
import { updateAttributes } from '../users/update-attributes.js';

/** https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_UpdateUserAttributes.html */
export const updateUserAttributes = userOperation(
  { UserAttributes: AttributeList, ClientMetadata: TextMap.default({}) },
  async (pool, { UserAttributes, ClientMetadata: clientMetadata }, { user, clientId }) => {
    const attributes = readAttributes(UserAttributes, 'client');
    return { CodeDeliveryDetailsList: await updateAttributes(pool, user, attributes, { clientId, clientMetadata }) };
  },
);
