import { randomBytes } from 'node:crypto';

import { AuthenticationResponseJSON } from '../../shared/webauthn-json.js';
import type { Pool } from '../context.js';
import { invalidParameter, missingParameter, notAuthorized } from '../errors.js';
import { passkeyIsBoth } from '../mfa/methods.js';
import { requireClient } from '../operation.js';
import { lifetimesOf } from '../settings.js';
import type { User } from '../state.js';
import type { RelyingParty } from '../webauthn/enabled.js';
import { requireRelyingParty } from '../webauthn/enabled.js';
import { verifyAssertion } from '../webauthn/verify-assertion.js';
import type { AuthAnswer, Claimant, Turn } from './answer.js';
import { challenge } from './answer.js';
import { proven } from './proven.js';
import { simulateUser } from './simulated-user.js';

/** WEB_AUTHN: asks for an assertion by one of the user's passkeys; of a simulated user, by one that nobody has. */
export function beginWebAuthn(pool: Pool, claimant: Claimant): Promise<AuthAnswer> {
  const { rpId, userVerification } = askedOf(pool, claimant.user);
  const ids = claimant.user
    ? claimant.user.passkeys.filter((passkey) => passkey.rpId === rpId).map(({ id }) => id)
    : [simulateUser(pool.config, claimant.username).credentialId];
  const fresh = randomBytes(16).toString('base64url');
  // Unlike the creation options, these travel as text.
  const CREDENTIAL_REQUEST_OPTIONS = JSON.stringify({
    hints: [],
    attestation: 'none',
    attestationFormats: [],
    challenge: fresh,
    timeout: lifetimesOf(requireClient(pool, claimant.clientId)).session,
    rpId,
    allowCredentials: ids.map((id) => ({ id, type: 'public-key' })),
    userVerification,
  });
  const step = { name: 'WEB_AUTHN', challenge: fresh } as const;
  return Promise.resolve(challenge(pool, claimant, step, { CREDENTIAL_REQUEST_OPTIONS }));
}

export async function answerWebAuthn(pool: Pool, turn: Turn<'WEB_AUTHN'>): Promise<AuthAnswer> {
  const { user } = turn.claimant;
  const answer = readCredential(turn.responses['CREDENTIAL']);
  const proof = user && (await verifyAssertion(askedOf(pool, user), user, answer, turn.step.challenge));
  // Looked up again: the passkey may have been deleted, or used elsewhere, while the signature was verified.
  const passkey = user?.passkeys.find(({ id }) => id === proof?.id);
  if (!user || !proof || !passkey || (proof.counter <= passkey.counter && passkey.counter > 0))
    throw notAuthorized('Invalid passkey credential.');
  passkey.counter = proof.counter;
  pool.store.touch(user);
  const kind = passkey.attachment === 'platform' ? 'swk' : 'hwk';
  return proven(pool, turn.claimant, user, 'WEB_AUTHN', passkeyIsBoth(pool, user) ? [kind, 'mfa'] : [kind]);
}

/** A passkey that counts for both factors has to verify its user, whatever the pool asks of others. */
function askedOf(pool: Pool, user: User | undefined): RelyingParty {
  const relyingParty = requireRelyingParty(pool);
  return user && passkeyIsBoth(pool, user) ? { ...relyingParty, userVerification: 'required' } : relyingParty;
}

function readCredential(text: string | undefined): AuthenticationResponseJSON {
  if (text === undefined) throw missingParameter('CREDENTIAL');
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    throw invalidParameter('CREDENTIAL is not JSON.');
  }
  const answer = AuthenticationResponseJSON.safeParse(json);
  if (!answer.success) throw invalidParameter('CREDENTIAL is not an AuthenticationResponseJSON.');
  return answer.data;
}
