import { createHash } from 'node:crypto';

import { verifyRegistrationResponse } from '@simplewebauthn/server';
import { COSEALG, decodeAttestationObject, parseAuthenticatorData } from '@simplewebauthn/server/helpers';

import type { ClientData } from '../../shared/client-data.js';
import type { RegistrationResponseJSON } from '../../shared/webauthn-json.js';
import { invalidParameter, ServiceError } from '../errors.js';
import type { Passkey } from '../state.js';
import type { RelyingParty } from './enabled.js';
import { isOriginOf } from './origin.js';

/** What the pool offers, and so accepts. */
export const SUPPORTED_ALGORITHMS = [COSEALG.ES256, COSEALG.RS256] as const;

const notSupported = (message: string, cause?: unknown) =>
  new ServiceError('WebAuthnCredentialNotSupportedException', message, { cause });

/**
 * Verifies a registration (WebAuthn §7.1) whose challenge was already found to be ours, and returns the passkey.
 * Throws WebAuthnOriginNotAllowed-, WebAuthnRelyingPartyMismatch-, WebAuthnCredentialNotSupported- or
 * InvalidParameterException.
 */
export async function verifyRegistration(
  relyingParty: RelyingParty,
  answer: RegistrationResponseJSON,
  clientData: ClientData,
  now: number,
): Promise<Passkey> {
  if (clientData.type !== 'webauthn.create') throw invalidParameter('The credential is not of a registration.');
  if (!isOriginOf(relyingParty.rpId, clientData.origin) || clientData.crossOrigin === true)
    throw new ServiceError('WebAuthnOriginNotAllowedException', 'The origin does not align with the relying party ID.');

  const data = authenticatorData(answer.response.attestationObject);
  if (!Buffer.from(data.rpIdHash).equals(createHash('sha256').update(relyingParty.rpId).digest()))
    throw new ServiceError(
      'WebAuthnRelyingPartyMismatchException',
      'The relying party ID is not that of the user pool.',
    );
  if (!data.flags.up) throw notSupported('The user was not present.');
  if (relyingParty.userVerification === 'required' && !data.flags.uv) throw notSupported('The user was not verified.');

  const credential = await verified(relyingParty, answer, clientData);
  const transports = answer.response.transports ?? [];
  const attachment = answer.authenticatorAttachment ?? (transports.includes('internal') ? 'platform' : null);
  return {
    id: credential.id,
    publicKey: Buffer.from(credential.publicKey).toString('base64url'),
    counter: credential.counter,
    rpId: relyingParty.rpId,
    name: attachment === 'platform' ? 'Platform passkey' : 'Roaming passkey',
    attachment,
    transports,
    createdAt: now,
  };
}

function authenticatorData(attestationObject: string) {
  try {
    const decoded = decodeAttestationObject(new Uint8Array(Buffer.from(attestationObject, 'base64url')));
    return parseAuthenticatorData(decoded.get('authData'));
  } catch (error) {
    throw new ServiceError('InvalidParameterException', 'The attestation object is malformed.', { cause: error });
  }
}

async function verified(relyingParty: RelyingParty, answer: RegistrationResponseJSON, clientData: ClientData) {
  try {
    const result = await verifyRegistrationResponse({
      // Its type lists the transports and attachments of today; ours keeps any text. It reads neither to verify.
      response: answer as Parameters<typeof verifyRegistrationResponse>[0]['response'],
      expectedChallenge: clientData.challenge,
      expectedOrigin: clientData.origin,
      expectedRPID: relyingParty.rpId,
      requireUserVerification: relyingParty.userVerification === 'required',
      supportedAlgorithmIDs: [...SUPPORTED_ALGORITHMS],
    });
    if (result.verified && result.registrationInfo.credential.id === answer.id)
      return result.registrationInfo.credential;
  } catch (error) {
    throw notSupported('The credential is not supported.', error);
  }
  throw notSupported('The attestation of the credential does not verify.');
}
