import { CognitoError } from '../cognito/errors.js';
import {
  completeRegistration,
  deletePasskey,
  listPasskeys,
  type Passkey,
  startRegistration,
} from '../cognito/passkeys.js';
import type { RegistrationJSON } from '../ctap/client/webauthn-json.js';
import type { Context } from './context.js';
import { makePasskey, takeOff } from './make-passkey.js';
import { offerOrphans } from './orphans.js';
import { forget, remember } from './passkey-records.js';
import { type SignedIn, withSignIn } from './pool-sign-in.js';
import { printable } from './printable.js';
import { Problem, toProblem } from './problem.js';
import type { SignInOptions } from './sign-in-options.js';
import { cancelled } from './terminal.js';
import { chooseKey } from './touched-key.js';

export interface AddOptions extends SignInOptions {
  readonly signInKey?: string;
}

export interface DeleteOptions extends SignInOptions {
  readonly yes?: boolean;
}

/** Lists the passkeys that the pool has for an account. */
export async function list(options: SignInOptions, context: Context): Promise<void> {
  await withSignIn(options, context, async ({ connection, tokens }) => {
    const passkeys = await listPasskeys(connection, tokens, context);
    const ids = passkeys.map((passkey) => passkey.id);
    await offerOrphans(ids, context);
    const text = passkeys.map(asText).join('\n\n');
    context.terminal.result({ passkeys: passkeys.map(asJson) }, text === '' ? 'There are no passkeys.' : text);
  });
}

/** Makes a passkey on a key and registers it. */
export async function add(options: AddOptions, context: Context): Promise<void> {
  context.station().journal(); // no enrolment without one
  const { id: key } = await chooseKey(options.key, context); // without a key nobody needs to sign in
  await withSignIn({ ...options, key: options.signInKey ?? key }, context, async (signedIn) => {
    const { connection, pool, tokens } = signedIn;
    const creation = await startRegistration(connection, tokens, context);
    await offerOrphans(creation.excludeCredentials?.map((known) => known.id) ?? [], context);
    const { enrolmentId, response } = await makePasskey(creation, { ...options, key, rpId: pool.rpId }, context);
    await register(enrolmentId, response, signedIn, context);
    context.terminal.result(
      { credentialId: response.id, key },
      `Added the passkey ${response.id}: sign in with this key from now on.`,
    );
  });
}

/** Deletes the pool's half of a passkey. */
export async function remove(id: string, options: DeleteOptions, context: Context): Promise<void> {
  const { terminal } = context;
  await withSignIn(options, context, async ({ connection, tokens }) => {
    const question = `Delete the passkey ${printable(id)} from the pool? This cannot be undone.`;
    if (options.yes !== true && !(await terminal.confirm(question, '--yes'))) throw cancelled();
    await deletePasskey(connection, tokens, id, context);
    // Whether it is gone is for the pool to say.
    if ((await listPasskeys(connection, tokens, context)).some((passkey) => passkey.id === id))
      throw new Problem(
        'pool/bad-answer',
        'The pool says that it deleted the passkey, and still has it.',
        'Try again.',
      );
    await forget(id, context);
    terminal.result(
      { deleted: id },
      `Deleted from the pool. Take it off the key as well with \`keydesk credentials delete ${printable(id)}\`.`,
    );
  });
}

/** Registers what the key has made. What the pool does not take stays in the journal, so that it can be taken off the key again. */
async function register(
  id: string,
  response: RegistrationJSON,
  { connection, tokens }: SignedIn,
  context: Context,
): Promise<void> {
  const journal = context.station().journal();
  try {
    context.signal.throwIfAborted(); // the touch has won against Ctrl-C: the passkey is on the key, and is not wanted
    await completeRegistration(connection, tokens, response, context);
  } catch (error) {
    if (!(await isRegistered(error, response, { connection, tokens }))) {
      await journal.abandon(id);
      const { code, message, detail } = toProblem(error);
      throw new Problem(code, `${message} The passkey is on the key, but not in the pool.`, takeOff(id), { detail });
    }
  }
  await remember(await journal.get(id), context);
  await journal.close(id);
}

/** An answer that got lost says nothing about what the pool has done: then the pool is asked. */
async function isRegistered(
  error: unknown,
  { id }: RegistrationJSON,
  { connection, tokens }: Omit<SignedIn, 'pool'>,
): Promise<boolean> {
  if (!(error instanceof CognitoError) || !(error.retryable || error.code === 'bad-answer')) return false;
  try {
    return (await listPasskeys(connection, tokens)).some((passkey) => passkey.id === id);
  } catch (listError) {
    if (listError instanceof CognitoError) return false; // still unknown: the first error is the one to report
    throw listError;
  }
}

function asJson({ id, name, rpId, attachment, transports, createdAt }: Passkey) {
  return { credentialId: id, name, rpId, attachment, transports, createdAt: createdAt?.toISOString() };
}

function asText({ id, name, rpId, createdAt }: Passkey): string {
  return [
    printable(name ?? '(no name)'),
    `  credential ID    ${id}`,
    `  relying party    ${printable(rpId ?? '(not said)')}`,
    `  made             ${createdAt?.toISOString() ?? '(not said)'}`,
  ].join('\n');
}
