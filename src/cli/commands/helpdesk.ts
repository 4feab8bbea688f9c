import { Command, InvalidArgumentError, Option } from 'commander';

import { unmarked } from '../dashed-ids.js';
import type { CaseOptions, EndOptions, SafeOptions, SessionOptions } from '../helpdesk/cases.js';
import type { DeskOptions } from '../helpdesk/desk.js';
import type { PrepareOptions } from '../helpdesk/keys.js';
import type { FindOptions } from '../helpdesk/people.js';
import type { Context } from '../context.js';
import { keyOption, spendLastTriesOption } from '../key-session.js';
import { addPoolOptions } from '../sign-in-options.js';

const ABOUT = `
The station's policy names the group of operators, the helpdesk's app client and its KMS key (docs/policy.md). AWS credentials are found
as by every AWS program, and never asked for. The operator signs in with their own key, and each change takes a fresh touch of it.
Every act is in the audit log before it is done (\`keydesk audit\`), and in the case's file: a case goes on wherever it stopped.

Examples:
  keydesk helpdesk find ana --operator olga
  keydesk helpdesk safe ana --operator olga --disable --dry-run
  keydesk helpdesk session ana --operator olga --enrol "New key" --delete CREDENTIAL-ID --end
  keydesk helpdesk session ana --operator olga --way on-behalf --approver otto --reason "Lost, and abroad"`;

/** `keydesk helpdesk`: other people's lost keys. What it does is loaded only when it is run, as with `keydesk passkeys`. */
export function helpdeskCommand(context: Context): Command {
  return new Command('helpdesk')
    .description("help people who have lost a key; for operators of the user pool's helpdesk")
    .addHelpText('after', ABOUT)
    .addCommand(findCommand(context))
    .addCommand(safeCommand(context))
    .addCommand(sessionCommand(context))
    .addCommand(passkeysCommand(context))
    .addCommand(enrolCommand(context))
    .addCommand(enableCommand(context))
    .addCommand(endCommand(context))
    .addCommand(resetCommand(context))
    .addCommand(casesCommand(context))
    .addCommand(receiptCommand(context));
}

function deskOptions(command: Command): Command {
  return addPoolOptions(command)
    .option('--operator <name>', 'who works at the helpdesk; asked for without it')
    .option('--operator-key <key>', "the operator's own key, where several are plugged in")
    .option('--profile <name>', 'a profile of the AWS configuration of this computer')
    .addOption(spendLastTriesOption());
}

const caseOptions = (command: Command): Command =>
  deskOptions(command)
    .argument('<person>', 'user name, e-mail address or sub')
    .option('--reason <words>', 'what has happened; kept in the case')
    .option('--take-over', 'take over into the case what somebody else has changed of the person; it is told')
    .option('--dry-run', 'tell what would be done, and change nothing');

const sessionOptions = (command: Command): Command =>
  caseOptions(command)
    .addOption(
      new Option('--way <way>', 'here: the person reads a code out; on-behalf: a second operator approves')
        .choices(['here', 'on-behalf'])
        .default('here'),
    )
    .option('--approver <name>', 'the second operator; asked for without it')
    .option('--approver-key <key>', "the second operator's own key, where several are plugged in");

const SEARCHABLE = [
  'username',
  'email',
  'phone_number',
  'name',
  'given_name',
  'family_name',
  'preferred_username',
] as const satisfies readonly FindOptions['by'][];

function findCommand(context: Context): Command {
  return deskOptions(new Command('find'))
    .description('look for people by how their name or address begins; changes nothing')
    .argument('<text>', 'user name, e-mail address, telephone number or sub')
    .addOption(
      new Option('--by <attribute>', 'by which attribute; without it by what the text looks like').choices(SEARCHABLE),
    )
    .option('--page <token>', 'the next page, as the one before printed it')
    .option('--details', 'everything of the one who is called exactly so')
    .option('--factors', 'and what they can sign in with; AWS may charge for that')
    .action(async (text: string, options: FindOptions) => {
      const { find } = await import('../helpdesk/people.js');
      await find(text, options, context);
    });
}

function safeCommand(context: Context): Command {
  return caseOptions(new Command('safe'))
    .description('sign a person out everywhere; the first thing to do when a key is lost')
    .option('--disable', 'and bar them from signing in until the case goes on')
    .action(async (person: string, options: SafeOptions) => {
      const { safe } = await import('../helpdesk/cases.js');
      await safe(person, options, context);
    });
}

function sessionCommand(context: Context): Command {
  return sessionOptions(new Command('session'))
    .description('open a session for a person; list, enrol and delete in it; it ends with the command')
    .option('--enrol <nickname>', 'enrol the replacement, which the station calls so')
    .addOption(keyOption())
    .option('--backup <nickname>', 'and a second key')
    .option('--backup-key <key>', 'that second key, where several are plugged in')
    .option('--delete <credential-id...>', 'delete these passkeys at the pool', collectId)
    .option('--leaves-none', 'even if the person is left without a passkey')
    .option('--end', 'end the case afterwards')
    .action(async (person: string, options: SessionOptions) => {
      const { session } = await import('../helpdesk/cases.js');
      await session(person, options, context);
    });
}

function passkeysCommand(context: Context): Command {
  return sessionOptions(new Command('passkeys'))
    .description("open a session for a person, and list their passkeys or delete the lost key's")
    .option('--delete <credential-id...>', 'delete these passkeys at the pool', collectId)
    .option('--leaves-none', 'even if the person is left without a passkey')
    .action(async (person: string, options: SessionOptions) => {
      const { session } = await import('../helpdesk/cases.js');
      await session(person, options, context);
    });
}

function enrolCommand(context: Context): Command {
  return sessionOptions(new Command('enrol'))
    .description('open a session for a person, and enrol the replacement')
    .argument('<nickname>', 'what the station calls it')
    .addOption(keyOption())
    .action(async (person: string, nickname: string, options: SessionOptions) => {
      const { session } = await import('../helpdesk/cases.js');
      await session(person, { ...options, enrol: nickname }, context);
    });
}

function enableCommand(context: Context): Command {
  return caseOptions(new Command('enable'))
    .description('let a person sign in again, whoever has disabled them')
    .action(async (person: string, options: CaseOptions) => {
      const { enable } = await import('../helpdesk/cases.js');
      await enable(person, options, context);
    });
}

function endCommand(context: Context): Command {
  return caseOptions(new Command('end'))
    .description('end the case of a person: what is open is closed, and whom it has disabled may sign in again')
    .option('--stays-disabled', 'who was disabled stays so')
    .option('--leaves-unsettled', 'even if nobody knows whether an act was done')
    .action(async (person: string, options: EndOptions) => {
      const { end } = await import('../helpdesk/cases.js');
      await end(person, options, context);
    });
}

function resetCommand(context: Context): Command {
  return deskOptions(new Command('reset'))
    .description('erase a key, and prepare it for the next person: a PIN that they have to change')
    .addOption(keyOption())
    .option('--list', 'ask for the PIN, and list by name the passkeys that will be lost')
    .option('--no-reset', 'only prepare a key that has no PIN')
    .option('--min-pin-length <characters>', 'the shortest PIN, 4 to 63', readLength)
    .option('--always-uv', 'make the key verify its user for everything')
    .action(async (options: PrepareOptions) => {
      const { reset } = await import('../helpdesk/keys.js');
      await reset(options, context);
    });
}

function casesCommand(context: Context): Command {
  return deskOptions(new Command('cases'))
    .description('list the open cases of this station')
    .action(async (options: DeskOptions) => {
      const { list } = await import('../helpdesk/cases.js');
      await list(options, context);
    });
}

function receiptCommand(context: Context): Command {
  return deskOptions(new Command('receipt'))
    .description('print what was done in a case, by whom, and where the audit log has it')
    .argument('<case>', 'as `keydesk helpdesk cases` prints it')
    .option('--html <file>', 'also write it as a page to print')
    .action(async (id: string, options: DeskOptions & { readonly html?: string }) => {
      const { receipt } = await import('../helpdesk/cases.js');
      await receipt(id, options, context);
    });
}

const collectId = (id: string, before: readonly string[] = []): readonly string[] => [...before, unmarked(id)];

function readLength(text: string): number {
  const length = Number(text);
  if (!/^\d{1,2}$/.test(text) || length < 4 || length > 63)
    throw new InvalidArgumentError('Use a number from 4 to 63.');
  return length;
}
