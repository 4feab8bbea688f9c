import { Command, InvalidArgumentError, Option } from 'commander';

import { PoolError } from '../../pool/errors.js';
import { type Context, untilStopped } from '../context.js';
import { Problem } from '../problem.js';
import { poolApplyCommand, poolCheckCommand, poolPlanCommand } from './pool-setup.js';

interface Options {
  port: number;
  state?: string;
  rpId?: string;
  userVerification?: 'preferred' | 'required';
  allowOrigin: string[];
  triggers?: string;
}

/** `keydesk pool`: a local user pool, which is what it does when nothing else is said; and setting up pools anywhere. */
export function poolCommand(context: Context): Command {
  return new Command('pool')
    .description('without a command, run a local user pool; check how any user pool is set up, and set it right')
    .addCommand(runCommand(context), { isDefault: true })
    .addCommand(poolCheckCommand(context))
    .addCommand(poolPlanCommand(context))
    .addCommand(poolApplyCommand(context));
}

/** `keydesk pool run`: until SIGINT or SIGTERM. */
function runCommand(context: Context): Command {
  return new Command('run')
    .description('run a local user pool on 127.0.0.1; prints one line of JSON when ready, messages on standard error')
    .option('--port <number>', 'port to listen on; 0 takes a free one', readPort, 0)
    .option('--state <file>', 'keep users, passkeys and keys in this file')
    .option('--rp-id <domain>', 'relying party ID of the passkeys; a new pool has localhost')
    .addOption(
      new Option(
        '--user-verification <setting>',
        'whether a key has to verify its user; a new pool has preferred',
      ).choices(['preferred', 'required']),
    )
    .option('--triggers <registry>', "install Keydesk's own triggers; who may sign up is in this JSON file")
    .option('--allow-origin <origin>', 'a page that may call the pool; repeatable', collect, [])
    .addHelpText(
      'after',
      `
It runs until Ctrl-C. The users that it prints may sign in with the passwords shown.

With --triggers it also answers as AWS's key service (KMS) for the key that permits sessions on behalf of a person, and prints
what the helpdesk works with: its app client, the ARN of that key, and an access key which is allowed what HelpdeskPolicy in
resources/cognito allows. Notices to people go to standard error, as codes do.`,
    )
    .action(async (options: Options) => {
      try {
        await run(options, context);
      } catch (error) {
        throw error instanceof PoolError ? poolProblem(error) : error;
      }
    });
}

async function run(options: Options, context: Context): Promise<void> {
  const { port, state, rpId, userVerification, allowOrigin, triggers } = options;
  const { stdout, terminal } = context;
  const { describePool, startPool } = await import('../../pool/pool.js'); // only now: verifying passkeys is much code
  const pool = await startPool({
    port,
    statePath: state,
    rpId,
    userVerification,
    allowedOrigins: allowOrigin,
    triggers: triggers === undefined ? undefined : { registryPath: triggers },
    onMail: (mail) => {
      terminal.say(JSON.stringify({ mail }));
    },
  });
  stdout.write(`${describePool(pool)}\n`); // JSON with and without --json
  await untilStopped(context);
  await pool.close();
}

function poolProblem({ code, message }: PoolError): Problem {
  switch (code) {
    case 'bad-options':
      return new Problem('usage', `${message}.`, 'See `keydesk pool run --help`.');
    case 'port-unavailable':
      return new Problem('practice/unavailable', `${message}.`, 'Choose another --port, or 0 for one that is free.');
    case 'state-unreadable':
    case 'state-damaged':
    case 'state-changed':
      return new Problem(
        'settings/unreadable',
        `${message}.`,
        'It was left as it is. Choose another --state, or move the file away.',
      );
  }
}

function readPort(text: string): number {
  const port = Number(text);
  if (!/^\d{1,5}$/.test(text) || port > 65_535) throw new InvalidArgumentError('A port is a number from 0 to 65535.');
  return port;
}

const collect = (value: string, before: string[]): string[] => [...before, value];
