import { newSettings } from '../../../src/pool/new-settings.js';
import type { Grant, Identity, User } from '../../../src/pool/state.js';

/** Records for tests of what keeps them: well-formed, and of nobody. */

const uuid = (number: number) => `00000000-0000-4000-8000-${number.toString().padStart(12, '0')}`;

const signingKey = (kid: string) => ({ kty: 'RSA', kid, n: 'n', e: 'AQAB', d: 'd' }) as const;

export const identity: Identity = {
  userPoolId: 'local_test',
  createdAt: 1,
  secret: 'c2VjcmV0',
  signingKeys: { id: signingKey('id'), access: signingKey('access') },
};

export const settings = { ...newSettings(1), clients: [] };

export const grantNumber = (number: number, revoked = false): Grant => ({
  id: uuid(number),
  sub: uuid(0),
  clientId: 'client',
  refreshHash: `hash-${number}`,
  retired: [],
  authTime: 1,
  amr: [],
  expiresAt: 2,
  revoked,
});

export const userNumber = (number: number): User => ({
  username: `user-${number}`,
  sub: uuid(number),
  status: 'CONFIRMED',
  enabled: true,
  createdAt: 1,
  modifiedAt: 1,
  attributes: { email: `user-${number}@example.com`, email_verified: 'true' },
  password: null,
  temporaryUntil: null,
  codes: {},
  pendingAttributes: {},
  passkeys: [],
  mfa: { enabled: [], preferred: null, webAuthn: false },
  softwareToken: null,
  pendingSoftwareToken: null,
  groups: [],
});
