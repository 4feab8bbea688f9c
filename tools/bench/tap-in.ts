import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate as turn } from 'node:timers/promises';

import { CtapCommand } from '../../src/ctap/commands.js';
import { startPool } from '../../src/pool/pool.js';
import type { ProfileName } from '../../src/softkey/profile.js';
import { MemoryPort } from '../../src/softkey/ports/memory-port.js';
import { SpyPort } from '../../tests/ctap/spy-port.js';
import { openKioskMain } from '../../tests/main/kiosk/kiosk-main.js';
import { PasserBy } from '../../tests/main/kiosk/passer-by.js';

const ANA = { username: 'ana', email: 'ana@example.com', password: 'Practice-ana-1' } as const;

/** What one tap-in takes, from a key that is plugged in to a person who is signed in: main and the window's own state, in this process. */
export async function countTapIn(profile: ProfileName) {
  const folder = await mkdtemp(join(tmpdir(), 'keydesk-bench-'));
  const pool = await startPool({ users: [ANA] });
  const ana = await PasserBy.withPasskey(pool, ANA.username, profile);
  const spies: SpyPort[] = [];
  const open = () => {
    const spy = new SpyPort(new MemoryPort(ana.key));
    spies.push(spy);
    return Promise.resolve(spy);
  };
  const wanted = { pin: 0, touch: 0 };
  const main = await openKioskMain({
    folder,
    pool,
    endpoint: pool.endpoint,
    discover: () => Promise.resolve(ana.key.plugged ? [{ ...ana.plugged, open }] : []),
    pinOf: () => ana.pin,
    onNeed: (kind) => {
      if (kind === 'pin' || kind === 'touch') wanted[kind] += 1;
    },
    log: (error) => {
      throw error;
    },
  });
  try {
    ana.key.replug();
    const calls = pool.calls().length;
    await main.services.registry.look();
    while (main.window.username === undefined) await turn();
    const commands = spies.flatMap((spy) => spy.commands);
    return {
      pins: wanted.pin,
      touches: wanted.touch,
      poolCalls: pool.calls().slice(calls),
      // The state of the key is read when it is plugged in, and after each piece of work with it.
      ctapCommands: commands.length,
      ofThemGetInfo: commands.filter((command) => command === CtapCommand.GET_INFO).length,
    };
  } finally {
    await main.close();
    await pool.close();
    await rm(folder, { recursive: true });
  }
}
