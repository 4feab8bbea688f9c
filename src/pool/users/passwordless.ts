import type { Pool } from '../context.js';

/** Whether a user with these attributes could sign in without a password: by a code that the pool can send. */
export const mayBePasswordless = ({ config }: Pick<Pool, 'config'>, attributes: ReadonlyMap<string, string>): boolean =>
  (config.firstFactors.includes('EMAIL_OTP') && attributes.has('email')) ||
  (config.firstFactors.includes('SMS_OTP') && attributes.has('phone_number'));
