import { describe, expect, it } from 'vitest';

import { fromBase64url, utf8 } from '../../src/ctap/codec/bytes.js';
import type { StoredCredential } from '../../src/ctap/credential-management.js';
import type { JournalEntry } from '../../src/station/journal.js';
import { isOrphan } from '../../src/station/orphan.js';

const entry: JournalEntry = {
  id: '00000000-0000-4000-8000-000000000001',
  rpId: 'auth.example.com',
  userId: 'YW5h', // "ana"
  userName: 'ana',
  excluded: ['YmVmb3Jl'],
  keyProduct: 'Test key',
  aaguid: '00000000-0000-0000-0000-000000000000',
  createdAt: '2026-11-23T10:00:00Z',
};

const stored = (credentialId: string, user = 'ana'): StoredCredential => ({
  id: { id: fromBase64url(credentialId), type: 'public-key' },
  user: { id: utf8(user) },
  publicKey: new Map(),
  credProtect: undefined,
  largeBlobKey: undefined,
  thirdPartyPayment: undefined,
});

describe('an orphan whose ID was not learnt', () => {
  it('is a passkey of its person that nobody has', () => {
    expect(isOrphan(entry, [])(stored('bmV3'))).toBe(true);
    expect(isOrphan(entry, [])(stored('bmV3', 'ben'))).toBe(false);
  });

  it('is none that the pool had before, or that pool or station have now', () => {
    expect(isOrphan(entry, [])(stored('YmVmb3Jl'))).toBe(false);
    expect(isOrphan(entry, ['bmV3'])(stored('bmV3'))).toBe(false);
  });
});

describe('an orphan whose ID is known', () => {
  const known = { ...entry, credentialId: 'bWFkZQ' };

  it('is that passkey and no other', () => {
    expect(isOrphan(known, [])(stored('bWFkZQ'))).toBe(true);
    expect(isOrphan(known, [])(stored('bmV3'))).toBe(false);
  });

  it('is none once the pool has it after all', () => {
    expect(isOrphan(known, ['bWFkZQ'])(stored('bWFkZQ'))).toBe(false);
  });
});
