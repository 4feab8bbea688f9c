import type { PublicKeyCredentialRequestOptionsJSON } from '../shared/webauthn-json.js';
import type { Tokens } from './tokens.js';

/** The ways to prove who one is that the service may offer to choose from. */
export type Factor = 'passkey' | 'password' | 'email-code' | 'sms-code';

/** What may be asked for besides a password. */
export type SecondFactor = 'app-code' | 'email-code' | 'sms-code';

/** What is known of a sign-in that is under way. */
export interface Pending {
  /** As it was typed. */
  readonly username: string;
  /** What the service calls the person in this sign-in, once it has said so: further answers carry that name. */
  readonly userId?: string | undefined;
  /** Good for one answer, and for minutes only: three, where the pool's owner has not chosen more. */
  readonly session: string;
}

/** A passkey is asked for: the options go to the key, its answer to `answerPasskey`. */
export interface PasskeyStep extends Pending {
  readonly step: 'passkey';
  readonly options: PublicKeyCredentialRequestOptionsJSON;
}

/** A password is asked for: `answerPassword`. */
export interface PasswordStep {
  readonly step: 'password';
  readonly username: string;
  /**
   * What the service waits for, where it has been asked already; without it the answer begins the sign-in. `plain` when it
   * takes the password itself and nothing better.
   */
  readonly asked?:
    | (Pending & { readonly challenge: 'PASSWORD' | 'PASSWORD_SRP' | 'SELECT_CHALLENGE'; readonly plain: boolean })
    | undefined;
}

/** A code is asked for: `answerCode`. Whether a message with it has arrived anywhere, the service does not know. */
export type CodeStep = CodeStepBy<'app-code'> | CodeStepBy<'email-code'> | CodeStepBy<'sms-code'>;
interface CodeStepBy<S> extends Pending {
  readonly step: S;
  /** The service's name: the same factor has one as the first and another as the second. */
  readonly challenge: 'EMAIL_OTP' | 'SMS_OTP' | 'SMS_MFA' | 'SOFTWARE_TOKEN_MFA' | 'EMAIL_MFA';
  /** Comes after a password, which has to be given again when the session is over. */
  readonly isSecond: boolean;
  /** Where to, masked by the service. */
  readonly destination: string | undefined;
}

/** The password was right but temporary: `answerNewPassword`. */
export interface NewPasswordStep extends Pending {
  readonly step: 'new-password';
  /** Names of the attributes that must be given with it. */
  readonly required: readonly string[];
}

/** The person chooses: `choose`. Also what a preference leads to that the user cannot meet. */
export interface SelectStep extends Pending {
  readonly step: 'select';
  readonly choices: readonly Factor[];
  /** The service takes the password itself only. */
  readonly plainPassword: boolean;
}

/** The person chooses a second factor: `chooseSecond`. */
export interface SelectSecondStep extends Pending {
  readonly step: 'select-second';
  readonly choices: readonly SecondFactor[];
}

/** A second factor has to be set up before the sign-in can go on: `startAppSetUp` or `answerEmailSetUp`. */
export interface SetUpStep extends Pending {
  readonly step: 'set-up';
  readonly choices: readonly Exclude<SecondFactor, 'sms-code'>[];
}

/** An authenticator app is to learn this secret: `answerAppSetUp` with the first code that it shows. */
export interface AppSetUpStep extends Pending {
  readonly step: 'set-up-app';
  /** Base32, as apps take it. */
  readonly secret: string;
}

/** Challenges that Keydesk does not answer. `MFA_SETUP` is among them where nothing of what it offers can be set up here. */
export type UnusedChallenge =
  'ADMIN_NO_SRP_AUTH' | 'CUSTOM_CHALLENGE' | 'DEVICE_PASSWORD_VERIFIER' | 'DEVICE_SRP_AUTH' | 'MFA_SETUP';

/** The service asks for what Keydesk cannot do; the sign-in ends here. */
export interface UnsupportedStep {
  readonly step: 'unsupported';
  readonly username: string;
  /** The service's names of what it asks for. */
  readonly challenges: readonly string[];
  /** Why not, where it is one that Keydesk knows. */
  readonly reason: UnusedChallenge | undefined;
}

interface SignedIn {
  readonly step: 'signed-in';
  readonly tokens: Tokens;
}

/**
 * Where a sign-in stands. Plain data: each function of `sign-in.ts` and `mfa.ts` takes one state and gives the next. An error
 * leaves the state as it was; `wrong-code` and `weak-password` may be answered again from it, anything else means to start again.
 */
export type SignInState =
  | PasskeyStep
  | PasswordStep
  | CodeStep
  | NewPasswordStep
  | SelectStep
  | SelectSecondStep
  | SetUpStep
  | AppSetUpStep
  | UnsupportedStep
  | SignedIn;
