import { ok, rule } from './rule.js';

/** Codes by e-mail arrive, in numbers. */
export const email = rule({
  id: 'email',
  title: 'E-mail',
  why: "The service's own sender is for trying out: 50 messages a day for the whole account, to be lost in spam folders.",
  console: 'Authentication → Authentication methods → Email → Edit',
  needs: ['pool'],
  judge: ({ pool }) => {
    if (pool.EmailConfigurationFailure)
      return {
        state: 'problem',
        found: `The service cannot send: ${pool.EmailConfigurationFailure}`,
        fix: 'Repair the SES identity or its permissions.',
      };
    if (pool.EmailConfiguration?.EmailSendingAccount === 'DEVELOPER') return ok('Sent through Amazon SES');
    return {
      state: 'warning',
      found: "Sent by the service's own sender: 50 a day",
      fix: 'Before people depend on codes, send through Amazon SES with an identity of your own.',
    };
  },
});

/** Codes by SMS, where anything uses them. */
export const sms = rule({
  id: 'sms',
  title: 'SMS',
  why: 'A new AWS account is in the SMS sandbox: the service says that it has sent a code, and it reaches only numbers that were verified before.',
  console: 'Authentication → Authentication methods → SMS; Amazon SNS → Text messaging → Sandbox',
  needs: ['pool', 'mfa'],
  judge: ({ pool, mfa }) => {
    const uses = [
      pool.Policies?.SignInPolicy?.AllowedFirstAuthFactors?.includes('SMS_OTP') === true && 'choices at sign-in',
      pool.AutoVerifiedAttributes?.includes('phone_number') === true && 'verification of numbers',
      (mfa.MfaConfiguration ?? 'OFF') !== 'OFF' && mfa.SmsMfaConfiguration !== undefined && 'second factor',
    ].filter((use) => use !== false);
    if (uses.length === 0) return ok('Not used');
    if (pool.SmsConfigurationFailure)
      return {
        state: 'problem',
        found: `The service cannot send: ${pool.SmsConfigurationFailure}`,
        fix: 'Repair the role or leave the sandbox; or use e-mail.',
      };
    if (!pool.SmsConfiguration)
      return {
        state: 'problem',
        found: `Used for ${uses.join(', ')}, and not set up`,
        fix: 'Set up SMS with a role that may send; or use e-mail.',
      };
    return {
      state: 'unknown',
      found: `Used for ${uses.join(', ')}. Whether the account is still in the SMS sandbox cannot be seen from here.`,
      fix: 'Look in Amazon SNS, and leave the sandbox before people depend on it; or use e-mail.',
    };
  },
});
