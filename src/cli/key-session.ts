import { Option } from 'commander';

import { Authenticator } from '../ctap/authenticator.js';
import type { CeremonyContext } from '../ctap/client/user-verification.js';
import type { FoundKey } from '../ctap/discovery.js';
import type { Context } from './context.js';
import { chooseKey } from './key-choice.js';
import { TerminalInteraction } from './terminal-interaction.js';

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
    'the security key: an id of `keydesk keys`, a device such as /dev/hidraw0, a serial number, or udp:HOST:PORT',
  );
}

export function spendLastTriesOption(): Option {
  return new Option(
    '--spend-last-tries',
    'use the PIN even when only the last two tries, or an unknown number, are left',
  );
}

/** One open key, and how to ask its person. */
export interface KeySession extends CeremonyContext {
  readonly found: FoundKey;
  readonly interaction: TerminalInteraction;
  readonly signal: AbortSignal;
}

/** Opens the chosen key for `use`, and gives it back afterwards, whatever happens. */
export async function withKey<T>(
  { key, spendLastTries = false }: PinOptions,
  context: Context,
  use: (session: KeySession) => Promise<T>,
): Promise<T> {
  const found = await chooseKey(key, context);
  context.signal.throwIfAborted();
  const authenticator = await Authenticator.open(await found.open());
  try {
    const interaction = new TerminalInteraction(context.terminal, authenticator, spendLastTries);
    return await use({ found, authenticator, interaction, signal: context.signal });
  } finally {
    await authenticator.close();
  }
}
