import { createHash, verify as verifySignature } from 'node:crypto';

import { decodeAuthenticatorData } from '../../src/ctap/codec/authenticator-data.js';
import { concat, utf8 } from '../../src/ctap/codec/bytes.js';
import { type CborMap, type CborValue, decodeStrict, encode, numbered } from '../../src/ctap/codec/cbor.js';
import { CoseAlgorithm, publicKeyOf } from '../../src/ctap/codec/cose.js';
import { CtapCommand, PinSubcommand } from '../../src/ctap/commands.js';
import { BROADCAST_CID, HidCommand } from '../../src/ctap/hid/constants.js';
import { channelOf, type Message, MessageReader, toReports } from '../../src/ctap/hid/framing.js';
import type { HidPort } from '../../src/ctap/hid/port.js';
import { KeyAgreement } from '../../src/ctap/pin/key-agreement.js';
import { type PinProtocol, protocolOne, protocolTwo } from '../../src/ctap/pin/protocol.js';
import { CtapStatus, statusName } from '../../src/ctap/status.js';
import { MemoryPort } from '../../src/softkey/ports/memory-port.js';
import { SoftKey, type SoftKeyOptions } from '../../src/softkey/soft-key.js';

export const READ_MS = 5000;
export const RP_ID = 'example.com';
export const HASH = sha256(utf8('client data'));

export interface Answer {
  readonly status: string;
  /** Empty where the answer has no CBOR. */
  readonly body: CborMap;
  /** The statuses of the keepalives that came before. */
  readonly keepalives: readonly number[];
}

/** The other end of the cable in these tests: deliberately plain, and stricter than a client would be. */
export class Platform {
  readonly port: HidPort;
  cid: number;

  private constructor(port: HidPort, cid: number) {
    this.port = port;
    this.cid = cid;
  }

  static async open(port: HidPort): Promise<Platform> {
    const platform = new Platform(port, BROADCAST_CID);
    const nonce = Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8);
    await platform.send(HidCommand.INIT, nonce);
    const { payload } = await platform.message();
    platform.cid = new DataView(payload.buffer, payload.byteOffset).getUint32(8);
    return platform;
  }

  async send(command: number, payload: Uint8Array = new Uint8Array()): Promise<void> {
    for (const report of toReports(this.cid, command, payload)) await this.port.write(report);
  }

  /** The next whole message on this channel. */
  async message(timeoutMs = READ_MS): Promise<Message> {
    const reader = new MessageReader(this.cid);
    for (;;) {
      const report = await this.port.read(timeoutMs);
      if (channelOf(report) !== this.cid) continue;
      const message = reader.push(report);
      if (message) return message;
    }
  }

  /** Sends a CBOR request and collects its answer, which must be canonical. */
  async ctap(command: number, params?: CborMap): Promise<Answer> {
    await this.send(HidCommand.CBOR, concat(Uint8Array.of(command), params ? encode(params) : new Uint8Array()));
    return this.answer();
  }

  async answer(): Promise<Answer> {
    const keepalives: number[] = [];
    for (;;) {
      const { command, payload } = await this.message();
      if (command === HidCommand.KEEPALIVE) {
        keepalives.push(payload[0] ?? 0);
        continue;
      }
      if (command !== HidCommand.CBOR) throw new Error(`CTAPHID command ${command} in answer, ${payload[0] ?? 0}`);
      const body = payload.length > 1 ? (decodeStrict(payload.subarray(1)) as CborMap) : new Map();
      return { status: statusName(payload[0] ?? -1), body, keepalives };
    }
  }

  /** The same, for answers that must be a success. */
  async success(command: number, params?: CborMap): Promise<CborMap> {
    const { status, body } = await this.ctap(command, params);
    if (status !== statusName(CtapStatus.SUCCESS)) throw new Error(`Command ${command} answered ${status}`);
    return body;
  }
}

export async function plug(options: Partial<SoftKeyOptions> = {}): Promise<{ key: SoftKey; platform: Platform }> {
  const key = new SoftKey({ profile: '2.1', ...options });
  return { key, platform: await Platform.open(new MemoryPort(key)) };
}

/** The platform's part of the PIN/UV auth protocols. */
export class PinClient {
  readonly protocol: PinProtocol;
  readonly #platform: Platform;

  constructor(platform: Platform, version: 1 | 2 = 2) {
    this.#platform = platform;
    this.protocol = version === 1 ? protocolOne : protocolTwo;
  }

  async agree(): Promise<{ secret: Uint8Array; publicKey: CborMap }> {
    const params = numbered(this.protocol.version, PinSubcommand.GET_KEY_AGREEMENT);
    const answer = await this.#platform.success(CtapCommand.CLIENT_PIN, params);
    const ours = new KeyAgreement();
    return { secret: ours.agree(this.protocol, map(answer, 1)), publicKey: ours.publicKey() };
  }

  async setPin(pin: string | Uint8Array): Promise<Answer> {
    const { secret, publicKey } = await this.agree();
    const newPinEnc = this.protocol.encrypt(secret, pad(pin));
    const param = this.protocol.authenticate(secret, newPinEnc);
    const params = numbered(this.protocol.version, PinSubcommand.SET_PIN, publicKey, param, newPinEnc);
    return this.#platform.ctap(CtapCommand.CLIENT_PIN, params);
  }

  async changePin(old: string, pin: string): Promise<Answer> {
    const { secret, publicKey } = await this.agree();
    const newPinEnc = this.protocol.encrypt(secret, pad(pin));
    const pinHashEnc = this.protocol.encrypt(secret, pinHash(old));
    const param = this.protocol.authenticate(secret, concat(newPinEnc, pinHashEnc));
    const params = numbered(this.protocol.version, PinSubcommand.CHANGE_PIN, publicKey, param, newPinEnc, pinHashEnc);
    return this.#platform.ctap(CtapCommand.CLIENT_PIN, params);
  }

  /** Asks for a token: with permissions by the subcommand of CTAP 2.1, without by that of 2.0. */
  async askToken(pin: string, permissions?: number, rpId?: string): Promise<Answer & { token: Uint8Array }> {
    const { secret, publicKey } = await this.agree();
    const params = new Map<number, CborValue>([
      [1, this.protocol.version],
      [2, permissions === undefined ? PinSubcommand.GET_PIN_TOKEN : PinSubcommand.GET_TOKEN_USING_PIN],
      [3, publicKey],
      [6, this.protocol.encrypt(secret, pinHash(pin))],
    ]);
    if (permissions !== undefined) params.set(9, permissions);
    if (rpId !== undefined) params.set(10, rpId);
    const answer = await this.#platform.ctap(CtapCommand.CLIENT_PIN, params);
    const sealed = answer.body.get(2);
    const token = sealed instanceof Uint8Array ? this.protocol.decrypt(secret, sealed) : new Uint8Array();
    return { ...answer, token };
  }

  async token(pin: string, permissions?: number, rpId?: string): Promise<Uint8Array> {
    const { status, token } = await this.askToken(pin, permissions, rpId);
    if (status !== 'SUCCESS') throw new Error(`No token: ${status}`);
    return token;
  }

  /** Asks for a token by a finger on the sensor. */
  async askTokenByFinger(permissions: number, rpId?: string): Promise<Answer & { token: Uint8Array }> {
    const { secret, publicKey } = await this.agree();
    const params = new Map<number, CborValue>([
      [1, this.protocol.version],
      [2, PinSubcommand.GET_TOKEN_USING_UV],
      [3, publicKey],
      [9, permissions],
    ]);
    if (rpId !== undefined) params.set(10, rpId);
    const answer = await this.#platform.ctap(CtapCommand.CLIENT_PIN, params);
    const sealed = answer.body.get(2);
    const token = sealed instanceof Uint8Array ? this.protocol.decrypt(secret, sealed) : new Uint8Array();
    return { ...answer, token };
  }

  async uvRetries(): Promise<CborValue | undefined> {
    const params = numbered(this.protocol.version, PinSubcommand.GET_UV_RETRIES);
    return (await this.#platform.success(CtapCommand.CLIENT_PIN, params)).get(5);
  }

  async retries(): Promise<CborMap> {
    return this.#platform.success(CtapCommand.CLIENT_PIN, numbered(this.protocol.version, PinSubcommand.GET_RETRIES));
  }

  /** pinUvAuthParam and pinUvAuthProtocol over `message`. */
  prove(token: Uint8Array, message: Uint8Array = HASH): { param: Uint8Array; version: number } {
    return { param: this.protocol.authenticate(token, message), version: this.protocol.version };
  }
}

interface Proven {
  readonly proof?: { param: Uint8Array; version: number };
}

export interface MakeOptions extends Proven {
  readonly rpId?: string;
  readonly user?: CborMap;
  readonly algorithms?: readonly number[];
  readonly exclude?: readonly Uint8Array[];
  readonly extensions?: CborMap;
  readonly options?: Record<string, boolean>;
  readonly more?: [number, CborValue][];
}

/** Parameters of makeCredential. */
export function making(make: MakeOptions = {}): CborMap {
  const { rpId = RP_ID, user = userOf(1), algorithms = [CoseAlgorithm.ES256], exclude, proof } = make;
  const params = numbered(
    HASH,
    new Map([['id', rpId]]),
    user,
    algorithms.map((alg) => textMap({ alg, type: 'public-key' })),
    exclude?.map(descriptor),
    make.extensions,
    make.options && textMap(make.options),
    proof?.param,
    proof?.version,
  );
  return new Map([...params, ...(make.more ?? [])]);
}

export interface GetOptions extends Proven {
  readonly rpId?: string;
  readonly allow?: readonly Uint8Array[];
  readonly options?: Record<string, boolean>;
}

/** Parameters of getAssertion. */
export function getting({ rpId = RP_ID, allow, options, proof }: GetOptions = {}): CborMap {
  return numbered(
    rpId,
    HASH,
    allow?.map(descriptor),
    undefined,
    options && textMap(options),
    proof?.param,
    proof?.version,
  );
}

export function userOf(number: number): CborMap {
  return textMap({ id: Uint8Array.of(number), name: `user${number}`, displayName: `User ${number}` });
}

export function descriptor(id: Uint8Array): CborMap {
  return textMap({ id, type: 'public-key' });
}

export function textMap(members: Record<string, CborValue>): CborMap {
  return new Map(Object.entries(members));
}

export interface Made {
  readonly id: Uint8Array;
  readonly publicKey: CborMap;
  readonly authData: Uint8Array;
  readonly flags: number;
  readonly signCount: number;
}

/** Reads an answer of makeCredential, and checks its self attestation. */
export function made(answer: CborMap): Made {
  const authData = bytes(answer, 2);
  const { attestedCredential: credential, flags, signCount } = decodeAuthenticatorData(authData);
  if (!credential) throw new Error('No attested credential');
  const statement = map(answer, 3);
  if (answer.get(1) === 'packed') check(credential.publicKey, concat(authData, HASH), statement.get('sig'));
  return { id: credential.id, publicKey: credential.publicKey, authData, flags, signCount };
}

export interface Asserted {
  readonly id: Uint8Array;
  readonly flags: number;
  readonly signCount: number;
  readonly user: CborMap | undefined;
  readonly numberOfCredentials: CborValue | undefined;
}

/** Reads an answer of getAssertion, and checks its signature. */
export function asserted(answer: CborMap, publicKey: CborMap): Asserted {
  const authData = bytes(answer, 2);
  check(publicKey, concat(authData, HASH), answer.get(3));
  const { flags, signCount } = decodeAuthenticatorData(authData);
  const user = answer.get(4);
  return {
    id: bytes(map(answer, 1), 'id'),
    flags,
    signCount,
    user: user instanceof Map ? (user as CborMap) : undefined,
    numberOfCredentials: answer.get(5),
  };
}

function check(publicKey: CborMap, data: Uint8Array, signature: CborValue | undefined): void {
  const key = publicKeyOf(publicKey);
  const digest = publicKey.get(3) === CoseAlgorithm.EDDSA ? null : 'sha256';
  if (!key || !(signature instanceof Uint8Array)) throw new Error('No key or no signature');
  if (!verifySignature(digest, data, key, signature)) {
    throw new Error('The signature does not verify');
  }
}

export function bytes(from: CborMap, key: number | string): Uint8Array {
  const value = from.get(key);
  if (!(value instanceof Uint8Array)) throw new Error(`No bytes at ${key}`);
  return value;
}

export function map(from: CborMap, key: number | string): CborMap {
  const value = from.get(key);
  if (!(value instanceof Map)) throw new Error(`No map at ${key}`);
  return value as CborMap;
}

export function sha256(data: Uint8Array): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(createHash('sha256').update(data).digest());
}

export function pinHash(pin: string): Uint8Array {
  return sha256(utf8(pin)).slice(0, 16);
}

export function pad(pin: string | Uint8Array): Uint8Array {
  const padded = new Uint8Array(64);
  padded.set(typeof pin === 'string' ? utf8(pin) : pin);
  return padded;
}
