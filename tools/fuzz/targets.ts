import { Authenticator } from '../../src/ctap/authenticator.js';
import { create } from '../../src/ctap/client/create.js';
import { ClientError } from '../../src/ctap/client/errors.js';
import { get } from '../../src/ctap/client/get.js';
import { tokenByPin } from '../../src/ctap/client/user-verification.js';
import { decodeAuthenticatorData } from '../../src/ctap/codec/authenticator-data.js';
import { concat, fromHex } from '../../src/ctap/codec/bytes.js';
import { type CborMap, decode, decodeFirst, decodeStrict, encode, numbered } from '../../src/ctap/codec/cbor.js';
import { CborError } from '../../src/ctap/codec/cbor-errors.js';
import { CoseAlgorithm } from '../../src/ctap/codec/cose.js';
import { CtapCommand, Permission } from '../../src/ctap/commands.js';
import { CredentialManagement } from '../../src/ctap/credential-management.js';
import { CtapError, ResponseError, TransportError } from '../../src/ctap/errors.js';
import { decodeInfo } from '../../src/ctap/get-info.js';
import { HidChannel } from '../../src/ctap/hid/channel.js';
import { BROADCAST_CID, HidCommand, REPORT_SIZE } from '../../src/ctap/hid/constants.js';
import { channelOf, MessageReader, toReports } from '../../src/ctap/hid/framing.js';
import { PinError } from '../../src/ctap/pin/pin.js';
import { MemoryPort } from '../../src/softkey/ports/memory-port.js';
import { SoftKey } from '../../src/softkey/soft-key.js';
import { creation, ORIGIN, PIN, request } from '../../tests/ctap/options.js';
import { Person } from '../../tests/ctap/person.js';
import { getting, making } from '../../tests/softkey/platform.js';
import { CHANNEL, HostileKey } from './hostile-key.js';

/** Something that takes bytes from outside. */
export interface Target {
  readonly name: string;
  /** Where the search begins. */
  readonly seeds: () => Promise<readonly Uint8Array[]>;
  /** Rejects when the bytes bring out what may not be: an error of no class of ours, a fault inside, a key that is stuck. */
  readonly run: (input: Uint8Array) => Promise<void>;
}

/** Nobody waits for a hostile key; without RSA, whose keys take long to make. */
const TIMES = { silenceMs: 50, transactionMs: 100, cancelMs: 50, busyMs: 0 };
const ALGORITHMS = [CoseAlgorithm.ES256, CoseAlgorithm.EDDSA];
const OURS = [CtapError, TransportError, ResponseError, ClientError, CborError, PinError];

const cbor: Target = {
  name: 'cbor',
  seeds: () => Promise.resolve([encode(making()), encode(getting()), ...['1b7fffffffffffffff', '3a7fffffff', 'a20102', '8180', '62c3a9'].map(fromHex)]), // prettier-ignore
  run: async (input) => {
    await typed(() => decodeStrict(input));
    await typed(() => decodeFirst(input));
    await typed(() => {
      const value = decode(input);
      const again = encodable(value);
      // What was read can be written, and is the same when it is read again.
      if (again && !Buffer.from(encode(decode(again))).equals(again))
        throw new Error('Read again it is something else');
    });
  },
};

const info: Target = {
  name: 'get-info',
  seeds: async () => [(await answersOf((key) => Authenticator.open(key)))[0]?.subarray(1) ?? new Uint8Array()],
  run: async (input) => {
    await typed(() => {
      const value = decode(input);
      if (value instanceof Map) decodeInfo(value as CborMap);
    });
    await typed(() => decodeAuthenticatorData(input), RangeError);
  },
};

const reports: Target = {
  name: 'hid-reports',
  seeds: () => Promise.resolve([concat(...toReports(0, HidCommand.CBOR, new Uint8Array(150))), concat(...toReports(0, HidCommand.KEEPALIVE, Uint8Array.of(2))), concat(...toReports(0, HidCommand.ERROR, Uint8Array.of(6)))]), // prettier-ignore
  run: async (input) => {
    const rest = reportsIn(input);
    const key = new HostileKey(() => rest.splice(0, 4));
    await typed(async () => {
      const channel = await HidChannel.open(key, TIMES);
      for (let call = 0; call < 3; call++) await channel.call(HidCommand.CBOR, new Uint8Array(100));
    });
  },
};

const answers: Target = {
  name: 'answers',
  seeds: async () => [
    asInput(0, await answersOf(async (key) => create(creation(), ORIGIN, await contextAt(key)))),
    asInput(1, await answersOf(async (key) => get(request(), ORIGIN, await contextAt(key)))),
    asInput(2, await answersOf(async (key) => listAll(key))),
  ],
  run: async (input) => {
    const rest = chunksIn(input.subarray(1));
    const key = new HostileKey(() => {
      const answer = rest.shift();
      return answer ? [...toReports(CHANNEL, HidCommand.CBOR, answer)] : [];
    });
    await typed(async () => {
      if (input[0] === 2) await listAll(key);
      else if (input[0] === 1) await get(request(), ORIGIN, await contextAt(key));
      else await create(creation(), ORIGIN, await contextAt(key));
    });
  },
};

const commands: Target = {
  name: 'commands',
  seeds: () => {
    const messages = [
      [CtapCommand.MAKE_CREDENTIAL, making({ algorithms: ALGORITHMS, options: { rk: true } })],
      [CtapCommand.GET_ASSERTION, getting({ allow: [new Uint8Array(32)] })],
      [CtapCommand.CLIENT_PIN, numbered(2, 2)],
      [CtapCommand.CREDENTIAL_MANAGEMENT, numbered(4, numbered(new Uint8Array(32)), 1, new Uint8Array(32))],
      [CtapCommand.BIO_ENROLLMENT, numbered(1, 1)],
      [CtapCommand.LARGE_BLOBS, numbered(17, undefined, 0)],
      [CtapCommand.CONFIG, numbered(1)],
    ] as const;
    const bytes = messages.map(([command, params]) => concat(Uint8Array.of(command), encode(params)));
    return Promise.resolve([asInput(0, bytes), ...bytes.map((message) => asInput(1, [message, message]))]);
  },
  run: async (input) => {
    const { key, faults } = plug(input[0] ?? 0);
    try {
      const channel = await HidChannel.open(new MemoryPort(key), TIMES);
      const messages = chunksIn(input.subarray(1)).filter(({ length }) => length > 0);
      for (const message of messages) await channel.call(HidCommand.CBOR, message);
    } finally {
      key.unplug();
    }
    const [fault] = faults;
    if (fault) throw fault;
  },
};

const device: Target = {
  name: 'device',
  seeds: () => Promise.resolve([concat(...toReports(1, HidCommand.CBOR, Uint8Array.of(4)), ...toReports(1, HidCommand.PING, new Uint8Array(99))), concat(...toReports(1, HidCommand.LOCK, Uint8Array.of(1)))]), // prettier-ignore
  run: async (input) => {
    const { key, faults } = plug(2);
    const heard: Uint8Array[] = [];
    key.attach({ onReport: (report) => heard.push(report), onUnplug: () => undefined });
    for (const report of [...toReports(BROADCAST_CID, HidCommand.INIT, new Uint8Array(8)), ...reportsIn(input)])
      key.receive(report);
    key.powerCycle();
    const port = new MemoryPort(key);
    await Authenticator.open(port, TIMES);
    await port.close();
    key.unplug();
    const [fault] = faults;
    if (fault) throw fault;
    if (heard.some(({ length }) => length !== REPORT_SIZE)) throw new Error('A report of another size');
  },
};

export const TARGETS: readonly Target[] = [cbor, info, reports, answers, commands, device];

/** Runs it and overlooks the errors that may come out. */
async function typed(act: () => unknown, ...allowed: readonly (new (...given: never[]) => Error)[]): Promise<void> {
  try {
    await act();
  } catch (error) {
    if (![...OURS, ...allowed].some((type) => error instanceof type)) throw error;
  }
}

/** `encode` has no shortest form for a few numbers, and says so (RangeError). */
function encodable(value: Parameters<typeof encode>[0]): Uint8Array | undefined {
  try {
    return encode(value);
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

/** Somebody who gives the right PIN three times, and then gives up. */
async function contextAt(key: HostileKey | MemoryPort) {
  const person = new Person(PIN, PIN, PIN);
  const pin = person.pin.bind(person);
  person.pin = (asked) =>
    person.asked.length < 3 ? pin(asked) : Promise.reject(new ClientError('pin-replug', 'The person gives up'));
  return { authenticator: await Authenticator.open(key, TIMES), interaction: person };
}

async function listAll(key: HostileKey | MemoryPort): Promise<void> {
  const context = await contextAt(key);
  const { clientPin, ctap, info: said } = context.authenticator;
  if (!clientPin) return;
  const token = await tokenByPin(context, clientPin, { permissions: Permission.CREDENTIAL_MANAGEMENT });
  const management = new CredentialManagement(ctap, said, token);
  for (const { rpIdHash } of await management.relyingParties()) await management.credentials(rpIdHash);
}

const PROFILES = ['2.0', '2.1', '2.3'] as const;

function plug(number: number): { key: SoftKey; faults: Error[] } {
  const faults: Error[] = [];
  const onFault = (error: unknown) => faults.push(error instanceof Error ? error : new Error(String(error)));
  const profile = PROFILES[number % PROFILES.length] ?? '2.1';
  return { key: new SoftKey({ profile, algorithms: ALGORITHMS, touchTimeoutMs: 20, onFault }), faults };
}

/** What a software key answers on one errand, as a hostile one might begin. */
async function answersOf(errand: (port: MemoryPort) => Promise<unknown>): Promise<Uint8Array[]> {
  const { key } = plug(1);
  const first = await contextAt(new MemoryPort(key));
  await create(creation(), ORIGIN, first);
  const heard: Uint8Array[] = [];
  const readers = new Map<number, MessageReader>();
  key.attach({
    onReport: (report) => {
      const channel = channelOf(report) ?? 0;
      const reader = readers.get(channel) ?? new MessageReader(channel);
      readers.set(channel, reader);
      const message = reader.push(report);
      if (message?.command === HidCommand.CBOR) heard.push(message.payload);
    },
    onUnplug: () => undefined,
  });
  await errand(new MemoryPort(key));
  key.unplug();
  return heard;
}

/** Pieces, each after its length in two bytes. */
function asInput(first: number, pieces: readonly Uint8Array[]): Uint8Array {
  const framed = pieces.map((piece) => concat(Uint8Array.of(piece.length >> 8, piece.length & 0xff), piece));
  return concat(Uint8Array.of(first), ...framed);
}

function chunksIn(input: Uint8Array): Uint8Array[] {
  const chunks: Uint8Array[] = [];
  for (let at = 0; at + 2 <= input.length && chunks.length < 20;) {
    const length = ((input[at] ?? 0) << 8) | (input[at + 1] ?? 0);
    chunks.push(input.slice(at + 2, at + 2 + length));
    at += 2 + length;
  }
  return chunks;
}

/** Reports of 64 bytes, the last one padded; the first byte of each says whether it is of our channel, of all, or of any. */
function reportsIn(input: Uint8Array): Uint8Array[] {
  return Array.from({ length: Math.ceil(input.length / REPORT_SIZE) }, (_, index) => {
    const report = new Uint8Array(REPORT_SIZE);
    report.set(input.subarray(index * REPORT_SIZE, (index + 1) * REPORT_SIZE));
    const whose = report[0] ?? 0;
    if (whose < 0xc0) new DataView(report.buffer).setUint32(0, whose < 0xa0 ? CHANNEL : BROADCAST_CID);
    return report;
  });
}
