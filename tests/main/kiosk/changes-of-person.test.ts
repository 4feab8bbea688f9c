import { randomInt } from 'node:crypto';

import { describe, expect, it } from 'vitest';

import { KeyId } from '../../../src/shared/keys.js';
import { openKioskSession } from './kiosk.js';
import { settle } from './clock.js';
import { randomOf } from './random.js';

const CHANGES = 200;
/** Another one each time. The name of the test tells it: to have the very same changes again, it is given. */
const SEED = Number(process.env['KEYDESK_SEED'] ?? randomInt(2 ** 31));

describe(`${CHANGES} changes of person, with the key pulled out at any moment (KEYDESK_SEED=${SEED})`, () => {
  it('sign nobody in as somebody else, and leave no token that is not revoked', async () => {
    const random = randomOf(SEED);
    const kiosk = openKioskSession();
    const { session, clock, revoked, steps } = kiosk;
    const issued: string[] = [];
    let letIn = 0;
    let auditGate: Promise<void> = Promise.resolve();
    kiosk.kiosk.audit = (event) => (event.action === 'kiosk.tap-in' ? auditGate : Promise.resolve());

    for (let change = 0; change < CHANGES; change += 1) {
      const name = `person ${change}`;
      const keyId = KeyId.parse(`usb:${random() < 0.2 ? 'shared' : change}`);
      const windows = steps.filter((step) => step.startsWith('window')).length;
      let openGate: () => void = () => undefined;
      auditGate = new Promise((resolve) => {
        openGate = resolve;
      });
      // The moments at which the key may go: after each of these.
      const moments: (() => void | Promise<void>)[] = [
        () => {
          session.keysChanged([keyId]);
        },
        () => {
          session.use(keyId);
        },
        () => clock.pass(random() * 20_000),
        () => {
          session.asserted(keyId, { credentialId: name, userHandle: Buffer.from(name).toString('base64url') });
        },
        () => {
          issued.push(name);
          void session.begin({ username: name, sub: name, refreshToken: name, keyId }).catch((error: unknown) => {
            expect(error).toMatchObject({ failure: { code: 'kiosk/over' } });
          });
        },
        () => {
          openGate();
        },
        () => settle(),
        () => {
          expect(session.person).toEqual({ username: name, sub: name });
          letIn += 1;
        },
        () => {
          if (random() < 0.3) {
            issued.push(`${name}, renewed`);
            session.renewed(`${name}, renewed`);
          }
        },
        () => clock.pass(random() * 100_000),
      ];
      const last = Math.floor(random() * moments.length);
      for (const moment of moments.slice(0, last + 1)) await moment();
      if (random() < 0.5) session.keysOut([keyId]);
      else session.keysChanged([]);
      expect(session.person).toBeUndefined();
      openGate();
      await settle();
      expect(session.person).toBeUndefined();
      expect(clock.waiting).toBe(0);
      // Whoever used a key was the last in that window.
      if (last >= 1) expect(steps.filter((step) => step.startsWith('window')).length).toBeGreaterThan(windows);
      session.keysChanged([]);
    }
    expect(letIn).toBeGreaterThan(CHANGES / 10);
    expect(revoked.map(({ refreshToken }) => refreshToken).sort()).toEqual([...issued].sort());
    for (const { person, refreshToken } of revoked) expect(refreshToken.startsWith(person.username)).toBe(true);
  });
});
