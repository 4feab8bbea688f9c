import { expect, it } from 'vitest';

import { Bridge } from '../../../src/renderer/api.js';
import { Helpdesk } from '../../../src/renderer/state/helpdesk.svelte.js';
import { Keys } from '../../../src/renderer/state/keys.svelte.js';
import { Station } from '../../../src/renderer/state/station.svelte.js';
import type { HelpdeskState } from '../../../src/shared/helpdesk.js';
import type { Output, Request } from '../../../src/shared/ipc.js';
import type { PolicyStatus } from '../../../src/shared/passport.js';
import { FakeMain, keySummary } from '../fakes/main.js';

const NOBODY: HelpdeskState = { mayActOnBehalf: false, cases: [] };
const LOCKED: PolicyStatus = { state: 'locked', reason: 'it cannot be read' };

/** Main that has made up its answer, and tells of a change before that arrives. */
function answeringLate<R extends Request>(name: R, value: Output<R>, tell: (main: FakeMain) => void) {
  const main = new FakeMain();
  const answer = async () => {
    await Promise.resolve();
    tell(main);
    return { ok: true, value } as const;
  };
  Object.assign(main.overrides, { [name]: answer });
  return { main, bridge: new Bridge(main) };
}

it('keys that were told of as unplugged do not come back with an answer of before', async () => {
  const { bridge } = answeringLate('keys.list', [keySummary()], (main) => {
    main.plug();
  });
  const keys = new Keys(bridge);
  keys.watch();
  await expect.poll(() => keys.loaded).toBe(true);
  await keys.refresh();
  expect(keys.all).toEqual([]);
});

it('an operator who was signed out is not signed in again by an answer of before', async () => {
  const before: HelpdeskState = { ...NOBODY, operator: { username: 'olga', sub: 'sub-olga' } };
  const { bridge } = answeringLate('helpdesk.state', before, (main) => {
    main.emit('helpdesk.changed', NOBODY);
  });
  const helpdesk = new Helpdesk(bridge);
  helpdesk.watch();
  await helpdesk.load();
  expect(helpdesk.state).toEqual(NOBODY);
});

it('a policy that was told of is not lost for an answer of before', async () => {
  const before = new FakeMain().station;
  const { bridge } = answeringLate('station.get', before, (main) => {
    main.emit('station.policy', LOCKED);
  });
  const station = new Station(bridge);
  station.watch(() => undefined);
  await station.load();
  expect(station.facts).toEqual({ ...before, policy: LOCKED });
});
