import { signOut } from '../cognito/account.js';
import { connect, type Connection } from '../cognito/connection.js';
import { CognitoError } from '../cognito/errors.js';
import {
  answerCode,
  answerNewPassword,
  answerPasskey,
  answerPassword,
  choose,
  type CodeStep,
  type Factor,
  type NewPasswordStep,
  type PasskeyStep,
  type SelectStep,
  type SignInState,
  startSignIn,
} from '../cognito/sign-in.js';
import type { Tokens } from '../cognito/tokens.js';
import { get } from '../ctap/client/get.js';
import { ceremonySignal } from './ceremony-signal.js';
import type { Context } from './context.js';
import { withKey } from './key-session.js';
import { poolSettings, type PoolSettings } from './pool-settings.js';
import { printable } from './printable.js';
import { Problem, toProblem, usage } from './problem.js';
import { originFor } from './relying-party.js';
import type { SignInOptions } from './sign-in-options.js';

/** Somebody who has signed in, and the pool they are in. */
export interface SignedIn {
  readonly connection: Connection;
  readonly pool: PoolSettings;
  readonly tokens: Tokens;
}

/**
 * Signs in, and lets `use` work with the tokens, which are held in memory only. Afterwards the sign-in is ended at the pool
 * too, unless it is `kept`.
 */
export async function withSignIn(
  options: SignInOptions,
  context: Context,
  use: (signedIn: SignedIn) => Promise<void>,
  { kept = false } = {},
): Promise<void> {
  const pool = await poolSettings(options, context);
  const connection = connect(pool);
  const username = options.user ?? (await context.terminal.line('User name: '));
  const tokens = await signIn({ connection, pool, username, options, context });
  try {
    await use({ connection, pool, tokens });
  } finally {
    if (!kept) await end(connection, tokens, context);
  }
}

interface Attempt {
  readonly connection: Connection;
  readonly pool: PoolSettings;
  readonly username: string;
  readonly options: SignInOptions;
  readonly context: Context;
}

async function signIn(attempt: Attempt): Promise<Tokens> {
  const { connection, username, options, context } = attempt;
  const { terminal, signal } = context;
  let state = await startSignIn(connection, username, { prefer: options.with, signal });
  for (;;) {
    switch (state.step) {
      case 'signed-in':
        return state.tokens;
      case 'passkey':
        state = await byPasskey(state, attempt);
        break;
      case 'password':
        state = await answerPassword(connection, state, await terminal.secret('Password: '), { signal });
        break;
      case 'email-code':
      case 'sms-code':
        state = await byCode(state, attempt);
        break;
      case 'new-password':
        state = await byNewPassword(state, attempt);
        break;
      case 'select':
        state = await choose(connection, state, await choice(state, attempt), { signal });
        break;
      case 'unsupported':
        throw unsupported(state.challenges);
    }
  }
}

async function byPasskey(state: PasskeyStep, { connection, pool, options, context }: Attempt): Promise<SignInState> {
  const origin = originFor(pool.rpId, state.options.rpId);
  const response = await withKey(options, context, (session) =>
    get(state.options, origin, { ...session, signal: ceremonySignal(context.signal, state.options.timeout) }),
  );
  return answerPasskey(connection, state, response, { signal: context.signal });
}

async function byCode(state: CodeStep, { connection, context: { terminal, signal } }: Attempt): Promise<SignInState> {
  const destination = state.destination === undefined ? '' : ` sent to ${printable(state.destination)}`;
  for (;;) {
    const code = (await terminal.secret(`Code${destination}: `)).trim();
    try {
      return await answerCode(connection, state, code, { signal });
    } catch (error) {
      mayAnswerAgain(error, 'wrong-code', terminal);
    }
  }
}

async function byNewPassword(
  state: NewPasswordStep,
  { connection, context: { terminal, signal } }: Attempt,
): Promise<SignInState> {
  terminal.say('The password was temporary: choose one of your own.');
  const attributes: Record<string, string> = {};
  for (const name of state.required) attributes[name] = await terminal.line(`${printable(name)}: `);
  for (;;) {
    const password = await terminal.secret('New password: ');
    if (terminal.isInteractive && (await terminal.secret('New password again: ')) !== password) {
      terminal.say('The two passwords differ.');
      continue;
    }
    try {
      return await answerNewPassword(connection, state, password, attributes, { signal });
    } catch (error) {
      mayAnswerAgain(error, 'weak-password', terminal);
    }
  }
}

/** Only a person is asked again, and only where the pool still waits for the answer. */
function mayAnswerAgain(error: unknown, code: CognitoError['code'], terminal: Context['terminal']): void {
  if (!(error instanceof CognitoError) || error.code !== code || !terminal.isInteractive) throw error;
  const { message, next } = toProblem(error);
  terminal.say(`${message} ${next}`);
}

async function choice({ choices }: SelectStep, { options, context: { terminal } }: Attempt): Promise<Factor> {
  const listed = choices.join(', ');
  const hint = `The user pool offers: ${listed}. Choose with --with.`;
  if (!terminal.isInteractive) throw usage(`There is no sign-in by ${options.with} for this account.`, hint);
  const answer = (await terminal.line(`Sign in with (${listed}): `)).trim();
  const factor = choices.find((offered) => offered === answer);
  if (!factor) throw usage('That is none of the ways to sign in.', hint);
  return factor;
}

function unsupported(challenges: readonly string[]): Problem {
  return new Problem(
    'pool/unsupported-challenge',
    'The user pool asks for something that Keydesk cannot do.',
    'Sign in another way, or ask your helpdesk.',
    { detail: printable(challenges.join(', ')) },
  );
}

/** A sign-in that nobody uses any more must not stay open at the pool. That this fails is told, but is no failure of the command. */
async function end(connection: Connection, tokens: Tokens, { terminal }: Context): Promise<void> {
  try {
    await signOut(connection, tokens);
  } catch (error) {
    if (!(error instanceof CognitoError)) throw error;
    terminal.say(`keydesk: The sign-in could not be ended at the pool (${error.message}); it ends there by itself.`);
  }
}
