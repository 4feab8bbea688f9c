import { createSocket } from 'node:dgram';
import { once } from 'node:events';

import { expect, it, onTestFinished } from 'vitest';

import { discover } from '../../../src/ctap/discovery.js';
import { HidCommand } from '../../../src/ctap/hid/constants.js';
import type { UdpAddress } from '../../../src/ctap/hid/udp-port.js';
import { selection } from '../../../src/ctap/selection.js';
import { Ceremonies } from '../../../src/main/keys/ceremonies.js';
import { KeyRegistry } from '../../../src/main/keys/registry.js';
import { PolicyGate } from '../../../src/main/policy-gate.js';
import { CeremonyId } from '../../../src/shared/ceremony.js';
import { KeyId } from '../../../src/shared/keys.js';
import { listenUdp, type UdpServer } from '../../../src/softkey/ports/udp-server.js';
import { SoftKey } from '../../../src/softkey/soft-key.js';
import { AskPresence } from '../../../src/softkey/user-presence.js';

const HERE = { host: '127.0.0.1', port: 0 };
const CEREMONY = CeremonyId.parse('11111111-1111-4111-8111-111111111111');

function gate() {
  let open: () => void = () => undefined;
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { open, opened };
}

/** A key that waits for a finger, and says so. */
function openKey() {
  const { open, opened: isWaiting } = gate();
  const presence = new AskPresence(open);
  return { key: new SoftKey({ profile: '2.1', presence }), presence, isWaiting };
}

/** The registry and ceremonies as main has them, with that simulator and another that is always there: USB does not matter here. */
async function openStation(simulator: UdpAddress) {
  const other = await listenUdp(new SoftKey({ profile: '2.1' }), HERE);
  const keyId = KeyId.parse(`udp:127.0.0.1:${simulator.port}`);
  const out: KeyId[] = [];
  const registry = new KeyRegistry({
    policy: new PolicyGate({ policy: { state: 'none' }, now: Date.now }),
    discover: (isInUse) => discover([simulator, other], { isInUse }),
    onChange: (keys) => {
      ceremonies.keysChanged(keys);
    },
    onOut: (keyIds) => out.push(...keyIds),
    onFault: (error) => {
      throw error;
    },
  });
  const ceremonies = new Ceremonies({ registry, emit: () => undefined, now: Date.now });
  onTestFinished(async () => {
    await ceremonies.end();
    await other.close();
  });
  await registry.look();
  return { keyId, registry, ceremonies, out };
}

/** A simulator of others: it serves one client at a time, and hears nobody else until that one has its answer. */
async function serveOneAtATime(key: SoftKey): Promise<Pick<UdpServer, 'host' | 'port'>> {
  const socket = createSocket('udp4');
  let client: number | undefined;
  socket.on('message', (datagram, { port, address }) => {
    if (client !== undefined && client !== port) return;
    if (datagram[4] === (HidCommand.CBOR | 0x80)) client = port;
    key.receive(Uint8Array.from(datagram), (report) => {
      if (report[4] === (HidCommand.CBOR | 0x80)) client = undefined;
      socket.send(report, port, address);
    });
  });
  socket.bind(0, HERE.host);
  await once(socket, 'listening');
  onTestFinished(() => {
    socket.close();
  });
  return { host: HERE.host, port: socket.address().port };
}

it('a simulator that is unplugged while it waits for a touch is out at the next look, and ends the ceremony', async () => {
  const { key, isWaiting } = openKey();
  const server = await listenUdp(key, HERE);
  onTestFinished(() => server.close());
  const { keyId, registry, ceremonies, out } = await openStation(server);
  const touched = ceremonies.run(CEREMONY, keyId, ({ authenticator, signal }) =>
    selection(authenticator.ctap, { signal }),
  );
  const ended = expect(touched).rejects.toMatchObject({ code: 'device-removed' });
  await isWaiting;
  key.unplug();
  await registry.look();
  expect(out).toEqual([keyId]);
  await ended;
});

it('a simulator that is unplugged while a person is asked is out at the next look, too', async () => {
  const key = new SoftKey({ profile: '2.1' });
  const server = await listenUdp(key, HERE);
  onTestFinished(() => server.close());
  const { keyId, registry, out } = await openStation(server);
  await registry.use(keyId, async () => {
    key.unplug();
    await registry.look();
    expect(out).toEqual([keyId]);
  });
});

it('a simulator that serves one client at a time stays in while it works, and is served to the end', async () => {
  const { key, presence, isWaiting } = openKey();
  const { keyId, registry, ceremonies, out } = await openStation(await serveOneAtATime(key));
  const touched = ceremonies.run(CEREMONY, keyId, ({ authenticator }) => selection(authenticator.ctap));
  await isWaiting;
  await registry.look();
  await registry.look();
  expect(registry.list().map(({ id }) => id)).toContain(keyId);
  presence.press();
  await touched;
  expect(out).toEqual([]);
});
