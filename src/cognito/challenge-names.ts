import type { ChallengeNameType } from '@aws-sdk/client-cognito-identity-provider';

import type { FailureMessage } from '../shared/messages.js';
import type { Factor, SecondFactor, UnusedChallenge } from './sign-in-states.js';

/** First factors by the service's names of them. */
export const FACTOR_NAMES = {
  passkey: 'WEB_AUTHN',
  password: 'PASSWORD',
  'email-code': 'EMAIL_OTP',
  'sms-code': 'SMS_OTP',
} as const satisfies Record<Factor, ChallengeNameType>;

/** Second factors by the service's names of them. */
export const SECOND_FACTOR_NAMES = {
  'app-code': 'SOFTWARE_TOKEN_MFA',
  'email-code': 'EMAIL_OTP',
  'sms-code': 'SMS_MFA',
} as const satisfies Record<SecondFactor, ChallengeNameType>;

/**
 * What becomes of each challenge of the service: a step of the sign-in, a part of the exchange of a password, or a word on
 * why not. A name that an update of the SDK brings is missed here by the compiler.
 */
export const CHALLENGES = {
  ADMIN_NO_SRP_AUTH: 'unused',
  CUSTOM_CHALLENGE: 'unused',
  DEVICE_PASSWORD_VERIFIER: 'unused',
  DEVICE_SRP_AUTH: 'unused',
  EMAIL_OTP: 'email-code',
  MFA_SETUP: 'set-up',
  NEW_PASSWORD_REQUIRED: 'new-password',
  PASSWORD: 'password',
  PASSWORD_SRP: 'password',
  PASSWORD_VERIFIER: 'verifier',
  SELECT_CHALLENGE: 'select',
  SELECT_MFA_TYPE: 'select-second',
  SMS_MFA: 'sms-code',
  SMS_OTP: 'sms-code',
  SOFTWARE_TOKEN_MFA: 'app-code',
  WEB_AUTHN: 'passkey',
} as const satisfies Record<ChallengeNameType, string>;

/** Why Keydesk does not answer a challenge, and what to do instead. */
export const UNUSED_CHALLENGES: Readonly<Record<UnusedChallenge, FailureMessage>> = {
  ADMIN_NO_SRP_AUTH: {
    sentence: 'The user pool asks for a sign-in that only an administrator’s program can do.',
    next: 'Sign in another way, or ask your helpdesk to change the app client.',
  },
  CUSTOM_CHALLENGE: {
    sentence:
      'The user pool asks a question that your organisation has made itself. Keydesk does not know such questions.',
    next: 'Sign in another way, or ask your helpdesk.',
  },
  DEVICE_PASSWORD_VERIFIER: {
    sentence: 'The user pool wants to know this computer again. Keydesk has computers remembered nowhere.',
    next: 'Sign in with your security key, or ask your helpdesk to turn off device tracking for Keydesk.',
  },
  DEVICE_SRP_AUTH: {
    sentence: 'The user pool wants to know this computer again. Keydesk has computers remembered nowhere.',
    next: 'Sign in with your security key, or ask your helpdesk to turn off device tracking for Keydesk.',
  },
  MFA_SETUP: {
    sentence: 'The user pool wants a second factor set up for your account that cannot be set up here.',
    next: 'Ask your helpdesk to add your telephone number to your account, then sign in again.',
  },
};
