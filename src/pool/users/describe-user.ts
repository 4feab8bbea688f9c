import type { User } from '../state.js';
import { listAttributes } from './attributes.js';

/** A user as lists and AdminCreateUser tell it: UserType of the API. */
export const describeUser = (user: User) => ({
  Username: user.username,
  Attributes: listAttributes(user),
  ...standingOf(user),
});

/** What all descriptions of a user share. */
export const standingOf = (user: User) => ({
  UserCreateDate: user.createdAt / 1000,
  UserLastModifiedDate: user.modifiedAt / 1000,
  Enabled: user.enabled,
  UserStatus: user.status,
});
