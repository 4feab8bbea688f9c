import { Command } from 'commander';

import { CognitoError } from '../../cognito/errors.js';
import {
  completeRegistration,
  deletePasskey,
  listPasskeys,
  type Passkey,
  startRegistration,
} from '../../cognito/passkeys.js';
import { create } from '../../ctap/client/create.js';
import type { RegistrationJSON } from '../../ctap/client/webauthn-json.js';
import { ceremonySignal } from '../ceremony-signal.js';
import type { Context } from '../context.js';
import { chooseKey } from '../key-choice.js';
import { withKey } from '../key-session.js';
import { addSignInOptions, type SignedIn, type SignInOptions, withSignIn } from '../pool-sign-in.js';
import { printable } from '../printable.js';
import { Problem, toProblem, usage } from '../problem.js';
import { originFor } from '../relying-party.js';
import { cancelled } from '../terminal.js';

interface AddOptions extends SignInOptions {
  readonly signInKey?: string;
}

interface DeleteOptions extends SignInOptions {
  readonly yes?: boolean;
}

/** `keydesk passkeys`: the passkeys of an account in a user pool. */
export function passkeysCommand(context: Context): Command {
  return new Command('passkeys')
    .description('list, add or delete the passkeys of your account in a user pool; signs in first')
    .addCommand(listCommand(context))
    .addCommand(addCommand(context))
    .addCommand(deleteCommand(context));
}

function listCommand(context: Context): Command {
  return addSignInOptions(new Command('list'))
    .description('list the passkeys that the pool has for your account')
    .action((options: SignInOptions) =>
      withSignIn(options, context, async ({ connection, tokens }) => {
        const passkeys = await listPasskeys(connection, tokens, context);
        const text = passkeys.map(asText).join('\n\n');
        context.terminal.result({ passkeys: passkeys.map(asJson) }, text === '' ? 'There are no passkeys.' : text);
      }),
    );
}

function addCommand(context: Context): Command {
  return addSignInOptions(new Command('add'))
    .description('make a passkey on a security key and register it with the pool')
    .option('--sign-in-key <key>', 'sign in with this key, where it is not the one that gets the passkey')
    .addHelpText(
      'after',
      '\nExample, with the password and then the PIN of the key on standard input:\n  keydesk passkeys add --user ana --with password < secrets',
    )
    .action(async (options: AddOptions) => {
      const { id: key } = await chooseKey(options.key, context); // without a key nobody needs to sign in
      const signInOptions = { ...options, key: options.signInKey ?? key };
      await withSignIn(signInOptions, context, async (signedIn) => {
        const { connection, pool, tokens } = signedIn;
        const creation = await startRegistration(connection, tokens, context);
        const origin = originFor(pool.rpId, creation.rp.id);
        const response = await withKey({ ...options, key }, context, (session) =>
          create(creation, origin, { ...session, signal: ceremonySignal(context.signal, creation.timeout) }),
        );
        await register(response, signedIn, context);
        context.terminal.result(
          { credentialId: response.id, key },
          `Added the passkey ${response.id}: sign in with this key from now on.`,
        );
      });
    });
}

/** Registers what the key has made. What the pool does not take is named, so that it can be taken off the key again. */
async function register(response: RegistrationJSON, { connection, tokens }: SignedIn, context: Context): Promise<void> {
  try {
    context.signal.throwIfAborted(); // the touch has won against Ctrl-C: the passkey is on the key, and is not wanted
    await completeRegistration(connection, tokens, response, context);
  } catch (error) {
    if (await isRegistered(error, response, { connection, tokens })) return;
    const { code, message, detail } = toProblem(error);
    throw new Problem(
      code,
      `${message} The passkey is on the key, but not in the pool.`,
      `Take it off the key with \`keydesk credentials delete ${response.id}\`, then try again.`,
      { detail },
    );
  }
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

function deleteCommand(context: Context): Command {
  return addSignInOptions(new Command('delete'))
    .description('delete a passkey from the pool; its other half stays on the key')
    .argument('<credential-id>', 'as `keydesk passkeys list` prints it')
    .option('--yes', 'delete without asking')
    .action(async (id: string, options: DeleteOptions) => {
      const { terminal } = context;
      if (options.yes !== true && !terminal.isInteractive)
        throw usage('Deleting a passkey cannot be undone.', 'Say yes with --yes.');
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
        terminal.result(
          { deleted: id },
          `Deleted from the pool. Take it off the key as well with \`keydesk credentials delete ${printable(id)}\`.`,
        );
      });
    });
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
