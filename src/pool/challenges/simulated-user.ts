import { createHmac } from 'node:crypto';

import type { PoolConfig } from '../config.js';
import type { SrpVerifier } from '../srp/verifier.js';
import { usernameKey } from '../store.js';

/**
 * What a user who does not exist seems to have, where PreventUserExistenceErrors is ENABLED. It is derived from the
 * pool's secret and the name, so that every try sees the same and nobody outside can tell it from a real user.
 */
export function simulateUser({ secret }: PoolConfig, username: string) {
  const derive = (label: string) => derivation(secret, username, label);
  const letter = (byte = 0) => String.fromCharCode(0x61 + (byte % 26));
  const traits = derive('traits');
  const [passkey = 0, email = 0, name, domain, phone = 0, digits = 0, app = 0] = traits;
  return {
    hasPasskey: passkey % 2 === 0,
    hasEmail: email % 2 === 0,
    hasPhone: phone % 2 === 0,
    hasApp: app % 2 === 0,
    credentialId: derive('credential').toString('base64url'),
    maskedEmail: `${letter(name)}***@${letter(domain)}***`,
    maskedPhone: `+*******${(digits * 39).toString().padStart(4, '0')}`,
  };
}

/** As many bytes as a number of the SRP group has. */
const VERIFIER_BYTES = 384;

/** The SRP verifier of a password that nobody has, and its salt; the same at every try. */
export function simulateVerifier({ secret }: PoolConfig, username: string): SrpVerifier {
  const blocks = Array.from({ length: VERIFIER_BYTES / 32 }, (_, index) =>
    derivation(secret, username, `srp-verifier-${index}`),
  );
  return {
    salt: derivation(secret, username, 'srp-salt').subarray(0, 16).toString('base64url'),
    verifier: Buffer.concat(blocks).toString('base64url'),
  };
}

const derivation = (secret: string, username: string, label: string): Buffer =>
  createHmac('sha256', secret)
    .update(JSON.stringify(['simulated', label, usernameKey(username)]))
    .digest();
