import { notAuthorized, ServiceError } from '../errors.js';
import type { User } from '../state.js';

/** Throws NotAuthorizedException for a user whom an administrator has disabled. */
export function checkEnabled(user: User | undefined): void {
  if (user?.enabled === false) throw notAuthorized('User is disabled.');
}

/** Throws UserNotConfirmed- or PasswordResetRequiredException for a user whom a password alone does not let in. */
export function checkStanding(user: User | undefined): void {
  if (user?.status === 'UNCONFIRMED') throw new ServiceError('UserNotConfirmedException', 'User is not confirmed.');
  checkNoReset(user);
}

/** Throws PasswordResetRequiredException for a user whose password an administrator has reset. */
export function checkNoReset(user: User | undefined): void {
  if (user?.status === 'RESET_REQUIRED')
    throw new ServiceError('PasswordResetRequiredException', 'Password reset required for the user');
}
