import { createSocket } from 'node:dgram';

import { equal, fromHex } from '../../ctap/codec/bytes.js';
import { REPORT_SIZE } from '../../ctap/hid/constants.js';
import { UNPLUGGED } from '../../ctap/hid/udp-port.js';
import type { SoftKey } from '../soft-key.js';

/** The datagram by which simulators of security keys are told to cut their power and come back. It gets no answer. */
export const REBOOT = fromHex(`
  ac1052ca95e569de69e02ebff333485f 13f9b2da34c5a8a340526697a9ab2e0b
  394d8d04973c134005be1a0140bff604 5bb26eb77a73eaa47813f6b49a7250dc
`);

export interface UdpServer {
  readonly host: string;
  readonly port: number;
  /** Stops listening; the key goes on. */
  close(): Promise<void>;
}

/**
 * Puts a software key on UDP, as simulators of real firmware are: one 64-byte report a datagram, and the answer goes to
 * the sender. Datagrams of another size are ignored. While the key is unplugged, each report is answered with that.
 * @param address a loopback address, and a port or 0 for any that is free
 * @throws RangeError for an address beyond loopback: the key is not for the network
 */
export async function listenUdp(key: SoftKey, address: { host: string; port: number }): Promise<UdpServer> {
  if (!isLoopback(address.host)) throw new RangeError(`${address.host} is no loopback address`);
  const socket = createSocket(address.host.includes(':') ? 'udp6' : 'udp4');
  await new Promise<void>((resolve, reject) => {
    socket.once('error', reject);
    socket.bind(address.port, address.host, () => {
      socket.off('error', reject);
      resolve();
    });
  });
  // Late errors of a bound socket concern a client that has gone: UDP promises nothing, and the next datagram is another matter.
  const ignore = () => undefined;
  socket.on('error', ignore);
  let isOpen = true;
  socket.on('message', (datagram, sender) => {
    if (equal(datagram, REBOOT)) {
      key.powerCycle();
      return;
    }
    const reply = (answer: Uint8Array) => {
      if (isOpen) socket.send(answer, sender.port, sender.address, ignore);
    };
    if (key.plugged) key.receive(Uint8Array.from(datagram), reply);
    else if (datagram.length === REPORT_SIZE) reply(UNPLUGGED);
  });
  const { address: host, port } = socket.address();
  return {
    host,
    port,
    close: () =>
      new Promise((resolve) => {
        if (!isOpen) {
          resolve();
          return;
        }
        isOpen = false;
        socket.close(() => {
          resolve();
        });
      }),
  };
}

function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || /^127(\.\d{1,3}){3}$/.test(host);
}
