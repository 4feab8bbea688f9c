import { expect, it } from 'vitest';

import { Ceremonies } from '../../../src/main/keys/ceremonies.js';
import { KeyRegistry } from '../../../src/main/keys/registry.js';
import { selectKey } from '../../../src/main/keys/select.js';
import { PolicyGate } from '../../../src/main/policy-gate.js';
import { MemoryPort } from '../../../src/softkey/ports/memory-port.js';
import type { ProfileName } from '../../../src/softkey/profile.js';
import { SoftKey } from '../../../src/softkey/soft-key.js';
import { AskPresence } from '../../../src/softkey/user-presence.js';
import { newCeremony } from '../desk.js';

function plug(id: string, profile: ProfileName) {
  let wanted: () => void = () => undefined;
  const asked = new Promise<void>((resolve) => {
    wanted = resolve;
  });
  const presence = new AskPresence((waiting) => {
    if (waiting) wanted();
  });
  const key = new SoftKey({ profile, presence });
  const open = () => Promise.resolve(new MemoryPort(key));
  return {
    presence,
    asked,
    found: { id, product: id, manufacturer: '', serial: id, connection: 'usb' as const, open },
  };
}

async function openDesk() {
  const keys = [plug('usb:1', '2.1'), plug('usb:2', '2.0'), plug('usb:3', '2.3')] as const;
  const registry = new KeyRegistry({
    policy: new PolicyGate({ policy: { state: 'none' }, now: Date.now }),
    discover: () => Promise.resolve(keys.map(({ found }) => found)),
    onChange: () => undefined,
    onFault: (error) => {
      throw error;
    },
  });
  await registry.look();
  const ceremonies = new Ceremonies({ registry, emit: () => undefined, now: Date.now });
  return { keys, registry, ceremonies };
}

it('the key that is touched is the one, whatever its generation, and all are free again', async () => {
  const { keys, registry, ceremonies } = await openDesk();
  const chosen = selectKey({ registry, ceremonies }, { ceremonyId: newCeremony() });
  await Promise.all(keys.map(({ asked }) => asked));
  keys[1].presence.press();
  await expect(chosen).resolves.toEqual({ keyId: 'usb:2' });
  for (const { presence, found } of keys) {
    expect(presence.waiting).toBeUndefined();
    await expect(registry.use(found.id, () => Promise.resolve('free'))).resolves.toBe('free');
  }
});

it('a choice that is given up leaves all keys idle', async () => {
  const { keys, registry, ceremonies } = await openDesk();
  const ceremonyId = newCeremony();
  const chosen = selectKey({ registry, ceremonies }, { ceremonyId });
  chosen.catch(() => undefined);
  await Promise.all(keys.map(({ asked }) => asked));
  ceremonies.cancel({ ceremonyId });
  await expect(chosen).rejects.toMatchObject({ name: 'AbortError' });
  for (const { presence } of keys) expect(presence.waiting).toBeUndefined();
});

it('a key that somebody works with is left out', async () => {
  const { keys, registry, ceremonies } = await openDesk();
  await registry.use('usb:1', async () => {
    const chosen = selectKey({ registry, ceremonies }, { ceremonyId: newCeremony() });
    await Promise.all([keys[1].asked, keys[2].asked]);
    keys[2].presence.press();
    await expect(chosen).resolves.toEqual({ keyId: 'usb:3' });
    expect(keys[0].presence.waiting).toBeUndefined();
  });
});
