import { z } from 'zod';

import { RpId } from './rp-id.js';

/** The service takes no longer one, whatever a domain may be (WebAuthnConfigurationType). */
const LONGEST_RP_ID = 127;

const FunctionArn = z
  .string()
  .max(2048)
  .regex(/^arn:[\w+=/,.@-]+:lambda:[\w+=/,.@-]*:\d*:function:[\w:$-]+$/, 'expected the ARN of a Lambda function');

/** The triggers of Cognito that take a plain ARN, by their names in LambdaConfig. */
const TRIGGERS = [
  'PreSignUp',
  'CustomMessage',
  'PostConfirmation',
  'PreAuthentication',
  'PostAuthentication',
  'DefineAuthChallenge',
  'CreateAuthChallenge',
  'VerifyAuthChallengeResponse',
  'PreTokenGeneration',
  'UserMigration',
] as const;

/**
 * How a user pool for passkeys ought to be set. Everything has a default that is sound for security keys; what a default
 * leaves alone is said beside it.
 */
export const DesiredPool = z.strictObject({
  /** The domain of the passkeys. Without it the pool's own stays, and is made explicit where it is only implied. */
  rpId: RpId.max(LONGEST_RP_ID).optional(),
  /** Whether a key has to verify its person by PIN or finger, besides being touched. */
  userVerification: z.enum(['required', 'preferred']).default('required'),
  /** No password at sign-in: neither as a choice nor by another flow of the app client. */
  enforcePasskeys: z.boolean().default(false),
  /** The password flows of the app client beside choice-based sign-in: `keep` for a client that other programs share. */
  passwordFlows: z.enum(['close', 'keep']).default('close'),
  /** How long the steps of one sign-in may take, in minutes: a PIN, a touch and a replugged key want more than three. */
  authSessionMinutes: z.int().min(3).max(15).default(15),
  /** `keep` leaves the rotation of refresh tokens as it is. */
  refreshTokenRotation: z.enum(['on', 'keep']).default('keep'),
  /** `keep` leaves open who may make an account. */
  signUp: z.enum(['admin-only', 'keep']).default('keep'),
  deletionProtection: z.boolean().default(true),
  /** Functions that the pool must call, by trigger. Other triggers stay as they are. */
  triggers: z.partialRecord(z.enum(TRIGGERS), FunctionArn).default({}),
});
export type DesiredPool = z.infer<typeof DesiredPool>;
