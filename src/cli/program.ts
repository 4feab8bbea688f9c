import { Command, CommanderError } from 'commander';

import { version } from '../../package.json' with { type: 'json' };
import { approvalCommand } from './commands/approval.js';
import { auditCommand } from './commands/audit.js';
import { blobsCommand } from './commands/blobs.js';
import { configCommand } from './commands/config.js';
import { credentialsCommand } from './commands/credentials.js';
import { fingerprintsCommand } from './commands/fingerprints.js';
import { helpdeskCommand } from './commands/helpdesk.js';
import { infoCommand } from './commands/info.js';
import { keysCommand } from './commands/keys.js';
import { metadataCommand } from './commands/metadata.js';
import { passkeysCommand } from './commands/passkeys.js';
import { passportCommand } from './commands/passport.js';
import { pinCommand } from './commands/pin.js';
import { policyCommand } from './commands/policy.js';
import { poolCommand } from './commands/pool.js';
import { resetCommand } from './commands/reset.js';
import { signInCommand } from './commands/sign-in.js';
import { softkeyCommand } from './commands/softkey.js';
import { webauthnCommand } from './commands/webauthn.js';
import type { Context } from './context.js';
import { markDashedIds } from './dashed-ids.js';
import { demandUnlocked } from './policy-gate.js';
import { toProblem, usage } from './problem.js';
import { Station } from './station.js';
import { Terminal } from './terminal.js';
import { Traces } from './traces.js';
import { Interruption, type World } from './world.js';

const EXIT_OK = 0;
const EXIT_FAILURE = 1;
const EXIT_USAGE = 2;

const HELP = `
Results go to standard output, one JSON document with --json; questions and touch prompts to standard error.
PINs, passwords and codes are typed at the terminal, or read from standard input, one line each; never from arguments.

Environment:
  KEYDESK_KEYS  simulated security keys, such as udp:127.0.0.1:9111,udp:127.0.0.1:9112
  KEYDESK_POOL  the user pool: JSON as \`keydesk pool\` prints it, or a file with it
  KEYDESK_POLICY   what this station demands of security keys: a file as docs/policy.md describes it
  KEYDESK_STATION  the folder with the station's policy, metadata and audit log, instead of the app's
  KEYDESK_METADATA_ROOT  the root certificate of another metadata service than FIDO's

Exit status: 0 done, 1 failed, 2 wrong usage, 3 and 4 as \`keydesk pool check --help\` and its neighbours say, 130 interrupted.

Examples:
  keydesk keys
  keydesk pin set --key /dev/hidraw0
  keydesk webauthn create options.json --origin https://example.com > response.json
  KEYDESK_POOL=pool.json keydesk passkeys add --user ana --with password

To try it without a key and without a pool:
  keydesk softkey --udp 127.0.0.1:9111 &
  keydesk pool > pool.json &
  export KEYDESK_KEYS=udp:127.0.0.1:9111 KEYDESK_POOL=pool.json`;

/**
 * Runs one command line, `args` without the names of interpreter and program, and resolves with the exit status. Never rejects
 * for what goes wrong in a command: that is told on standard error, or with --json on standard output.
 */
export async function keydesk(args: readonly string[], world: World): Promise<number> {
  const terminal = new Terminal(world, () => args.includes('--json'));
  const stationWith = (policy?: string) =>
    new Station(world, policy, (error) => {
      const { message, next } = toProblem(error);
      terminal.say(`keydesk: ${message} It is left aside. ${next}`);
    });
  let station = stationWith();
  let traces = new Traces(undefined);
  const context: Context = {
    ...world,
    terminal,
    station: () => station,
    traces: () => traces,
    outcome: { interruptedExitCode: undefined, exitCode: EXIT_OK },
  };
  const program = buildProgram(context).hook('preAction', async (_, command) => {
    const { policy, trace } = program.opts<{ policy?: string; trace?: string }>();
    station = stationWith(policy);
    traces = new Traces(trace);
    await demandUnlocked(command, station);
  });
  try {
    await program.parseAsync(markDashedIds(args), { from: 'user' }).catch(async (error: unknown) => {
      // What the command failed of comes first; that its trace is lost is told as well.
      await traces.save().catch((lost: unknown) => {
        terminal.say(`keydesk: ${toProblem(lost).message}`);
      });
      throw error;
    });
    await traces.save();
    return world.signal.aborted ? interrupted(context) : context.outcome.exitCode;
  } catch (error) {
    if (error instanceof CommanderError) {
      if (error.exitCode === 0) return EXIT_OK; // --help and --version
      if (error.code === 'commander.help') return EXIT_USAGE; // no command: the help has been printed
      terminal.failure(usage(sentence(error.message), 'See `keydesk --help`.'));
      return EXIT_USAGE;
    }
    const problem = toProblem(error);
    terminal.failure(problem);
    if (world.signal.aborted) return interrupted(context);
    return problem.code === 'usage' ? EXIT_USAGE : EXIT_FAILURE;
  }
}

function buildProgram(context: Context): Command {
  const { stdout, stderr } = context;
  const program = new Command('keydesk')
    .description('Manage FIDO2 security keys, and the passkeys of an Amazon Cognito user pool.')
    .version(version)
    .option('--json', 'print one JSON document, errors too')
    .option('--policy <file>', 'hold security keys against this policy')
    .option('--trace <file>', 'save what went over the cable to the key: names and lengths, no contents')
    .addHelpText('after', HELP)
    .addCommand(keysCommand(context))
    .addCommand(infoCommand(context))
    .addCommand(passportCommand(context))
    .addCommand(pinCommand(context))
    .addCommand(credentialsCommand(context))
    .addCommand(fingerprintsCommand(context))
    .addCommand(configCommand(context))
    .addCommand(blobsCommand(context))
    .addCommand(resetCommand(context))
    .addCommand(webauthnCommand(context))
    .addCommand(signInCommand(context))
    .addCommand(passkeysCommand(context))
    .addCommand(helpdeskCommand(context))
    .addCommand(approvalCommand(context))
    .addCommand(policyCommand(context))
    .addCommand(metadataCommand(context))
    .addCommand(auditCommand(context))
    .addCommand(softkeyCommand(context))
    .addCommand(poolCommand(context));
  for (const command of withDescendants(program)) {
    command
      .exitOverride()
      .configureHelp({ showGlobalOptions: true })
      .configureOutput({
        writeOut: (text) => void stdout.write(text),
        writeErr: (text) => void stderr.write(text),
        outputError: () => undefined, // told by `keydesk`, in the form that was asked for
      });
  }
  return program;
}

function withDescendants(command: Command): Command[] {
  return [command, ...command.commands.flatMap(withDescendants)];
}

function interrupted({ signal, outcome }: Context): number {
  return outcome.interruptedExitCode ?? (signal.reason instanceof Interruption ? signal.reason.exitCode : EXIT_FAILURE);
}

/** commander's messages begin with "error:" and a small letter. */
function sentence(message: string): string {
  const text = message.replace(/^error: /, '');
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}${/[.!?)]$/.test(text) ? '' : '.'}`;
}
