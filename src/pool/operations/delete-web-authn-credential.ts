import { z } from 'zod';

import { ServiceError } from '../errors.js';
import { userOperation } from '../operation.js';

/** https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_DeleteWebAuthnCredential.html */
export const deleteWebAuthnCredential = userOperation(
  { CredentialId: z.string().min(1) },
  (pool, { CredentialId }, { user }) => {
    if (!pool.store.removePasskey(user, CredentialId))
      throw new ServiceError('ResourceNotFoundException', 'The passkey does not exist.');
    return {};
  },
);
