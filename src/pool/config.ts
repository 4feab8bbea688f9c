import { relyingPartyIdOf } from './administration/domains.js';
import type { FirstFactor, Settings } from './settings.js';

/** An access key of the imaginary AWS account that owns the pool. */
export interface AdminKey {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  /** Whose it is: the name of an IAM user. Without one the account's own. */
  readonly user?: string | undefined;
  /** The actions that its policy allows, as IAM names them (`cognito-idp:ListUsers`); everything without one. */
  readonly actions?: readonly string[] | undefined;
}

/** What is fixed while the pool runs. */
interface Fixed {
  readonly region: string;
  readonly userPoolId: string;
  /** `iss` of the tokens and the path under which the keys are published. */
  readonly issuer: string;
  /** When the pool was made, milliseconds since the epoch. */
  readonly createdAt: number;
  /** Key of what the pool derives (base64url): simulated users, sealed codes. */
  readonly secret: string;
  /** Whose signatures the Admin operations take. */
  readonly adminKeys: readonly AdminKey[];
}

/** What the pool is set to at this moment. */
export interface PoolConfig extends Fixed {
  /** The passkeys' domain: as set, else that of the managed login; undefined while the pool has neither. */
  readonly rpId: string | undefined;
  readonly userVerification: 'preferred' | 'required';
  readonly firstFactors: readonly FirstFactor[];
}

/** @param settings gives the settings as they are at each look: an administrator may change them while the pool runs */
export function configOf(fixed: Fixed, settings: () => Settings): PoolConfig {
  return {
    ...fixed,
    get rpId() {
      return relyingPartyIdOf(settings(), fixed.region);
    },
    get userVerification() {
      return settings().mfa.WebAuthnConfiguration.UserVerification;
    },
    get firstFactors() {
      return settings().pool.Policies.SignInPolicy.AllowedFirstAuthFactors;
    },
  };
}

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** What no setting changes, in milliseconds; what an app client sets is in `lifetimesOf`. */
export const Lifetime = {
  signUpCode: DAY,
  resetCode: HOUR,
  attributeCode: DAY,
  /** Not documented; as long as other implementations allow. The options themselves say `timeout: 60000`. */
  registrationChallenge: 5 * MINUTE,
} as const;

/** Not adjustable in the service either. */
export const MAX_PASSKEYS = 20;

/** What triggers see in place of an app client when an administrator acts. */
export const NO_CLIENT = 'CLIENT_ID_NOT_APPLICABLE';
