import { Authenticator } from '../../src/ctap/authenticator.js';
import { create } from '../../src/ctap/client/create.js';
import { ClientError } from '../../src/ctap/client/errors.js';
import type { CeremonyContext } from '../../src/ctap/client/ceremony-context.js';
import { CtapError, ResponseError, TransportError } from '../../src/ctap/errors.js';
import { FailureError } from '../../src/failures/failure-error.js';
import { MemoryPort } from '../../src/softkey/ports/memory-port.js';
import { PROFILE_NAMES, type ProfileName } from '../../src/softkey/profile.js';
import { SoftKey } from '../../src/softkey/soft-key.js';
import { MemoryStore } from '../../src/softkey/store/credential-store.js';
import { type KeyState, MAX_PIN_RETRIES } from '../../src/softkey/store/key-state.js';
import { delayedPresence } from '../../src/softkey/user-presence.js';
import { creation, ORIGIN, PIN } from '../../tests/ctap/options.js';
import { Person } from '../../tests/ctap/person.js';
import { type Direction, DIRECTIONS, FAULTS, FaultyPort, type Injection } from './faulty-port.js';
import { type Operation, OPERATIONS } from './operations.js';
import { VirtualClock } from './virtual-clock.js';

/** How long the person needs to touch the key: longer than the keepalives are apart. */
const TOUCH_MS = 250;
/** Whatever goes wrong, nobody waits longer: silence is noticed after 3 s, a busy key given up after 5 s, and there are few commands. */
const DEADLINE_MS = 30_000;
/** The software key waits half a second for the rest of a message: an hour later nothing must be left of it. */
const AFTERWARDS_MS = 1000;

/** What may never happen, whatever goes wrong. */
const PROBLEMS = ['hang', 'crash', 'untyped', 'orphan', 'extra PIN try', 'not idle', 'untrue'] as const;
type Problem = (typeof PROBLEMS)[number];

interface Failure {
  readonly problem: Problem;
  /** Which case, so that it can be run again, and what came of it. */
  readonly what: string;
}

export interface Tally {
  readonly cases: number;
  /** Operations that were done all the same. */
  readonly successes: number;
  readonly failures: readonly Failure[];
  /** Of all cases, the longest time that one took, in ms of its own clock. */
  readonly longestMs: number;
}

interface Case {
  readonly profile: ProfileName;
  readonly operation: Operation;
  readonly before: KeyState;
  readonly injection: Injection | undefined;
}

interface Run {
  readonly problems: readonly Problem[];
  readonly isDone: boolean;
  readonly tookMs: number;
  readonly ended: string;
  readonly seen: Readonly<Record<Direction, number>>;
}

/**
 * Every fault at every report of every operation, in both directions, on every generation of keys.
 * @param share one case of so many is run: 1 for all
 */
export async function runMatrix(share: number): Promise<Tally> {
  const failures: Failure[] = [];
  let number = 0;
  let cases = 0;
  let successes = 0;
  let longestMs = 0;
  for (const profile of PROFILE_NAMES) {
    const { before, operations } = await prepare(profile);
    for (const operation of operations) {
      const smooth = await runCase({ profile, operation, before, injection: undefined });
      if (!smooth.isDone) throw new Error(`${operation.name} on ${profile} fails without a fault: ${smooth.ended}`);
      for (const injection of injections(smooth.seen)) {
        if (number++ % share !== 0) continue;
        const { problems, isDone, tookMs, ended } = await runCase({ profile, operation, before, injection });
        cases++;
        if (isDone) successes++;
        longestMs = Math.max(longestMs, tookMs);
        const { fault, direction, index } = injection;
        const what = `${operation.name} on ${profile}, ${fault} at report ${index} ${direction}: ${ended}`;
        failures.push(...problems.map((problem) => ({ problem, what })));
      }
    }
  }
  return { cases, successes, failures, longestMs };
}

/** The tally in one line. */
export function summary({ cases, successes, failures, longestMs }: Tally): string {
  const counts = PROBLEMS.map((problem) => {
    const count = failures.filter((failure) => failure.problem === problem).length;
    return `${NAMES[problem]} ${count}`;
  });
  const failed = new Set(failures.map(({ what }) => what)).size;
  return `fault matrix: ${cases} cases, ${failed} failed: ${counts.join(', ')}; ${successes} done all the same, the longest in ${longestMs / 1000} s`;
}

const NAMES: Readonly<Record<Problem, string>> = {
  hang: 'hangs',
  crash: 'crashes',
  untyped: 'untyped',
  orphan: 'orphans',
  'extra PIN try': 'extra PIN tries',
  'not idle': 'not idle',
  untrue: 'untrue',
};

function injections(seen: Readonly<Record<Direction, number>>): Injection[] {
  return DIRECTIONS.flatMap((direction) =>
    Array.from({ length: seen[direction] }, (_, index) => FAULTS.map((fault) => ({ fault, direction, index }))).flat(),
  );
}

/** A key with a PIN and one credential, and what can be done with it. */
async function prepare(profile: ProfileName): Promise<{ before: KeyState; operations: readonly Operation[] }> {
  const store = new MemoryStore();
  const authenticator = await Authenticator.open(new MemoryPort(new SoftKey({ profile, store })));
  try {
    await create(creation(), ORIGIN, { authenticator, interaction: new Person(PIN, PIN) });
    const { initial: before } = store;
    if (!before) throw new Error('The key has kept nothing');
    const { info } = authenticator;
    return { before, operations: OPERATIONS.filter(({ isFor }) => isFor?.(info) ?? true) };
  } finally {
    await authenticator.close();
  }
}

async function runCase({ profile, operation, before, injection }: Case): Promise<Run> {
  const clock = new VirtualClock();
  const crashes: unknown[] = [];
  const onCrash = (error: unknown) => crashes.push(error);
  const restore = clock.install();
  process.on('unhandledRejection', onCrash);
  try {
    const store = new MemoryStore();
    await store.save(before);
    const key = new SoftKey({ profile, store, presence: delayedPresence(TOUCH_MS), onFault: onCrash });
    const controller = new AbortController();
    const port = new FaultyPort(key, injection, () => {
      controller.abort();
    });
    const { signal } = controller;
    let isSent = false;
    const onSent = () => {
      isSent = true;
    };
    const context = { interaction: new Person(PIN), signal, onSent };
    const outcome = await clock.settle(perform(operation, port, context), DEADLINE_MS);
    const tookMs = clock.now;
    await clock.pass(AFTERWARDS_MS);
    const after = store.initial ?? before;
    const problems: Problem[] = [];
    if (outcome === 'hang') problems.push('hang');
    else {
      if ('error' in outcome && !isTyped(outcome.error, signal)) problems.push('untyped');
      const judgement = operation.judge({ outcome, before, after, isSent, signal });
      if (judgement) problems.push(judgement);
    }
    if (after.pinRetries !== MAX_PIN_RETRIES) problems.push('extra PIN try');
    if (!(await isIdle(key, clock))) problems.push('not idle');
    if (crashes.length > 0) problems.push('crash');
    const isDone = outcome !== 'hang' && 'value' in outcome;
    return { problems, isDone, tookMs, ended: wordsOf(outcome, crashes), seen: port.seen };
  } finally {
    process.off('unhandledRejection', onCrash);
    restore();
  }
}

/** The whole of an errand, as a program runs it: the key is opened, used and given back. */
async function perform(
  operation: Operation,
  port: FaultyPort,
  context: Omit<CeremonyContext, 'authenticator'>,
): Promise<unknown> {
  const authenticator = await Authenticator.open(port);
  try {
    return await operation.run({ ...context, authenticator });
  } finally {
    await authenticator.close();
  }
}

/** Whether the key, plugged in again if need be, serves the next program at once, and nothing is left to happen. */
async function isIdle(key: SoftKey, clock: VirtualClock): Promise<boolean> {
  key.replug();
  if (clock.pending > 0) return false;
  const start = clock.now;
  const opened = await clock.settle(Authenticator.open(new MemoryPort(key)), DEADLINE_MS);
  if (opened === 'hang' || 'error' in opened) return false;
  await opened.value.close();
  return clock.now === start && clock.pending === 0;
}

function isTyped(error: unknown, signal: AbortSignal): boolean {
  const isOurs = [CtapError, TransportError, ResponseError, ClientError, FailureError].some(
    (type) => error instanceof type,
  );
  return isOurs || (signal.aborted && error === signal.reason);
}

function wordsOf(outcome: Awaited<ReturnType<VirtualClock['settle']>>, crashes: readonly unknown[]): string {
  const end = outcome === 'hang' ? 'no end' : 'error' in outcome ? String(outcome.error) : 'done';
  return [end, ...crashes.map(String)].join('; ');
}
