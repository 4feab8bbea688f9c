import { TransportError } from './errors.js';
import { HidChannel } from './hid/channel.js';
import type { HidPort } from './hid/port.js';
import { openUdpPort, parseUdpAddress, type UdpAddress, Unplugged } from './hid/udp-port.js';

/** A key that can be spoken to. Listed does not mean that the system lets us open it. */
export interface FoundKey {
  /** The same while the key stays plugged in, such as `usb:/dev/hidraw0` or `udp:127.0.0.1:9111`. */
  readonly id: string;
  readonly product: string;
  /** Empty where the key does not say. */
  readonly manufacturer: string;
  readonly serial: string | undefined;
  readonly connection: 'usb' | 'simulator';
  /** Rejects with TransportError. */
  open(): Promise<HidPort>;
}

export interface DiscoveryOptions {
  /** Told when the system's USB keys cannot be listed while there are simulators, which are listed all the same. */
  readonly onUsbFailure?: ((error: TransportError) => void) | undefined;
  /**
   * Whether the caller works with the simulator of that id just now. Others than Keydesk's may serve one client at a
   * time, and answer nobody else meanwhile: those are listed unless they say themselves that they are unplugged. By
   * default none is.
   */
  readonly isInUse?: (id: string) => boolean;
}

/** How long a simulator may take to answer CTAPHID_INIT, in ms. */
const SIMULATOR_ANSWER_MS = 300;

/**
 * The keys that are plugged in: those on USB, and of the given simulators those that answer, or are at work for the caller.
 * @throws TransportError `io` when the system's keys cannot be listed, for instance because its libraries for USB are
 *   not installed, and no simulator answers
 */
export async function discover(
  simulators: readonly UdpAddress[],
  { onUsbFailure, isInUse = () => false }: DiscoveryOptions = {},
): Promise<FoundKey[]> {
  const [usb, answering] = await Promise.all([
    usbKeys().catch((error: unknown) => {
      if (error instanceof TransportError) return error;
      throw error;
    }),
    Promise.all(simulators.map((address) => pluggedSimulator(address, isInUse))),
  ]);
  const simulated = answering.filter((key) => key !== undefined);
  if (!(usb instanceof TransportError)) return [...usb, ...simulated];
  if (simulated.length === 0) throw usb;
  onUsbFailure?.(usb);
  return simulated;
}

/** A simulator as a key, whether or not it answers. */
export function simulatorKey(address: UdpAddress): FoundKey {
  const { host, port } = address;
  return {
    id: `udp:${host.includes(':') ? `[${host}]` : host}:${port}`,
    product: 'Simulated security key',
    manufacturer: '',
    serial: undefined,
    connection: 'simulator',
    open: () => openUdpPort(address),
  };
}

/** One entry of a list of simulators cannot be read. `entry` is as it stood there. */
export class SimulatorListError extends Error {
  override readonly name = 'SimulatorListError';
  readonly entry: string;

  constructor(entry: string, problem: string, options?: ErrorOptions) {
    super(problem, options);
    this.entry = entry;
  }
}

/**
 * Reads a list of simulators such as `udp:127.0.0.1:9111,udp:127.0.0.1:9112`; none when it is empty or undefined.
 * @throws SimulatorListError that names the bad entry
 */
export function parseSimulators(text = ''): UdpAddress[] {
  if (text.trim() === '') return [];
  return text.split(',').map((part) => {
    const entry = part.trim();
    if (entry === '') throw new SimulatorListError(entry, 'An entry of the list of simulators is empty');
    try {
      return parseUdpAddress(entry);
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
      throw new SimulatorListError(entry, error.message, { cause: error });
    }
  });
}

async function usbKeys(): Promise<FoundKey[]> {
  try {
    // Loaded only now: without libusb and libudev its native part does not load, and nothing else here needs it.
    const { listHidDevices, openHidPort } = await import('./hid/node-hid-port.js');
    const devices = await listHidDevices();
    return devices.map(({ path, product, manufacturer, serial, usbId }) => ({
      id: `usb:${path}`,
      product,
      manufacturer,
      serial,
      connection: 'usb',
      open: () => openHidPort(path, usbId),
    }));
  } catch (error) {
    if (error instanceof TransportError) throw error;
    throw new TransportError('io', `The system's part for USB keys cannot be used: ${textOf(error)}`, { cause: error });
  }
}

async function pluggedSimulator(address: UdpAddress, isInUse: (id: string) => boolean): Promise<FoundKey | undefined> {
  const key = simulatorKey(address);
  const wasInUse = isInUse(key.id); // it may be at work when it is asked, or begin before it has answered
  let answer = await askSimulator(address);
  // One datagram may get lost, or its process be busy for a moment: that is no unplugging, after which its person is asked anew.
  if (answer === 'silent') answer = await askSimulator(address);
  return answer === 'plugged' || (answer === 'silent' && (wasInUse || isInUse(key.id))) ? key : undefined;
}

async function askSimulator(address: UdpAddress): Promise<'plugged' | 'unplugged' | 'silent'> {
  const port = await openUdpPort(address);
  try {
    await HidChannel.open(port, { silenceMs: SIMULATOR_ANSWER_MS, busyMs: 0 });
    return 'plugged';
  } catch (error) {
    if (!(error instanceof TransportError)) throw error;
    if (error.code === 'channel-busy') return 'plugged'; // whoever says so is there
    // That nobody listens is no word of the simulator's: one that has bound itself to one client listens to nobody else.
    return error instanceof Unplugged ? 'unplugged' : 'silent';
  } finally {
    await port.close();
  }
}

function textOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
