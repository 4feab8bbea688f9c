export type MetadataErrorCode =
  | 'not-a-blob' // no signed metadata at all
  | 'bad-signature'
  | 'expired-chain' // a certificate of the signer is not valid at that time
  | 'wrong-root' // the signer is not the metadata service
  | 'rollback'; // older than one that was taken before

/** Metadata that is not used. Nothing of it was believed. */
export class MetadataError extends Error {
  override readonly name = 'MetadataError';
  readonly code: MetadataErrorCode;

  constructor(code: MetadataErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}
