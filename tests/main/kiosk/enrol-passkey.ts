import { connect } from '../../../src/cognito/connection.js';
import { completeRegistration, startRegistration } from '../../../src/cognito/passkeys.js';
import { startSignIn } from '../../../src/cognito/sign-in.js';
import { Authenticator } from '../../../src/ctap/authenticator.js';
import { create } from '../../../src/ctap/client/create.js';
import type { HidPort } from '../../../src/ctap/hid/port.js';
import { relyingPartyOf } from '../../../src/main/relying-party.js';
import type { RunningPool } from '../../../src/pool/pool.js';
import { Person } from '../../ctap/person.js';

/** Somebody who is known to a pool, and the PIN of their key. */
export interface PoolUser {
  readonly username: string;
  readonly password: string;
  readonly pin: string;
}

/** Enrols a passkey of the person on a key, as they would have at their own desk. A key without a PIN gets theirs. Resolves with their `sub`. */
export async function enrolPasskey(
  { region, userPoolId, clientId, rpId, endpoint }: RunningPool,
  { username, password, pin }: PoolUser,
  port: HidPort,
): Promise<string> {
  const connection = connect({ region, userPoolId, clientId, endpoint });
  const state = await startSignIn(connection, username, { prefer: 'password', password });
  if (state.step !== 'signed-in') throw new Error(`the pool asks for ${state.step}`);
  const options = await startRegistration(connection, state.tokens);
  const interaction = new Person(pin, pin);
  const authenticator = await Authenticator.open(port);
  const wishes = { ...options, authenticatorSelection: { residentKey: 'required', userVerification: 'required' } };
  const { origin } = relyingPartyOf(rpId);
  const credential = await create(wishes, origin, { authenticator, interaction }).finally(() => authenticator.close());
  await completeRegistration(connection, state.tokens, credential);
  return state.tokens.identity.sub;
}
