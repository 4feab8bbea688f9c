import { verifyAuthenticationResponse } from '@simplewebauthn/server';

import { readClientData } from '../../shared/client-data.js';
import type { AuthenticationResponseJSON } from '../../shared/webauthn-json.js';
import type { User } from '../state.js';
import type { RelyingParty } from './enabled.js';
import { isOriginOf } from './origin.js';

/**
 * Verifies an assertion (WebAuthn §7.2) by one of the user's passkeys. Returns that passkey's id and new counter, or
 * undefined when anything is wrong with it: the service does not say what. A counter that did not grow is refused.
 */
export async function verifyAssertion(
  relyingParty: RelyingParty,
  user: User,
  answer: AuthenticationResponseJSON,
  challenge: string,
): Promise<{ id: string; counter: number } | undefined> {
  const passkey = user.passkeys.find(({ id, rpId }) => id === answer.id && rpId === relyingParty.rpId);
  const clientData = readClientData(Buffer.from(answer.response.clientDataJSON, 'base64url'));
  if (!passkey || !clientData) return undefined;
  if (!isOriginOf(relyingParty.rpId, clientData.origin) || clientData.crossOrigin === true) return undefined;
  const { userHandle } = answer.response;
  if (userHandle !== undefined && Buffer.from(userHandle, 'base64url').toString() !== user.sub) return undefined;
  try {
    const { verified, authenticationInfo } = await verifyAuthenticationResponse({
      // Its type lists the attachments of today; ours keeps any text. It is not read to verify.
      response: answer as Parameters<typeof verifyAuthenticationResponse>[0]['response'],
      expectedChallenge: challenge,
      expectedOrigin: clientData.origin,
      expectedRPID: relyingParty.rpId,
      requireUserVerification: relyingParty.userVerification === 'required',
      credential: {
        id: passkey.id,
        publicKey: new Uint8Array(Buffer.from(passkey.publicKey, 'base64url')),
        counter: passkey.counter,
      },
    });
    return verified ? { id: passkey.id, counter: authenticationInfo.newCounter } : undefined;
  } catch {
    return undefined; // the library throws for every rule of §7.2 that is broken; they share one answer
  }
}
