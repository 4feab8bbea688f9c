import { z } from 'zod';

import { MAX_PASSKEYS } from '../config.js';
import { invalidParameter } from '../errors.js';
import { userOperation } from '../operation.js';

/** https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_ListWebAuthnCredentials.html */
export const listWebAuthnCredentials = userOperation(
  { MaxResults: z.int().min(0).max(MAX_PASSKEYS).default(0), NextToken: z.string().min(1).max(131_072).optional() },
  (_pool, { MaxResults, NextToken }, { user }) => {
    // A page token is the id of the last passkey shown, so that deleting others does not shift the pages.
    const last = NextToken === undefined ? -1 : user.passkeys.findIndex(({ id }) => id === NextToken);
    if (NextToken !== undefined && last < 0) throw invalidParameter('Invalid pagination token given.');
    const end = last + 1 + (MaxResults === 0 ? MAX_PASSKEYS : MaxResults);
    const page = user.passkeys.slice(last + 1, end);
    const next = user.passkeys.length > end ? page.at(-1)?.id : undefined;
    return {
      Credentials: page.map((passkey) => ({
        CredentialId: passkey.id,
        FriendlyCredentialName: passkey.name,
        RelyingPartyId: passkey.rpId,
        ...(passkey.attachment !== null && { AuthenticatorAttachment: passkey.attachment }),
        AuthenticatorTransports: passkey.transports,
        CreatedAt: passkey.createdAt / 1000,
      })),
      ...(next !== undefined && { NextToken: next }),
    };
  },
);
