/**
 * Stands for `@smithy/signature-v4` in the window (electron.vite.config.ts). The window calls the user pool with the
 * person's own tokens and never holds an access key, so it has no code that could sign with one either.
 */
export function SignatureV4(): never {
  throw new TypeError('The window signs no requests: that is the business of main');
}
