import { randomUUID } from 'node:crypto';

import type { Pool } from '../context.js';
import { ServiceError } from '../errors.js';
import type { User, UserStatus } from '../state.js';
import { setAttributes } from './attributes.js';

type Draft = Pick<User, 'username' | 'password' | 'temporaryUntil'> & {
  status: UserStatus;
  attributes: ReadonlyMap<string, string>;
};

/** Adds a user to the pool. Throws UsernameExistsException when the name is taken. */
export function addUser(pool: Pick<Pool, 'store' | 'now'>, { attributes, ...draft }: Draft): User {
  if (pool.store.userNamed(draft.username)) throw usernameExists();
  const now = pool.now();
  const user: User = {
    ...draft,
    sub: randomUUID(),
    enabled: true,
    createdAt: now,
    modifiedAt: now,
    attributes: {},
    codes: {},
    pendingAttributes: {},
    passkeys: [],
    mfa: { enabled: [], preferred: null, webAuthn: false },
    softwareToken: null,
    pendingSoftwareToken: null,
    groups: [],
  };
  setAttributes(user, attributes);
  pool.store.addUser(user);
  return user;
}

export const usernameExists = (): ServiceError => new ServiceError('UsernameExistsException', 'User already exists');
