import { utf8 } from '../codec/bytes.js';
import { sha256 } from '../codec/sha256.js';

export interface ClientData {
  readonly json: Uint8Array<ArrayBuffer>;
  /** SHA-256 of `json`. */
  readonly hash: Uint8Array;
}

/**
 * The client data that the authenticator signs, by the exact serialisation that relying parties may compare bytes of
 * (WebAuthn Level 3 §5.8.1.1). `challenge` is the base64url text as it came from the relying party.
 */
export function clientData(type: 'webauthn.create' | 'webauthn.get', challenge: string, origin: string): ClientData {
  const json = utf8(
    `{"type":${quoted(type)},"challenge":${quoted(challenge)},"origin":${quoted(origin)},"crossOrigin":false}`,
  );
  return { json, hash: sha256(json) };
}

/** CCDToString (§5.8.1.1): unlike JSON.stringify it knows no short escapes such as \n. */
export function quoted(text: string): string {
  // eslint-disable-next-line no-control-regex -- control characters are what must be escaped
  const escaped = text.replaceAll(/["\\]|[\0-\x1f]/g, (character) =>
    character === '"' || character === '\\'
      ? `\\${character}`
      : `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
  return `"${escaped}"`;
}
