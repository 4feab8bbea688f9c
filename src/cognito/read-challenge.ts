import type { InitiateAuthResponse, RespondToAuthChallengeResponse } from '@aws-sdk/client-cognito-identity-provider';

import { FACTOR_NAMES, SECOND_FACTOR_NAMES, UNUSED_CHALLENGES } from './challenge-names.js';
import type { Connection } from './connection.js';
import { badAnswer } from './errors.js';
import { isObject, isText, isTextList, parseJson } from './json.js';
import type {
  CodeStep,
  Factor,
  Pending,
  SecondFactor,
  SignInState,
  UnsupportedStep,
  UnusedChallenge,
} from './sign-in-states.js';
import { readTokens } from './tokens.js';
import { readRequestOptions } from './webauthn-options.js';

export type AuthAnswer = InitiateAuthResponse | RespondToAuthChallengeResponse;

export interface Before {
  readonly username: string;
  readonly userId?: string | undefined;
  /** A password has been given: what is asked for now is a second factor. */
  readonly afterPassword: boolean;
}

/** A challenge with what belongs to it, its form checked. */
interface Challenge {
  readonly name: string;
  readonly pending: () => Pending;
  readonly parameter: (member: string) => string | undefined;
}

const FACTORS = Object.keys(FACTOR_NAMES) as Factor[]; // the keys of the table, and no others
const SECOND_FACTORS = Object.keys(SECOND_FACTOR_NAMES) as SecondFactor[]; // likewise

/** Reads what the service answers: every answer leads to a state, or is a CognitoError. */
export async function readAuthAnswer(connection: Connection, before: Before, answer: AuthAnswer): Promise<SignInState> {
  if (answer.AuthenticationResult)
    return { step: 'signed-in', tokens: await readTokens(connection, answer.AuthenticationResult) };
  return stepOf(readChallenge(before, answer), before, answer.AvailableChallenges ?? []);
}

/** The SDK does not check what it reads: the types of an answer are what the service promises today. */
export function readChallenge({ username, userId }: Omit<Before, 'afterPassword'>, answer: AuthAnswer): Challenge {
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
    return { username, userId: parameter('USER_ID_FOR_SRP') ?? parameter('USERNAME') ?? userId, session };
  };
  return { name, pending, parameter };
}

function stepOf(challenge: Challenge, before: Before, offered: unknown): SignInState {
  const { name, pending, parameter } = challenge;
  switch (name) {
    case 'WEB_AUTHN':
      return {
        step: 'passkey',
        ...pending(),
        options: readRequestOptions(parameter('CREDENTIAL_REQUEST_OPTIONS')),
      };
    case 'PASSWORD':
    case 'PASSWORD_SRP': {
      const asked = { ...pending(), challenge: name, plain: name === 'PASSWORD' } as const;
      return { step: 'password', username: asked.username, asked };
    }
    case 'EMAIL_OTP':
    case 'EMAIL_MFA':
      return codeStep('email-code', name, challenge, before);
    case 'SMS_OTP':
    case 'SMS_MFA':
      return codeStep('sms-code', name, challenge, before);
    case 'SOFTWARE_TOKEN_MFA':
      return codeStep('app-code', name, challenge, before);
    case 'NEW_PASSWORD_REQUIRED':
      return { step: 'new-password', ...pending(), required: readRequired(parameter('requiredAttributes')) };
    case 'SELECT_CHALLENGE': {
      if (!isTextList(offered)) throw badAnswer('AvailableChallenges');
      const plainPassword = !offered.includes('PASSWORD_SRP');
      const choices = FACTORS.filter(
        (factor) => offered.includes(FACTOR_NAMES[factor]) || (factor === 'password' && !plainPassword),
      );
      return choices.length === 0
        ? unsupported(before, offered)
        : { step: 'select', ...pending(), choices, plainPassword };
    }
    case 'SELECT_MFA_TYPE': {
      const names = readNames(parameter('MFAS_CAN_CHOOSE'), 'MFAS_CAN_CHOOSE');
      const choices = SECOND_FACTORS.filter((factor) => names.includes(SECOND_FACTOR_NAMES[factor]));
      return choices.length === 0 ? unsupported(before, names) : { step: 'select-second', ...pending(), choices };
    }
    case 'MFA_SETUP': {
      const names = readNames(parameter('MFAS_CAN_SETUP'), 'MFAS_CAN_SETUP');
      const choices = (['app-code', 'email-code'] as const).filter((one) => names.includes(SECOND_FACTOR_NAMES[one]));
      if (choices.length === 0) return { ...unsupported(before, names), reason: 'MFA_SETUP' };
      return { step: 'set-up', ...pending(), choices };
    }
    // Comes only after SRP_A, and is read there: nobody has sent one here.
    case 'PASSWORD_VERIFIER':
      throw badAnswer('ChallengeName');
    default:
      return unsupported(before, [name]);
  }
}

function codeStep(
  step: CodeStep['step'],
  challenge: CodeStep['challenge'],
  { pending, parameter }: Challenge,
  { afterPassword }: Before,
): CodeStep {
  const isSecond = afterPassword || challenge.endsWith('_MFA');
  return { step, ...pending(), challenge, isSecond, destination: parameter('CODE_DELIVERY_DESTINATION') };
}

function unsupported({ username }: Before, challenges: readonly string[]): UnsupportedStep {
  const [only, ...more] = challenges;
  const reason = only !== undefined && more.length === 0 && isUnused(only) ? only : undefined;
  return { step: 'unsupported', username, challenges, reason };
}

const isUnused = (name: string): name is UnusedChallenge => Object.hasOwn(UNUSED_CHALLENGES, name);

/** A list of names is JSON in text; a service that lists nothing may leave it out. */
function readNames(text: string | undefined, member: string): readonly string[] {
  if (text === undefined || text === '') return [];
  const names = parseJson(text);
  if (!isTextList(names)) throw badAnswer(member);
  return names;
}

/** `requiredAttributes`: each name has the prefix that its answer has. */
const readRequired = (text: string | undefined): readonly string[] =>
  readNames(text, 'requiredAttributes').map((name) => name.replace(/^userAttributes\./, ''));
