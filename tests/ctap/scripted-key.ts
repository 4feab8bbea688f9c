import { createHash } from 'node:crypto';

import { Authenticator } from '../../src/ctap/authenticator.js';
import { encodeAuthenticatorData } from '../../src/ctap/codec/authenticator-data.js';
import { concat, fromHex, utf8 } from '../../src/ctap/codec/bytes.js';
import { type CborKey, type CborMap, type CborValue, decodeStrict, encode } from '../../src/ctap/codec/cbor.js';
import { CoseAlgorithm } from '../../src/ctap/codec/cose.js';
import { CtapCommand } from '../../src/ctap/commands.js';
import { HidCommand } from '../../src/ctap/hid/constants.js';
import { CtapStatus } from '../../src/ctap/status.js';
import { KeyAgreement } from '../../src/ctap/pin/key-agreement.js';
import { FakeKey } from './fake-key.js';
import { RP_ID } from './options.js';

/** A request as the key got it: it must be canonical CBOR. */
export interface Asked {
  readonly command: number;
  readonly parameters: CborMap;
}
/** A status alone, or the members of a success. */
export type Reply = number | CborMap;

export interface ScriptedKey {
  readonly key: FakeKey;
  readonly authenticator: Authenticator;
  /** What was asked since it was opened. */
  readonly asked: Asked[];
  /** Members of getInfo, which the test may change. */
  readonly info: Map<CborKey, CborValue>;
}

export const AAGUID = fromHex('000102030405060708090a0b0c0d0e0f');

/** Members of getInfo: the least there may be, and what a test adds. */
export function infoOf(members: Readonly<Record<number, CborValue>> = {}): Map<CborKey, CborValue> {
  const more = Object.entries(members).map(([key, value]): [CborKey, CborValue] => [Number(key), value]);
  return new Map<CborKey, CborValue>([[0x01, ['FIDO_2_0']], [0x03, AAGUID], ...more]);
}

/** A map of text keys. */
export function textMap(members: Readonly<Record<string, CborValue>>): CborMap {
  return new Map(Object.entries(members));
}

/** An open authenticator that says what a test wants it to say. */
export async function openScripted(
  info: Map<CborKey, CborValue>,
  reply: (asked: Asked) => Reply = () => CtapStatus.OTHER,
): Promise<ScriptedKey> {
  const key = new FakeKey();
  const asked: Asked[] = [];
  key.script = ({ cid, command: hidCommand, payload }) => {
    if (hidCommand !== HidCommand.CBOR) return;
    const command = payload[0] ?? 0;
    // Requests are always maps.
    const parameters = payload.length > 1 ? (decodeStrict(payload.subarray(1)) as CborMap) : new Map();
    if (command !== CtapCommand.GET_INFO) asked.push({ command, parameters });
    const answer = command === CtapCommand.GET_INFO ? info : reply({ command, parameters });
    const body = typeof answer === 'number' ? Uint8Array.of(answer) : concat(Uint8Array.of(0), encode(answer));
    key.send(cid, HidCommand.CBOR, body);
  };
  const authenticator = await Authenticator.open(key);
  return { key, authenticator, asked, info };
}

export interface DataOptions {
  readonly rpId?: string;
  readonly flags?: number;
  readonly id?: Uint8Array;
  readonly publicKey?: CborMap;
  readonly extensions?: CborMap;
}

export const CREDENTIAL_ID = utf8('credential one');

/** A valid ES256 key, of which nobody needs the private half here. */
export function es256Key(): CborMap {
  return new Map([...new KeyAgreement().publicKey(), [3, CoseAlgorithm.ES256]]);
}

/** Authenticator data of a new credential. */
export function attested({ rpId = RP_ID, flags = 0x05, id, publicKey, extensions }: DataOptions = {}): Uint8Array {
  const cose = publicKey ?? es256Key();
  return encodeAuthenticatorData({
    rpIdHash: sha256(utf8(rpId)),
    flags,
    signCount: 1,
    attestedCredential: { aaguid: AAGUID, id: id ?? CREDENTIAL_ID, publicKey: cose, publicKeyBytes: encode(cose) },
    ...(extensions && { extensions }),
  });
}

/** Authenticator data of an assertion. */
export function asserted({ rpId = RP_ID, flags = 0x05, extensions }: DataOptions = {}): Uint8Array {
  return encodeAuthenticatorData({
    rpIdHash: sha256(utf8(rpId)),
    flags,
    signCount: 1,
    ...(extensions && { extensions }),
  });
}

export function sha256(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(createHash('sha256').update(bytes).digest());
}
