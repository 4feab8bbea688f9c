/**
 * Stands for `@smithy/signature-v4`, and for the hashes it works with, in the window (electron.vite.config.ts). The window
 * calls the user pool with the person's own tokens and never holds an access key, so it has no code that could sign with
 * one either.
 */
export function SignatureV4(): never {
  throw new TypeError('The window signs no requests: that is the business of main');
}

/** What a signature is made over. */
export function Sha256(): never {
  throw new TypeError('The window signs no requests, and so hashes none');
}
