import type { InitiateAuthResponse, RespondToAuthChallengeResponse } from '@aws-sdk/client-cognito-identity-provider';
import { InitiateAuthCommand, RespondToAuthChallengeCommand } from '@aws-sdk/client-cognito-identity-provider';

import type { AuthenticationResponseJSON, PublicKeyCredentialRequestOptionsJSON } from '../shared/webauthn-json.js';
import type { CallOptions, Connection } from './connection.js';
import { badAnswer } from './errors.js';
import { isObject, isText, isTextList, parseJson } from './json.js';
import type { Tokens } from './tokens.js';
import { readTokens } from './tokens.js';
import { readRequestOptions } from './webauthn-options.js';

/** The ways to prove who one is that the service may offer to choose from. */
export type Factor = 'passkey' | 'password' | 'email-code' | 'sms-code';

/** Factors by the service's names of them. */
const FACTOR_NAMES = {
  passkey: 'WEB_AUTHN',
  password: 'PASSWORD',
  'email-code': 'EMAIL_OTP',
  'sms-code': 'SMS_OTP',
} as const satisfies Record<Factor, string>;
const FACTORS = Object.keys(FACTOR_NAMES) as Factor[]; // the keys of the table above, and no others

interface Pending {
  readonly username: string;
  /** Good for one answer, and for minutes only. */
  readonly session: string;
}

/** A passkey is asked for: the options go to the key, its answer to `answerPasskey`. */
export interface PasskeyStep extends Pending {
  readonly step: 'passkey';
  readonly options: PublicKeyCredentialRequestOptionsJSON;
}

/** A password is asked for: `answerPassword`. */
export interface PasswordStep extends Pending {
  readonly step: 'password';
  /** The challenge that the password answers: it may be sent along with the choice of it. */
  readonly challenge: 'PASSWORD' | 'SELECT_CHALLENGE';
}

/** A code was sent, as the service says: `answerCode`. */
export type CodeStep = CodeStepBy<'email-code'> | CodeStepBy<'sms-code'>;
interface CodeStepBy<S> extends Pending {
  readonly step: S;
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
}

/** The service asks for what Keydesk cannot do; the sign-in ends here. */
export interface UnsupportedStep {
  readonly step: 'unsupported';
  readonly username: string;
  /** The service's names of what it asks for. */
  readonly challenges: readonly string[];
}

interface SignedIn {
  readonly step: 'signed-in';
  readonly tokens: Tokens;
}

/**
 * Where a sign-in stands. Plain data: each function below takes one state and gives the next. An error leaves the state
 * as it was; `wrong-code` and `weak-password` may be answered again from it, anything else means to start again.
 */
export type SignInState =
  PasskeyStep | PasswordStep | CodeStep | NewPasswordStep | SelectStep | UnsupportedStep | SignedIn;

export interface StartOptions extends CallOptions {
  /** What to ask for first; the service offers a choice when the user has not got it. */
  readonly prefer?: Factor | undefined;
  /** With `prefer: 'password'`, saves a call. */
  readonly password?: string | undefined;
}

/** Begins a sign-in, by passkey unless asked otherwise. A passkey sign-in is this call and `answerPasskey`. */
export async function startSignIn(
  connection: Connection,
  username: string,
  { prefer = 'passkey', password, signal }: StartOptions = {},
): Promise<SignInState> {
  const command = new InitiateAuthCommand({
    ClientId: connection.clientId,
    AuthFlow: 'USER_AUTH',
    AuthParameters: {
      USERNAME: username,
      PREFERRED_CHALLENGE: FACTOR_NAMES[prefer],
      ...(prefer === 'password' && password !== undefined && { PASSWORD: password }),
    },
  });
  const answer = await connection.call('sign-in', 'once', { signal }, (client, abortSignal) =>
    client.send(command, { abortSignal }),
  );
  return next(connection, username, answer);
}

/** Takes one of the choices. A password is asked for without a call, as it travels with the choice. */
export function choose(
  connection: Connection,
  state: SelectStep,
  choice: Factor,
  options: CallOptions = {},
): Promise<SignInState> {
  if (choice === 'password') {
    const { username, session } = state;
    return Promise.resolve({ step: 'password', username, session, challenge: 'SELECT_CHALLENGE' });
  }
  return respond(connection, state, 'SELECT_CHALLENGE', { ANSWER: FACTOR_NAMES[choice] }, options);
}

export function answerPasskey(
  connection: Connection,
  state: PasskeyStep,
  credential: AuthenticationResponseJSON,
  options: CallOptions = {},
): Promise<SignInState> {
  return respond(connection, state, 'WEB_AUTHN', { CREDENTIAL: JSON.stringify(credential) }, options);
}

export function answerPassword(
  connection: Connection,
  state: PasswordStep,
  password: string,
  options: CallOptions = {},
): Promise<SignInState> {
  const choice = state.challenge === 'SELECT_CHALLENGE' ? { ANSWER: FACTOR_NAMES.password } : {};
  return respond(connection, state, state.challenge, { ...choice, PASSWORD: password }, options);
}

export function answerCode(
  connection: Connection,
  state: CodeStep,
  code: string,
  options: CallOptions = {},
): Promise<SignInState> {
  const challenge = FACTOR_NAMES[state.step];
  return respond(connection, state, challenge, { [`${challenge}_CODE`]: code }, options);
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

type AnswerableChallenge = (typeof FACTOR_NAMES)[Factor] | 'SELECT_CHALLENGE' | 'NEW_PASSWORD_REQUIRED';

async function respond(
  connection: Connection,
  { username, session }: Pending,
  challenge: AnswerableChallenge,
  responses: Record<string, string>,
  options: CallOptions,
): Promise<SignInState> {
  const command = new RespondToAuthChallengeCommand({
    ClientId: connection.clientId,
    ChallengeName: challenge,
    Session: session,
    ChallengeResponses: { USERNAME: username, ...responses },
  });
  const answer = await connection.call('sign-in', 'once', options, (client, abortSignal) =>
    client.send(command, { abortSignal }),
  );
  return next(connection, username, answer);
}

/** Reads what the service answers: every answer leads to a state, or is a CognitoError `bad-answer`. */
function next(
  { clientId, now }: Connection,
  username: string,
  answer: InitiateAuthResponse | RespondToAuthChallengeResponse,
): SignInState {
  if (answer.AuthenticationResult)
    return { step: 'signed-in', tokens: readTokens(answer.AuthenticationResult, { clientId, now: now() }) };
  // The SDK does not check what it reads: the types of an answer are what the service promises today.
  const name: unknown = answer.ChallengeName;
  const session: unknown = answer.Session;
  const parameters: unknown = answer.ChallengeParameters ?? {};
  if (!isText(name) || name === '') throw badAnswer('ChallengeName');
  if (!isObject(parameters)) throw badAnswer('ChallengeParameters');
  const parameter = (member: string): string | undefined => {
    const value = parameters[member];
    if (value !== undefined && !isText(value)) throw badAnswer(member);
    return value;
  };
  const pending = (): Pending => {
    if (!isText(session) || session === '') throw badAnswer('Session');
    return { username, session };
  };
  switch (name) {
    case 'WEB_AUTHN':
      return {
        step: 'passkey',
        ...pending(),
        options: readRequestOptions(parameter('CREDENTIAL_REQUEST_OPTIONS')),
      };
    case 'PASSWORD':
      return { step: 'password', ...pending(), challenge: 'PASSWORD' };
    case 'EMAIL_OTP':
      return { step: 'email-code', ...pending(), destination: parameter('CODE_DELIVERY_DESTINATION') };
    case 'SMS_OTP':
      return { step: 'sms-code', ...pending(), destination: parameter('CODE_DELIVERY_DESTINATION') };
    case 'NEW_PASSWORD_REQUIRED':
      return { step: 'new-password', ...pending(), required: readRequired(parameter('requiredAttributes')) };
    case 'SELECT_CHALLENGE': {
      const offered: unknown = answer.AvailableChallenges ?? [];
      if (!isTextList(offered)) throw badAnswer('AvailableChallenges');
      const choices = FACTORS.filter((factor) => offered.includes(FACTOR_NAMES[factor]));
      if (choices.length === 0) return { step: 'unsupported', username, challenges: offered };
      return { step: 'select', ...pending(), choices };
    }
    default:
      return { step: 'unsupported', username, challenges: [name] };
  }
}

/** `requiredAttributes` is JSON in text, each name with the prefix that its answer has. */
function readRequired(text: string | undefined): readonly string[] {
  if (text === undefined || text === '') return [];
  const names = parseJson(text);
  if (!isTextList(names)) throw badAnswer('requiredAttributes');
  return names.map((name) => name.replace(/^userAttributes\./, ''));
}
