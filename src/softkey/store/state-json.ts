import { fromBase64url, toBase64url } from '../../ctap/codec/bytes.js';
import { EMPTY_LARGE_BLOB_ARRAY } from '../../ctap/large-blob-array.js';
import { SigningKey } from '../credentials/signing-key.js';
import { MAX_PIN_BYTES, MIN_PIN_LENGTH } from '../profile.js';
import {
  FACTORY_CONFIG,
  firstDeviceSecret,
  firstPersistentToken,
  type KeyConfig,
  type KeyState,
  MAX_PIN_RETRIES,
  MAX_UV_RETRIES,
  Protection,
  type StoredCredential,
  type StoredFingerprint,
  type StoredPin,
  type User,
} from './key-state.js';

/** What a state file says it is. A later version gets another number, and this program leaves it alone. */
const FORMAT = 'keydesk-softkey-state';
const VERSION = 1;

/** The state as JSON, bytes in base64url. */
export function stateToJson(state: KeyState): string {
  const { masterSecret, signCount, pin, pinRetries, credentials, credentialChanges, config } = state;
  const { uvRetries, fingerprints, persistentToken, deviceSecret } = state;
  const value = {
    format: FORMAT,
    version: VERSION,
    masterSecret: toBase64url(masterSecret),
    signCount,
    pinHash: pin ? toBase64url(pin.hash) : null,
    pinLength: pin?.length,
    pinRetries,
    uvRetries,
    fingerprints: fingerprints.map(({ id, ...plain }) => ({ id: toBase64url(id), ...plain })),
    config,
    persistentToken: toBase64url(persistentToken),
    credentialChanges,
    deviceSecret: toBase64url(deviceSecret),
    largeBlobs: toBase64url(state.largeBlobs),
    credentials: credentials.map(({ id, user, secret, credBlob, largeBlobKey, ...plain }) => ({
      id: toBase64url(id),
      ...plain,
      user: { ...user, id: toBase64url(user.id) },
      secret: toBase64url(secret),
      ...(credBlob && { credBlob: toBase64url(credBlob) }),
      ...(largeBlobKey && { largeBlobKey: toBase64url(largeBlobKey) }),
    })),
  };
  return `${JSON.stringify(value, undefined, 2)}\n`;
}

/** The state in a JSON text. Throws a RangeError that names the member for anything that we did not write. */
export function stateFromJson(text: string): KeyState {
  const value = new Json(parse(text), 'the state');
  if (value.get('format').text() !== FORMAT) throw value.get('format').wrong(`is not ${FORMAT}`);
  if (value.get('version').integer() !== VERSION) throw value.get('version').wrong(`is not ${VERSION}`);
  // Members that files of earlier versions lack get what those versions stood for.
  const uvRetries = value.get('uvRetries');
  const fingerprints = value.get('fingerprints');
  const changes = value.get('credentialChanges');
  const config = value.get('config');
  const persistentToken = value.get('persistentToken');
  const largeBlobs = value.get('largeBlobs');
  const deviceSecret = value.get('deviceSecret');
  const masterSecret = value.get('masterSecret').bytes(32, 32);
  return {
    masterSecret,
    signCount: value.get('signCount').integer(0, 0xffffffff),
    pin: pinOf(value),
    pinRetries: value.get('pinRetries').integer(0, MAX_PIN_RETRIES),
    uvRetries: uvRetries.isAbsent ? MAX_UV_RETRIES : uvRetries.integer(0, MAX_UV_RETRIES),
    fingerprints: fingerprints.isAbsent ? [] : fingerprints.list().map(fingerprint),
    credentials: value.get('credentials').list().map(credential),
    credentialChanges: changes.isAbsent ? 0 : changes.integer(0),
    config: config.isAbsent ? FACTORY_CONFIG : configOf(config),
    persistentToken: persistentToken.isAbsent ? firstPersistentToken(masterSecret) : persistentToken.bytes(32, 32),
    largeBlobs: largeBlobs.isAbsent ? EMPTY_LARGE_BLOB_ARRAY : largeBlobs.bytes(17, 1 << 16),
    deviceSecret: deviceSecret.isAbsent ? firstDeviceSecret(masterSecret) : deviceSecret.bytes(32, 32),
  };
}

function pinOf(value: Json): StoredPin | undefined {
  const hash = value.get('pinHash');
  const length = value.get('pinLength');
  if (hash.isNull) return undefined;
  return { hash: hash.bytes(16, 16), length: length.isAbsent ? MIN_PIN_LENGTH : length.integer(1, MAX_PIN_BYTES) };
}

function configOf(value: Json): KeyConfig {
  const minPinLength = value.get('minPinLength');
  return {
    alwaysUv: value.get('alwaysUv').boolean(),
    enterpriseAttestation: value.get('enterpriseAttestation').boolean(),
    minPinLength: minPinLength.isAbsent ? undefined : minPinLength.integer(1, MAX_PIN_BYTES),
    minPinLengthRpIds: value
      .get('minPinLengthRpIds')
      .list()
      .map((rpId) => rpId.text()),
    forcePinChange: value.get('forcePinChange').boolean(),
    longTouchForReset: value.get('longTouchForReset').boolean(),
  };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new RangeError('not JSON'); // the parser's own message would quote from the file
  }
}

function credential(value: Json): StoredCredential {
  const algorithm = value.get('algorithm').integer();
  const secret = value.get('secret').bytes(1, 4096);
  const level = value.get('protection').integer();
  const protection = Object.values(Protection).find((known) => known === level);
  if (protection === undefined) throw value.get('protection').wrong('is no level of protection');
  const credBlob = value.get('credBlob');
  const largeBlobKey = value.get('largeBlobKey');
  const thirdPartyPayment = value.get('thirdPartyPayment');
  SigningKey.load(algorithm, secret); // a key that cannot sign is found now, not at the next sign-in
  return {
    id: value.get('id').bytes(1, 1023),
    rpId: value.get('rpId').text(),
    user: user(value.get('user')),
    algorithm,
    secret,
    protection,
    discoverable: value.get('discoverable').boolean(),
    ...(!credBlob.isAbsent && { credBlob: credBlob.bytes(0, 1024) }),
    ...(!largeBlobKey.isAbsent && { largeBlobKey: largeBlobKey.bytes(32, 32) }),
    ...(!thirdPartyPayment.isAbsent && { thirdPartyPayment: thirdPartyPayment.boolean() }),
  };
}

function fingerprint(value: Json): StoredFingerprint {
  return {
    id: value.get('id').bytes(1, 64),
    name: value.get('name').text(),
    finger: value.get('finger').text(),
  };
}

function user(value: Json): User {
  const name = value.get('name');
  const displayName = value.get('displayName');
  return {
    id: value.get('id').bytes(1, 64),
    ...(!name.isAbsent && { name: name.text() }),
    ...(!displayName.isAbsent && { displayName: displayName.text() }),
  };
}

/** A part of a JSON value and its name in messages. Contents never come into messages: some are secret. */
class Json {
  readonly #value: unknown;
  readonly #name: string;

  constructor(value: unknown, name: string) {
    this.#value = value;
    this.#name = name;
  }

  get isNull(): boolean {
    return this.#value === null;
  }

  get isAbsent(): boolean {
    return this.#value === undefined;
  }

  get(member: string): Json {
    const value = this.#value;
    if (typeof value !== 'object' || value === null || Array.isArray(value)) throw this.wrong('is no object');
    return new Json(Object.entries(value).find(([key]) => key === member)?.[1], member);
  }

  list(): Json[] {
    if (!Array.isArray(this.#value)) throw this.wrong('is no list');
    return this.#value.map((item: unknown, index) => new Json(item, `${this.#name}[${index}]`));
  }

  text(): string {
    if (typeof this.#value !== 'string') throw this.wrong('is no text');
    return this.#value;
  }

  boolean(): boolean {
    if (typeof this.#value !== 'boolean') throw this.wrong('is neither true nor false');
    return this.#value;
  }

  integer(least = -0x80000000, most = 0x7fffffff): number {
    const value = this.#value;
    if (typeof value !== 'number' || !Number.isInteger(value) || value < least || value > most)
      throw this.wrong(`is no whole number from ${least} to ${most}`);
    return value;
  }

  bytes(least: number, most: number): Uint8Array {
    const text = this.text();
    if (!/^[\w-]*$/.test(text)) throw this.wrong('is not in base64url');
    const bytes = fromBase64url(text);
    if (bytes.length < least || bytes.length > most) throw this.wrong(`is not ${least} to ${most} bytes long`);
    return bytes;
  }

  wrong(problem: string): RangeError {
    return new RangeError(`${this.#name} ${problem}`);
  }
}
