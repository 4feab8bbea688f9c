import { describe, expect, it } from 'vitest';

import { MemoryStore } from '../../../src/softkey/store/credential-store.js';
import { blankState, FACTORY_CONFIG } from '../../../src/softkey/store/key-state.js';
import { RP_ID, textMap } from '../platform.js';
import { makingWith, signed } from './with-extensions.js';

async function storeOf(minPinLengthRpIds: readonly string[], minPinLength?: number): Promise<MemoryStore> {
  const store = new MemoryStore();
  const config = { ...FACTORY_CONFIG, minPinLengthRpIds, ...(minPinLength !== undefined && { minPinLength }) };
  await store.save({ ...blankState(new Uint8Array(32)), config });
  return store;
}

describe('minPinLength', () => {
  it.each([
    ['the length that was set', 6, 6],
    ['that of the factory where none was set', undefined, 4],
  ])('tells a relying party on the list %s', async (_case, set, told) => {
    const store = await storeOf(['another.example', RP_ID], set);
    expect(signed((await makingWith({ minPinLength: true }, { store })).answer.body)).toEqual(
      textMap({ minPinLength: told }),
    );
  });

  it('tells nothing to others, nor to those who do not ask', async () => {
    const others = await storeOf(['another.example'], 6);
    expect(signed((await makingWith({ minPinLength: true }, { store: others })).answer.body)).toBeUndefined();
    const listed = await storeOf([RP_ID], 6);
    expect(signed((await makingWith({ minPinLength: false }, { store: listed })).answer.body)).toBeUndefined();
  });
});
