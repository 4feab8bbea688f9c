import { Command } from 'commander';

import { retriesAfter } from '../../ctap/client/token-by-pin.js';
import type { ClientPin } from '../../ctap/pin/client-pin.js';
import type { Context } from '../context.js';
import {
  type KeyOptions,
  keyOption,
  type KeySession,
  type PinOptions,
  spendLastTriesOption,
  withKey,
} from '../key-session.js';
import { describePin, type PinState, pinState } from '../pin-state.js';
import { Problem, problemOf } from '../problem.js';

const INPUT = `
PINs are typed at the terminal, unseen. When standard input is no terminal they are read from it, one line each,
in the order in which they are asked for; never give one as an argument.`;

/** `keydesk pin`: the PIN of a key. */
export function pinCommand(context: Context): Command {
  return new Command('pin')
    .description('show, set or change the PIN of a security key')
    .addHelpText('after', INPUT)
    .addCommand(retriesCommand(context))
    .addCommand(setCommand(context))
    .addCommand(changeCommand(context));
}

function retriesCommand(context: Context): Command {
  return new Command('retries')
    .description('show whether a PIN is set, and how many tries are left')
    .addOption(keyOption())
    .action((options: KeyOptions) =>
      withKey(options, context, async (session) => {
        print(await pinState(session.authenticator, context.signal), session, context);
      }),
    );
}

function setCommand(context: Context): Command {
  return new Command('set')
    .description('set the PIN of a security key that has none; asks for the new PIN')
    .addOption(keyOption())
    .addHelpText('after', `${INPUT}\n\nExample:\n  keydesk pin set --key /dev/hidraw0`)
    .action((options: KeyOptions) =>
      withKey(options, context, async (session) => {
        const { authenticator, interaction, signal } = session;
        const clientPin = clientPinOf(session);
        if (authenticator.info.options.get('clientPin') === true) throw problemOf({ code: 'pin/already-set' });
        const pin = await interaction.chosenPin(authenticator.info, signal);
        try {
          await clientPin.setPin(pin, { signal });
        } finally {
          pin.fill(0);
        }
        await authenticator.refresh({ signal });
        const state = await pinState(authenticator, signal);
        // What counts is what the key says afterwards.
        if (state.state !== 'set')
          throw new Problem(
            'key/protocol',
            'The key took the PIN and says that it has none.',
            'Unplug it, and look again.',
          );
        print(state, session, context);
      }),
    );
}

function changeCommand(context: Context): Command {
  return new Command('change')
    .description('change the PIN of a security key; asks for the current PIN, then for the new one')
    .addOption(keyOption())
    .addOption(spendLastTriesOption())
    .addHelpText(
      'after',
      `${INPUT}\nA wrong current PIN costs a try and ends the command: nothing is tried twice by itself.`,
    )
    .action((options: PinOptions) =>
      withKey(options, context, async (session) => {
        const { authenticator, interaction, signal } = session;
        const clientPin = clientPinOf(session);
        if (authenticator.info.options.get('clientPin') !== true) throw problemOf({ code: 'pin/not-set' });
        const current = await interaction.currentPin(signal);
        try {
          const next = await interaction.chosenPin(authenticator.info, signal);
          await change(clientPin, current, next, signal).finally(() => next.fill(0));
        } finally {
          current.fill(0);
        }
        await authenticator.refresh({ signal });
        print(await pinState(authenticator, signal), session, context);
      }),
    );
}

async function change(clientPin: ClientPin, current: Uint8Array, next: Uint8Array, signal: AbortSignal): Promise<void> {
  try {
    await clientPin.changePin(current, next, { signal });
  } catch (error) {
    const retries = await retriesAfter(error, clientPin);
    throw problemOf({ code: 'pin/wrong', retries });
  }
}

function clientPinOf({ authenticator: { info, clientPin } }: KeySession): ClientPin {
  if (clientPin && info.options.has('clientPin')) return clientPin;
  throw problemOf({ code: 'key/unsupported', detail: 'This key has no PIN' });
}

function print(state: PinState, { found }: KeySession, { terminal }: Context): void {
  terminal.result({ key: found.id, pin: state }, `PIN: ${describePin(state)}`);
}
