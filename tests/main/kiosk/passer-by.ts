import type { HidPort } from '../../../src/ctap/hid/port.js';
import type { PluggedKey } from '../../../src/main/keys/plugged-key.js';
import type { RunningPool } from '../../../src/pool/pool.js';
import type { ProfileName } from '../../../src/softkey/profile.js';
import { MemoryPort } from '../../../src/softkey/ports/memory-port.js';
import { SoftKey } from '../../../src/softkey/soft-key.js';
import { delayedPresence } from '../../../src/softkey/user-presence.js';
import { enrolByPassword, type PoolUser } from '../../passkey.js';

/** How long somebody takes to touch their key, in ms: long enough that it can be pulled out first. */
const REACH_MS = 2;

/** Somebody who comes to a kiosk with a key in their pocket. */
export class PasserBy implements PoolUser {
  readonly username: string;
  readonly password: string;
  readonly pin: string;
  readonly key: SoftKey;
  /** Told of each report that goes over the cable, in either direction. */
  onReport: () => void = () => undefined;

  private constructor(username: string, profile: ProfileName) {
    this.username = username;
    this.password = `Practice-${username}-1`;
    this.pin = `pin-of-${username}`;
    this.key = new SoftKey({ profile, presence: delayedPresence(REACH_MS) });
  }

  /** @param names of people whom the pool has, with the passwords that it knows */
  static async withPasskey(pool: RunningPool, username: string, profile: ProfileName): Promise<PasserBy> {
    const person = new PasserBy(username, profile);
    await enrolByPassword(pool, person, new MemoryPort(person.key));
    person.key.unplug();
    return person;
  }

  /** The key, as it is found where it is plugged in. */
  get plugged(): PluggedKey {
    return {
      id: `usb:/dev/hidraw-of-${this.username}`,
      product: 'Test key',
      manufacturer: 'Keydesk',
      serial: this.username,
      connection: 'usb',
      open: () => Promise.resolve(this.#port()),
    };
  }

  #port(): HidPort {
    const port = new MemoryPort(this.key);
    return {
      hearsOthers: port.hearsOthers,
      write: (report) => {
        this.onReport();
        return port.write(report);
      },
      read: async (timeoutMs) => {
        const report = await port.read(timeoutMs);
        this.onReport();
        return report;
      },
      close: () => port.close(),
    };
  }
}
