import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';

import { afterEach, expect, it } from 'vitest';

import { fromHex, toHex } from '../../../src/ctap/codec/bytes.js';
import { CtapCommand } from '../../../src/ctap/commands.js';
import { TransportError } from '../../../src/ctap/errors.js';
import type { HidPort } from '../../../src/ctap/hid/port.js';
import { ReportQueue } from '../../../src/ctap/hid/report-queue.js';
import { listenUdp, type UdpServer } from '../../../src/softkey/ports/udp-server.js';
import { SoftKey } from '../../../src/softkey/soft-key.js';
import { PinClient, Platform, READ_MS } from '../platform.js';

/** As simulators' clients know it: usb.md's datagram for "pulled out and put back". */
const REBOOT = fromHex(
  'ac1052ca95e569de69e02ebff333485f13f9b2da34c5a8a340526697a9ab2e0b' +
    '394d8d04973c134005be1a0140bff6045bb26eb77a73eaa47813f6b49a7250dc',
);

const open: { close: () => unknown }[] = [];
afterEach(async () => {
  await Promise.all(open.splice(0).map((each) => each.close()));
});

/** A client's socket that, unlike a careful one, sends datagrams of any size. */
class ClientSocket implements HidPort {
  readonly #socket: Socket = createSocket('udp4');
  readonly #queue = new ReportQueue();
  readonly #server: UdpServer;

  constructor(server: UdpServer) {
    this.#server = server;
    this.#socket.on('message', (datagram) => {
      this.#queue.push(datagram);
    });
    open.push(this);
  }

  write(datagram: Uint8Array): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#socket.send(datagram, this.#server.port, this.#server.host, (error) => {
        if (error) reject(error);
        else resolve();
      });
    });
  }

  read(timeoutMs: number): Promise<Uint8Array> {
    return this.#queue.read(timeoutMs);
  }

  async close(): Promise<void> {
    this.#queue.end(new TransportError('closed', 'closed'));
    this.#socket.close();
    await once(this.#socket, 'close');
  }
}

async function serve(key = new SoftKey({ profile: '2.1' })): Promise<UdpServer> {
  const server = await listenUdp(key, { host: '127.0.0.1', port: 0 });
  open.push(server);
  return server;
}

it('answers INIT byte for byte, to the sender', async () => {
  const server = await serve();
  const client = new ClientSocket(server);
  await client.write(fromHex(`ffffffff 86 0008 a0a1a2a3a4a5a6a7 ${'00'.repeat(49)}`));
  // nonce, the first channel, protocol 2, device 1.0.0, WINK | CBOR
  const answer = toHex(await client.read(READ_MS));
  expect(answer).toBe(`ffffffff860011a0a1a2a3a4a5a6a70000000102010000` + `05${'00'.repeat(40)}`);
});

it('serves several clients, each on its channel and with its own answers', async () => {
  const server = await serve();
  const clients = await Promise.all([1, 2, 3].map(() => Platform.open(new ClientSocket(server))));
  expect(new Set(clients.map(({ cid }) => cid)).size).toBe(3);
  for (const client of clients) {
    const info = await client.success(CtapCommand.GET_INFO);
    expect(info.get(1)).toEqual(['U2F_V2', 'FIDO_2_0', 'FIDO_2_1']);
  }
});

it('ignores datagrams that are no reports', async () => {
  const server = await serve();
  const client = new ClientSocket(server);
  for (const size of [0, 1, 63, 65, 1400]) await client.write(new Uint8Array(size).fill(0xff));
  const platform = await Platform.open(client);
  expect((await platform.ctap(CtapCommand.GET_INFO)).status).toBe('SUCCESS');
});

it('answers each report with an empty datagram while the key is unplugged, and nothing else', async () => {
  const key = new SoftKey({ profile: '2.1' });
  const client = new ClientSocket(await serve(key));
  key.unplug();
  for (const size of [0, 1, 63, 64, 65, 1400]) await client.write(new Uint8Array(size).fill(0xff));
  expect(await client.read(READ_MS)).toHaveLength(0);
  key.replug();
  const platform = await Platform.open(client); // the next that comes is the answer to INIT
  expect((await platform.ctap(CtapCommand.GET_INFO)).status).toBe('SUCCESS');
});

it('takes the reboot datagram for a power cycle and does not answer it', async () => {
  const server = await serve();
  const client = new ClientSocket(server);
  const platform = await Platform.open(client);
  const pin = new PinClient(platform);
  await pin.setPin('1234');
  for (const expected of ['PIN_INVALID', 'PIN_INVALID', 'PIN_AUTH_BLOCKED', 'PIN_AUTH_BLOCKED']) {
    expect((await pin.askToken('9999')).status).toBe(expected);
  }
  await client.write(REBOOT);
  const again = await Platform.open(client); // the next report that comes is the answer to INIT
  const { status } = await new PinClient(again).askToken('1234');
  expect(status).toBe('SUCCESS');
});

it('is not for the network', async () => {
  for (const host of ['0.0.0.0', '::', '192.0.2.1', 'example.com', '127.0.0.1.example.com']) {
    await expect(listenUdp(new SoftKey({ profile: '2.1' }), { host, port: 0 })).rejects.toThrow(RangeError);
  }
});
