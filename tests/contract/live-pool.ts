import { randomBytes } from 'node:crypto';

import {
  AdminCreateUserCommand,
  AdminDeleteUserCommand,
  AdminSetUserPasswordCommand,
  CognitoIdentityProviderClient,
  GetUserPoolMfaConfigCommand,
} from '@aws-sdk/client-cognito-identity-provider';
import { z } from 'zod';

import type { OpenPool, Person } from './open-pool.js';

/** Which pool, as `keydesk pool` prints it; the endpoint is left out for a pool at AWS. */
const LivePool = z.object({
  region: z.string().min(1),
  userPoolId: z.string().min(1),
  clientId: z.string().min(1),
  endpoint: z.url().optional(),
});

/** Reads JSON, or `region/poolId/clientId`. */
function readLivePool(text: string): z.infer<typeof LivePool> {
  try {
    if (text.trimStart().startsWith('{')) return LivePool.parse(JSON.parse(text));
    const [region, userPoolId, clientId, ...others] = text.split('/');
    if (others.length === 0) return LivePool.parse({ region, userPoolId, clientId });
  } catch (error) {
    throw new Error(MISREAD, { cause: error });
  }
  throw new Error(MISREAD);
}

const MISREAD = 'KEYDESK_LIVE_POOL is REGION/POOL_ID/CLIENT_ID, or JSON with region, userPoolId and clientId';

/**
 * A pool that is there already, with credentials as the SDK finds them. The people whom it makes are deleted at the end.
 *
 * @param text what KEYDESK_LIVE_POOL says
 */
export async function openLivePool(text: string): Promise<OpenPool> {
  const { region, userPoolId, clientId, endpoint } = readLivePool(text);
  const client = new CognitoIdentityProviderClient({ region, ...(endpoint !== undefined && { endpoint }) });
  const UserPoolId = userPoolId;
  const { WebAuthnConfiguration } = await client.send(new GetUserPoolMfaConfigCommand({ UserPoolId }));
  const rpId = WebAuthnConfiguration?.RelyingPartyId;
  if (rpId === undefined) throw new Error('The pool of KEYDESK_LIVE_POOL has no relying party ID');
  const people: Person[] = [];

  return {
    client,
    userPoolId,
    clientId,
    rpId,
    newUser: async () => {
      const username = `keydesk-contract-${randomBytes(8).toString('hex')}`;
      const person = { username, password: `Aa1-${randomBytes(16).toString('hex')}` };
      await client.send(
        new AdminCreateUserCommand({
          UserPoolId,
          Username: username,
          MessageAction: 'SUPPRESS',
          UserAttributes: [
            { Name: 'email', Value: `${username}@example.com` },
            { Name: 'email_verified', Value: 'true' },
          ],
        }),
      );
      people.push(person);
      await client.send(
        new AdminSetUserPasswordCommand({
          UserPoolId,
          Username: username,
          Password: person.password,
          Permanent: true,
        }),
      );
      return person;
    },
    close: async () => {
      for (const { username } of people)
        await client.send(new AdminDeleteUserCommand({ UserPoolId, Username: username }));
      client.destroy();
    },
  };
}
