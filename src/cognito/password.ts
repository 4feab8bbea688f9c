import type { CallOptions } from './call.js';
import type { Connection } from './connection.js';
import { badAnswer } from './errors.js';
import type { AuthAnswer } from './read-challenge.js';
import { readAuthAnswer, readChallenge } from './read-challenge.js';
import { answerChallenge, initiate, respond } from './respond.js';
import type { PasswordStep, SelectStep, SignInState } from './sign-in-states.js';
import { newEphemeral, passwordSignature, publicHalf, srpTimestamp } from './srp.js';

/**
 * Proves the password by SRP: it does not leave this machine, and a service that does not know it learns nothing to guess it
 * by. The password itself is sent, over TLS, only where the service says that it takes nothing else: when it asks for it by
 * name (PASSWORD), or offers it without PASSWORD_SRP beside it.
 */
export async function answerPassword(
  connection: Connection,
  { username, asked }: PasswordStep,
  password: string,
  options: CallOptions = {},
): Promise<SignInState> {
  if (asked?.plain) {
    const choice = asked.challenge === 'SELECT_CHALLENGE' ? { ANSWER: 'PASSWORD' } : {};
    return respond(connection, asked, asked.challenge, { ...choice, PASSWORD: password }, options);
  }
  const ephemeral = newEphemeral();
  const SRP_A = publicHalf(ephemeral);
  const choice = asked?.challenge === 'SELECT_CHALLENGE' ? { ANSWER: 'PASSWORD_SRP' } : {};
  const answer = asked
    ? await answerChallenge(connection, asked, asked.challenge, { ...choice, SRP_A }, options)
    : await initiate(connection, username, { PREFERRED_CHALLENGE: 'PASSWORD_SRP', SRP_A }, options);
  if (answer.ChallengeName === 'PASSWORD_VERIFIER') {
    const verifier = readVerifier(username, answer);
    const timestamp = srpTimestamp(connection.now());
    const poolName = connection.userPoolId.slice(connection.userPoolId.indexOf('_') + 1);
    const signature = await passwordSignature(poolName, verifier.half, password, ephemeral, timestamp);
    return respond(
      connection,
      verifier.pending,
      'PASSWORD_VERIFIER',
      {
        PASSWORD_CLAIM_SIGNATURE: signature,
        PASSWORD_CLAIM_SECRET_BLOCK: verifier.half.secretBlock,
        TIMESTAMP: timestamp,
      },
      options,
    );
  }
  const state = await readAuthAnswer(connection, { username, afterPassword: false }, answer);
  const plain = plainStep(state);
  // Once more at most: what the plain password leads to is read by `respond`.
  return plain && !asked ? answerPassword(connection, plain, password, options) : state;
}

/** Where the service, asked for SRP, says that it takes the password itself and nothing better. */
function plainStep(state: SignInState): PasswordStep | undefined {
  if (state.step === 'password' && state.asked?.plain) return state;
  return state.step === 'select' && state.plainPassword && state.choices.includes('password')
    ? passwordStep(state)
    : undefined;
}

/** A password, chosen from what is offered: it is asked for without a call, as it travels with the choice. */
export function passwordStep({ username, userId, session, plainPassword: plain }: SelectStep): PasswordStep {
  return { step: 'password', username, asked: { username, userId, session, challenge: 'SELECT_CHALLENGE', plain } };
}

function readVerifier(username: string, answer: AuthAnswer) {
  const { pending, parameter } = readChallenge({ username }, answer);
  const member = (name: string): string => {
    const value = parameter(name);
    if (value === undefined || value === '') throw badAnswer(name);
    return value;
  };
  const half = {
    userId: member('USER_ID_FOR_SRP'),
    B: member('SRP_B'),
    salt: member('SALT'),
    secretBlock: member('SECRET_BLOCK'),
  };
  return { pending: pending(), half };
}
