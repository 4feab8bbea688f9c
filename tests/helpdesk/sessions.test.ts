import { describe, expect, it } from 'vitest';

import { connect } from '../../src/cognito/connection.js';
import type { Tokens } from '../../src/cognito/tokens.js';
import { SessionSlot } from '../../src/helpdesk/sessions.js';
import type { SessionWay } from '../../src/shared/helpdesk.js';
import { Clock } from '../main/kiosk/clock.js';

const CONNECTION = connect({ region: 'eu-west-1', userPoolId: 'eu-west-1_AbCdEfGhI', clientId: 'client' });
const HOUR = 3_600_000;
const OVER = expect.objectContaining({ failure: { code: 'helpdesk/session-over' } }) as Error;

/** A session of a person, a clock that can be set, and one that cannot. */
function openSession(way: SessionWay) {
  const clock = new Clock();
  const wall = { set: 0 };
  let ended = 0;
  const slot = new SessionSlot({ now: () => clock.now + wall.set, later: clock.after });
  // Of the tokens nothing is read here: they are kept, or not.
  slot.hold(way, CONNECTION, { refreshToken: 'of the person' } as Tokens, () => {
    ended += 1;
    slot.drop();
  });
  return { clock, wall, slot, ended: () => ended };
}

describe.each([
  ['here', 15 * 60_000],
  ['on-behalf', 5 * 60_000],
] as const)('a session of somebody else (%s)', (way, milliseconds) => {
  it('ends when its time is up', async () => {
    const { clock, slot, ended } = openSession(way);
    await clock.pass(milliseconds - 1);
    expect(slot.demand().tokens.refreshToken).toBe('of the person');
    await clock.pass(1);
    expect(() => slot.demand()).toThrow(OVER);
    expect(ended()).toBe(1);
    expect(slot.shown).toBeUndefined();
  });

  it('does not last longer when the clock is set back, however often', async () => {
    const { clock, wall, slot, ended } = openSession(way);
    for (let back = 0; back < 5; back += 1) {
      await clock.pass(milliseconds / 5);
      wall.set -= HOUR;
    }
    expect(() => slot.demand()).toThrow(OVER);
    expect(ended()).toBe(1);
  });

  it('is ended at once, and makes room for another, when the clock says that its time is up: the computer may have slept', async () => {
    const { clock, wall, slot, ended } = openSession(way);
    wall.set += milliseconds;
    expect(() => slot.demand()).toThrow(OVER);
    expect(ended()).toBe(1);
    expect(slot.shown).toBeUndefined();
    wall.set = 0; // set right again: it does not come back
    expect(() => slot.demand()).toThrow(OVER);
    await clock.pass(milliseconds);
    expect(ended()).toBe(1);
    expect(clock.waiting).toBe(0);
  });

  it('is not touched by the timer of one that it has replaced', async () => {
    const { clock, slot, ended } = openSession(way);
    await clock.pass(milliseconds - 1);
    slot.hold(way, CONNECTION, { refreshToken: 'the second' } as Tokens, () => undefined);
    await clock.pass(milliseconds - 1);
    expect(slot.demand().tokens.refreshToken).toBe('the second');
    expect(ended()).toBe(0);
  });
});
