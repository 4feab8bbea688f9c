import { z } from 'zod';

import type { Pool } from './context.js';
import { notAuthorized, ServiceError, userNotFound } from './errors.js';
import { readInput, Token } from './input.js';
import type { AppClient } from './settings.js';
import type { Grant, User } from './state.js';
import { checkEnabled, checkNoReset } from './users/standing.js';

/** One API operation: reads its input, acts, and returns what goes out as JSON. Errors are thrown ServiceErrors. */
export interface Operation {
  /** `signed` operations are run only after the request's AWS signature has been verified. */
  readonly access: 'unsigned' | 'signed';
  run(pool: Pool, body: unknown): Promise<object>;
}

type Run<S extends z.ZodType, Rest extends unknown[] = []> = (
  pool: Pool,
  input: z.output<S>,
  ...rest: Rest
) => object | Promise<object>;

/** An operation for anybody: signing up and signing in. */
export function openOperation<S extends z.ZodType>(schema: S, run: Run<S>): Operation {
  return {
    access: 'unsigned',
    run: async (pool, body) => run(pool, readInput(schema, body)),
  };
}

/** Who an access token speaks for. */
export interface Caller {
  readonly user: User;
  readonly clientId: string;
  readonly grant: Grant;
}

/** An operation of the signed-in user on themselves, by access token. */
export function userOperation<S extends z.ZodRawShape>(
  members: S,
  run: Run<z.ZodObject<S>, [caller: Caller]>,
): Operation {
  const schema = z.object(members);
  const withToken = z.object({ AccessToken: Token });
  return {
    access: 'unsigned',
    run: async (pool, body) => {
      const { AccessToken } = readInput(withToken, body);
      const input = readInput(schema, body);
      return run(pool, input, await callerOf(pool, AccessToken));
    },
  };
}

/** An operation of an administrator, by AWS signature, on this pool. */
export function adminOperation<S extends z.ZodRawShape>(members: S, run: Run<z.ZodObject<S>>): Operation {
  const schema = z.object(members);
  const withPool = z.object({
    UserPoolId: z
      .string()
      .max(55)
      .regex(/^[\w-]+_[0-9a-zA-Z]+$/),
  });
  return {
    access: 'signed',
    run: async (pool, body) => {
      const { UserPoolId } = readInput(withPool, body);
      if (UserPoolId !== pool.config.userPoolId)
        throw new ServiceError('ResourceNotFoundException', `User pool ${UserPoolId} does not exist.`);
      return run(pool, readInput(schema, body));
    },
  };
}

/** An operation of an administrator, by AWS signature, that names no pool or names it otherwise. */
export function accountOperation<S extends z.ZodRawShape>(members: S, run: Run<z.ZodObject<S>>): Operation {
  const schema = z.object(members);
  return { access: 'signed', run: async (pool, body) => run(pool, readInput(schema, body)) };
}

/** Throws ResourceNotFoundException unless the client is this pool's. */
export function requireClient(pool: Pick<Pool, 'store'>, clientId: string): AppClient {
  const client = pool.store.client(clientId);
  if (!client) throw new ServiceError('ResourceNotFoundException', `User pool client ${clientId} does not exist.`);
  return client;
}

/** The client that a caller names; throws NotAuthorizedException as well, for a secret that the client has not. */
export function callingClient(pool: Pool, clientId: string, secretHash: string | undefined): AppClient {
  const client = requireClient(pool, clientId);
  if (secretHash !== undefined) throw notAuthorized(`Unable to verify secret hash for client ${clientId}`);
  return client;
}

/** Whether a client tells who asks that a user does not exist. */
export const tellsWhoExists = ({ settings }: AppClient): boolean => settings.PreventUserExistenceErrors === 'LEGACY';

/** The user an administrator means: by name, or by `sub`. Throws UserNotFoundException. */
export function requireUser(pool: Pool, username: string): User {
  const user = pool.store.userNamed(username) ?? pool.store.userBySub(username);
  if (!user) throw userNotFound();
  return user;
}

/** Who an access token speaks for. Throws NotAuthorized-, UserNotFound- or PasswordResetRequiredException. */
export async function callerOf(pool: Pool, accessToken: string): Promise<Caller> {
  const { sub, clientId, grantId } = await pool.tokens.readAccessToken(accessToken);
  const user = pool.store.userBySub(sub);
  if (!user) throw userNotFound();
  const grant = pool.store.grant(grantId);
  if (!grant || grant.revoked) throw notAuthorized('Access Token has been revoked');
  checkEnabled(user);
  checkNoReset(user);
  return { user, clientId, grant };
}
