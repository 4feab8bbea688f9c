import { discover, type FoundKey, parseSimulators, SimulatorListError, simulatorKey } from '../ctap/discovery.js';
import { parseUdpAddress } from '../ctap/hid/udp-port.js';
import { toFailure } from '../failures/ctap-failure.js';
import type { Context } from './context.js';
import { printable } from './printable.js';
import { Problem, problemOf, usage } from './problem.js';

/** What finding keys needs of the context. */
type KeyWorld = Pick<Context, 'env' | 'terminal' | 'traces'>;

/** The keys on USB, and the simulators that KEYDESK_KEYS names. */
export async function plugged({ env, terminal, traces }: KeyWorld): Promise<FoundKey[]> {
  const found = await discover(simulators(env['KEYDESK_KEYS']), {
    onUsbFailure: (error) => {
      const { message, next } = problemOf(toFailure(error));
      terminal.say(`keydesk: ${message} Only simulated keys are listed. ${next}`);
    },
  });
  return found.map((key) => traces().of(key));
}

/** The same again and again, in silence, with `key` among them when it is a simulator that KEYDESK_KEYS does not name. */
export function watching(key: FoundKey, { env, traces }: Pick<KeyWorld, 'env' | 'traces'>): () => Promise<FoundKey[]> {
  const named = simulators(env['KEYDESK_KEYS']);
  const isNew = key.connection === 'simulator' && !named.some((at) => simulatorKey(at).id === key.id);
  const all = isNew ? [...named, parseUdpAddress(key.id)] : named;
  return async () => (await discover(all)).map((found) => traces().of(found));
}

/**
 * The keys that a command may be for: those that `choice` names (an id as `keydesk keys` prints it, the path of a USB device,
 * or a serial number), or all. At least one.
 * @throws Problem that lists the keys when there is none of that name
 */
export async function matchingKeys(choice: string | undefined, context: KeyWorld): Promise<[FoundKey, ...FoundKey[]]> {
  if (choice?.startsWith('udp:')) return [context.traces().of(simulatorKey(address(choice)))];
  const keys = await plugged(context);
  const [key, ...others] = choice === undefined ? keys : keys.filter((key) => isNamed(key, choice));
  if (!key) throw choice === undefined ? noKey() : noSuchKey(choice, keys);
  return [key, ...others];
}

/** Maker, product, and serial number, on one line. */
export function nameOf({
  product,
  manufacturer,
  serial,
}: Pick<FoundKey, 'product' | 'manufacturer' | 'serial'>): string {
  const maker = manufacturer === '' ? '' : ` (${manufacturer})`;
  return printable(`${product}${maker}${serial === undefined ? '' : `, serial number ${serial}`}`);
}

function isNamed({ id, serial }: FoundKey, choice: string): boolean {
  return id === choice || id === `usb:${choice}` || serial === choice;
}

function address(choice: string) {
  try {
    return parseUdpAddress(choice);
  } catch (error) {
    if (error instanceof RangeError) throw usage(`--key: ${error.message}.`, 'An example: --key udp:127.0.0.1:9111.');
    throw error;
  }
}

function simulators(text: string | undefined) {
  try {
    return parseSimulators(text);
  } catch (error) {
    if (!(error instanceof SimulatorListError)) throw error;
    throw usage(`KEYDESK_KEYS: ${error.message}.`, 'An example: KEYDESK_KEYS=udp:127.0.0.1:9111,udp:127.0.0.1:9112.');
  }
}

function noKey(): Problem {
  return new Problem('key/removed', 'No security key is plugged in.', 'Plug one in, then try again.');
}

function noSuchKey(choice: string, keys: readonly FoundKey[]): Problem {
  const next = keys.length === 0 ? 'No security key is plugged in.' : `There are:\n${listed(keys)}`;
  return new Problem('key/removed', `No security key "${printable(choice)}" is plugged in.`, next);
}

/** Somebody must say which. */
export function severalKeys(keys: readonly FoundKey[]): Problem {
  return usage('There are several security keys.', `Choose one with --key:\n${listed(keys)}`);
}

function listed(keys: readonly FoundKey[]): string {
  return keys.map((key) => `  --key ${key.id}  ${nameOf(key)}`).join('\n');
}
