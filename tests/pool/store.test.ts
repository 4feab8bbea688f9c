import { describe, expect, it } from 'vitest';

import { Store } from '../../src/pool/store.js';
import { settings, userNumber } from './storage/records.js';

describe('users in the order of their names', () => {
  it('are so from the start, however the state has them, and stay so', () => {
    const named = (number: number, username: string) => ({ ...userNumber(number), username });
    const [bea, Ana, dan, Cleo] = [named(1, 'bea'), named(2, 'Ana'), named(3, 'dan'), named(4, 'Cleo')];
    const store = new Store({ settings, users: [dan, bea, Ana], groups: [], grants: [] });
    expect(store.usersByName()).toEqual([Ana, bea, dan]);
    store.addUser(Cleo);
    expect(store.usersByName()).toEqual([Ana, bea, Cleo, dan]);
    store.removeUser(Ana);
    expect(store.usersByName()).toEqual([bea, Cleo, dan]);
    expect(store.usersWithEmail('user-2@example.com')).toEqual([]);
    expect(store.usersWithEmail('user-4@example.com')).toEqual([Cleo]);
  });
});
