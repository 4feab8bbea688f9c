import { createHash, createPrivateKey, createPublicKey, generateKeyPairSync, randomBytes, sign } from 'node:crypto';
import type { JsonWebKey, KeyObject } from 'node:crypto';

import { Encoder } from 'cbor-x';

import type {
  AuthenticationResponseJSON,
  PublicKeyCredentialCreationOptionsJSON,
  PublicKeyCredentialRequestOptionsJSON,
  RegistrationResponseJSON,
} from '../../src/shared/webauthn-json.js';

const cbor = new Encoder({ useRecords: false, mapsAsObjects: false, tagUint8Array: false });
const sha256 = (data: string | Uint8Array) => createHash('sha256').update(data).digest();

/** What a test may make the key do otherwise than it should. */
export interface Quirks {
  origin?: string;
  rpId?: string;
  challenge?: string;
  type?: string;
  crossOrigin?: boolean;
  userVerified?: boolean;
  userPresent?: boolean;
  /** The COSE algorithm that the public key claims. */
  algorithm?: number;
  attestationFormat?: string;
  userHandle?: string;
  counter?: number;
  spoilSignature?: boolean;
}

/** What is in a key, for a test that hands it to another process. */
export interface KeyContent {
  readonly privateKey: JsonWebKey;
  readonly id: string;
  readonly userHandle: string;
  readonly counter: number;
}

/** A security key and its client in one, as small as WebAuthn lets it be: ES256, attestation "none", one credential. */
export class TestKey {
  readonly #privateKey: KeyObject;
  readonly #coseKey: Map<number, unknown>;
  readonly #id: Buffer;
  readonly #origin: string;
  #userHandle: string;
  #counter: number;

  /** @param content of a key that another process has made; a new key without it */
  constructor(origin = 'http://localhost', content?: KeyContent) {
    this.#privateKey = content
      ? createPrivateKey({ key: content.privateKey, format: 'jwk' })
      : generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey;
    const { x = '', y = '' } = createPublicKey(this.#privateKey).export({ format: 'jwk' });
    this.#id = content ? Buffer.from(content.id, 'base64url') : randomBytes(32);
    this.#userHandle = content?.userHandle ?? '';
    this.#counter = content?.counter ?? 0;
    this.#coseKey = new Map<number, unknown>([
      [1, 2],
      [3, -7],
      [-1, 1],
      [-2, Buffer.from(x, 'base64url')],
      [-3, Buffer.from(y, 'base64url')],
    ]);
    this.#origin = origin;
  }

  get id(): string {
    return this.#id.toString('base64url');
  }

  get content(): KeyContent {
    const privateKey = this.#privateKey.export({ format: 'jwk' });
    return { privateKey, id: this.id, userHandle: this.#userHandle, counter: this.#counter };
  }

  create(options: PublicKeyCredentialCreationOptionsJSON, quirks: Quirks = {}): RegistrationResponseJSON {
    this.#userHandle = options.user.id;
    const publicKey = new Map(this.#coseKey).set(3, quirks.algorithm ?? -7);
    const length = Buffer.alloc(2);
    length.writeUInt16BE(this.#id.length);
    const attested = Buffer.concat([Buffer.alloc(16), length, this.#id, cbor.encode(publicKey)]);
    const authData = this.#authenticatorData(quirks.rpId ?? options.rp.id ?? '', quirks, attested);
    const attestation = new Map<string, unknown>([
      ['fmt', quirks.attestationFormat ?? 'none'],
      ['attStmt', new Map()],
      ['authData', authData],
    ]);
    return {
      id: this.id,
      rawId: this.id,
      type: 'public-key',
      authenticatorAttachment: 'cross-platform',
      clientExtensionResults: {},
      response: {
        clientDataJSON: this.#clientData('webauthn.create', options.challenge, quirks).toString('base64url'),
        attestationObject: cbor.encode(attestation).toString('base64url'),
        transports: ['usb'],
      },
    };
  }

  get(options: PublicKeyCredentialRequestOptionsJSON, quirks: Quirks = {}): AuthenticationResponseJSON {
    const clientData = this.#clientData('webauthn.get', options.challenge, quirks);
    const authData = this.#authenticatorData(quirks.rpId ?? options.rpId ?? '', quirks);
    const signature = sign('sha256', Buffer.concat([authData, sha256(clientData)]), this.#privateKey);
    if (quirks.spoilSignature === true) signature.writeUInt8(signature.readUInt8(20) ^ 1, 20);
    return {
      id: this.id,
      rawId: this.id,
      type: 'public-key',
      clientExtensionResults: {},
      response: {
        clientDataJSON: clientData.toString('base64url'),
        authenticatorData: authData.toString('base64url'),
        signature: signature.toString('base64url'),
        userHandle: quirks.userHandle ?? this.#userHandle,
      },
    };
  }

  #clientData(type: string, challenge: string, quirks: Quirks): Buffer {
    return Buffer.from(
      JSON.stringify({
        type: quirks.type ?? type,
        challenge: quirks.challenge ?? challenge,
        origin: quirks.origin ?? this.#origin,
        crossOrigin: quirks.crossOrigin ?? false,
      }),
    );
  }

  #authenticatorData(rpId: string, quirks: Quirks, attested = Buffer.alloc(0)): Buffer {
    this.#counter = quirks.counter ?? this.#counter + 1;
    const flags =
      ((quirks.userPresent ?? true) ? 0x01 : 0) |
      ((quirks.userVerified ?? true) ? 0x04 : 0) |
      (attested.length > 0 ? 0x40 : 0);
    const rest = Buffer.alloc(5);
    rest.writeUInt8(flags);
    rest.writeUInt32BE(this.#counter, 1);
    return Buffer.concat([sha256(rpId), rest, attested]);
  }
}
