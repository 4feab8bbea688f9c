import { toBase64url, utf8 } from '../../src/ctap/codec/bytes.js';
import type { CreationOptionsJSON, RequestOptionsJSON } from '../../src/ctap/client/webauthn-json.js';

export const RP_ID = 'login.example.com';
export const ORIGIN = `https://${RP_ID}`;
export const CHALLENGE = toBase64url(utf8('a challenge of 32 bytes, no less'));
export const PIN = '1234-äöü';

/** What a relying party sends for a new credential. */
export function creation(changes: Partial<CreationOptionsJSON> = {}): CreationOptionsJSON {
  return {
    rp: { id: RP_ID, name: 'Example' },
    user: { id: toBase64url(utf8('user-1')), name: 'ada@example.com', displayName: 'Ada' },
    challenge: CHALLENGE,
    pubKeyCredParams: [{ type: 'public-key', alg: -7 }],
    authenticatorSelection: { residentKey: 'required', userVerification: 'required' },
    ...changes,
  };
}

/** What a relying party sends for signing in. */
export function request(changes: Partial<RequestOptionsJSON> = {}): RequestOptionsJSON {
  return { challenge: CHALLENGE, rpId: RP_ID, userVerification: 'required', ...changes };
}
