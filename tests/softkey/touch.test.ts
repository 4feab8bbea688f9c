import { expect, it } from 'vitest';

import { CtapCommand } from '../../src/ctap/commands.js';
import { CtapStatus } from '../../src/ctap/status.js';
import { waitForTouch } from '../../src/softkey/touch.js';
import { neverPresence } from '../../src/softkey/user-presence.js';

const REQUEST = { command: CtapCommand.MAKE_CREDENTIAL };

it('shows that a touch is needed before the button is looked at, and when it no longer is', async () => {
  const events: string[] = [];
  const presence = {
    touch: () => {
      events.push('button');
      return Promise.resolve('touched' as const);
    },
  };
  const onTouchNeeded = (needed: boolean) => events.push(needed ? 'needed' : 'over');
  await waitForTouch(presence, REQUEST, { signal: new AbortController().signal, onTouchNeeded }, 60_000);
  expect(events).toEqual(['needed', 'button', 'over']);
});

it('waits for nobody when the power goes with the very report that says a touch is needed', async () => {
  const power = new AbortController();
  const onTouchNeeded = () => {
    power.abort();
  };
  const wait = waitForTouch(neverPresence, REQUEST, { signal: power.signal, onTouchNeeded }, 60_000);
  await expect(wait).rejects.toMatchObject({ status: CtapStatus.KEEPALIVE_CANCEL });
});
