import { Authenticator } from '../../src/ctap/authenticator.js';
import { openUdpPort, parseUdpAddress } from '../../src/ctap/hid/udp-port.js';
import { encodePin } from '../../src/ctap/pin/pin.js';
import type { ProfileName } from '../../src/softkey/profile.js';
import type { BenchClient, Work } from './client.js';
import { benchClients, PIN } from './clients.js';
import { RemoteKey } from './remote-key.js';
import type { TrafficByKind } from './traffic.js';
import { type Pace, REPORT_MS } from './wire.js';

/** Rounds of each work: first some that warm up client and key alike and are not timed, then those that are. */
interface Rounds {
  readonly warmUp: number;
  readonly timed: number;
}

/** Without a pace, and at that of USB. */
const ROUNDS: Readonly<Record<Work, { free: Rounds; paced: Rounds }>> = {
  pair: { free: { warmUp: 400, timed: 40 }, paced: { warmUp: 10, timed: 31 } },
  info: { free: { warmUp: 100, timed: 500 }, paced: { warmUp: 10, timed: 51 } },
  ping: { free: { warmUp: 100, timed: 300 }, paced: { warmUp: 5, timed: 21 } },
};
type Measured = Awaited<ReturnType<typeof measure>>;

/**
 * Every client's work on one and the same key, one after the other, without and with the pace of USB. What is counted
 * (commands, reports) is exact; times are medians of this machine at this moment, to be compared with each other.
 */
export async function compareClients(profile: ProfileName) {
  const key = await RemoteKey.start(profile);
  try {
    await setPin(key.address);
    const rows: [string, Record<Work, Measured | string>][] = [];
    for (const client of benchClients(process.cwd())) {
      rows.push([
        client.name,
        {
          pair: await measured(key, client, 'pair'),
          info: await measured(key, client, 'info'),
          ping: await measured(key, client, 'ping'),
        },
      ]);
    }
    return Object.fromEntries(rows.map(([name, work]) => [name, work]));
  } finally {
    await key.stop();
  }
}

async function measured(key: RemoteKey, client: BenchClient, work: Work): Promise<Measured | string> {
  return client.cannot(work) ?? measure(key, client, work);
}

async function measure(key: RemoteKey, client: BenchClient, work: Work) {
  const rounds = ROUNDS[work];
  const free = await run(key, client, work, rounds.free, 'none');
  const { commands, reportsOut, reportsIn } = free.round;
  return {
    rounds,
    commands,
    reportsOut,
    reportsIn,
    perSecond: round(1000 / free.medianMs, 0),
    cpuMs: round(free.cpuMs, 3),
    atUsbPace: overWire(await run(key, client, work, rounds.paced, 'frames')),
    // Stricter than USB: here nothing of what key and client compute is hidden behind the frames.
    withoutFrames: overWireAndKey(await run(key, client, work, rounds.paced, 'spaced')),
  };
}

/** The wire's own minimum: every report that this client's exchange has, one after the other. */
const wireMsOf = ({ round: { reportsOut, reportsIn } }: Run): number => (reportsOut + reportsIn) * REPORT_MS;

function overWire(paced: Run) {
  const wireMs = wireMsOf(paced);
  const { medianMs: totalMs } = paced;
  return { wireMs: round(wireMs, 1), totalMs: round(totalMs, 2), overWire: round(totalMs / wireMs, 3) };
}

function overWireAndKey(paced: Run) {
  const { keyMs } = paced.round; // what the key took to compute its answers, which is the same for everybody
  const total = paced.medianMs / (wireMsOf(paced) + keyMs);
  return { ...overWire(paced), keyMs: round(keyMs, 2), overWireAndKey: round(total, 3) };
}

type Run = Awaited<ReturnType<typeof run>>;

/** Client CPU time and traffic are of an average round, those of the warm-up included. */
async function run(key: RemoteKey, client: BenchClient, work: Work, { warmUp, timed }: Rounds, pace: Pace) {
  const all = warmUp + timed;
  const { result, traffic } = await key.during(pace, () => client.run(key.address, work, all));
  return {
    medianMs: median(result.ms.slice(warmUp)),
    cpuMs: result.cpuMs / all,
    round: perRound(traffic, work, all),
  };
}

/** Commands and reports of one round: of the work itself, without the opening of the channel and its getInfo. */
function perRound(traffic: TrafficByKind, work: Work, rounds: number) {
  const isWork = {
    pair: (kind: string) => kind.startsWith('cbor:') && kind !== 'cbor:04',
    info: (kind: string) => kind === 'cbor:04',
    ping: (kind: string) => kind === 'hid:01',
  }[work];
  const all = Object.entries(traffic).flatMap(([kind, one]) => (isWork(kind) ? [one] : []));
  const sum = (pick: (one: (typeof all)[number]) => number) => all.reduce((total, one) => total + pick(one), 0);
  // Each opening of a key asks for getInfo as well: those before the first round are not of it.
  const messages = sum((one) => one.messages);
  const share = work === 'info' ? 1 / messages : 1 / rounds;
  return {
    commands: round(messages * share, 2),
    reportsOut: round(sum((one) => one.reportsOut) * share, 2),
    reportsIn: round(sum((one) => one.reportsIn) * share, 2),
    keyMs: sum((one) => one.keyMs) * share,
  };
}

async function setPin(address: string): Promise<void> {
  const authenticator = await Authenticator.open(await openUdpPort(parseUdpAddress(`udp:${address}`)));
  await authenticator.clientPin?.setPin(encodePin(PIN));
  await authenticator.close();
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? NaN;
}

function round(value: number, digits: number): number {
  return Number(value.toFixed(digits));
}
