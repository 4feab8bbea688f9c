import { connect, type Connection } from '../src/cognito/connection.js';
import { completeRegistration, startRegistration } from '../src/cognito/passkeys.js';
import { answerPasskey, startSignIn } from '../src/cognito/sign-in.js';
import type { Tokens } from '../src/cognito/tokens.js';
import { Authenticator } from '../src/ctap/authenticator.js';
import { create } from '../src/ctap/client/create.js';
import { get } from '../src/ctap/client/get.js';
import type { RegistrationJSON } from '../src/ctap/client/webauthn-json.js';
import type { HidPort } from '../src/ctap/hid/port.js';
import { relyingPartyOf } from '../src/main/relying-party.js';
import type { RunningPool } from '../src/pool/pool.js';
import { publicKeyOf } from '../src/station/enrolled-key.js';
import type { KeptPasskey } from '../src/station/passkey-records.js';
import { Person } from './ctap/person.js';

/** A key, and what its person knows: a key without a PIN gets theirs. */
export interface OwnKey {
  readonly port: HidPort;
  readonly pin: string;
}

/** Somebody who is known to a pool, and the PIN of their key. */
export interface PoolUser {
  readonly username: string;
  readonly password: string;
  readonly pin: string;
}

/** Enrols a passkey on a key, as the person who is signed in would at their own desk. */
export async function enrolPasskey(
  connection: Connection,
  tokens: Tokens,
  { rpId, ...own }: OwnKey & { readonly rpId: string },
): Promise<RegistrationJSON> {
  const options = await startRegistration(connection, tokens);
  const wishes = { ...options, authenticatorSelection: { residentKey: 'required', userVerification: 'required' } };
  const { origin } = relyingPartyOf(rpId);
  const credential = await using(own, (context) => create(wishes, origin, context));
  await completeRegistration(connection, tokens, credential);
  return credential;
}

/** The same for somebody with a password. Resolves with what the station of their desk keeps of it. */
export async function enrolByPassword(
  { region, userPoolId, clientId, rpId, endpoint }: RunningPool,
  { username, password, pin }: PoolUser,
  port: HidPort,
): Promise<KeptPasskey> {
  const connection = connect({ region, userPoolId, clientId, endpoint });
  const state = await startSignIn(connection, username, { prefer: 'password', password });
  if (state.step !== 'signed-in') throw new Error(`the pool asks for ${state.step}`);
  const credential = await enrolPasskey(connection, state.tokens, { port, pin, rpId });
  return {
    credentialId: credential.id,
    nickname: 'Blue key',
    keyProduct: 'Simulated security key',
    aaguid: '00000000-0000-0000-0000-000000000000',
    createdAt: new Date().toISOString(),
    publicKey: publicKeyOf(credential),
    sub: state.tokens.identity.sub,
    username,
  };
}

/**
 * Signs somebody in with their key, as they would at their own desk. Rejects when key or pool refuses.
 * @param allowed passkeys that the key is asked for, in the place of those that the pool names
 */
export async function signInWithKey(
  connection: Connection,
  { username, ...own }: OwnKey & { readonly username: string },
  allowed?: readonly string[],
): Promise<Tokens> {
  const asked = await startSignIn(connection, username);
  if (asked.step !== 'passkey') throw new Error(`the pool asks for ${asked.step}`);
  const options = allowed
    ? { ...asked.options, allowCredentials: allowed.map((id) => ({ id, type: 'public-key' })) }
    : asked.options;
  const { origin } = relyingPartyOf(options.rpId ?? '');
  const assertion = await using(own, (context) => get(options, origin, context));
  const answered = await answerPasskey(connection, asked, assertion);
  if (answered.step !== 'signed-in') throw new Error(`the pool asks for ${answered.step}`);
  return answered.tokens;
}

async function using<T>(
  { port, pin }: OwnKey,
  work: (context: { readonly authenticator: Authenticator; readonly interaction: Person }) => Promise<T>,
): Promise<T> {
  const authenticator = await Authenticator.open(port);
  return work({ authenticator, interaction: new Person(pin, pin) }).finally(() => authenticator.close());
}
