import { Authenticator } from '../../src/ctap/authenticator.js';
import { AuthenticatorConfig } from '../../src/ctap/authenticator-config.js';
import { BioEnrollment } from '../../src/ctap/bio-enrollment.js';
import { create } from '../../src/ctap/client/create.js';
import { ClientError } from '../../src/ctap/client/errors.js';
import { get } from '../../src/ctap/client/get.js';
import { tokenByPin } from '../../src/ctap/client/token-by-pin.js';
import { decodeAuthenticatorData } from '../../src/ctap/codec/authenticator-data.js';
import { concat, fromHex, utf8 } from '../../src/ctap/codec/bytes.js';
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
import {
  EMPTY_LARGE_BLOB_ARRAY,
  openBlob,
  parseArray,
  sealBlob,
  serializeArray,
} from '../../src/ctap/large-blob-array.js';
import { LargeBlobs } from '../../src/ctap/large-blobs.js';
import { PinError } from '../../src/ctap/pin/pin.js';
import type { PinUvAuthToken } from '../../src/ctap/pin/token.js';
import { loadPolicy } from '../../src/passport/policy.js';
import { MemoryPort } from '../../src/softkey/ports/memory-port.js';
import { SoftKey } from '../../src/softkey/soft-key.js';
import { creation, ORIGIN, PIN, request, RP_ID } from '../../tests/ctap/options.js';
import { Person } from '../../tests/ctap/person.js';
import { getting, making } from '../../tests/softkey/platform.js';
import { mutatedCbor } from './cbor-mutation.js';
import { CHANNEL, HostileKey } from './hostile-key.js';

/** Something that takes bytes from outside. */
export interface Target {
  readonly name: string;
  /** A change that keeps the form of its inputs, for those that have one: undefined where this input has not. */
  readonly reshape?: (input: Uint8Array, random: () => number) => Uint8Array | undefined;
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
  reshape: mutatedCbor,
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
  reshape: mutatedCbor,
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

/** What the library does with a key, from opening it on; the first byte of an input says which. */
const ERRANDS: readonly ((key: HostileKey | MemoryPort) => Promise<unknown>)[] = [
  async (key) => create(creation(), ORIGIN, await contextAt(key)),
  async (key) => get(request(), ORIGIN, await contextAt(key)),
  (key) => manage(key, Permission.CREDENTIAL_MANAGEMENT, listAll),
  (key) => manage(key, Permission.BIO_ENROLLMENT, enrolAndList),
  (key) => manage(key, Permission.LARGE_BLOB_WRITE, writeAndRead),
  (key) => manage(key, Permission.AUTHENTICATOR_CONFIGURATION, configure),
  async (key) => {
    const extensions = { prf: { eval: { first: 'AAAA' } }, credBlob: 'AAAA', largeBlob: { support: 'preferred' } };
    return create(creation({ extensions }), ORIGIN, await contextAt(key));
  },
  async (key) => {
    const extensions = { prf: { eval: { first: 'AAAA' } }, getCredBlob: true, largeBlob: { read: true } };
    return get(request({ extensions }), ORIGIN, await contextAt(key));
  },
];

const answers: Target = {
  name: 'answers',
  reshape: reshapedChunks,
  seeds: () => Promise.all(ERRANDS.map(async (errand, index) => asInput(index, await answersOf(errand)))),
  run: async (input) => {
    const rest = chunksIn(input.subarray(1));
    const key = new HostileKey(() => {
      const answer = rest.shift();
      return answer ? [...toReports(CHANNEL, HidCommand.CBOR, answer)] : [];
    });
    const errand = ERRANDS[(input[0] ?? 0) % ERRANDS.length];
    await typed(() => errand?.(key));
  },
};

const BLOB_KEY = new Uint8Array(32).fill(7);

const blobs: Target = {
  name: 'large-blobs',
  seeds: () => {
    const sealed = [sealBlob(BLOB_KEY, new Uint8Array(100)), sealBlob(new Uint8Array(32), Uint8Array.of(1))];
    return Promise.resolve([EMPTY_LARGE_BLOB_ARRAY, serializeArray(sealed)]);
  },
  run: async (input) => {
    await typed(() => parseArray(input));
    // Behind the checksum, as a key could have made it fit.
    await typed(() => {
      for (const entry of parseArray(serializeArray([input]))) openBlob(BLOB_KEY, entry);
    });
  },
};

const policy: Target = {
  name: 'policy',
  seeds: () => Promise.resolve(POLICIES.map((text) => utf8(text))),
  run: async (input) => {
    const loaded = loadPolicy(new TextDecoder().decode(input));
    if (!loaded.ok && loaded.error.reason === '') throw new Error('Refused without a reason');
    return Promise.resolve();
  },
};
const POLICIES = [
  '{"minimumPinLength": 6}',
  '{\n  "allowedAaguids": ["00000000-0000-0000-0000-000000000000"],\n  "requireUserVerification": true\n}',
];

const commands: Target = {
  name: 'commands',
  reshape: reshapedChunks,
  seeds: () => {
    const messages = [
      [CtapCommand.MAKE_CREDENTIAL, making({ algorithms: ALGORITHMS, options: { rk: true } })],
      [CtapCommand.GET_ASSERTION, getting({ allow: [new Uint8Array(32)] })],
      [CtapCommand.CLIENT_PIN, numbered(2, 2)],
      [CtapCommand.CREDENTIAL_MANAGEMENT, numbered(4, numbered(new Uint8Array(32)), 1, new Uint8Array(32))],
      [CtapCommand.BIO_ENROLLMENT, numbered(1, 1)],
      [CtapCommand.LARGE_BLOBS, numbered(17, undefined, 0)],
      [CtapCommand.CONFIG, numbered(1)],
      [CtapCommand.CONFIG, numbered(3, numbered(6, [RP_ID], true))],
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

export const TARGETS: readonly Target[] = [cbor, info, reports, answers, blobs, policy, commands, device];

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

/** Work with a token for managing, on a key that has a PIN. */
async function manage(
  key: HostileKey | MemoryPort,
  permissions: number,
  work: (authenticator: Authenticator, token: PinUvAuthToken) => Promise<unknown>,
): Promise<void> {
  const context = await contextAt(key);
  const { clientPin } = context.authenticator;
  if (!clientPin) return;
  await work(context.authenticator, await tokenByPin(context, clientPin, { permissions }));
}

async function listAll({ ctap, info }: Authenticator, token: PinUvAuthToken): Promise<void> {
  const management = new CredentialManagement(ctap, info, token);
  await management.metadata();
  for (const { rpIdHash } of await management.relyingParties()) await management.credentials(rpIdHash);
}

async function enrolAndList({ ctap, info }: Authenticator, token: PinUvAuthToken): Promise<void> {
  const bio = new BioEnrollment(ctap, info, token);
  await bio.sensorInfo();
  await bio.enrollBegin(1000);
  await bio.cancel();
  await bio.enumerate();
}

async function writeAndRead({ ctap, info }: Authenticator, token: PinUvAuthToken): Promise<void> {
  const largeBlobs = new LargeBlobs(ctap, info, token);
  await largeBlobs.write(BLOB_KEY, Uint8Array.of(1, 2, 3));
  await largeBlobs.read(BLOB_KEY);
}

async function configure(authenticator: Authenticator, token: PinUvAuthToken): Promise<void> {
  const config = new AuthenticatorConfig(authenticator, token);
  await config.setMinPinLength({ length: 6, rpIds: [RP_ID] });
}

const PROFILES = ['2.0', '2.1', '2.3'] as const;

function plug(number: number): { key: SoftKey; faults: Error[] } {
  const faults: Error[] = [];
  const onFault = (error: unknown) => faults.push(error instanceof Error ? error : new Error(String(error)));
  const profile = PROFILES[number % PROFILES.length] ?? '2.1';
  const fingerprints = profile !== '2.0' && { fingerprints: true as const };
  return {
    key: new SoftKey({ profile, ...fingerprints, algorithms: ALGORITHMS, touchTimeoutMs: 20, onFault }),
    faults,
  };
}

/** What a software key answers on one errand, as a hostile one might begin. */
async function answersOf(errand: (port: MemoryPort) => Promise<unknown>): Promise<Uint8Array[]> {
  const { key } = plug(1);
  const extensions = { credBlob: 'AAAA', largeBlob: { support: 'preferred' } };
  await create(creation({ extensions }), ORIGIN, await contextAt(new MemoryPort(key)));
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

/** One of the pieces changed behind its first byte, which is a status or a command. */
function reshapedChunks(input: Uint8Array, random: () => number): Uint8Array | undefined {
  const chunks = chunksIn(input.subarray(1));
  const at = Math.floor(random() * chunks.length);
  const chunk = chunks[at];
  const body = chunk && chunk.length > 1 ? mutatedCbor(chunk.subarray(1), random) : undefined;
  if (!chunk || !body) return undefined;
  return asInput(input[0] ?? 0, chunks.with(at, concat(chunk.subarray(0, 1), body)));
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
