import { Command } from 'commander';

import { Authenticator } from '../../ctap/authenticator.js';
import type { FoundKey } from '../../ctap/discovery.js';
import { U2F_VERSION } from '../../ctap/u2f/u2f.js';
import type { Context } from '../context.js';
import { matchingKeys, nameOf, plugged } from '../key-choice.js';
import { type KeyOptions, keyOption } from '../key-session.js';
import { passportFor } from '../policy-gate.js';
import { describePin, type PinState, pinState } from '../pin-state.js';
import { printable } from '../printable.js';
import { type Problem, toProblem } from '../problem.js';
import { modelText } from './passport.js';

/** What a list says of one key. */
interface ListedKey {
  readonly id: string;
  readonly product: string;
  readonly manufacturer: string;
  readonly serial: string | undefined;
  readonly connection: FoundKey['connection'];
  readonly versions?: readonly string[];
  readonly aaguid?: string;
  readonly vendor?: string | undefined;
  readonly model?: string | undefined;
  /** What the station's policy says to it. */
  readonly allowed?: boolean;
  readonly pin?: PinState;
  /** Why the key cannot be used as it is. */
  readonly problem?: { code: string; message: string; next: string; detail: string | undefined };
}

/** A list waits no longer than this for a key that another program uses, in ms. */
const BUSY_MS = 500;

/** `keydesk keys`: what is plugged in. */
export function keysCommand(context: Context): Command {
  return new Command('keys')
    .description('list the security keys that are plugged in, and the simulators of KEYDESK_KEYS that answer')
    .action(async () => {
      const keys: ListedKey[] = [];
      for (const found of await plugged(context)) keys.push(await describe(found, context));
      const text = keys.map(asText).join('\n\n');
      context.terminal.result({ keys }, text === '' ? 'No security key is plugged in.' : text);
    })
    .addCommand(winkCommand(context));
}

/** Which of the keys is which: each shows itself in turn. */
function winkCommand(context: Context): Command {
  return new Command('wink')
    .description('let a security key show itself, such as by blinking; without --key one after the other')
    .addOption(keyOption())
    .action(async ({ key }: KeyOptions) => {
      const keys: { id: string; winked: boolean }[] = [];
      for (const found of await matchingKeys(key, context))
        keys.push({ id: found.id, winked: await wink(found, context) });
      const text = keys.map(({ id, winked }) => `${id}  ${winked ? 'showed itself' : 'cannot show itself'}`).join('\n');
      context.terminal.result({ keys }, text);
    });
}

async function wink(found: FoundKey, { signal }: Context): Promise<boolean> {
  signal.throwIfAborted();
  const authenticator = await Authenticator.open(await found.open(), { busyMs: BUSY_MS });
  try {
    return await authenticator.wink();
  } finally {
    await authenticator.close();
  }
}

async function describe(found: FoundKey, { signal, station }: Context): Promise<ListedKey> {
  const { id, product, manufacturer, serial, connection } = found;
  const key = { id, product, manufacturer, serial, connection };
  signal.throwIfAborted();
  try {
    const authenticator = await Authenticator.open(await found.open(), { busyMs: BUSY_MS });
    try {
      const { passport, verdict } = await passportFor({ found, authenticator }, station());
      const { aaguid, vendor, model } = passport;
      const { versions } = authenticator.info;
      const { allowed } = verdict;
      return { ...key, versions, aaguid, vendor, model, allowed, pin: await pinState(authenticator, signal) };
    } finally {
      await authenticator.close();
    }
  } catch (error) {
    signal.throwIfAborted();
    // One key that cannot be used must not hide the others.
    return { ...key, problem: asJson(toProblem(error)) };
  }
}

function asJson({ code, message, next, detail }: Problem) {
  return { code, message, next, detail };
}

function asText(key: ListedKey): string {
  const { id, versions, aaguid, vendor, model, allowed, pin, problem } = key;
  const lines = [nameOf(key), `  id        ${id}`];
  if (versions) lines.push(`  versions  ${printable(versions.join(', '))}`);
  if (versions?.every((version) => version === U2F_VERSION))
    lines.push('  kind      a second factor only: no PIN, no passkeys on the key');
  if (aaguid) lines.push(`  model     ${modelText({ vendor, model, aaguid })}`);
  if (allowed === false) lines.push('  policy    Not allowed: `keydesk passport` says why.');
  if (pin) lines.push(`  PIN       ${describePin(pin)}`);
  if (problem) lines.push(`  problem   ${problem.message}`, `            ${problem.next}`);
  return lines.join('\n');
}
