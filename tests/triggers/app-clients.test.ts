import { describe, expect, it } from 'vitest';

import { purposeOf, readAppClients } from '../../src/triggers/app-clients.js';

describe('the purposes of app clients', () => {
  it('are read from lists', () => {
    const clients = readAppClients({ passkey: 'aaa, bbb', password: 'ccc', helpdesk: '' });
    expect(clients).toEqual({ passkey: ['aaa', 'bbb'], password: ['ccc'], helpdesk: [] });
    expect(purposeOf(clients, 'bbb')).toBe('passkey');
    expect(purposeOf(clients, 'ccc')).toBe('password');
  });

  it('do not include clients that nobody listed', () => {
    const clients = readAppClients({ passkey: 'aaa', password: '', helpdesk: '' });
    expect(() => purposeOf(clients, 'aa')).toThrow(expect.objectContaining({ code: 'unknown-client' }));
    expect(() => purposeOf(clients, '')).toThrow(expect.objectContaining({ code: 'unknown-client' }));
  });

  it('are one for each client', () => {
    expect(() => readAppClients({ passkey: 'aaa', password: 'bbb,aaa', helpdesk: '' })).toThrow(RangeError);
    expect(() => readAppClients({ passkey: 'a b', password: '', helpdesk: '' })).toThrow(RangeError);
  });
});
