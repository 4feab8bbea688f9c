import type { Pool } from '../context.js';
import { runTrigger } from '../lambda/run.js';

/** A sign-up that the PreSignUp trigger is asked about. */
export interface SigningUp {
  readonly source: 'PreSignUp_SignUp' | 'PreSignUp_AdminCreateUser';
  readonly username: string;
  readonly clientId: string;
  readonly attributes: ReadonlyMap<string, string>;
  readonly validationData: readonly { Name: string; Value?: string | undefined }[];
  readonly clientMetadata: Readonly<Record<string, string>>;
}

/** What PreSignUp has decided. */
export interface SignUpVerdict {
  readonly confirmed: boolean;
  /** The attributes that count as proven. */
  readonly verified: readonly ('email' | 'phone_number')[];
}

/** Asks PreSignUp whether somebody may sign up; it throws to deny. Without the trigger nothing is decided. */
export async function preSignUp(pool: Pool, signingUp: SigningUp): Promise<SignUpVerdict> {
  const { source, username, clientId, attributes, validationData, clientMetadata } = signingUp;
  const response = await runTrigger(pool, 'PreSignUp', {
    source,
    userName: username,
    clientId,
    request: {
      userAttributes: Object.fromEntries(attributes),
      validationData: Object.fromEntries(validationData.map(({ Name, Value = '' }) => [Name, Value])),
      clientMetadata,
    },
    response: { autoConfirmUser: false, autoVerifyEmail: false, autoVerifyPhone: false },
  });
  const verified: (false | 'email' | 'phone_number')[] = [
    response?.autoVerifyEmail === true && attributes.has('email') && 'email',
    response?.autoVerifyPhone === true && attributes.has('phone_number') && 'phone_number',
  ];
  return {
    confirmed: response?.autoConfirmUser === true,
    verified: verified.filter((attribute) => attribute !== false),
  };
}
