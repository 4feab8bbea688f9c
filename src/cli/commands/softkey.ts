import { Command, InvalidArgumentError, Option } from 'commander';

import { type FingerprintSensor, sensorInButton, USUAL_FINGER } from '../../softkey/fingerprint-sensor.js';
import { GadgetPort } from '../../softkey/ports/gadget-port.js';
import { listenUdp } from '../../softkey/ports/udp-server.js';
import { ALL_PROFILE_NAMES, type ProfileName } from '../../softkey/profile.js';
import { parseQuirk, QUIRK_NAMES, QUIRKS, type Quirks, usualNumber } from '../../softkey/quirks/quirks.js';
import { SoftKey } from '../../softkey/soft-key.js';
import { MemoryStore } from '../../softkey/store/credential-store.js';
import { FileStore } from '../../softkey/store/file-store.js';
import { StoreError } from '../../softkey/store/store-error.js';
import {
  AskPresence,
  autoPresence,
  delayedPresence,
  neverPresence,
  type UserPresence,
} from '../../softkey/user-presence.js';
import { type Context, untilStopped } from '../context.js';
import { Problem, usage } from '../problem.js';
import { onTypedLine } from '../typed-lines.js';

interface Options {
  readonly udp?: { host: string; port: number };
  readonly gadget?: string;
  readonly profile: ProfileName;
  readonly touch: { readonly isAsked: boolean; readonly person: (context: Context) => Person };
  readonly state?: string;
  readonly previews?: true;
  readonly quirk?: Quirks;
  readonly fingerprints?: true;
}

/** Who is at the key, with the fingers that come onto its sensor. */
interface Person {
  readonly presence: UserPresence;
  readonly sensor: FingerprintSensor;
}

/** Where a key can be reached, and how that ends. */
interface Place {
  readonly name: string;
  close(): Promise<void>;
}

/** `keydesk softkey`: a software security key for everybody on this machine, until SIGINT or SIGTERM. */
export function softkeyCommand(context: Context): Command {
  return new Command('softkey')
    .description('run a software security key, for development and tests; prints a line when it is ready')
    .option('--udp <host:port>', 'answer on UDP, loopback only; port 0 takes any that is free', parseAddress)
    .option('--gadget <device>', 'answer behind a USB gadget, such as /dev/hidg0')
    .addOption(
      new Option('--profile <version>', 'CTAP version, or u2f for a key from before')
        .choices(ALL_PROFILE_NAMES)
        .default('2.1'),
    )
    .addOption(
      new Option('--touch <how>', 'auto, ask (Enter on this terminal), never, or milliseconds')
        .argParser(parseTouch)
        .default(parseTouch('auto'), 'auto'),
    )
    .option('--fingerprints', 'give the key a fingerprint sensor; not for CTAP 2.0')
    .option('--state <file>', 'keep credentials and PIN in this file')
    .option('--previews', 'offer the prototypes of before CTAP 2.1 as well, which clients of that time speak')
    .option('--quirk <name[=N]>', 'be odd in this way, for tests; may be given several times', collectQuirk)
    .addHelpText(
      'after',
      `\nQuirks:\n${quirkList()}\n` +
        '\nIt runs until Ctrl-C. With --touch ask, Enter is a tap, h holds the button, n refuses, and f NAME puts another finger on' +
        '\nthe sensor. There, or where standard input is no terminal, r cuts the power of the key and gives it back.' +
        '\n\nExample:\n  keydesk softkey --udp 127.0.0.1:9111 --profile 2.0 --touch ask --state key.json',
    )
    .action((options: Options) => run(options, context));
}

async function run(options: Options, context: Context): Promise<void> {
  const { terminal, stdin } = context;
  if (options.fingerprints && options.profile === '2.0')
    throw usage('A key of CTAP 2.0 cannot enrol fingerprints.', 'Choose a later --profile.');
  if (!options.udp && !options.gadget) throw usage('A software key needs a place.', 'Give --udp or --gadget.');
  const key = new SoftKey({
    profile: options.profile,
    store: options.state === undefined ? new MemoryStore() : await openState(options.state),
    ...options.touch.person(context),
    previews: options.previews ?? false,
    quirks: options.quirk ?? {},
    fingerprints: options.fingerprints ?? false,
    onFault: (error) => {
      terminal.say(`softkey: ${error instanceof Error ? error.message : String(error)}`);
    },
    onWink: () => {
      terminal.say('softkey: wink');
    },
  });
  // A program in the background of a terminal must not read from it.
  if (options.touch.isAsked || stdin.isTTY !== true) powerCycleOnTerminal(key, context);
  const places: Place[] = [];
  try {
    if (options.udp) places.push(await onUdp(key, options.udp));
    if (options.gadget) places.push(await behindGadget(key, options.gadget));
    const names = places.map(({ name }) => name);
    terminal.result(
      { softkey: { places: names, profile: options.profile } },
      `softkey ready ${names.join(' ')} profile ${options.profile}`,
    );
    await untilStopped(context);
  } finally {
    stdin.pause();
    key.unplug();
    await Promise.all(places.map((place) => place.close()));
  }
}

async function onUdp(key: SoftKey, address: { host: string; port: number }): Promise<Place> {
  try {
    const server = await listenUdp(key, address);
    const { host, port } = server;
    return { name: `udp:${host.includes(':') ? `[${host}]` : host}:${port}`, close: () => server.close() };
  } catch (error) {
    if (error instanceof RangeError)
      throw usage(`--udp: ${error.message}.`, 'A software key answers on 127.0.0.1 only.');
    throw unavailable(`The software key cannot listen on ${address.host}:${address.port}.`, error);
  }
}

async function behindGadget(key: SoftKey, device: string): Promise<Place> {
  try {
    const gadget = await GadgetPort.serve(key, device);
    return { name: `gadget:${device}`, close: () => gadget.close() };
  } catch (error) {
    throw unavailable(`The USB gadget ${device} cannot be used.`, error);
  }
}

function unavailable(sentence: string, error: unknown): Problem {
  const detail = error instanceof Error ? error.message : undefined;
  return new Problem('practice/unavailable', sentence, 'Choose another place, or end the program that uses this one.', {
    detail,
  });
}

async function openState(path: string): Promise<FileStore> {
  try {
    return await FileStore.open(path);
  } catch (error) {
    if (!(error instanceof StoreError)) throw error;
    const code = error.code === 'store/unwritable' ? 'settings/unwritable' : 'settings/unreadable';
    throw new Problem(code, `${error.message}.`, 'Choose another --state, or move the file away.');
  }
}

function parseAddress(text: string): { host: string; port: number } {
  const [, host, digits] = /^(?:udp:)?\[?([^[\]]+)\]?:(\d{1,5})$/.exec(text) ?? [];
  const port = Number(digits);
  if (host === undefined || port > 65_535) throw new InvalidArgumentError('Use HOST:PORT, such as 127.0.0.1:9111.');
  return { host, port };
}

function collectQuirk(text: string, before: Quirks = {}): Quirks {
  try {
    return { ...before, ...parseQuirk(text) };
  } catch (error) {
    if (error instanceof RangeError) throw new InvalidArgumentError(`${error.message}.`);
    throw error;
  }
}

function quirkList(): string {
  return QUIRK_NAMES.map((name) => {
    const number = usualNumber(name);
    const word = number === undefined ? name : `${name}=N`;
    return `  ${word.padEnd(22)}${QUIRKS[name].does}${number === undefined ? '' : ` (N is ${number} unless given)`}`;
  }).join('\n');
}

function parseTouch(text: string): Options['touch'] {
  switch (text) {
    case 'auto':
      return { isAsked: false, person: onlyPressing(autoPresence) };
    case 'never':
      return { isAsked: false, person: onlyPressing(neverPresence) };
    case 'ask':
      return { isAsked: true, person: askOnTerminal };
  }
  if (!/^\d{1,7}$/.test(text)) throw new InvalidArgumentError('Use auto, ask, never or a number of milliseconds.');
  return { isAsked: false, person: onlyPressing(delayedPresence(Number(text))) };
}

/** Somebody with one finger. */
function onlyPressing(presence: UserPresence): () => Person {
  return () => ({ presence, sensor: sensorInButton(presence) });
}

/** Enter is a tap on the button, "h" and Enter holds it, "n" and Enter refuses, and "f", a name and Enter is another finger. */
function askOnTerminal(context: Context): Person {
  const { terminal } = context;
  let finger = USUAL_FINGER;
  const presence = new AskPresence((waiting) => {
    if (!waiting) return;
    const place = waiting.rpId === undefined ? '' : ` for ${waiting.rpId}`;
    const how = waiting.heldMs === undefined ? 'press Enter' : `type h to hold it for ${waiting.heldMs / 1000} s`;
    terminal.say(`softkey: touch wanted${place} - ${how}, or type n to refuse`);
  });
  onLine(context, (line) => {
    finger = /^f (.+)$/.exec(line)?.[1] ?? USUAL_FINGER;
    if (line === '' || finger !== USUAL_FINGER) presence.press(0);
    else if (line === 'h') presence.press();
    else if (line === 'n') presence.deny();
  });
  return { presence, sensor: sensorInButton(presence, () => finger) };
}

/** "r" and Enter takes the key's power away and gives it back, for those who cannot pull a plug. */
function powerCycleOnTerminal(key: SoftKey, context: Context): void {
  onLine(context, (line) => {
    if (line !== 'r') return;
    key.powerCycle();
    context.terminal.say('softkey: unplugged and plugged in again');
  });
}

function onLine({ stdin, terminal }: Context, act: (line: string) => void): void {
  const onGivenUp = () => {
    terminal.say('softkey: standard input has no ends of lines, and is not read any more');
  };
  onTypedLine(
    stdin,
    (line) => {
      act(line.trim().toLowerCase());
    },
    onGivenUp,
  );
}
