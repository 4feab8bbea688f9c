import { describe, expect, it } from 'vitest';

import { CognitoError } from '../../../src/cognito/errors.js';
import { Revocations } from '../../../src/main/kiosk/revocations.js';
import { isPassing } from '../../../src/main/kiosk/revoke-at-pool.js';
import type { KioskPerson } from '../../../src/main/kiosk/session.js';
import { Clock, settle } from './clock.js';

const ANA = { sub: 'a', username: 'ana' };

function openRevocations() {
  const clock = new Clock();
  const lost: { person: KioskPerson; error: unknown }[] = [];
  const faults: unknown[] = [];
  const revocations = new Revocations({
    after: clock.after,
    random: () => 1,
    isPassing,
    onLost: (person, error) => lost.push({ person, error }),
    onFault: (error) => faults.push(error),
  });
  /** Answers in turn; the last one again and again. Notes when it was asked. */
  const asked: number[] = [];
  const add = (...answers: (Error | 'done' | 'hang')[]) => {
    revocations.add({
      person: ANA,
      send: () => {
        asked.push(clock.now);
        const answer = answers.length > 1 ? answers.shift() : answers[0];
        if (answer === 'hang') return new Promise(() => undefined);
        return answer === 'done' ? Promise.resolve() : Promise.reject(answer ?? new Error('no answer was given'));
      },
    });
  };
  return { clock, revocations, add, asked, lost, faults };
}

const AWAY = new CognitoError('network');

describe('a token of somebody who has left', () => {
  it('is revoked once', async () => {
    const { clock, revocations, add, asked, lost } = openRevocations();
    add('done');
    await clock.pass(3_600_000);
    expect(asked).toEqual([0]);
    expect(revocations.size).toBe(0);
    expect(lost).toEqual([]);
  });

  it('is asked for again while the network is away, less and less often, and never given up', async () => {
    const { clock, revocations, add, asked } = openRevocations();
    add(AWAY);
    await clock.pass(7000);
    expect(asked).toEqual([0, 1000, 3000, 7000]);
    await clock.pass(24 * 3_600_000);
    const gaps = asked.slice(1).map((at, index) => at - (asked[index] ?? 0));
    expect(Math.max(...gaps)).toBe(300_000);
    expect(asked.length).toBeGreaterThan(24 * 12 - 10);
    expect(revocations.size).toBe(1);
  });

  it('is revoked when the network comes back', async () => {
    const { clock, revocations, add, faults } = openRevocations();
    add(AWAY, AWAY, 'done');
    await clock.pass(3000);
    expect(revocations.size).toBe(0);
    expect(faults).toEqual([AWAY, AWAY]);
  });

  it('is asked for again when the pool never answers, and the question is given up', async () => {
    const { clock, revocations, add, asked } = openRevocations();
    add('hang', 'done');
    await clock.pass(19_999);
    expect(asked).toHaveLength(1);
    await clock.pass(1001);
    expect(asked).toEqual([0, 21_000]);
    expect(revocations.size).toBe(0);
    expect(clock.waiting).toBe(0);
  });

  it('that the pool refuses to revoke for good is told of as lost, with its person', async () => {
    const { clock, revocations, add, asked, lost } = openRevocations();
    const refusal = new CognitoError('operation-refused');
    add(refusal);
    await clock.pass(3_600_000);
    expect(asked).toEqual([0]);
    expect(lost).toEqual([{ person: ANA, error: refusal }]);
    expect(revocations.size).toBe(0);
  });

  it('does not wait for another that hangs', async () => {
    const { clock, revocations, add, asked } = openRevocations();
    add('hang');
    add('done');
    await clock.pass(0);
    expect(asked).toHaveLength(2);
    expect(revocations.size).toBe(1);
  });
});

describe('the end of the app', () => {
  it('waits for what can be revoked, trying it at once', async () => {
    const { clock, revocations, add, lost } = openRevocations();
    add(AWAY, 'done');
    await clock.pass(0);
    const closed = revocations.close(5000);
    await settle();
    await closed;
    expect(clock.now).toBe(0);
    expect(lost).toEqual([]);
  });

  it('does not wait for long, and tells what is left', async () => {
    const { clock, revocations, add, lost } = openRevocations();
    add('hang');
    let isClosed = false;
    void revocations.close(5000).then(() => {
      isClosed = true;
    });
    await clock.pass(4999);
    expect(isClosed).toBe(false);
    await clock.pass(1);
    expect(isClosed).toBe(true);
    expect(lost).toMatchObject([{ person: ANA }]);
    await clock.pass(3_600_000);
    expect(lost).toHaveLength(1);
  });
});
