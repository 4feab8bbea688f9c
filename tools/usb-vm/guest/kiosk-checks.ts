import { strict as assert } from 'node:assert';

import type { Tokens } from '../../../src/cognito/tokens.js';
import type { Check } from './check.js';
import { plug, unplug } from './gadget.js';
import type { GuestKiosk } from './kiosk.js';
import type { SoftwareKey } from './software-key.js';
import { until } from './waiting.js';

/** Emulated processors that are shared take their time over cryptography. */
const PATIENCE_MS = 120_000;

/** A kiosk and a key that a kernel presents: tapping in, and pulling the key out. */
export function kioskChecks(key: SoftwareKey): Check[] {
  let opened: GuestKiosk | undefined;
  let tokens: Tokens | undefined;
  const kiosk = (): GuestKiosk => {
    assert.ok(opened, 'there is no kiosk');
    return opened;
  };
  return [
    {
      name: 'main of a kiosk runs on the real node-hid, and waits for a key',
      run: async () => {
        // Loaded only now: a pool and all of main are much for an emulated processor to read.
        const { GuestKiosk } = await import('./kiosk.js');
        // The key's program goes on while the key is out, so that it answers as soon as it is in.
        await key.plugIn({ memory: 'kiosk' });
        opened = await GuestKiosk.open();
        await unplug();
        await opened.main.services.registry.start();
        assert.deepEqual(opened.main.services.registry.list(), []);
        assert.equal(opened.main.window.page.tapIn.step.step, 'waiting');
      },
    },
    {
      name: 'at a kiosk a key that is plugged in signs its person in with one PIN, one touch and two calls to the pool',
      run: async () => {
        const { main, pool } = kiosk();
        const calls = pool.calls().length;
        const { page } = main.window;
        await plug();
        await until('somebody is signed in', () => page.session.username !== undefined, PATIENCE_MS);
        assert.equal(page.session.username, 'ana');
        assert.equal(main.kiosk.session.person?.username, 'ana');
        assert.deepEqual(pool.calls().slice(calls), ['InitiateAuth', 'RespondToAuthChallenge']);
        const counts = ['wants pin', 'wants touch', 'kiosk.begin'].map((event) => kiosk().count(event));
        assert.deepEqual(counts, [1, 1, 1]);
        tokens = await page.session.use((held) => Promise.resolve(held));
      },
    },
    {
      name: 'a kiosk signs its person out when the key is pulled out, and the pool refuses their tokens',
      run: async (note) => {
        const { main } = kiosk();
        assert.ok(tokens, 'nobody was signed in');
        assert.equal(await kiosk().refuses(tokens), false, 'the tokens were no good before');
        const { page, pages } = main.window;
        let signedOutAt = NaN;
        main.window.onDestroyed = () => {
          signedOutAt = performance.now();
        };
        const pulledAt = performance.now();
        await unplug();
        const offAt = performance.now();
        await until('nobody is signed in', () => main.kiosk.session.person === undefined, PATIENCE_MS);
        assert.equal(main.kiosk.session.get().ended, 'key-out');
        assert.equal(main.window.pages, pages + 1, 'the next person has no window of their own');
        assert.notEqual(main.window.page, page);
        assert.equal(main.window.username, undefined);
        await until('the pool knows', () => main.kiosk.revocations.size === 0, PATIENCE_MS);
        assert.equal(await kiosk().refuses(tokens), true);
        const ms = (time: number): string => `${Math.round(time)} ms`;
        note(`signed out ${ms(signedOutAt - pulledAt)} after the pull, off the bus after ${ms(offAt - pulledAt)}`);
      },
    },
    {
      name: 'a key that is pulled out while it is asked to sign leaves a window for the next person, and nobody signed in',
      run: async () => {
        const { main } = kiosk();
        const { pages } = main.window;
        let unplugging: Promise<void> | undefined;
        kiosk().whenNext('keys.get', () => {
          unplugging = unplug();
        });
        await plug();
        await until('the window is another', () => main.window.pages === pages + 1, PATIENCE_MS);
        await unplugging;
        assert.equal(main.kiosk.session.get().ended, 'key-out');
        assert.equal(main.kiosk.session.person, undefined);
        assert.equal(main.window.username, undefined);
        await kiosk().close();
        await key.pullOut();
      },
    },
  ];
}
