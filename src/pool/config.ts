/** The first factors this pool can offer, by Cognito's names. */
export const FirstFactor = ['PASSWORD', 'WEB_AUTHN', 'EMAIL_OTP'] as const;
export type FirstFactor = (typeof FirstFactor)[number];

/** What the pool is set to. Fixed while it runs. */
export interface PoolConfig {
  readonly region: string;
  readonly userPoolId: string;
  /** App clients without a secret; every pool has at least one. */
  readonly clientIds: readonly string[];
  readonly rpId: string;
  readonly userVerification: 'preferred' | 'required';
  readonly firstFactors: readonly FirstFactor[];
  /** PreventUserExistenceErrors: ENABLED answers for unknown users as if they existed. */
  readonly preventUserExistenceErrors: 'ENABLED' | 'LEGACY';
  /** `iss` of the tokens and the path under which the keys are published. */
  readonly issuer: string;
  /** Key of what the pool derives (base64url): simulated users, sealed codes. */
  readonly secret: string;
  /** Whose signatures the Admin operations take. */
  readonly adminKeys: readonly AdminKey[];
}

/** An access key of the imaginary AWS account that owns the pool. */
export interface AdminKey {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
}

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** Cognito's defaults, in milliseconds. */
export const Lifetime = {
  accessToken: HOUR,
  idToken: HOUR,
  refreshToken: 30 * DAY,
  session: 3 * MINUTE,
  signUpCode: DAY,
  temporaryPassword: 7 * DAY,
  /** Not documented; as long as other implementations allow. The options themselves say `timeout: 60000`. */
  registrationChallenge: 5 * MINUTE,
} as const;

/** Not adjustable in the service either. */
export const MAX_PASSKEYS = 20;
