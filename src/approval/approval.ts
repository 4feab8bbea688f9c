import { z } from 'zod';

import { exactBase64url } from './exact-base64url.js';
import { parsed } from './parsed.js';
import { ApprovalRequest } from './request.js';

/** The longest credential ID (WebAuthn Level 3 §7.1 step 25). */
const CredentialId = exactBase64url(1, 1023);

/**
 * A request, and the assertion over its hash (WebAuthn Level 3, AuthenticationResponseJSON): all that a verifier needs besides the public
 * key. Nothing may be in it that neither the signature covers nor is checked.
 */
export const Approval = z
  .strictObject({
    request: ApprovalRequest,
    /** Which passkey signed. */
    credentialId: CredentialId,
    assertion: z.strictObject({
      id: CredentialId,
      rawId: CredentialId,
      type: z.literal('public-key'),
      /** No extension is asked for. */
      clientExtensionResults: z.strictObject({}),
      response: z.strictObject({
        clientDataJSON: exactBase64url(1, 4096),
        authenticatorData: exactBase64url(37, 4096),
        signature: exactBase64url(1, 2048),
        userHandle: exactBase64url(1, 64).optional(),
      }),
    }),
  })
  .refine(({ credentialId, assertion: { id, rawId } }) => id === credentialId && rawId === credentialId, {
    path: ['credentialId'],
    message: 'expected the ID of the passkey that signed',
  });
export type Approval = z.infer<typeof Approval>;

/** @throws FailureError `approval/unshowable` and `approval/malformed`, with the place in the detail */
export function readApproval(value: unknown): Approval {
  return parsed(Approval, value);
}
