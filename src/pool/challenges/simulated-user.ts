import { createHmac } from 'node:crypto';

import type { PoolConfig } from '../config.js';
import { usernameKey } from '../store.js';

/**
 * What a user who does not exist seems to have, where PreventUserExistenceErrors is ENABLED. It is derived from the
 * pool's secret and the name, so that every try sees the same and nobody outside can tell it from a real user.
 */
export function simulateUser({ secret }: PoolConfig, username: string) {
  const derive = (label: string) =>
    createHmac('sha256', secret)
      .update(JSON.stringify(['simulated', label, usernameKey(username)]))
      .digest();
  const letter = (byte = 0) => String.fromCharCode(0x61 + (byte % 26));
  const traits = derive('traits');
  const [passkey = 0, email = 0, name, domain] = traits;
  return {
    hasPasskey: passkey % 2 === 0,
    hasEmail: email % 2 === 0,
    credentialId: derive('credential').toString('base64url'),
    maskedEmail: `${letter(name)}***@${letter(domain)}***`,
  };
}
