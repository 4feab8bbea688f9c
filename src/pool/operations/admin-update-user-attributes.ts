import { NO_CLIENT } from '../config.js';
import { TextMap, Username } from '../input.js';
import { adminOperation, requireUser } from '../operation.js';
import { AttributeList, readAttributes } from '../users/attributes.js';
import { updateAttributes } from '../users/update-attributes.js';

/** https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_AdminUpdateUserAttributes.html */
export const adminUpdateUserAttributes = adminOperation(
  { Username, UserAttributes: AttributeList, ClientMetadata: TextMap.default({}) },
  async (pool, { Username: username, UserAttributes, ClientMetadata: clientMetadata }) => {
    const user = requireUser(pool, username);
    const attributes = readAttributes(UserAttributes, 'administrator');
    await updateAttributes(pool, user, attributes, { clientId: NO_CLIENT, clientMetadata });
    return {};
  },
);
