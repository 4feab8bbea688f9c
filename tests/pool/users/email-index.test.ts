import { describe, expect, it } from 'vitest';

import type { User } from '../../../src/pool/state.js';
import { EmailIndex } from '../../../src/pool/users/email-index.js';
import { userNumber } from '../storage/records.js';

const SHARED = 'desk@example.com';
const userWith = (number: number, email: string | undefined): User => ({
  ...userNumber(number),
  attributes: email === undefined ? {} : { email },
});

describe('users by e-mail address', () => {
  it('are those who have it, as many as they are', () => {
    const [one, two, three] = [userWith(1, SHARED), userWith(2, SHARED), userWith(3, SHARED)];
    const index = new EmailIndex([one, userWith(4, 'other@example.com'), two, userWith(5, undefined)]);
    index.set(three);
    expect(index.get(SHARED)).toEqual([one, two, three]);
    index.delete(two);
    expect(index.get(SHARED)).toEqual([one, three]);
    index.delete(one);
    index.delete(three);
    expect(index.get(SHARED)).toEqual([]);
    index.set(two);
    expect(index.get(SHARED)).toEqual([two]);
  });

  it('are not those who have had it', () => {
    const [one, two] = [userWith(1, SHARED), userWith(2, 'other@example.com')];
    const index = new EmailIndex([one, two]);
    one.attributes = { email: 'other@example.com' };
    index.set(one);
    two.attributes = {};
    index.set(two);
    expect(index.get(SHARED)).toEqual([]);
    expect(index.get('other@example.com')).toEqual([one]);
  });

  it('are not lost with somebody who was never among them', () => {
    const one = userWith(1, SHARED);
    const index = new EmailIndex([one]);
    index.delete(userWith(2, SHARED));
    expect(index.get(SHARED)).toEqual([one]);
  });
});
