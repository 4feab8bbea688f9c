import { createHash } from 'node:crypto';

import { verifyAuthenticationResponse } from '@simplewebauthn/server';
import canonicalize from 'canonicalize';

/** Resolves with what was approved; rejects when the approval does not hold at `now` (milliseconds since 1970). */
export async function verify({ request, assertion }, { credentialId, publicKey, rpId, origin, now }) {
  const { verified } = await verifyAuthenticationResponse({
    response: assertion,
    expectedChallenge: createHash('sha256').update(canonicalize(request)).digest('base64url'),
    expectedOrigin: origin,
    expectedRPID: rpId,
    requireUserVerification: true,
    credential: { id: credentialId, publicKey: Buffer.from(publicKey, 'base64url'), counter: 0 },
  });
  const isOfNow = now >= Date.parse(request.requestedAt) && now < Date.parse(request.expiresAt);
  if (!verified || assertion.id !== credentialId || !isOfNow) throw new Error('This approval does not hold.');
  return request;
}
