import { userOperation } from '../operation.js';
import { checkMayEnrol, requireRelyingParty } from '../webauthn/enabled.js';
import { SUPPORTED_ALGORITHMS } from '../webauthn/verify-registration.js';

/**
 * The creation options are a JSON object, not text, and in no `publicKey`.
 * https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_StartWebAuthnRegistration.html
 */
export const startWebAuthnRegistration = userOperation({}, (pool, _input, { user, clientId }) => {
  checkMayEnrol(pool, user);
  const { rpId, userVerification } = requireRelyingParty(pool);
  return {
    CredentialCreationOptions: {
      authenticatorSelection: { requireResidentKey: true, residentKey: 'required', userVerification },
      challenge: pool.registrations.issue({ sub: user.sub, clientId }),
      excludeCredentials: user.passkeys.map(({ id }) => ({ id, type: 'public-key' })),
      pubKeyCredParams: SUPPORTED_ALGORITHMS.map((alg) => ({ alg, type: 'public-key' })),
      rp: { id: rpId, name: rpId },
      timeout: 60_000,
      user: {
        displayName: user.username,
        // The text of the UUID, not its 16 bytes.
        id: Buffer.from(user.sub).toString('base64url'),
        name: user.username,
      },
    },
  };
});
