import type { Connection } from '../../src/cognito/connection.js';
import { completeRegistration, startRegistration } from '../../src/cognito/passkeys.js';
import { answerPasskey, startSignIn } from '../../src/cognito/sign-in.js';
import type { Tokens } from '../../src/cognito/tokens.js';
import { Authenticator } from '../../src/ctap/authenticator.js';
import { create } from '../../src/ctap/client/create.js';
import { get } from '../../src/ctap/client/get.js';
import type { Interaction } from '../../src/ctap/client/interaction.js';
import { encodePin } from '../../src/ctap/pin/pin.js';
import { MemoryPort } from '../../src/softkey/ports/memory-port.js';
import type { SoftKey } from '../../src/softkey/soft-key.js';

const originOf = (rpId: string) => (rpId === 'localhost' ? 'http://localhost' : `https://${rpId}`);

/** Somebody who knows the PIN, and sets it on a key that has none. */
const person = (pin: string): Interaction => ({
  touch: () => undefined,
  fingerprint: () => undefined,
  wait: () => undefined,
  pin: () => Promise.resolve(encodePin(pin)),
  newPin: () => Promise.resolve(encodePin(pin)),
  account: () => Promise.resolve(0),
});

async function using<T>(key: SoftKey, work: (authenticator: Authenticator) => Promise<T>): Promise<T> {
  const authenticator = await Authenticator.open(new MemoryPort(key));
  return work(authenticator).finally(() => authenticator.close());
}

/** Enrols a passkey on the key, as its person would at their own desk. */
export async function enrolPasskey(
  connection: Connection,
  tokens: Tokens,
  { key, pin, rpId }: { readonly key: SoftKey; readonly pin: string; readonly rpId: string },
): Promise<void> {
  const options = await startRegistration(connection, tokens);
  const wishes = { ...options, authenticatorSelection: { residentKey: 'required', userVerification: 'required' } };
  const credential = await using(key, (authenticator) =>
    create(wishes, originOf(rpId), { authenticator, interaction: person(pin) }),
  );
  await completeRegistration(connection, tokens, credential);
}

/**
 * Signs somebody in with their key, as they would at their own desk. Rejects when key or pool refuses.
 * @param allowed passkeys that the key is asked for, in the place of those that the pool names
 */
export async function signInWithKey(
  connection: Connection,
  { username, key, pin }: { readonly username: string; readonly key: SoftKey; readonly pin: string },
  allowed?: readonly string[],
): Promise<Tokens> {
  const asked = await startSignIn(connection, username);
  if (asked.step !== 'passkey') throw new Error(`the pool asks for ${asked.step}`);
  const options = allowed
    ? { ...asked.options, allowCredentials: allowed.map((id) => ({ id, type: 'public-key' })) }
    : asked.options;
  const assertion = await using(key, (authenticator) =>
    get(options, originOf(options.rpId ?? ''), { authenticator, interaction: person(pin) }),
  );
  const answered = await answerPasskey(connection, asked, assertion);
  if (answered.step !== 'signed-in') throw new Error(`the pool asks for ${answered.step}`);
  return answered.tokens;
}
