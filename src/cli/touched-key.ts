import { Authenticator } from '../ctap/authenticator.js';
import { selectByTouch } from '../ctap/client/select-by-touch.js';
import type { FoundKey } from '../ctap/discovery.js';
import type { Context } from './context.js';
import { matchingKeys, nameOf, severalKeys } from './key-choice.js';
import { printable } from './printable.js';
import { toProblem } from './problem.js';

/** A key that another program uses is waited for no longer than this, in ms. */
const BUSY_MS = 500;

export interface OpenKey {
  readonly found: FoundKey;
  readonly authenticator: Authenticator;
}

/** The key that is meant: the one of that name, the only one, or the one that is touched. It is not open. */
export async function chooseKey(choice: string | undefined, context: Context): Promise<FoundKey> {
  const [only, ...others] = await matchingKeys(choice, context);
  if (others.length === 0) return only;
  const { found, authenticator } = await touchedKey([only, ...others], context);
  await authenticator.close();
  return found;
}

/**
 * The one of several keys that the person at the terminal touches, open; the others are closed.
 * @throws Problem that lists the keys where nobody can be asked, or fewer than two can be used
 */
export async function touchedKey(keys: readonly FoundKey[], { terminal, signal }: Context): Promise<OpenKey> {
  if (!terminal.isInteractive) throw severalKeys(keys);
  const open: OpenKey[] = [];
  let chosen: OpenKey | undefined;
  try {
    for (const found of keys) {
      try {
        open.push({ found, authenticator: await Authenticator.open(await found.open(), { busyMs: BUSY_MS }) });
      } catch (error) {
        terminal.say(`keydesk: ${nameOf(found)} at ${printable(found.id)}: ${toProblem(error).message}`);
      }
    }
    // A single one that is left need not be the one that is meant.
    if (open.length < 2) throw severalKeys(keys);
    chosen = await selectByTouch(open, {
      signal,
      onTouchNeeded: () => {
        terminal.say('Several security keys are plugged in. Touch the one that is meant.');
      },
    });
    return chosen;
  } finally {
    for (const key of open) if (key !== chosen) await key.authenticator.close();
  }
}
