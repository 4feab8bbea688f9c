import { createSocket, type Socket } from 'node:dgram';

import { equal } from '../codec/bytes.js';
import { TransportError } from '../errors.js';
import { REPORT_SIZE } from './constants.js';
import type { HidPort } from './port.js';
import { ReportQueue } from './report-queue.js';

/** Where a simulated authenticator listens: one 64-byte report a datagram, answers to the sender. */
export interface UdpAddress {
  readonly host: string;
  readonly port: number;
}

/**
 * The datagram by which a simulator says that its key is unplugged, to whoever sends it a report: an empty one. It is
 * Keydesk's own word: other simulators are silent then, or nobody listens.
 */
export const UNPLUGGED = new Uint8Array();

const LOOPBACK = new Set(['127.0.0.1', '::1', 'localhost']);

/**
 * Reads `udp:HOST:PORT`, or `udp:[HOST]:PORT` for IPv6. Only loopback hosts: over a network anybody could answer as the key.
 * @throws RangeError that says what is wrong
 */
export function parseUdpAddress(text: string): UdpAddress {
  const [, bracketed, plain, digits] = /^udp:(?:\[([^\]]+)\]|([^:]+)):(\d{1,5})$/.exec(text) ?? [];
  const host = bracketed ?? plain;
  const port = Number(digits);
  if (host === undefined || !(port >= 1 && port <= 65_535))
    throw new RangeError(`${text} is not of the form udp:HOST:PORT`);
  if (!LOOPBACK.has(host)) throw new RangeError(`${text}: simulators are taken from this machine only (127.0.0.1)`);
  return { host, port };
}

interface UdpPortOptions {
  /**
   * The caller vouches that nobody else talks to this simulator while the port is open, as who has started it and told
   * nobody its address can. Otherwise others may, and unlike on USB they are not heard here. False by default.
   */
  readonly exclusive?: boolean;
}

/** A port to the simulator at `address`. It opens whether or not one is there: the first report tells. */
export async function openUdpPort(
  { host, port }: UdpAddress,
  { exclusive = false }: UdpPortOptions = {},
): Promise<HidPort> {
  const socket = createSocket(host.includes(':') ? 'udp6' : 'udp4');
  const udpPort = new UdpPort(socket, exclusive);
  try {
    // Connected, the socket hears nobody else, and learns when nobody listens.
    await new Promise<void>((resolve, reject) => {
      socket.once('error', reject);
      socket.connect(port, host === 'localhost' ? '127.0.0.1' : host, () => {
        socket.off('error', reject);
        resolve();
      });
    });
  } catch (error) {
    await udpPort.close();
    throw new TransportError('io', `No socket for ${host}:${port}`, { cause: error });
  }
  return udpPort;
}

/** The simulator itself has said it, which is more than that nobody is heard. */
export class Unplugged extends TransportError {
  constructor() {
    super('device-removed', 'The simulator says that its key is unplugged');
  }
}

class UdpPort implements HidPort {
  readonly hearsOthers: boolean;
  readonly #socket: Socket;
  readonly #reports = new ReportQueue();
  #closed: Promise<void> | undefined;

  constructor(socket: Socket, exclusive: boolean) {
    this.#socket = socket;
    this.hearsOthers = exclusive;
    socket.on('message', (datagram) => {
      if (datagram.length === REPORT_SIZE) this.#reports.push(new Uint8Array(datagram));
      else if (equal(datagram, UNPLUGGED)) this.#reports.end(new Unplugged());
    });
    socket.on('error', (error) => {
      this.#reports.end(new TransportError('device-removed', 'No simulator is listening', { cause: error }));
    });
  }

  write(report: Uint8Array): Promise<void> {
    const { ended } = this.#reports;
    if (ended) return Promise.reject(ended);
    return new Promise((resolve, reject) => {
      this.#socket.send(report, (error) => {
        if (!error) {
          resolve();
          return;
        }
        const removed = new TransportError('device-removed', 'No simulator is listening', { cause: error });
        this.#reports.end(removed);
        reject(removed);
      });
    });
  }

  read(timeoutMs: number): Promise<Uint8Array> {
    return this.#reports.read(timeoutMs);
  }

  close(): Promise<void> {
    this.#reports.end(new TransportError('closed', 'The port was closed'));
    this.#closed ??= new Promise((resolve) => {
      this.#socket.close(resolve);
    });
    return this.#closed;
  }
}
