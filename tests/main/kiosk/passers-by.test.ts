import { randomInt } from 'node:crypto';
import { setImmediate as turn } from 'node:timers/promises';
import { queryObjects } from 'node:v8';

import { describe, expect, it, onTestFinished } from 'vitest';

import { getUser } from '../../../src/cognito/account.js';
import { connect } from '../../../src/cognito/connection.js';
import { Renewal } from '../../../src/cognito/refresh.js';
import type { Tokens } from '../../../src/cognito/tokens.js';
import { HeldToken } from '../../../src/ctap/client/held-token.js';
import { HidChannel } from '../../../src/ctap/hid/channel.js';
import { Ceremony } from '../../../src/main/keys/ceremony.js';
import { startPool } from '../../../src/pool/pool.js';
import { FaultyNetwork } from '../../e2e/faulty-network.js';
import { temporaryFolder } from '../temporary-folder.js';
import { ComingAndGoing, MOMENTS } from './coming-and-going.js';
import { KioskPage } from './kiosk-window.js';
import { PasserBy } from './passer-by.js';
import { randomOf } from './random.js';

const CHANGES = 200;
/** By then everything is loaded that is loaded once. */
const WARM = 50;
/** Another one each time. The name of the test tells it: to have the very same changes again, it is given. */
const SEED = Number(process.env['KEYDESK_SEED'] ?? randomInt(2 ** 31));
/** Longer than anything of a visit takes, in turns of the event loop. */
const LONG = 3000;

const NAMES = ['ana', 'ben', 'dan', 'eve', 'fay'];

async function openKiosk() {
  const users = NAMES.map((username) => ({
    username,
    email: `${username}@example.com`,
    password: `Practice-${username}-1`,
  }));
  const pool = await startPool({ users, requestRates: { UserAuthentication: Infinity } });
  const network = await FaultyNetwork.to(pool.endpoint);
  const people: PasserBy[] = [];
  for (const username of NAMES) people.push(await PasserBy.withPasskey(pool, username, '2.1'));
  const kiosk = await ComingAndGoing.open({ folder: temporaryFolder(), pool, network, people });
  onTestFinished(async () => {
    await kiosk.main.close();
    network.close();
    await pool.close();
  });
  const { region, userPoolId, clientId, endpoint } = pool;
  return { kiosk, people, connection: connect({ region, userPoolId, clientId, endpoint }) };
}

describe(`${CHANGES} changes of person at a kiosk, with a real pool and keys pulled out at any moment (KEYDESK_SEED=${SEED})`, () => {
  it('sign nobody in as somebody else, and leave neither tokens nor memory behind', { timeout: 600_000 }, async () => {
    const random = randomOf(SEED);
    const below = (limit: number) => Math.floor(random() * limit);
    const { kiosk, people, connection } = await openKiosk();
    // There is one for every index below the length.
    const among = <T>(values: readonly T[]) => values[below(values.length)] as T;
    let signedIn = 0;
    let waiting: PasserBy | undefined;
    let warm = 0;
    for (let change = 0; change < CHANGES; change += 1) {
      const { wasSignedIn, windows } = await kiosk.visit({
        person: waiting ?? among(people),
        moment: random() < 0.3 ? 'signed in' : among(MOMENTS),
        // Mostly soon, sometimes much later than the moment.
        turns: Math.floor(LONG * random() ** 4),
        report: 1 + below(80),
        next: random() < 0.3 ? among(people) : undefined,
      });
      if (wasSignedIn) {
        signedIn += 1;
        expect(windows).toBe(1);
      }
      waiting = people.find(({ key }) => key.plugged);
      // Somebody else comes at once, or a while later.
      if (random() < 0.5) await turn();
      if (change === WARM) warm = await heapUsed(kiosk);
    }
    expect(kiosk.mixUps).toEqual([]);
    expect(signedIn).toBeGreaterThan(CHANGES / 5);
    expect(signedIn).toBeLessThan(CHANGES);

    const perChange = ((await heapUsed(kiosk)) - warm) / (CHANGES - WARM);
    expect(kiosk.faults).toEqual([]);
    expect(kiosk.begun.length).toBeGreaterThanOrEqual(signedIn);
    for (const refreshToken of kiosk.begun) {
      const tokens = kiosk.issued.get(refreshToken);
      expect(tokens).toBeDefined();
      // Only the refresh token is looked at there.
      await expect(new Renewal(connection, { refreshToken } as Tokens).tokens()).rejects.toMatchObject({ code: 'signed-out' }); // prettier-ignore
      await expect(getUser(connection, { accessToken: tokens ?? '' })).rejects.toMatchObject({ code: 'signed-out' });
    }

    expect(perChange).toBeLessThan(32_768); // a page that stays takes many times that, and the pool in this process keeps its sign-ins
    expect(kiosk.people.length).toBe(signedIn);
    expect(kiosk.people.filter((person) => person.deref() !== undefined)).toEqual([]);
    expect(queryObjects(KioskPage)).toBe(1);
    for (const Kind of [Ceremony, HeldToken, HidChannel]) expect(queryObjects(Kind)).toBe(0);
  });
});

/** In bytes, without garbage, once nothing is under way. */
async function heapUsed(kiosk: ComingAndGoing): Promise<number> {
  await kiosk.quiet();
  queryObjects(KioskPage); // collects garbage first
  return process.memoryUsage().heapUsed;
}
