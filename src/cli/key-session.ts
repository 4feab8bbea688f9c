import { Option } from 'commander';

import { Authenticator } from '../ctap/authenticator.js';
import type { CeremonyContext } from '../ctap/client/ceremony-context.js';
import type { FoundKey } from '../ctap/discovery.js';
import type { Context } from './context.js';
import { matchingKeys } from './key-choice.js';
import { TerminalInteraction } from './terminal-interaction.js';
import { touchedKey } from './touched-key.js';

/** Options of every command that is for one key. */
export interface KeyOptions {
  readonly key?: string;
}

/** Options of commands that may ask for the PIN. */
export interface PinOptions extends KeyOptions {
  readonly spendLastTries?: boolean;
}

export function keyOption(): Option {
  return new Option(
    '--key <key>',
    'the security key: an id of `keydesk keys`, a device such as /dev/hidraw0, a serial number, or udp:HOST:PORT; ' +
      'where several are plugged in and none is named, a terminal asks for a touch on the one that is meant',
  );
}

export function spendLastTriesOption(): Option {
  return new Option(
    '--spend-last-tries',
    'use the PIN even when only the last three tries, or an unknown number, are left',
  );
}

/** One open key, and how to ask its person. */
export interface KeySession extends CeremonyContext {
  readonly found: FoundKey;
  readonly interaction: TerminalInteraction;
  readonly signal: AbortSignal;
}

/** Opens the key that is meant for `use`, and gives it back afterwards, whatever happens. */
export async function withKey<T>(
  { key, spendLastTries = false }: PinOptions,
  context: Context,
  use: (session: KeySession) => Promise<T>,
): Promise<T> {
  const [first, ...others] = await matchingKeys(key, context);
  context.signal.throwIfAborted();
  const { found, authenticator } =
    others.length === 0
      ? { found: first, authenticator: await Authenticator.open(await first.open()) }
      : await touchedKey([first, ...others], context);
  try {
    const interaction = new TerminalInteraction(context.terminal, authenticator, spendLastTries);
    return await use({ found, authenticator, interaction, signal: context.signal });
  } finally {
    await authenticator.close();
  }
}
