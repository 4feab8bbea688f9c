import { Command, InvalidArgumentError, Option } from 'commander';

import type { SetupOptions } from '../administered-pool.js';
import type { Context } from '../context.js';
import type { ApplyOptions } from '../pool-setup.js';

const CREDENTIALS = `
AWS credentials are found as by every AWS program: from the environment (AWS_ACCESS_KEY_ID and so on), a profile, single
sign-on, or the role of the machine. They are never asked for, and no option takes them.

The pool and its app client are taken from KEYDESK_POOL where they are not named.`;

/** `keydesk pool check`: how a pool is set up. */
export function poolCheckCommand(context: Context): Command {
  return setupOptions(new Command('check'))
    .description('hold a user pool against a checklist for passkeys; changes nothing')
    .addHelpText(
      'after',
      `${CREDENTIALS}

Exit status: 0 no problem (there may be warnings), 1 failed, 2 wrong usage, 3 a problem, or a line that these credentials may not look at.

Example:
  keydesk pool check --user-pool-id eu-west-1_AbCdEfGhI --profile admin`,
    )
    .action(async (options: SetupOptions) => {
      const { check } = await import('../pool-setup.js'); // only now: the client of the service takes long to load
      await check(options, context);
    });
}

/** `keydesk pool plan`: what would be changed. */
export function poolPlanCommand(context: Context): Command {
  return setupOptions(new Command('plan'))
    .description('show which calls would set a user pool right, member by member; changes nothing')
    .addHelpText(
      'after',
      `${CREDENTIALS}

Exit status: 0 nothing to change, 1 failed, 2 wrong usage, 3 there is something to change.`,
    )
    .action(async (options: SetupOptions) => {
      const { plan } = await import('../pool-setup.js');
      await plan(options, context);
    });
}

/** `keydesk pool apply`: changes it. */
export function poolApplyCommand(context: Context): Command {
  return setupOptions(new Command('apply'))
    .description('set a user pool right, then read it again and say whether it is so and nothing else changed')
    .option('--plan <id>', 'only if the plan is still the one of this ID, as `keydesk pool plan` printed it')
    .option('--yes', 'write; without it, somebody at the terminal is asked, and otherwise nothing is written')
    .option('--orphan-passkeys', 'even if every passkey that people have is lost by it')
    .option('--accept-costs', 'even if AWS charges for it')
    .addHelpText(
      'after',
      `${CREDENTIALS}

Exit status: 0 the pool is as planned and nothing else changed, 1 failed (what was written before is told), 2 wrong usage, 3 nothing was written
as nobody said yes, 4 written, and the pool is not as expected, or could not be read again.

Example:
  keydesk pool plan --rp-id example.com --enforce-passkeys
  keydesk pool apply --rp-id example.com --enforce-passkeys --plan 0123456789abcdef --yes`,
    )
    .action(async (options: ApplyOptions) => {
      const { apply } = await import('../pool-setup.js');
      await apply(options, context);
    });
}

/** Which pool, and how it ought to be. What is desired is checked as a whole, with the file, when the command runs. */
function setupOptions(command: Command): Command {
  return command
    .option('--user-pool-id <id>', 'ID of the user pool, such as eu-west-1_AbCdEfGhI')
    .option('--region <region>', 'its region; the ID begins with it')
    .option('--client-id <id>', 'ID of the app client that Keydesk signs in with; not needed where there is one only')
    .option('--profile <name>', 'a profile of the AWS configuration of this computer')
    .option('--endpoint <url>', 'address of a local pool on this machine')
    .option(
      '--desired <file>',
      'how the pool ought to be: JSON as docs/pool-setup.md describes it; options go before it',
    )
    .option('--rp-id <domain>', 'the domain of the passkeys; without it the one that the pool has')
    .addOption(new Option('--user-verification <setting>', 'default: required').choices(['required', 'preferred']))
    .option('--enforce-passkeys', 'no sign-in by password')
    .addOption(
      new Option('--password-flows <what>', 'of the app client, beside choice-based sign-in; default: close').choices([
        'close',
        'keep',
      ]),
    )
    .option('--session-minutes <minutes>', 'how long a sign-in may take, 3 to 15; default: 15', readMinutes)
    .addOption(new Option('--token-rotation <what>', 'default: keep as it is').choices(['on', 'keep']))
    .addOption(new Option('--sign-up <who>', 'default: keep as it is').choices(['admin-only', 'keep']))
    .option('--allow-deletion', 'the pool may be without deletion protection')
    .option(
      '--trigger <name=arn>',
      'a function that the pool must call, such as PreSignUp=arn:…; repeatable',
      readTrigger,
    );
}

function readMinutes(text: string): number {
  const minutes = Number(text);
  if (!/^\d{1,2}$/.test(text) || minutes < 3 || minutes > 15)
    throw new InvalidArgumentError('Use a number of minutes from 3 to 15.');
  return minutes;
}

function readTrigger(text: string, before: Readonly<Record<string, string>> = {}): Record<string, string> {
  const at = text.indexOf('=');
  if (at < 1) throw new InvalidArgumentError('Use NAME=ARN, such as PreSignUp=arn:aws:lambda:….');
  return { ...before, [text.slice(0, at)]: text.slice(at + 1) };
}
