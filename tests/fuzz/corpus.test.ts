import { describe, expect, it } from 'vitest';

import { readCorpus } from '../../tools/fuzz/corpus.js';
import { mutated, randomFrom } from '../../tools/fuzz/mutation.js';
import { TARGETS } from '../../tools/fuzz/targets.js';

describe.each(TARGETS)('the corpus of $name', ({ name, run, seeds }) => {
  it('brings out nothing but errors of our own classes', { timeout: 60_000 }, async () => {
    const inputs = [...(await seeds()), ...readCorpus(name)];
    expect(inputs.length).toBeGreaterThan(1);
    for (const input of inputs) await run(input);
  });
});

it('a search with the same seed is the same search', () => {
  const changes = (seed: number) => {
    const random = randomFrom(seed);
    return Array.from({ length: 50 }, () => mutated(new Uint8Array(20), Uint8Array.of(1, 2, 3), random));
  };
  expect(changes(7)).toEqual(changes(7));
  expect(changes(7)).not.toEqual(changes(8));
});
