import { readFile } from 'node:fs/promises';

import { Command } from 'commander';
import type { z } from 'zod';

import { get } from '../../ctap/client/get.js';
import {
  PublicKeyCredentialCreationOptionsJSON,
  PublicKeyCredentialRequestOptionsJSON,
} from '../../shared/webauthn-json.js';
import { ceremonySignal } from '../ceremony-signal.js';
import type { Context } from '../context.js';
import { createAllowed } from '../create-allowed.js';
import { keyOption, type KeySession, type PinOptions, spendLastTriesOption, withKey } from '../key-session.js';
import { Problem, usage } from '../problem.js';

interface CeremonyOptions extends PinOptions {
  readonly origin: string;
}

const INPUT = `
The options are the JSON that a relying party sends (PublicKeyCredentialCreationOptionsJSON, …RequestOptionsJSON),
the result is the JSON that it takes back. With - the options are read from standard input; when that is no terminal,
the line after them is the PIN, if the key asks for one.`;

/** `keydesk webauthn`: WebAuthn's create() and get() without a browser. */
export function webauthnCommand(context: Context): Command {
  const command = new Command('webauthn').description('make and use credentials as a browser does, from JSON to JSON');
  for (const name of ['create', 'get'] as const) command.addCommand(ceremonyCommand(name, context));
  return command.addHelpText('after', INPUT);
}

function ceremonyCommand(name: 'create' | 'get', context: Context): Command {
  const does = { create: 'make a credential on a security key', get: 'sign in with a credential of a security key' };
  return new Command(name)
    .description(`${does[name]}; prints the response as JSON`)
    .argument('<options>', 'a file with the options as JSON, or - for standard input')
    .requiredOption('--origin <origin>', 'the origin to attest, such as https://login.example.com')
    .addOption(keyOption())
    .addOption(spendLastTriesOption())
    .addHelpText('after', `${INPUT}\n\nExample:\n  keydesk webauthn ${name} options.json --origin https://example.com`)
    .action(async (source: string, options: CeremonyOptions) => {
      const json = await readOptions(source, context);
      if (name === 'create')
        await run(
          parse(PublicKeyCredentialCreationOptionsJSON, json),
          (request, origin, session) => createAllowed(request, origin, session, context),
          options,
          context,
        );
      else await run(parse(PublicKeyCredentialRequestOptionsJSON, json), get, options, context);
    });
}

async function run<T extends { timeout?: number | undefined }>(
  request: T,
  ceremony: (request: T, origin: string, session: KeySession) => Promise<unknown>,
  options: CeremonyOptions,
  context: Context,
): Promise<void> {
  await withKey(options, context, async (session) => {
    const signal = ceremonySignal(context.signal, request.timeout);
    const response = await ceremony(request, options.origin, { ...session, signal });
    // A touch can win against Ctrl-C: then the credential exists, and its response must not be lost.
    if (context.signal.aborted) context.terminal.say('The touch came before the cancel: it is done.');
    context.terminal.result(response, JSON.stringify(response, undefined, 2));
  });
}

async function readOptions(source: string, { terminal, signal }: Context): Promise<unknown> {
  try {
    if (source === '-') return await terminal.document(signal);
    return JSON.parse(await readFile(source, { encoding: 'utf8', signal })) as unknown;
  } catch (error) {
    signal.throwIfAborted();
    const name = source === '-' ? 'Standard input' : source;
    if (error instanceof SyntaxError) throw badOptions(`${name} holds no JSON document.`);
    const reason = error instanceof Error ? error.message : String(error);
    throw usage(
      `${source} cannot be read.`,
      `Give a file with the options as JSON, or - for standard input: ${reason}`,
    );
  }
}

function parse<T>(schema: z.ZodType<T>, json: unknown): T {
  const parsed = schema.safeParse(json);
  if (parsed.success) return parsed.data;
  const issues = parsed.error.issues.map(({ path, message }) => `${path.join('.') || 'the document'}: ${message}`);
  throw badOptions('These are no WebAuthn options.', issues.join('; '));
}

function badOptions(sentence: string, detail?: string): Problem {
  return new Problem('ceremony/bad-options', sentence, 'Give the JSON that the relying party sends, as it is.', {
    detail,
  });
}
