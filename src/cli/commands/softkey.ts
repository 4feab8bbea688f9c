import { Command, InvalidArgumentError, Option } from 'commander';

import { serveGadget } from '../../softkey/ports/gadget-port.js';
import { listenUdp } from '../../softkey/ports/udp-server.js';
import { PROFILE_NAMES, type ProfileName } from '../../softkey/profile.js';
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

interface Options {
  readonly udp?: { host: string; port: number };
  readonly gadget?: string;
  readonly profile: ProfileName;
  readonly touch: () => UserPresence;
  readonly state?: string;
  readonly preview?: true;
}

/** `keydesk softkey`: a software security key for everybody on this machine, until SIGINT or SIGTERM. */
export function softkeyCommand(): Command {
  return new Command('softkey')
    .description('run a software security key, for development and tests')
    .option('--udp <host:port>', 'answer on UDP, loopback only; port 0 takes any that is free', parseAddress)
    .option('--gadget <device>', 'answer behind a USB gadget, such as /dev/hidg0')
    .addOption(new Option('--profile <version>', 'CTAP version').choices(PROFILE_NAMES).default('2.1'))
    .option(
      '--touch <how>',
      'auto, ask (Enter on this terminal), never, or milliseconds',
      parseTouch,
      () => autoPresence,
    )
    .option('--state <file>', 'keep credentials and PIN in this file')
    .option('--preview', 'offer the prototype of credential management too (FIDO_2_1_PRE)')
    .action(run);
}

async function run(options: Options, command: Command): Promise<void> {
  if (!options.udp && !options.gadget) command.error('error: give --udp or --gadget');
  const store = options.state === undefined ? new MemoryStore() : await openState(options.state, command);
  const key = new SoftKey({
    profile: options.profile,
    store,
    presence: options.touch(),
    previewCredentialManagement: options.preview ?? false,
    onFault: (error) => process.stderr.write(`softkey: ${error instanceof Error ? error.message : String(error)}\n`),
    onWink: () => process.stderr.write('softkey: wink\n'),
  });
  const open: { close: () => Promise<void> }[] = [];
  const places: string[] = [];
  try {
    if (options.udp) {
      const server = await listenUdp(key, options.udp);
      open.push(server);
      places.push(`udp:${server.host}:${server.port}`);
    }
    if (options.gadget) {
      open.push(await serveGadget(key, options.gadget));
      places.push(`gadget:${options.gadget}`);
    }
  } catch (error) {
    await Promise.all(open.map((port) => port.close()));
    command.error(`error: ${error instanceof Error ? error.message : String(error)}`);
  }
  process.stdout.write(`softkey ready ${places.join(' ')} profile ${options.profile}\n`);
  const stop = () => {
    process.stdin.destroy(); // --touch ask reads from it
    key.unplug();
    for (const port of open) void port.close();
  };
  process.once('SIGINT', stop);
  process.once('SIGTERM', stop);
}

async function openState(path: string, command: Command): Promise<FileStore> {
  try {
    return await FileStore.open(path);
  } catch (error) {
    if (error instanceof StoreError) command.error(`error: ${error.message} (${error.code})`);
    throw error;
  }
}

function parseAddress(text: string): { host: string; port: number } {
  const [, host, digits] = /^(?:udp:)?\[?([^[\]]+)\]?:(\d{1,5})$/.exec(text) ?? [];
  const port = Number(digits);
  if (host === undefined || port > 65_535) throw new InvalidArgumentError('Use HOST:PORT, such as 127.0.0.1:9111.');
  return { host, port };
}

function parseTouch(text: string): () => UserPresence {
  switch (text) {
    case 'auto':
      return () => autoPresence;
    case 'never':
      return () => neverPresence;
    case 'ask':
      return askOnTerminal;
  }
  if (!/^\d{1,7}$/.test(text)) throw new InvalidArgumentError('Use auto, ask, never or a number of milliseconds.');
  return () => delayedPresence(Number(text));
}

/** Enter is the button, and "n" and Enter refuses. */
function askOnTerminal(): UserPresence {
  const presence = new AskPresence((waiting) => {
    if (!waiting) return;
    const place = waiting.rpId === undefined ? '' : ` for ${waiting.rpId}`;
    process.stderr.write(`softkey: touch wanted${place} - press Enter, or type n to refuse\n`);
  });
  process.stdin.setEncoding('utf8').on('data', (line: string) => {
    if (line.trim().toLowerCase() === 'n') presence.deny();
    else presence.press();
  });
  return presence;
}
