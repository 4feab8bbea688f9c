import { describe, expect, it } from 'vitest';

import { wordsOf, type Wishing } from '../../../src/main/kiosk/wish-words.js';

const ANA: Wishing = {
  username: 'ana',
  credentialIds: ['b3duIHBhc3NrZXk'],
  nicknameOf: (credentialId) => (credentialId === 'Ymx1ZSBrZXk' ? 'Blue key' : undefined),
};
const deletion = (credentialId: string, wishing = ANA) => wordsOf({ action: 'passkey.delete', credentialId }, wishing);

describe('what somebody is asked to approve', () => {
  it('says which passkey is deleted: by its name, by the key that is used, or else by its ID', () => {
    const end = 'from the account “ana”. It can no longer be used to sign in.';
    expect(deletion('Ymx1ZSBrZXk').text).toBe(`Delete the passkey “Blue key” ${end}`);
    expect(deletion('b3duIHBhc3NrZXk').text).toBe(`Delete the passkey with which you are signed in here ${end}`);
    expect(deletion('c29tZSBvdGhlciBwYXNza2V5').text).toBe(
      `Delete the passkey whose ID begins with c29tZSBvdGhl ${end}`,
    );
  });

  it('does not name a passkey by what cannot be shown as it is', () => {
    const nicknameOf = () => 'key\u202Eyek';
    expect(deletion('c29tZSBvdGhlciBwYXNza2V5', { ...ANA, nicknameOf }).text).toContain('begins with c29tZSBvdGhl');
  });

  it('has the ID for programs, or its hash where it is too long for a fact', () => {
    expect(deletion('Ymx1ZSBrZXk').facts).toEqual({ username: 'ana', credentialId: 'Ymx1ZSBrZXk' });
    // The SHA-256 of 300 zeros.
    expect(deletion('A'.repeat(400)).facts).toEqual({
      username: 'ana',
      credentialIdSha256: 'd13d4a8b3b8add19b5970157f09d00c12cbda4fed4d74d8493156523f7069b66',
    });
  });

  it('says what another key can do', () => {
    expect(wordsOf({ action: 'passkey.enrol' }, ANA)).toEqual({
      action: 'passkey.enrol',
      text: 'Add another security key to the account “ana”. Whoever has that key and its PIN can sign in to it.',
      facts: { username: 'ana' },
    });
  });
});
