import { BROADCAST_CID, HidCommand } from '../../src/ctap/hid/constants.js';
import { channelOf, MessageReader } from '../../src/ctap/hid/framing.js';

/** What went over the wire for messages of one kind, and how long the key itself took for them. */
interface Traffic {
  messages: number;
  /** 64-byte reports, keepalives included. */
  reportsOut: number;
  reportsIn: number;
  /** From the last report of a request, come to its end, to the first report of the answer, keepalives aside. */
  keyMs: number;
}

/** Kinds of messages: the CTAP command in hex for CBOR messages (`cbor:01`), else the CTAPHID command (`hid:06`). */
export type TrafficByKind = Readonly<Record<string, Traffic>>;

/** One report, and when it was at the key: come to its end on the way out, not yet under way on the way back. */
export interface Passed {
  readonly report: Uint8Array;
  readonly direction: 'out' | 'in';
  /** Of `performance.now`, in milliseconds. */
  readonly at: number;
}

/** What a channel is asking right now. */
interface Asking {
  readonly reader: MessageReader;
  kind: string;
  reports: number;
  askedAt: number;
}

/** Tells what went over a wire by the messages that it belonged to: reports of whole exchanges, in their order. */
export function countTraffic(passed: readonly Passed[]): TrafficByKind {
  const traffic: Record<string, Traffic> = {};
  const channels = new Map<number, Asking>();
  for (const { report, direction, at } of passed) {
    const cid = channelOf(report) ?? BROADCAST_CID;
    const asking = channels.get(cid) ?? { reader: new MessageReader(cid), kind: '', reports: 0, askedAt: 0 };
    channels.set(cid, asking);
    if (direction === 'out') countRequest(asking, report, at);
    else countAnswer(asking, report, at);
  }
  return traffic;

  function countRequest(asking: Asking, report: Uint8Array, at: number): void {
    asking.reports++;
    const message = asking.reader.push(report);
    if (!message) return;
    asking.kind = kindOf(message.command, message.payload);
    const one = of(asking.kind);
    one.messages++;
    one.reportsOut += asking.reports;
    asking.reports = 0;
    asking.askedAt = at;
  }

  function countAnswer(asking: Asking, report: Uint8Array, at: number): void {
    const one = of(asking.kind);
    one.reportsIn++;
    if (asking.askedAt === 0 || ((report[4] ?? 0) & 0x7f) === HidCommand.KEEPALIVE) return;
    one.keyMs += at - asking.askedAt;
    asking.askedAt = 0;
  }

  function of(kind: string): Traffic {
    return (traffic[kind] ??= { messages: 0, reportsOut: 0, reportsIn: 0, keyMs: 0 });
  }
}

function kindOf(command: number, payload: Uint8Array): string {
  const [name, number] = command === HidCommand.CBOR ? ['cbor', payload[0] ?? 0] : ['hid', command];
  return `${name}:${number.toString(16).padStart(2, '0')}`;
}
