import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

import { fromHex, toHex } from '../../../src/ctap/codec/bytes.js';
import { HidCommand, MAX_MESSAGE } from '../../../src/ctap/hid/constants.js';
import { MessageReader, toReports } from '../../../src/ctap/hid/framing.js';
import { type CborCall, HidDevice } from '../../../src/softkey/hid/hid-device.js';

const NONCE = '0011223344556677';
const ONE = 0x00000001;

/** A device, the reports it has sent, and the CBOR requests that it works on: they end when the test says so. */
function device() {
  const sent: string[] = [];
  const calls: (CborCall & { request: string; answer: (hex: string) => void })[] = [];
  const onWink = vi.fn();
  const hid = new HidDevice({
    onCbor: (request, call) =>
      new Promise((resolve) => {
        calls.push({
          ...call,
          request: toHex(request),
          answer: (hex) => {
            resolve(fromHex(hex));
          },
        });
      }),
    onWink,
    messageTimeoutMs: 500,
    keepaliveMs: 100,
  });
  const receive = (report: Uint8Array) => {
    hid.receive(report, (answer) => sent.push(toHex(answer).replace(/(00)+$/, '')));
  };
  return {
    hid,
    sent,
    calls,
    onWink,
    /** A report in hex, padded with zeros. */
    report: (hex: string) => {
      const bytes = new Uint8Array(64);
      bytes.set(fromHex(hex));
      receive(bytes);
    },
    message: (cid: number, command: number, payload: Uint8Array) => {
      for (const report of toReports(cid, command, payload)) receive(report);
    },
    receive,
    /** What was sent since the last time, trailing zeros left out. */
    take: () => sent.splice(0),
  };
}

/** A device with the channels 1 and 2. */
function deviceWithChannels() {
  const made = device();
  made.report(`ffffffff860008${NONCE}`);
  made.report(`ffffffff860008${NONCE}`);
  made.take();
  return made;
}

/** Lets promises that are settled already go on. */
const settle = () => vi.advanceTimersByTimeAsync(0);

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

describe('INIT (CTAP 2.2 §11.2.9.1.3)', () => {
  it('on the broadcast channel allocates one channel after the other', () => {
    const { report, take } = device();
    report(`ffffffff860008${NONCE}`);
    report(`ffffffff860008ffffffffffffffff`);
    // nonce, channel, protocol 2, device 1.0.0, WINK | CBOR | NMSG
    expect(take()).toEqual([
      `ffffffff860011${NONCE}00000001020100000d`,
      `ffffffff860011ffffffffffffffff00000002020100000d`,
    ]);
  });

  it('on an allocated channel starts it afresh: what was under way ends without an answer', async () => {
    const { report, take, calls } = deviceWithChannels();
    report('0000000190000104');
    report(`00000001860008${NONCE}`);
    expect(take()).toEqual([`00000001860011${NONCE}00000001020100000d`]);
    expect(calls[0]?.signal.aborted).toBe(true);
    calls[0]?.answer('2d');
    await vi.advanceTimersByTimeAsync(1000);
    expect(take()).toEqual([]);
    report('0000000190000104');
    calls[1]?.answer('00');
    await settle();
    expect(take()).toEqual(['00000001900001']);
  });

  it('on an allocated channel gives up a message that was not complete', () => {
    const { report, take } = deviceWithChannels();
    report(`0000000181003a${'aa'.repeat(57)}`);
    report(`00000001860008${NONCE}`);
    take();
    report('0000000100aa'); // the rest of the message that was given up
    report('00000001810001bb');
    expect(take()).toEqual(['00000001810001bb']);
  });

  it('on another channel does not disturb what is under way', async () => {
    const { report, take, calls } = deviceWithChannels();
    report('0000000190000104');
    report(`ffffffff860008${NONCE}`);
    report(`00000002860008${NONCE}`);
    expect(take().map((answer) => answer.slice(0, 14))).toEqual(['ffffffff860011', '00000002860011']);
    calls[0]?.answer('00a0');
    await settle();
    expect(take()).toEqual(['0000000190000200a0']);
  });

  it('with a nonce of another length is refused with INVALID_LEN, on unknown channels with INVALID_CHANNEL', () => {
    const { report, take } = deviceWithChannels();
    report(`ffffffff860007${NONCE}`);
    report(`ffffffff86ffff${NONCE}`);
    report(`00000009860008${NONCE}`);
    report(`00000000860008${NONCE}`);
    expect(take()).toEqual(['ffffffffbf000103', 'ffffffffbf000103', '00000009bf00010b', '00000000bf00010b']);
  });
});

describe('messages', () => {
  it('PING comes back whole, up to 7609 bytes', () => {
    const { message, sent } = deviceWithChannels();
    const payload = Uint8Array.from({ length: MAX_MESSAGE }, (_, index) => (index % 251) | 1);
    message(ONE, HidCommand.PING, payload);
    const reader = new MessageReader(ONE);
    const echoes = sent.map((hex) => reader.push(fromHex(hex.padEnd(128, '0'))));
    expect(echoes.at(-1)).toEqual({ command: HidCommand.PING, payload });
  });

  it('WINK winks', () => {
    const { report, take, onWink } = deviceWithChannels();
    report('00000001880000');
    expect(onWink).toHaveBeenCalledOnce();
    expect(take()).toEqual(['0000000188']);
  });

  it.each([
    ['on a channel that nobody allocated', '00000003810000', '00000003bf00010b'],
    ['on the broadcast channel', 'ffffffff810000', 'ffffffffbf00010b'],
    ['on channel 0', '00000000810000', '00000000bf00010b'],
    ['with a command that there is not (MSG)', '0000000183000800a4', '00000001bf000101'],
    ['with a vendor command', '00000001c00000', '00000001bf000101'],
    ['with KEEPALIVE, which only devices send', '00000001bb000101', '00000001bf000101'],
    ['longer than messages can be', '00000001811dba', '00000001bf000103'],
    ['of CBOR without a command', '00000001900000', '00000001bf000103'],
    ['of WINK with a payload', '0000000188000101', '00000001bf000103'],
  ])('%s are refused, and the next one is served', (_what, hex, refusal) => {
    const { report, take } = deviceWithChannels();
    report(hex);
    expect(take()).toEqual([refusal]);
    report('00000001810001aa');
    expect(take()).toEqual(['00000001810001aa']);
  });

  it('out of sequence are INVALID_SEQ, and over', () => {
    const { report, take } = deviceWithChannels();
    report(`00000001810096${'aa'.repeat(57)}`);
    report('0000000101aa');
    expect(take()).toEqual(['00000001bf000104']);
    report('0000000100aa');
    report('0000000101aa');
    expect(take()).toEqual([]);
  });

  it('that begin in the middle of another one of the same channel are INVALID_SEQ, and both are over', () => {
    const { report, take } = deviceWithChannels();
    report(`00000001810096${'aa'.repeat(57)}`);
    report('00000001810001bb');
    expect(take()).toEqual(['00000001bf000104']);
    report('0000000100aa');
    report('00000001810001bb');
    expect(take()).toEqual(['00000001810001bb']);
  });

  it('that stop half way are MSG_TIMEOUT after 500 ms without a report', () => {
    const { report, take } = deviceWithChannels();
    report(`000000018100af${'aa'.repeat(57)}`);
    vi.advanceTimersByTime(499);
    report('0000000100aa');
    vi.advanceTimersByTime(499);
    expect(take()).toEqual([]);
    vi.advanceTimersByTime(1);
    expect(take()).toEqual(['00000001bf000105']);
    report('00000002810001bb');
    expect(take()).toEqual(['00000002810001bb']);
  });

  it('continuation reports that belong to nothing, and reports of another size, are ignored', () => {
    const { report, receive, take } = deviceWithChannels();
    for (const hex of ['0000000100', '000000017f', '0000000900', 'ffffffff00', '0000000000']) report(hex);
    for (const size of [0, 4, 63, 65]) receive(new Uint8Array(size).fill(0xff));
    expect(take()).toEqual([]);
  });
});

describe('one transaction at a time', () => {
  it('other channels are busy while a message arrives, and while it is carried out', async () => {
    const { report, take, calls } = deviceWithChannels();
    report(`0000000190003a04${'00'.repeat(56)}`);
    report('00000002810001aa');
    expect(take()).toEqual(['00000002bf000106']);
    report('000000010000');
    report('00000002810001aa');
    report('0000000190000104'); // on the same channel too: its answer is still to come
    expect(take()).toEqual(['00000002bf000106', '00000001bf000106']);
    expect(calls).toHaveLength(1);
    calls[0]?.answer('00');
    await settle();
    expect(take()).toEqual(['00000001900001']);
    report('00000002810001aa');
    expect(take()).toEqual(['00000002810001aa']);
  });

  it('keepalives say PROCESSING every 100 ms, and UPNEEDED at once when a touch is wanted', async () => {
    const { report, take, calls } = deviceWithChannels();
    report('0000000190000101');
    vi.advanceTimersByTime(250);
    expect(take()).toEqual(['00000001bb000101', '00000001bb000101']);
    calls[0]?.onTouchNeeded(true);
    expect(take()).toEqual(['00000001bb000102']);
    vi.advanceTimersByTime(100);
    expect(take()).toEqual(['00000001bb000102']);
    calls[0]?.onTouchNeeded(false);
    vi.advanceTimersByTime(100);
    expect(take()).toEqual(['00000001bb000101']);
    calls[0]?.answer('00');
    await vi.advanceTimersByTimeAsync(1000);
    expect(take()).toEqual(['00000001900001']);
  });

  it('CANCEL tells the request of its channel, and is never answered itself', async () => {
    const { report, take, calls } = deviceWithChannels();
    report('00000001910000');
    report('0000000190000101');
    report('00000002910000');
    expect(calls[0]?.signal.aborted).toBe(false);
    report('00000001910000');
    expect(calls[0]?.signal.aborted).toBe(true);
    expect(take()).toEqual([]);
    calls[0]?.answer('2d');
    await settle();
    expect(take()).toEqual(['000000019000012d']);
  });

  it('a power cycle ends everything in silence, and forgets the channels', async () => {
    const { hid, report, take, calls } = deviceWithChannels();
    report('0000000190000101');
    hid.powerCycle();
    expect(calls[0]?.signal.aborted).toBe(true);
    calls[0]?.answer('2d');
    await vi.advanceTimersByTimeAsync(1000);
    expect(take()).toEqual([]);
    report('00000001810001aa');
    report(`ffffffff860008${NONCE}`);
    report('00000003810001aa');
    expect(take()).toEqual(['00000001bf00010b', `ffffffff860011${NONCE}00000003020100000d`, '00000003810001aa']);
  });
});

describe('LOCK (CTAP 2.2 §11.2.9.2.2)', () => {
  const lock = (channel: number, seconds: number) =>
    `${channel.toString(16).padStart(8, '0')}840001${seconds.toString(16).padStart(2, '0')}`;

  it('serves one channel alone for as many seconds as it asks, and all of them after', () => {
    const { report, take } = deviceWithChannels();
    report(lock(1, 2));
    expect(take()).toEqual(['0000000184']);
    report('00000002810001aa');
    report('00000001810001aa');
    expect(take()).toEqual(['00000002bf000106', '00000001810001aa']);
    vi.advanceTimersByTime(1999);
    report('00000002810001aa');
    expect(take()).toEqual(['00000002bf000106']);
    vi.advanceTimersByTime(1);
    report('00000002810001aa');
    expect(take()).toEqual(['00000002810001aa']);
  });

  it('ends with 0, is renewed by another one, and goes with the power', () => {
    const { hid, report, take } = deviceWithChannels();
    report(lock(1, 10));
    report(lock(1, 0));
    report('00000002810001aa');
    expect(take()).toEqual(['0000000184', '0000000184', '00000002810001aa']);
    report(lock(1, 2));
    vi.advanceTimersByTime(1500);
    report(lock(1, 2));
    vi.advanceTimersByTime(1500);
    report(lock(2, 1));
    expect(take().at(-1)).toBe('00000002bf000106');
    hid.powerCycle();
    expect(vi.getTimerCount()).toBe(0);
  });

  it('gives out channels meanwhile: who has none yet is told busy only when it asks for more', () => {
    const { report, take } = deviceWithChannels();
    report(lock(1, 10));
    report(`ffffffff860008${NONCE}`);
    report('00000003810001aa');
    expect(take().slice(1)).toEqual([`ffffffff860011${NONCE}00000003020100000d`, '00000003bf000106']);
  });

  it('for more than ten seconds is INVALID_PAR, and without a number of seconds INVALID_LEN', () => {
    const { report, take } = deviceWithChannels();
    report(lock(1, 11));
    report('00000001840000');
    report('000000018400020101');
    expect(take()).toEqual(['00000001bf000102', '00000001bf000103', '00000001bf000103']);
    report('00000002810001aa');
    expect(take()).toEqual(['00000002810001aa']);
  });
});
