import {
  configMessage,
  ConfigParameter as Key,
  MinPinLengthParameter as Param,
} from '../../ctap/authenticator-config.js';
import { encode } from '../../ctap/codec/cbor.js';
import { ConfigSubcommand as Subcommand, Permission } from '../../ctap/commands.js';
import { CtapStatus } from '../../ctap/status.js';
import { Fields, refuse, required } from '../fields.js';
import { shortestPin } from '../pin/pin-policy.js';
import { MAX_PIN_BYTES } from '../profile.js';
import type { KeyConfig } from '../store/key-state.js';
import type { Command, CommandContext } from './command.js';
import { pinProtocolOf } from './parameters.js';
import { isProtected } from './verify-user.js';

/** authenticatorConfig (CTAP 2.3 §6.11). */
export const authenticatorConfig: Command = async (context, params) => {
  const { profile } = context;
  const number = required(params.integer(Key.SUBCOMMAND));
  const subcommand = profile.configCommands.find((offered) => offered === number);
  if (subcommand === undefined) return refuse(profile.statuses.unknownSubcommand);
  authorise(context, params, subcommand);
  switch (subcommand) {
    case Subcommand.ENABLE_ENTERPRISE_ATTESTATION:
      await configure(context, { enterpriseAttestation: true });
      break;
    case Subcommand.TOGGLE_ALWAYS_UV:
      await configure(context, { alwaysUv: !context.memory.state.config.alwaysUv });
      break;
    case Subcommand.SET_MIN_PIN_LENGTH:
      await setMinPinLength(context, params.fields(Key.SUBCOMMAND_PARAMS) ?? new Fields(new Map()));
      break;
    case Subcommand.ENABLE_LONG_TOUCH_FOR_RESET:
      await configure(context, { longTouchForReset: true });
  }
  return undefined;
};

/**
 * A token that may configure, over the subcommand and its parameters. A key that nobody has protected yet needs none,
 * except while it always wants user verification; and that can be switched off all the same (§6.11 step 3).
 */
function authorise(context: CommandContext, params: Fields, subcommand: Subcommand): void {
  const { power, memory, profile } = context;
  const insists = memory.state.config.alwaysUv && subcommand !== Subcommand.TOGGLE_ALWAYS_UV;
  if (!isProtected(context) && !insists) return;
  const param = params.bytes(Key.PIN_UV_AUTH_PARAM) ?? refuse(CtapStatus.PUAT_REQUIRED);
  const protocol = pinProtocolOf(params.integer(Key.PIN_UV_AUTH_PROTOCOL), profile);
  // Requests are canonical here, so encoding the parameters again gives the bytes that were sent.
  const given = params.fields(Key.SUBCOMMAND_PARAMS);
  const message = configMessage(subcommand, given && encode(given.map));
  const token = power.tokens.verify({ protocol, param }, message) ?? refuse(CtapStatus.PIN_AUTH_INVALID);
  if (!token.permits(Permission.AUTHENTICATOR_CONFIGURATION)) refuse(CtapStatus.PIN_AUTH_INVALID);
}

/** setMinPINLength (§6.11.4): the shortest PIN only grows; a PIN that has become too short has to be changed. */
async function setMinPinLength(context: CommandContext, given: Fields): Promise<void> {
  const { memory, power, profile } = context;
  const { pin, config } = memory.state;
  const shortest = shortestPin(context);
  const length = given.integer(Param.NEW_MIN_PIN_LENGTH) ?? shortest;
  const rpIds = given.textList(Param.RP_IDS);
  const isForced = given.boolean(Param.FORCE_CHANGE_PIN) ?? false;
  if (length < shortest || length > Math.min(profile.pinPolicy.maxLength, MAX_PIN_BYTES))
    refuse(CtapStatus.PIN_POLICY_VIOLATION);
  if (isForced && !pin) refuse(CtapStatus.PIN_NOT_SET);
  if (rpIds && rpIds.length > profile.maxRpIdsForSetMinPinLength) refuse(CtapStatus.KEY_STORE_FULL);
  const forcePinChange = config.forcePinChange || isForced || (pin !== undefined && pin.length < length);
  await configure(context, {
    minPinLength: length,
    forcePinChange,
    ...(rpIds && { minPinLengthRpIds: rpIds }),
  });
  if (forcePinChange) power.tokens.reset();
}

async function configure({ memory }: CommandContext, change: Partial<KeyConfig>): Promise<void> {
  await memory.update({ config: { ...memory.state.config, ...change } });
}
