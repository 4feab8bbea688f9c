import type { CborMap } from '../codec/cbor.js';
import { decode } from '../codec/cbor.js';
import { CborError } from '../codec/cbor-errors.js';
import {
  BioEnrollmentSubcommand,
  ConfigSubcommand,
  CredentialManagementSubcommand,
  CtapCommand,
  PinSubcommand,
} from '../commands.js';
import { HidCommand, HidErrorCode, KeepaliveStatus } from '../hid/constants.js';
import type { Message } from '../hid/framing.js';
import { isCount, isMap } from '../members.js';
import { statusName } from '../status.js';

/** One message on the cable as a trace tells it: names and lengths, never what was in it. */
export interface TraceEntry {
  /** Milliseconds since the trace began. */
  readonly at: number;
  readonly direction: 'out' | 'in';
  /** A CTAPHID command, such as INIT, CBOR, KEEPALIVE. */
  readonly hid: string;
  /** Of the whole message, without the frames around it. */
  readonly bytes: number;
  /** A command of CTAP, and its subcommand where it has one. */
  readonly command?: string;
  readonly subcommand?: string;
  /** What the key answered: a status of CTAP, a keepalive's state, or the code of a CTAPHID error. */
  readonly status?: string;
  /** Another program's message, heard on the same cable: nothing is said of it but its length. */
  readonly foreign?: true;
}

/** What a message tells of itself. */
export type Described = Pick<TraceEntry, 'hid' | 'bytes' | 'command' | 'subcommand' | 'status'>;

export function describeRequest({ command, payload }: Message): Described {
  const base = { hid: hidName(command), bytes: payload.length };
  const [ctap] = payload;
  if (command !== HidCommand.CBOR || ctap === undefined) return base;
  const subcommand = subcommandName(ctap, payload.subarray(1));
  return { ...base, command: nameIn(CtapCommand, ctap), ...(subcommand !== undefined && { subcommand }) };
}

export function describeAnswer({ command, payload }: Message): Described {
  const status = statusOf(command, payload[0]);
  return { hid: hidName(command), bytes: payload.length, ...(status !== undefined && { status }) };
}

function statusOf(command: number, first: number | undefined): string | undefined {
  if (first === undefined) return undefined;
  switch (command) {
    case HidCommand.CBOR:
      return statusName(first);
    case HidCommand.KEEPALIVE:
      return nameIn(KeepaliveStatus, first);
    case HidCommand.ERROR:
      return nameIn(HidErrorCode, first);
    default:
      return undefined;
  }
}

export function hidName(command: number): string {
  return nameIn(HidCommand, command);
}

/** Where a request keeps its subcommand, and what its numbers are called. */
const SUBCOMMANDS = new Map<number, { readonly key: number; readonly names: Readonly<Record<string, number>> }>([
  [CtapCommand.CLIENT_PIN, { key: 0x02, names: PinSubcommand }],
  [CtapCommand.BIO_ENROLLMENT, { key: 0x02, names: BioEnrollmentSubcommand }],
  [CtapCommand.BIO_ENROLLMENT_PREVIEW, { key: 0x02, names: BioEnrollmentSubcommand }],
  [CtapCommand.CREDENTIAL_MANAGEMENT, { key: 0x01, names: CredentialManagementSubcommand }],
  [CtapCommand.CREDENTIAL_MANAGEMENT_PREVIEW, { key: 0x01, names: CredentialManagementSubcommand }],
  [CtapCommand.CONFIG, { key: 0x01, names: ConfigSubcommand }],
]);

function subcommandName(command: number, parameters: Uint8Array): string | undefined {
  const known = SUBCOMMANDS.get(command);
  const number = known && mapOf(parameters)?.get(known.key);
  return number !== undefined && isCount(number) ? nameIn(known?.names ?? {}, number) : undefined;
}

/** A message that cannot be read is traced all the same, without the names that are inside. */
function mapOf(bytes: Uint8Array): CborMap | undefined {
  try {
    const value = decode(bytes);
    return isMap(value) ? value : undefined;
  } catch (error) {
    if (error instanceof CborError) return undefined;
    throw error;
  }
}

function nameIn(table: Readonly<Record<string, number>>, number: number): string {
  const known = Object.entries(table).find(([, value]) => value === number)?.[0];
  return known ?? `0x${number.toString(16).padStart(2, '0')}`;
}
