import { once } from 'node:events';

import { Command, InvalidArgumentError, Option } from 'commander';

import { PoolError } from '../../pool/errors.js';
import { describePool, startPool } from '../../pool/pool.js';

interface Options {
  port: number;
  state?: string;
  rpId: string;
  userVerification: 'preferred' | 'required';
  allowOrigin: string[];
}

/** `keydesk pool`: a local user pool until SIGINT or SIGTERM. */
export function poolCommand(): Command {
  return new Command('pool')
    .description(
      'run a local user pool on 127.0.0.1; prints one line of JSON when it is ready, mails on standard error',
    )
    .option('--port <number>', 'port to listen on; 0 takes a free one', readPort, 0)
    .option('--state <file>', 'keep users, passkeys and keys in this file')
    .option('--rp-id <domain>', 'relying party ID of the passkeys', 'localhost')
    .addOption(
      new Option('--user-verification <setting>', 'whether a key has to verify its user')
        .choices(['preferred', 'required'])
        .default('preferred'),
    )
    .option('--allow-origin <origin>', 'a page that may call the pool; repeatable', collect, [])
    .action(async (options: Options, command: Command) => {
      try {
        await run(options);
      } catch (error) {
        if (!(error instanceof PoolError)) throw error;
        command.error(`pool: ${error.message}`, { exitCode: 1, code: error.code });
      }
    });
}

async function run({ port, state, rpId, userVerification, allowOrigin }: Options): Promise<void> {
  const pool = await startPool({
    port,
    statePath: state,
    rpId,
    userVerification,
    allowedOrigins: allowOrigin,
    onMail: (mail) => process.stderr.write(`${JSON.stringify({ mail })}\n`),
  });
  const stop = Promise.race([once(process, 'SIGINT'), once(process, 'SIGTERM')]);
  process.stdout.write(`${describePool(pool)}\n`);
  await stop;
  await pool.close();
}

function readPort(text: string): number {
  const port = Number(text);
  if (!/^\d{1,5}$/.test(text) || port > 65_535) throw new InvalidArgumentError('A port is a number from 0 to 65535.');
  return port;
}

const collect = (value: string, before: string[]): string[] => [...before, value];
