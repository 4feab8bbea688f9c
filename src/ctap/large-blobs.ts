import { concat, equal } from './codec/bytes.js';
import { type CborValue } from './codec/cbor.js';
import { sha256 } from './codec/sha256.js';
import { CtapCommand } from './commands.js';
import type { Ctap2 } from './ctap2.js';
import { CtapError, ResponseError } from './errors.js';
import type { DeviceInfo } from './get-info.js';
import { MAX_MESSAGE } from './hid/constants.js';
import {
  isBlobEntry,
  MAX_BLOB_LENGTH,
  openBlob,
  opensWith,
  parseArray,
  sealBlob,
  serializeArray,
} from './large-blob-array.js';
import { isBytes, required } from './members.js';
import type { PinUvAuthToken } from './pin/token.js';
import { CtapStatus } from './status.js';
import type { CallOptions } from './transport.js';

/** Members of a request of authenticatorLargeBlobs (CTAP 2.2 §6.10.2), and of its answer. */
export const LargeBlobsParameter = {
  GET: 0x01,
  SET: 0x02,
  OFFSET: 0x03,
  LENGTH: 0x04,
  PIN_UV_AUTH_PARAM: 0x05,
  PIN_UV_AUTH_PROTOCOL: 0x06,
} as const;
export const LargeBlobsResult = { CONFIG: 0x01 } as const;

/** Bytes of a message that are not for the fragment in it: maxFragmentLength is maxMsgSize less these (§6.10.2). */
export const FRAGMENT_OVERHEAD = 64;
/** The room that every key with large blobs has, in bytes. */
const LEAST_ROOM = 1024;

/** Whether an authenticator keeps large blobs. */
export function hasLargeBlobs({ options }: DeviceInfo): boolean {
  return options.get('largeBlobs') === true;
}

/** What the token proves of a fragment that is written (§6.10.2). */
export function fragmentMessage(offset: number, fragment: Uint8Array): Uint8Array<ArrayBuffer> {
  const head = new Uint8Array(38).fill(0xff, 0, 32);
  head[32] = CtapCommand.LARGE_BLOBS;
  new DataView(head.buffer).setUint32(34, offset, true);
  return concat(head, sha256(fragment));
}

/** What is in an array, as far as the keys of an authenticator's credentials tell. */
export interface LargeBlobSurvey {
  /** Bytes of the serialized array, and how many there may be. */
  readonly used: number;
  readonly room: number;
  /** For each key, the size of its blob in bytes, before compression; undefined where it has none that can be read. */
  readonly sizes: readonly (number | undefined)[];
  /** Entries that none of the keys opens: their credentials are gone. `collectGarbage` removes them. */
  readonly orphans: number;
  /** What has not the form of an entry, and so is not ours to judge. */
  readonly foreign: number;
}

/**
 * Data that an authenticator keeps beside its credentials, each piece sealed with a credential's largeBlobKey
 * (authenticatorLargeBlobs, CTAP 2.2 §6.10). All of it is one array, which is read and written as a whole: entries
 * of others stay in it byte for byte, those that nobody here can read too.
 */
export class LargeBlobs {
  readonly #ctap: Ctap2;
  readonly #token: PinUvAuthToken | undefined;
  readonly #fragmentLength: number;
  readonly #room: number;

  /**
   * @param token has the permission LARGE_BLOB_WRITE; needed for writing where the authenticator has a PIN or the like
   * @throws CtapError INVALID_COMMAND for an authenticator without large blobs
   */
  constructor(ctap: Ctap2, info: DeviceInfo, token?: PinUvAuthToken) {
    if (!hasLargeBlobs(info)) throw new CtapError(CtapStatus.INVALID_COMMAND, CtapCommand.LARGE_BLOBS);
    this.#ctap = ctap;
    this.#token = token;
    this.#fragmentLength = Math.min(info.maxMsgSize, MAX_MESSAGE) - FRAGMENT_OVERHEAD;
    // A key that claims more than any has could be read for ever.
    this.#room = Math.min(MAX_BLOB_LENGTH, Math.max(LEAST_ROOM, info.maxSerializedLargeBlobArray ?? LEAST_ROOM));
  }

  /** The blob of the credential with that largeBlobKey; undefined when it has none, or one that cannot be read. */
  async read(key: Uint8Array, options?: CallOptions): Promise<Uint8Array | undefined> {
    for (const entry of parseArray(await this.#readArray(options))) {
      const blob = openBlob(key, entry);
      if (blob) return blob;
    }
    return undefined;
  }

  /**
   * Makes `data` the blob of the credential with that largeBlobKey, in place of the one that it had. Reads again to see
   * that it is there.
   * @throws CtapError LARGE_BLOB_STORAGE_FULL, before anything is written, when the array would be too long
   */
  async write(key: Uint8Array, data: Uint8Array, options?: CallOptions): Promise<void> {
    if (data.length > MAX_BLOB_LENGTH) throw full();
    const entry = sealBlob(key, data);
    await this.#change((entries) => [...entries.filter((other) => !opensWith(key, other)), entry], options);
  }

  /** Removes the blob of the credential with that largeBlobKey. Resolves with whether there was one. */
  async delete(key: Uint8Array, options?: CallOptions): Promise<boolean> {
    return (await this.#change((entries) => entries.filter((entry) => !opensWith(key, entry)), options)) > 0;
  }

  /**
   * Removes the entries of credentials that are no longer there (§6.10.5): those that have an entry's form and that none of
   * `keys` opens. `keys` must be the largeBlobKeys of all credentials on the authenticator.
   *
   * What has another form is foreign: some program keeps it there for a purpose that we do not know, no largeBlobKey says
   * whose it is, and so it stays, as it stays in libfido2 and python-fido2.
   * @returns how many were removed
   */
  collectGarbage(keys: readonly Uint8Array[], options?: CallOptions): Promise<number> {
    return this.#change((entries) => entries.filter((entry) => !isOrphan(entry, keys)), options);
  }

  /** What is in the array, without changing it; `keys` as in `collectGarbage`. */
  async survey(keys: readonly Uint8Array[], options?: CallOptions): Promise<LargeBlobSurvey> {
    const array = await this.#readArray(options);
    const entries = parseArray(array);
    const sizeFor = (key: Uint8Array) => {
      const blob = entries.map((entry) => openBlob(key, entry)).find((opened) => opened !== undefined);
      blob?.fill(0);
      return blob?.length;
    };
    return {
      used: array.length,
      room: this.#room,
      sizes: keys.map(sizeFor),
      orphans: entries.filter((entry) => isOrphan(entry, keys)).length,
      foreign: entries.filter((entry) => !isBlobEntry(entry)).length,
    };
  }

  /**
   * Reads, changes and writes the array; writes nothing when nothing changes. When the authenticator says that what it got
   * is not whole, another program has written at the same time: all is read anew, once.
   * @returns by how many entries the array has become shorter
   */
  async #change(change: (entries: Uint8Array[]) => Uint8Array[], options: CallOptions | undefined): Promise<number> {
    for (let isFirst = true; ; isFirst = false) {
      const entries = parseArray(await this.#readArray(options));
      const changed = change(entries);
      const isSame = changed.length === entries.length && changed.every((entry, index) => entry === entries[index]);
      if (isSame) return 0;
      const array = serializeArray(changed);
      if (array.length > this.#room) throw full();
      try {
        await this.#writeArray(array, options);
      } catch (error) {
        if (isFirst && error instanceof CtapError && error.status === CtapStatus.INTEGRITY_FAILURE) continue;
        throw error;
      }
      if (!equal(await this.#readArray(options), array))
        throw new ResponseError('largeBlobArray', 'is not what was written');
      return entries.length - changed.length;
    }
  }

  async #readArray(options: CallOptions | undefined): Promise<Uint8Array> {
    const fragments: Uint8Array[] = [];
    for (let offset = 0; ;) {
      const request = new Map([
        [LargeBlobsParameter.GET, this.#fragmentLength],
        [LargeBlobsParameter.OFFSET, offset],
      ]);
      const answer = await this.#ctap.send(CtapCommand.LARGE_BLOBS, request, options);
      const fragment = required(answer, LargeBlobsResult.CONFIG, 'config', isBytes);
      if (fragment.length > this.#fragmentLength) throw new ResponseError('config', 'is longer than asked for');
      fragments.push(fragment);
      offset += fragment.length;
      if (offset > this.#room) throw new ResponseError('largeBlobArray', 'is longer than the key says it can be');
      if (fragment.length < this.#fragmentLength) return concat(...fragments);
    }
  }

  async #writeArray(array: Uint8Array, options: CallOptions | undefined): Promise<void> {
    for (let offset = 0; offset < array.length; offset += this.#fragmentLength) {
      const fragment = array.subarray(offset, offset + this.#fragmentLength);
      const request = new Map<number, CborValue>([
        [LargeBlobsParameter.SET, fragment],
        [LargeBlobsParameter.OFFSET, offset],
      ]);
      if (offset === 0) request.set(LargeBlobsParameter.LENGTH, array.length);
      if (this.#token) {
        const { protocol, bytes } = this.#token;
        const param = protocol.authenticate(bytes, fragmentMessage(offset, fragment));
        request.set(LargeBlobsParameter.PIN_UV_AUTH_PARAM, param);
        request.set(LargeBlobsParameter.PIN_UV_AUTH_PROTOCOL, protocol.version);
      }
      await this.#ctap.send(CtapCommand.LARGE_BLOBS, request, options);
    }
  }
}

function isOrphan(entry: Uint8Array, keys: readonly Uint8Array[]): boolean {
  return isBlobEntry(entry) && !keys.some((key) => opensWith(key, entry));
}

function full(): CtapError {
  return new CtapError(CtapStatus.LARGE_BLOB_STORAGE_FULL, CtapCommand.LARGE_BLOBS);
}
