import { signOut } from '../cognito/account.js';
import { connect, type Connection } from '../cognito/connection.js';
import { CognitoError } from '../cognito/errors.js';
import { UNUSED_CHALLENGES } from '../cognito/challenge-names.js';
import { answerPassword } from '../cognito/password.js';
import { answerPasskey, choose, chooseSecond, startSignIn } from '../cognito/sign-in.js';
import type { Factor, PasskeyStep, SelectStep, SignInState, UnsupportedStep } from '../cognito/sign-in-states.js';
import type { Tokens } from '../cognito/tokens.js';
import { get } from '../ctap/client/get.js';
import { ceremonySignal } from './ceremony-signal.js';
import type { Context } from './context.js';
import { whoSignsIn } from './key-says-who.js';
import { type KeySession, withKey } from './key-session.js';
import { confirmAccount, resetPassword } from './pool-account.js';
import { byAppSetUp, byCode, byNewPassword, bySetUp, secondFactor } from './pool-answers.js';
import { poolSettings, type PoolSettings } from './pool-settings.js';
import { printable } from './printable.js';
import { Problem, usage } from './problem.js';
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
export async function withSignIn<T>(
  options: SignInOptions,
  context: Context,
  use: (signedIn: SignedIn) => Promise<T>,
  { kept = false } = {},
): Promise<T> {
  const pool = await poolSettings(options, context);
  const connection = connect(pool);
  const tokens = await signInAs(options.user, { connection, pool, options, context });
  try {
    return await use({ connection, pool, tokens });
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
  /** Open already, where it has said who signs in. */
  readonly key?: KeySession;
}

/** Whoever is named; else, by a passkey, whose key it is: one PIN entry serves for both. */
async function signInAs(named: string | undefined, attempt: Omit<Attempt, 'username' | 'key'>): Promise<Tokens> {
  const { options, context, pool } = attempt;
  if (named !== undefined || options.with !== 'passkey')
    return signIn({ ...attempt, username: named ?? (await context.terminal.line('User name: ')) });
  return withKey(options, context, async (key) => {
    const { username, verified } = await whoSignsIn(key, pool.rpId, context);
    try {
      context.terminal.say(`Signing in as ${printable(username)}.`);
      return await signIn({ ...attempt, username, key: { ...key, session: verified } });
    } finally {
      verified?.drop();
    }
  });
}

async function signIn(attempt: Attempt): Promise<Tokens> {
  let state = await begin(attempt);
  while (state.step !== 'signed-in') state = await follow(state, attempt);
  return state.tokens;
}

/** With the password at once, where that is how: what is wrong with the account is then known before anything else is asked. */
async function begin(attempt: Attempt): Promise<SignInState> {
  const { connection, username, options, context } = attempt;
  const { terminal, signal } = context;
  const prefer = options.with;
  const password = prefer === 'password' ? await terminal.secret('Password: ') : undefined;
  return settled(attempt, () => startSignIn(connection, username, { prefer, password, signal }));
}

/** An account that has to be confirmed, or given a new password, first: done with a person, and then signed in. */
async function settled(attempt: Attempt, start: () => Promise<SignInState>): Promise<SignInState> {
  const { connection, username, options, context } = attempt;
  const { signal, terminal } = context;
  try {
    return await start();
  } catch (error) {
    if (!(error instanceof CognitoError) || !terminal.isInteractive) throw error;
    if (error.code === 'user-not-confirmed')
      return startSignIn(connection, username, {
        prefer: options.with,
        session: await confirmAccount(attempt),
        signal,
      });
    if (error.code === 'password-reset-required')
      return startSignIn(connection, username, { prefer: 'password', password: await resetPassword(attempt), signal });
    throw error;
  }
}

async function follow(state: Exclude<SignInState, { step: 'signed-in' }>, attempt: Attempt): Promise<SignInState> {
  const { connection, context } = attempt;
  const { terminal, signal } = context;
  switch (state.step) {
    case 'passkey':
      return byPasskey(state, attempt);
    case 'password': {
      const password = await terminal.secret('Password: ');
      return settled(attempt, () => answerPassword(connection, state, password, { signal }));
    }
    case 'app-code':
    case 'email-code':
    case 'sms-code':
      return byCode(state, attempt);
    case 'new-password':
      return byNewPassword(state, attempt);
    case 'select':
      return choose(connection, state, await choice(state, attempt), { signal });
    case 'select-second':
      return chooseSecond(connection, state, await secondFactor(state.choices, terminal), { signal });
    case 'set-up':
      return bySetUp(state, attempt);
    case 'set-up-app':
      return byAppSetUp(state, attempt);
    case 'unsupported':
      throw unsupported(state);
  }
}

async function byPasskey(state: PasskeyStep, attempt: Attempt): Promise<SignInState> {
  const { connection, pool, options, context, key } = attempt;
  const origin = originFor(pool.rpId, state.options.rpId);
  const sign = (session: KeySession) =>
    get(state.options, origin, { ...session, signal: ceremonySignal(context.signal, state.options.timeout) });
  const response = await (key ? sign(key) : withKey(options, context, sign));
  return answerPasskey(connection, state, response, { signal: context.signal });
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

function unsupported({ challenges, reason }: UnsupportedStep): Problem {
  const { sentence, next } =
    reason === undefined
      ? {
          sentence: 'The user pool asks for something that Keydesk cannot do.',
          next: 'Sign in another way, or ask your helpdesk.',
        }
      : UNUSED_CHALLENGES[reason];
  return new Problem('pool/unsupported-challenge', sentence, next, { detail: printable(challenges.join(', ')) });
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
