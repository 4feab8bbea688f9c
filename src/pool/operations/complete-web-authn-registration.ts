import { z } from 'zod';

import { readClientData } from '../../shared/client-data.js';
import { RegistrationResponseJSON } from '../../shared/webauthn-json.js';
import { invalidParameter, ServiceError } from '../errors.js';
import { userOperation } from '../operation.js';
import { checkMayEnrol, requireRelyingParty } from '../webauthn/enabled.js';
import { verifyRegistration } from '../webauthn/verify-registration.js';

/** https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_CompleteWebAuthnRegistration.html */
export const completeWebAuthnRegistration = userOperation(
  // A document: any JSON is well-formed, and judged here.
  { Credential: z.unknown().refine((credential) => credential !== undefined) },
  async (pool, { Credential }, { user, clientId }) => {
    checkMayEnrol(pool, user);
    const { success, data: answer } = RegistrationResponseJSON.safeParse(Credential);
    if (!success) throw invalidParameter('Credential is not a RegistrationResponseJSON.');
    const clientData = readClientData(Buffer.from(answer.response.clientDataJSON, 'base64url'));
    if (!clientData) throw invalidParameter('clientDataJSON is malformed.');
    const issuedTo = pool.registrations.clientOf(clientData.challenge, user.sub);
    if (issuedTo === undefined)
      throw new ServiceError('WebAuthnChallengeNotFoundException', 'The challenge is unknown, expired or used.');
    if (issuedTo !== clientId)
      throw new ServiceError('WebAuthnClientMismatchException', 'The challenge was issued to another app client.');
    pool.registrations.spend(clientData.challenge);
    const passkey = await verifyRegistration(requireRelyingParty(pool), answer, clientData, pool.now());
    // Checked after the wait, with nothing between check and act.
    checkMayEnrol(pool, user);
    if (pool.store.passkeyOwner(passkey.id)) throw invalidParameter('The credential is already registered.');
    pool.store.addPasskey(user, passkey);
    return {};
  },
);
