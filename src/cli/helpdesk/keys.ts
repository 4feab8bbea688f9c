import { prepareKey } from '../../helpdesk/prepare-key.js';
import type { PreparedKey } from '../../shared/helpdesk.js';
import { erase } from '../commands/reset.js';
import type { Context } from '../context.js';
import { nameOf } from '../key-choice.js';
import { withKey } from '../key-session.js';
import { problemOf } from '../problem.js';
import { type DeskOptions, withHelpdesk } from './desk.js';

export interface PrepareOptions extends DeskOptions {
  readonly key?: string;
  readonly list?: boolean;
  readonly minPinLength?: number;
  readonly alwaysUv?: boolean;
  /** Only prepares a key that has no PIN. */
  readonly reset: boolean;
}

/** Erases a key and prepares it for the next person: a PIN that they have to change, and what else is wanted. */
export async function reset(options: PrepareOptions, context: Context): Promise<void> {
  const { signal, terminal } = context;
  await withHelpdesk(options, context, async ({ helpdesk, key }) => {
    const which = options.key === undefined ? {} : { key: options.key };
    const named = options.key ?? 'the key that is plugged in, or touched';
    if (options.reset)
      await helpdesk.onKey('key.reset', named, { key, signal }, async () => {
        await erase({ ...which, ...(options.list !== undefined && { list: options.list }) }, context);
      });
    const what = [
      `PIN with forced change on ${named}`,
      ...(options.alwaysUv === true ? ['user verification always'] : []),
    ];
    if (options.minPinLength !== undefined) what.push(`PINs of ${options.minPinLength} characters or more`);
    const prepared = await helpdesk.onKey('key.prepare', what.join(', '), { key, signal }, () =>
      withKey(which, context, async ({ authenticator, interaction, found }) => {
        if (authenticator.info.options.get('clientPin') === true) throw problemOf({ code: 'pin/already-set' });
        const pin = await interaction.chosenPin(authenticator.info, signal);
        try {
          const { minPinLength, alwaysUv = false } = options;
          const state = await prepareKey(
            authenticator,
            { pin, forcePinChange: true, minPinLength, alwaysUv },
            { signal },
          );
          return { id: found.id, name: nameOf(found), state };
        } finally {
          pin.fill(0);
        }
      }),
    );
    terminal.result({ key: prepared.id, prepared: prepared.state }, preparedText(prepared.name, prepared.state));
  });
}

function preparedText(name: string, { isPinSet, mustChangePin, minPinLength, alwaysUv }: PreparedKey): string {
  return [
    `${name} says of itself, read again:`,
    `  PIN                     ${isPinSet ? 'set' : 'not set'}${mustChangePin ? '; it must be changed before it is used' : ''}`,
    `  shortest PIN            ${minPinLength} characters`,
    `  always verify the user  ${alwaysUv ? 'on' : 'off'}`,
  ].join('\n');
}
