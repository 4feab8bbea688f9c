import { type Command, Option } from 'commander';

import type { Factor } from '../cognito/sign-in-states.js';
import { keyOption, type PinOptions, spendLastTriesOption } from './key-session.js';

/** Options that say which user pool, one by one. */
export interface PoolOptions {
  readonly endpoint?: string;
  readonly region?: string;
  readonly userPoolId?: string;
  readonly clientId?: string;
  readonly rpId?: string;
}

const FACTORS = ['passkey', 'password', 'email-code', 'sms-code'] as const satisfies readonly Factor[];

/** Options of every command that signs in. */
export interface SignInOptions extends PoolOptions, PinOptions {
  readonly user?: string;
  readonly with: Factor;
}

export function addPoolOptions(command: Command): Command {
  return command
    .option('--region <region>', 'region of the user pool, such as eu-west-1')
    .option('--user-pool-id <id>', 'ID of the user pool, such as eu-west-1_AbCdEfGhI')
    .option('--client-id <id>', 'ID of its app client')
    .option('--rp-id <domain>', 'its relying party ID: the only one that passkeys are made or used for')
    .option('--endpoint <url>', 'address of the pool, where it is not at AWS')
    .addHelpText(
      'after',
      '\nWithout these options the pool is taken from KEYDESK_POOL: JSON as `keydesk pool` prints it, or a file with it.',
    );
}

export function addSignInOptions(command: Command): Command {
  return addPoolOptions(command)
    .option(
      '--user <name>',
      'who signs in; without it a passkey’s key says whose it is, for its PIN, and who cannot be told so is asked for',
    )
    .addOption(new Option('--with <factor>', 'how').choices(FACTORS).default('passkey'))
    .addOption(keyOption())
    .addOption(spendLastTriesOption());
}
