import { toBase64url } from '../ctap/codec/bytes.js';
import { FailureError } from '../failures/failure-error.js';
import type { AuthenticationResponseJSON, PublicKeyCredentialRequestOptionsJSON } from '../shared/webauthn-json.js';
import { type Approval, readApproval } from './approval.js';
import { challengeOf } from './canonical.js';
import { type ApprovalRequest, readRequest } from './request.js';

export interface ApproveOptions {
  /** The relying party of the pool that the request is for, as the station has it pinned. */
  readonly rpId: string;
  /** The passkeys of the person who is asked: no other may answer. */
  readonly credentialIds: readonly string[];
  /** Asks a key, with the station's origin. */
  readonly get: (options: PublicKeyCredentialRequestOptionsJSON) => Promise<AuthenticationResponseJSON>;
  /** Milliseconds since 1970. */
  readonly now: () => number;
}

/**
 * Has the person who is asked sign a request with one of their own passkeys, verified by PIN or finger. The text of the request must have been
 * shown before. What comes out is for `verifyApproval` to judge: a key may answer anything.
 * @throws FailureError `approval/stale` before the key is asked when it is too late; `key/no-passkey` where none of the
 * person's passkeys is known; `approval/other-key` when another one answered; and whatever `get` throws
 */
export async function approve(
  request: ApprovalRequest,
  { rpId, credentialIds, get, now }: ApproveOptions,
): Promise<Approval> {
  const asked = readRequest(request);
  const timeout = Date.parse(asked.expiresAt) - now();
  if (timeout <= 0) throw new FailureError({ code: 'approval/stale', detail: `expired at ${asked.expiresAt}` });
  // WebAuthn takes an empty list for any passkey at all.
  if (credentialIds.length === 0)
    throw new FailureError({ code: 'key/no-passkey', detail: 'no passkey of the person who is asked is known' });
  const { id, rawId, response } = await get({
    challenge: toBase64url(challengeOf(asked)),
    rpId,
    allowCredentials: credentialIds.map((known) => ({ id: known, type: 'public-key' })),
    userVerification: 'required',
    timeout,
  });
  if (!credentialIds.includes(id)) throw new FailureError({ code: 'approval/other-key', detail: 'not asked for' });
  const { clientDataJSON, authenticatorData, signature, userHandle } = response;
  return readApproval({
    request: asked,
    credentialId: id,
    assertion: {
      id,
      rawId,
      type: 'public-key',
      clientExtensionResults: {},
      response: { clientDataJSON, authenticatorData, signature, ...(userHandle !== undefined && { userHandle }) },
    },
  });
}
