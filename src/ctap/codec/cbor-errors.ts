/** Why bytes are not CBOR that CTAP allows. `malformed` also stands for items that CTAP forbids (tags, floats, indefinite lengths). */
export type CborErrorCode =
  'cbor/truncated' | 'cbor/trailing' | 'cbor/malformed' | 'cbor/duplicate-key' | 'cbor/too-deep' | 'cbor/not-canonical';

/** Bytes from outside that cannot be taken as CBOR. `offset` counts bytes from the start of the message. */
export class CborError extends Error {
  override readonly name = 'CborError';
  readonly code: CborErrorCode;
  readonly offset: number;

  constructor(code: CborErrorCode, offset: number, detail: string) {
    super(`${detail} at byte ${offset}`);
    this.code = code;
    this.offset = offset;
  }
}
