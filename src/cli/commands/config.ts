import { Argument, Command, InvalidArgumentError } from 'commander';

import { AuthenticatorConfig, configNeedsToken, configState } from '../../ctap/authenticator-config.js';
import { managementToken } from '../../ctap/client/user-verification.js';
import { ConfigSubcommand as Subcommand, Permission } from '../../ctap/commands.js';
import type { DeviceInfo } from '../../ctap/get-info.js';
import { RP_ID_PATTERN } from '../../shared/rp-id-pattern.js';
import type { Context } from '../context.js';
import {
  type KeyOptions,
  keyOption,
  type KeySession,
  type PinOptions,
  spendLastTriesOption,
  withKey,
} from '../key-session.js';

import { usage } from '../problem.js';
import { cancelled } from '../terminal.js';

interface ChangeOptions extends PinOptions {
  readonly yes?: boolean;
}

interface MinLengthOptions extends ChangeOptions {
  readonly rpId?: readonly string[];
}

/** A change of one setting. */
interface Change {
  readonly subcommand: Subcommand;
  /** What the person has to say yes to, where only a reset undoes it. */
  readonly warning?: string;
  readonly apply: (config: AuthenticatorConfig, session: KeySession) => Promise<void>;
}

const UNTIL_RESET = 'Only a reset, which erases every passkey on the key, undoes this.';

/** `keydesk config`: the settings of a key (authenticatorConfig). */
export function configCommand(context: Context): Command {
  return new Command('config')
    .description('show and change the settings of a security key')
    .addCommand(showCommand(context))
    .addCommand(alwaysUvCommand(context))
    .addCommand(minPinLengthCommand(context))
    .addCommand(forcePinChangeCommand(context))
    .addCommand(
      enableCommand(context, 'enterprise-attestation', 'let the key tell chosen relying parties which key it is', {
        subcommand: Subcommand.ENABLE_ENTERPRISE_ATTESTATION,
        warning: `The key will name itself to relying parties that its maker or this station allows. ${UNTIL_RESET}`,
        apply: (config, { signal }) => config.enableEnterpriseAttestation({ signal }),
      }),
    )
    .addCommand(
      enableCommand(context, 'long-touch-reset', 'make a reset of the key take a touch of several seconds', {
        subcommand: Subcommand.ENABLE_LONG_TOUCH_FOR_RESET,
        warning: `A reset of the key will take a long touch. ${UNTIL_RESET}`,
        apply: (config, { signal }) => config.enableLongTouchForReset({ signal }),
      }),
    );
}

function showCommand(context: Context): Command {
  return new Command('show')
    .description('show the settings of a security key; asks for nothing')
    .addOption(keyOption())
    .action((options: KeyOptions) =>
      withKey(options, context, (session) => {
        show(session, context);
        return Promise.resolve();
      }),
    );
}

function alwaysUvCommand(context: Context): Command {
  return changing(new Command('always-uv'))
    .description('make the key verify its user for everything, whatever is asked for, or no longer')
    .addArgument(new Argument('<state>').choices(['on', 'off']))
    .action((state: string, options: ChangeOptions) =>
      change(options, context, {
        subcommand: Subcommand.TOGGLE_ALWAYS_UV,
        apply: (config, { signal }) => config.setAlwaysUv(state === 'on', { signal }),
      }),
    );
}

function minPinLengthCommand(context: Context): Command {
  return changing(new Command('min-pin-length'))
    .description('make the shortest PIN longer; a shorter one that is set must then be changed before it is used')
    .addArgument(new Argument('<characters>', '4 to 63, and no fewer than now').argParser(parseLength))
    .option(
      '--rp-id <id...>',
      'relying parties that may learn the shortest PIN, in place of those there were',
      collectRpId,
    )
    .action((length: number, options: MinLengthOptions) =>
      change(options, context, {
        subcommand: Subcommand.SET_MIN_PIN_LENGTH,
        warning: `PINs of this key will need ${length} characters or more. ${UNTIL_RESET}`,
        apply: (config, { signal }) => config.setMinPinLength({ length, rpIds: options.rpId }, { signal }),
      }),
    );
}

function forcePinChangeCommand(context: Context): Command {
  return changing(new Command('force-pin-change'))
    .description('make the key take its PIN for nothing but being changed, until it was')
    .action((options: ChangeOptions) =>
      change(options, context, {
        subcommand: Subcommand.SET_MIN_PIN_LENGTH,
        warning: 'The key will not be usable before its PIN was changed.',
        apply: (config, { signal }) => config.setMinPinLength({ forceChange: true }, { signal }),
      }),
    );
}

function enableCommand(context: Context, name: string, description: string, what: Change): Command {
  return changing(new Command(name))
    .description(description)
    .addArgument(new Argument('<enable>', 'there is no way back').choices(['enable']))
    .action((_enable: string, options: ChangeOptions) => change(options, context, what));
}

function changing(command: Command): Command {
  return command
    .addOption(keyOption())
    .addOption(spendLastTriesOption())
    .option('--yes', 'change it without asking; needed where nobody can be asked');
}

/** Asks first, then for the PIN, then the key; prints what the key says of itself afterwards. */
async function change(options: ChangeOptions, context: Context, what: Change): Promise<void> {
  const { subcommand, warning, apply } = what;
  const { terminal } = context;
  const asks = warning !== undefined && options.yes !== true;
  // Without a person to ask, the yes must be there before a PIN is spent on it.
  if (asks && !terminal.isInteractive) throw usage(warning, 'Say yes with --yes.');
  await withKey(options, context, async (session) => {
    const { authenticator } = session;
    if (asks && !(await terminal.confirm(warning, '--yes'))) throw cancelled();
    const needsToken = configNeedsToken(authenticator.info, subcommand);
    const purpose = { permissions: Permission.AUTHENTICATOR_CONFIGURATION };
    const token = needsToken ? await managementToken(session, purpose) : undefined;
    try {
      await apply(new AuthenticatorConfig(authenticator, token), session);
    } finally {
      token?.bytes.fill(0);
    }
    show(session, context);
  });
}

function show({ found, authenticator: { info } }: KeySession, { terminal }: Context): void {
  const config = { ...configState(info), pinChangeRequired: info.forcePinChange };
  terminal.result({ key: found.id, config }, describe(info));
}

function describe(info: DeviceInfo): string {
  const { alwaysUv, enterpriseAttestation, longTouchForReset, minPinLength, maxRpIds } = configState(info);
  const onOff = (state: boolean | undefined) => (state === undefined ? 'not on this key' : state ? 'on' : 'off');
  const told = maxRpIds > 0 ? `, and may be told to ${maxRpIds} relying parties` : '';
  return [
    `Always verify the user  ${onOff(alwaysUv)}`,
    `Enterprise attestation  ${onOff(enterpriseAttestation)}`,
    `Long touch for a reset  ${onOff(longTouchForReset)}`,
    `Shortest PIN            ${info.minPinLength} characters${minPinLength === undefined ? '; cannot be set' : `; can be made longer${told}`}`,
    `PIN must be changed     ${info.forcePinChange ? 'yes' : 'no'}`,
  ].join('\n');
}

function collectRpId(text: string, before: readonly string[] = []): readonly string[] {
  if (!RP_ID_PATTERN.test(text)) throw new InvalidArgumentError('Use a domain name such as login.example.com.');
  return [...before, text];
}

function parseLength(text: string): number {
  const length = Number(text);
  if (!/^\d{1,2}$/.test(text) || length < 4 || length > 63)
    throw new InvalidArgumentError('Use a number from 4 to 63.');
  return length;
}
