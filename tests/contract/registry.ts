import { describe, expect, it } from 'vitest';

import type { Registration, Registry } from '../../src/triggers/sign-up/registry.js';

/** A registry that holds the entries, as somebody may have typed them. */
export type NewRegistry = (entries: readonly Omit<Registration, 'account'>[]) => Promise<Registry>;

const never = new AbortController().signal;
const ENTRIES = [
  { accountNumber: '12345678', email: 'Ann@Example.com' },
  { accountNumber: '87654321', email: 'bob@example.com' },
];

/** What every registry of sign-ups does. */
export function describeRegistry(name: string, newRegistry: NewRegistry): void {
  describe(name, () => {
    it('finds a registration with its address in normal form', async () => {
      const registry = await newRegistry(ENTRIES);
      await expect(registry.find('12345678', never)).resolves.toEqual({
        accountNumber: '12345678',
        email: 'ann@example.com',
        account: undefined,
      });
      await expect(registry.find('00000000', never)).resolves.toBeUndefined();
    });

    it('binds a registration to one account, for good', async () => {
      const registry = await newRegistry(ENTRIES);
      await expect(registry.claim('12345678', 'ann-1', never)).resolves.toBe(true);
      await expect(registry.claim('12345678', 'ann-1', never)).resolves.toBe(true);
      await expect(registry.claim('12345678', 'ann-2', never)).resolves.toBe(false);
      await expect(registry.find('12345678', never)).resolves.toMatchObject({ account: 'ann-1' });
      await expect(registry.find('87654321', never)).resolves.toMatchObject({ account: undefined });
    });

    it('binds nothing that is not on file', async () => {
      const registry = await newRegistry(ENTRIES);
      await expect(registry.claim('00000000', 'eve', never)).resolves.toBe(false);
      await expect(registry.find('00000000', never)).resolves.toBeUndefined();
    });

    it('lets one of many win', async () => {
      const registry = await newRegistry(ENTRIES);
      const accounts = ['a', 'b', 'c', 'd', 'e'];
      const claims = await Promise.all(accounts.map((account) => registry.claim('12345678', account, never)));
      const winners = accounts.filter((_, index) => claims[index]);
      expect(winners).toHaveLength(1);
      await expect(registry.find('12345678', never)).resolves.toMatchObject({ account: winners[0] });
    });
  });
}
