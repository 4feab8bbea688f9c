import { createHmac } from 'node:crypto';

import { describe, expect, it } from 'vitest';

import { macKeyOf } from '../../../src/pool/keydesk-triggers/mac-key.js';

describe('the key beside a local pool', () => {
  it('is the pool’s own: of its secret, and always the same', () => {
    const key = macKeyOf('secret', 'local');
    expect(key).toEqual(macKeyOf('secret', 'local'));
    expect(key.keyId).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-8[0-9a-f]{3}-[0-9a-f]{12}$/);
    expect(Buffer.from(key.material)).toEqual(createHmac('sha256', 'secret').update('on-behalf').digest());
    expect(macKeyOf('other', 'local').keyId).not.toBe(key.keyId);
    // What is printed tells nothing of the key.
    expect(Buffer.from(key.material).toString('hex')).not.toContain(key.keyId.slice(0, 8));
  });
});
