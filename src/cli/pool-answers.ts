import { CognitoError, type CognitoErrorCode } from '../cognito/errors.js';
import { answerAppSetUp, answerEmailSetUp, authenticatorUri, startAppSetUp } from '../cognito/mfa.js';
import { answerCode, answerNewPassword } from '../cognito/sign-in.js';
import type {
  AppSetUpStep,
  CodeStep,
  NewPasswordStep,
  SecondFactor,
  SetUpStep,
  SignInState,
} from '../cognito/sign-in-states.js';
import type { Connection } from '../cognito/connection.js';
import type { Context } from './context.js';
import { printable } from './printable.js';
import { toProblem, usage } from './problem.js';

/** Who is asked, and which pool waits for the answer. */
export interface Asked {
  readonly connection: Connection;
  readonly context: Context;
}
type Terminal = Context['terminal'];

export async function byCode(
  state: CodeStep,
  { connection, context: { terminal, signal } }: Asked,
): Promise<SignInState> {
  for (;;) {
    const code = (await terminal.secret(`${whichCode(state)}: `)).trim();
    try {
      return await answerCode(connection, state, code, { signal });
    } catch (error) {
      mayAnswerAgain(error, ['wrong-code'], terminal);
    }
  }
}

/** A pool says that a message is on its way; whether it arrives it does not know. */
function whichCode({ step, destination }: CodeStep): string {
  if (step === 'app-code') return 'Code of your authenticator app';
  return destination === undefined ? 'Code' : `Code on its way to ${printable(destination)}`;
}

export async function byNewPassword(
  state: NewPasswordStep,
  { connection, context: { terminal, signal } }: Asked,
): Promise<SignInState> {
  terminal.say('The password was temporary: choose one of your own.');
  const attributes: Record<string, string> = {};
  for (const name of state.required) attributes[name] = await terminal.line(`${printable(name)}: `);
  for (;;) {
    const password = await newPassword(terminal);
    try {
      return await answerNewPassword(connection, state, password, attributes, { signal });
    } catch (error) {
      mayAnswerAgain(error, ['weak-password', 'password-used-before'], terminal);
    }
  }
}

/** Typed twice by a person, who does not see it; a script gives it once. */
export async function newPassword(terminal: Terminal): Promise<string> {
  for (;;) {
    const password = await terminal.secret('New password: ');
    if (!terminal.isInteractive || (await terminal.secret('New password again: ')) === password) return password;
    terminal.say('The two passwords differ.');
  }
}

/** An authenticator app where the pool takes one, else codes by e-mail. */
export async function bySetUp(
  state: SetUpStep,
  { connection, context: { terminal, signal } }: Asked,
): Promise<SignInState> {
  terminal.say('The user pool wants a second factor set up for this account.');
  if (state.choices.includes('app-code')) return startAppSetUp(connection, state, { signal });
  return answerEmailSetUp(connection, state, (await terminal.line('E-mail address for codes: ')).trim(), { signal });
}

export async function byAppSetUp(
  state: AppSetUpStep,
  { connection, context: { terminal, signal } }: Asked,
): Promise<SignInState> {
  terminal.say(`Add the account to your authenticator app with this key: ${state.secret}`);
  terminal.say(`As an address: ${authenticatorUri('Keydesk', state.username, state.secret)}`);
  for (;;) {
    const code = (await terminal.secret('Code that the app shows: ')).trim();
    try {
      return await answerAppSetUp(connection, state, code, { signal });
    } catch (error) {
      mayAnswerAgain(error, ['wrong-code'], terminal);
    }
  }
}

/** One of several second factors. A script is not asked: the one that needs no message goes first. */
export async function secondFactor(choices: readonly SecondFactor[], terminal: Terminal): Promise<SecondFactor> {
  const [first] = choices;
  if (first !== undefined && (choices.length === 1 || !terminal.isInteractive)) return first;
  const listed = choices.join(', ');
  const answer = (await terminal.line(`Second factor (${listed}): `)).trim();
  const factor = choices.find((offered) => offered === answer);
  if (!factor) throw usage('That is none of the second factors.', `The user pool offers: ${listed}.`);
  return factor;
}

/** Only a person is asked again, and only where the pool still waits for the answer. */
export function mayAnswerAgain(error: unknown, codes: readonly CognitoErrorCode[], terminal: Terminal): void {
  if (!(error instanceof CognitoError) || !codes.includes(error.code) || !terminal.isInteractive) throw error;
  const { message, next } = toProblem(error);
  terminal.say(`${message} ${next}`);
}
