import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

import type { Coverage } from './coverage.js';
import { keep, readCorpus } from './corpus.js';
import { mutated, randomFrom } from './mutation.js';
import type { Target } from './targets.js';

/** No input takes a tenth of that. */
const HANG_MS = 5000;
/** What caches of the engine itself may still take after the first quarter of a run. */
const FLAT_BYTES = 16 * 1024 * 1024;

/** Inputs that run between two looks at the coverage. */
const BATCH = 16;

export interface FuzzOptions {
  readonly targets: readonly Target[];
  readonly coverage: Coverage;
  readonly seconds: number;
  readonly seed: number;
  /** Keep inputs that reach new code in tests/corpus. */
  readonly saves: boolean;
}

export interface FuzzReport {
  readonly runs: number;
  readonly corpus: number;
  /** Characters of our code, as it is built, that have run. */
  readonly covered: number;
  /** Inputs that brought out what may not be: they are in the corpus from now on. */
  readonly untyped: number;
  readonly causes: readonly string[];
  /** Bytes in use after a collection: at the end, more than after the first quarter. */
  readonly heapGrowth: number;
  readonly isFlat: boolean;
  readonly seed: number;
}

/** Searches for inputs that bring out errors of no class of ours, guided by what code they reach. */
export async function fuzz({ targets, coverage, seconds, seed, saves }: FuzzOptions): Promise<FuzzReport> {
  const random = randomFrom(seed);
  const pools = await Promise.all(targets.map(async (target) => ({ target, inputs: [...readCorpus(target.name)], seeds: await target.seeds() }))); // prettier-ignore
  const causes = new Map<string, Uint8Array>();
  let runs = 0;
  const attempt = async (target: Target, input: Uint8Array): Promise<void> => {
    runs++;
    const cause = await failureOf(target, input);
    if (cause !== undefined && !causes.has(cause)) {
      causes.set(cause, input);
      keep(target.name, input, cause);
    }
  };
  /** Those of `inputs` that reach new code. Looking takes longer than most inputs do: first all at once, then one by one. */
  const reaching = async (target: Target, inputs: readonly Uint8Array[]): Promise<Uint8Array[]> => {
    for (const input of inputs) await attempt(target, input);
    const news = coverage.look();
    if (news.length === 0) return [];
    const reached: Uint8Array[] = [];
    for (const input of inputs) {
      await attempt(target, input);
      const own = coverage.look();
      if (own.length > 0) reached.push(input);
      coverage.note(own);
    }
    coverage.note(news); // what depended on chance and did not run again is no news the next time
    return reached;
  };
  for (const { target, inputs, seeds } of pools) {
    inputs.push(...seeds);
    await reaching(target, inputs);
  }
  const started = performance.now();
  const share = () => (performance.now() - started) / (seconds * 1000);
  let warm: number | undefined;
  while (share() < 1) {
    if (warm === undefined && share() > 0.25) warm = heapUsed();
    for (const { target, inputs } of pools) {
      const pick = () => inputs[Math.floor(random() * inputs.length)] ?? new Uint8Array();
      // Half of them in form, so that they come past the reader of bytes; half with bytes changed anyhow.
      const batch = Array.from({ length: BATCH }, (_, index) => {
        const input = pick();
        return (index % 2 === 0 ? target.reshape?.(input, random) : undefined) ?? mutated(input, pick(), random);
      });
      for (const input of await reaching(target, batch)) {
        inputs.push(input);
        if (saves) keep(target.name, input);
      }
    }
  }
  const heapGrowth = heapUsed() - (warm ?? heapUsed());
  const corpus = pools.reduce((sum, { inputs }) => sum + inputs.length, 0);
  const found = [...causes.keys()];
  return {
    runs,
    corpus,
    covered: coverage.size,
    untyped: found.length,
    causes: found,
    heapGrowth,
    isFlat: heapGrowth < FLAT_BYTES,
    seed,
  };
}

/** What is wrong with an input, in words that are the same for the same cause; undefined when nothing is. */
async function failureOf({ name, run }: Target, input: Uint8Array): Promise<string | undefined> {
  let timer: NodeJS.Timeout | undefined;
  const hang = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => {
      reject(new Error('It has no end'));
    }, HANG_MS);
  });
  try {
    await Promise.race([run(input), hang]);
    return undefined;
  } catch (error) {
    return `${name}: ${error instanceof Error ? `${error.name}: ${error.message}` : String(error)}`;
  } finally {
    clearTimeout(timer);
  }
}

function heapUsed(): number {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  collect();
  return process.memoryUsage().heapUsed;
}
