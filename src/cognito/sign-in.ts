import type { AuthenticationResponseJSON } from '../shared/webauthn-json.js';
import { FACTOR_NAMES, SECOND_FACTOR_NAMES } from './challenge-names.js';
import type { CallOptions } from './call.js';
import type { Connection } from './connection.js';
import { answerPassword, passwordStep } from './password.js';
import { readAuthAnswer } from './read-challenge.js';
import { initiate, respond } from './respond.js';
import type {
  CodeStep,
  Factor,
  NewPasswordStep,
  PasskeyStep,
  SecondFactor,
  SelectSecondStep,
  SelectStep,
  SignInState,
} from './sign-in-states.js';

export interface StartOptions extends CallOptions {
  /** What to ask for first; the service offers a choice when the user has not got it. */
  readonly prefer?: Factor | undefined;
  /** With `prefer: 'password'`: it is proved at once. */
  readonly password?: string | undefined;
  /** What `confirmSignUp` has given: signs in without a second code. The service may ask for more all the same. */
  readonly session?: string | undefined;
}

/**
 * Begins a sign-in, by passkey unless asked otherwise. A passkey sign-in is this call and `answerPasskey`. For a password
 * that is not given yet nothing is sent: the sign-in begins with it, and no session runs out while it is typed.
 */
export async function startSignIn(
  connection: Connection,
  username: string,
  { prefer = 'passkey', password, session, signal }: StartOptions = {},
): Promise<SignInState> {
  if (session === undefined && prefer === 'password') {
    const state = { step: 'password', username } as const;
    return password === undefined ? state : answerPassword(connection, state, password, { signal });
  }
  const parameters: Record<string, string> = session === undefined ? { PREFERRED_CHALLENGE: FACTOR_NAMES[prefer] } : {};
  const answer = await initiate(connection, username, parameters, { session, signal });
  return readAuthAnswer(connection, { username, afterPassword: false }, answer);
}

/** Takes one of the choices. A password is asked for without a call, as it travels with the choice. */
export function choose(
  connection: Connection,
  state: SelectStep,
  choice: Factor,
  options: CallOptions = {},
): Promise<SignInState> {
  if (choice === 'password') return Promise.resolve(passwordStep(state));
  const answer = { ANSWER: FACTOR_NAMES[choice] };
  return respond(connection, state, 'SELECT_CHALLENGE', answer, { ...options, afterPassword: false });
}

/** Takes one of the second factors that the account has. */
export function chooseSecond(
  connection: Connection,
  state: SelectSecondStep,
  choice: SecondFactor,
  options: CallOptions = {},
): Promise<SignInState> {
  return respond(connection, state, 'SELECT_MFA_TYPE', { ANSWER: SECOND_FACTOR_NAMES[choice] }, options);
}

export function answerPasskey(
  connection: Connection,
  state: PasskeyStep,
  credential: AuthenticationResponseJSON,
  options: CallOptions = {},
): Promise<SignInState> {
  return respond(connection, state, 'WEB_AUTHN', { CREDENTIAL: JSON.stringify(credential) }, options);
}

export function answerCode(
  connection: Connection,
  state: CodeStep,
  code: string,
  options: CallOptions = {},
): Promise<SignInState> {
  return respond(connection, state, state.challenge, { [`${state.challenge}_CODE`]: code }, options);
}

/** `attributes`: values of those that the state requires, by name. */
export function answerNewPassword(
  connection: Connection,
  state: NewPasswordStep,
  password: string,
  attributes: Readonly<Record<string, string>> = {},
  options: CallOptions = {},
): Promise<SignInState> {
  const named = Object.entries(attributes).map(([name, value]) => [`userAttributes.${name}`, value] as const);
  const responses = { NEW_PASSWORD: password, ...Object.fromEntries(named) };
  return respond(connection, state, 'NEW_PASSWORD_REQUIRED', responses, options);
}
