import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

import { toHex, utf8 } from '../../../src/ctap/codec/bytes.js';
import { TransportError } from '../../../src/ctap/errors.js';
import { HidChannel } from '../../../src/ctap/hid/channel.js';
import { toReports } from '../../../src/ctap/hid/framing.js';
import { BROADCAST_CID, HidCommand, HidErrorCode, KeepaliveStatus } from '../../../src/ctap/hid/constants.js';
import { EpochChanged } from '../../../src/ctap/transport.js';
import { CID, FakeKey, type Heard } from '../fake-key.js';

const { PING, INIT, CBOR, CANCEL } = HidCommand;
const { PROCESSING, UPNEEDED } = KeepaliveStatus;
const REQUEST = utf8('request');
const ANSWER = utf8('answer');
const CANCELLED = Uint8Array.of(0x2d);
const STRANGER = 0x77777777;

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'setImmediate', 'clearImmediate', 'performance'] });
});
afterEach(() => {
  vi.useRealTimers();
});

/** Lets an hour pass: whatever waits longer than that hangs, and fails by vitest's own limit. */
async function settled<T>(promise: Promise<T>, ms = 3_600_000): Promise<T> {
  promise.catch(() => undefined);
  await vi.advanceTimersByTimeAsync(ms);
  return promise;
}

async function open(key = new FakeKey()): Promise<{ key: FakeKey; channel: HidChannel }> {
  const channel = await settled(HidChannel.open(key), 1000);
  return { key, channel };
}

/** What a key does that answers every CBOR request at once. */
function answering(key: FakeKey): (message: Heard) => void {
  return ({ cid, command }) => {
    if (command === CBOR) key.send(cid, CBOR, ANSWER);
  };
}

describe('opening a channel', () => {
  it('asks on the broadcast channel and takes what the key says of itself', async () => {
    const { key, channel } = await open();
    expect(key.heard.map(({ cid, command, payload }) => [cid, command, payload.length])).toEqual([
      [BROADCAST_CID, INIT, 8],
    ]);
    expect(channel.init).toEqual({ cid: CID, protocolVersion: 2, deviceVersion: [5, 4, 3], capabilities: 5 });
  });

  it('uses another nonce each time', async () => {
    const first = await open();
    const second = await open();
    expect(toHex(first.key.heard[0]?.payload ?? REQUEST)).not.toBe(toHex(second.key.heard[0]?.payload ?? REQUEST));
  });

  it('ignores the answer to another program that asks at the same time', async () => {
    const key = new FakeKey();
    key.onInit = (message) => {
      key.init({ ...message, payload: new Uint8Array(8) });
      key.init(message);
    };
    const { channel } = await open(key);
    expect(channel.init.cid).toBe(CID + 1);
  });

  it('tries again while the key is busy, and says so when it stays that way', async () => {
    const key = new FakeKey();
    key.onInit = (message) => {
      if (key.heard.length < 3) key.error(message.cid, HidErrorCode.CHANNEL_BUSY);
      else key.init(message);
    };
    await open(key);
    expect(key.commands).toEqual([INIT, INIT, INIT]);
    const busy = new FakeKey();
    busy.onInit = ({ cid }) => {
      busy.error(cid, HidErrorCode.CHANNEL_BUSY);
    };
    await expect(settled(HidChannel.open(busy))).rejects.toMatchObject({ code: 'channel-busy' });
  });

  it.each([
    ['silence', () => undefined, 'no-answer'],
    [
      'an answer that is cut',
      (key: FakeKey, m: Heard) => {
        key.send(m.cid, INIT, m.payload);
      },
      'protocol',
    ],
    [
      'a reserved channel',
      (key: FakeKey, m: Heard) => {
        key.send(m.cid, INIT, Uint8Array.of(...m.payload, 0, 0, 0, 0, 2, 0, 0, 0, 4));
      },
      'protocol',
    ],
    [
      'a key that is pulled out',
      (key: FakeKey) => {
        key.remove();
      },
      'device-removed',
    ],
  ] as const)('rejects on %s, and leaves the port open', async (_name, onInit, code) => {
    // prettier-ignore
    const key = new FakeKey();
    key.onInit = (message) => {
      onInit(key, message);
    };
    await expect(settled(HidChannel.open(key))).rejects.toMatchObject({ name: 'TransportError', code });
    expect(key.closed).toBe(0);
  });
});

describe('one call', () => {
  it('sends the request on the channel and gives back the payload of the answer', async () => {
    const { key, channel } = await open();
    key.script = ({ cid, payload }) => {
      key.send(cid, CBOR, payload.toReversed());
    };
    const request = Uint8Array.from({ length: 7609 }, (_, index) => index);
    expect(toHex(await settled(channel.call(CBOR, request)))).toBe(toHex(request.toReversed()));
    expect(key.heard.at(-1)?.cid).toBe(CID);
  });

  it('refuses a message that does not fit before anything is sent, and works on', async () => {
    const { key, channel } = await open();
    key.script = answering(key);
    await expect(settled(channel.call(CBOR, new Uint8Array(7610)))).rejects.toMatchObject({
      code: 'message-too-large',
    });
    expect(toHex(await settled(channel.call(CBOR, REQUEST)))).toBe(toHex(ANSWER));
  });

  it('skips reports of other channels and counts them in its epoch', async () => {
    const { key, channel } = await open();
    key.script = ({ cid }) => {
      key.send(STRANGER, CBOR, utf8('not for us'));
      key.keepalive(STRANGER, UPNEEDED);
      key.send(cid, CBOR, ANSWER);
    };
    const before = channel.epoch;
    const statuses: number[] = [];
    const call = channel.call(CBOR, REQUEST, { onKeepalive: (status) => statuses.push(status) });
    expect(toHex(await settled(call))).toBe(toHex(ANSWER));
    expect(channel.epoch).toBe(before + 2);
    expect(statuses).toEqual([]);
  });

  it('has an unchanged epoch while nobody else talks', async () => {
    const { key, channel } = await open();
    key.script = answering(key);
    const before = channel.epoch;
    for (let call = 0; call < 3; call++) await settled(channel.call(CBOR, REQUEST));
    expect(channel.epoch).toBe(before);
  });

  it('does not send what leans on an earlier epoch: others may have talked to the key while we did not listen', async () => {
    const { key, channel } = await open();
    key.script = answering(key);
    await settled(channel.call(CBOR, REQUEST));
    const { epoch } = channel;
    expect(toHex(await settled(channel.call(CBOR, REQUEST, { epoch })))).toBe(toHex(ANSWER));
    key.send(STRANGER, CBOR, utf8('while we were away'));
    await expect(settled(channel.call(CBOR, REQUEST, { epoch }))).rejects.toThrow(EpochChanged);
    expect(key.commands.filter((command) => command === CBOR)).toHaveLength(2);
  });

  it('does not send it either once the key has forgotten the channel, as after a loss of power', async () => {
    const { key, channel } = await open();
    key.script = answering(key);
    await settled(channel.call(CBOR, REQUEST));
    const { epoch } = channel;
    key.script = ({ cid }) => {
      if (cid === CID) key.error(cid, HidErrorCode.INVALID_CHANNEL);
      else key.send(cid, CBOR, ANSWER);
    };
    await expect(settled(channel.call(CBOR, REQUEST, { epoch }))).rejects.toThrow(EpochChanged);
    expect(toHex(await settled(channel.call(CBOR, REQUEST)))).toBe(toHex(ANSWER));
  });

  it('is told before the last report goes out: until then the key cannot act on it', async () => {
    const { key, channel } = await open();
    const events: string[] = [];
    const write = key.write.bind(key);
    key.write = (report) => {
      events.push('report');
      return write(report);
    };
    key.script = answering(key);
    const onSent = () => {
      events.push('sent');
    };
    await settled(channel.call(CBOR, new Uint8Array(150), { onSent }));
    expect(events).toEqual(['report', 'report', 'sent', 'report']);
    key.lasts = 1;
    await expect(settled(channel.call(CBOR, new Uint8Array(150), { onSent }))).rejects.toMatchObject({
      code: 'device-removed',
    });
    expect(events.filter((event) => event === 'sent')).toHaveLength(1);
  });

  it('says when the whole message is out and the authenticator at work, before the answer', async () => {
    const { key, channel } = await open();
    const events: string[] = [];
    key.script = ({ cid }) => {
      events.push('asked');
      setTimeout(() => {
        events.push('answered');
        key.send(cid, CBOR, ANSWER);
      }, 100);
    };
    const onWaiting = () => {
      events.push('waiting');
    };
    await settled(channel.call(CBOR, new Uint8Array(150), { onWaiting }));
    expect(events).toEqual(['asked', 'waiting', 'answered']);
  });

  it('is told of keepalives when their status changes, and goes on waiting for as long as they come', async () => {
    const { key, channel } = await open();
    key.script = ({ cid }) => {
      const statuses = [PROCESSING, PROCESSING, UPNEEDED, ...Array<number>(100).fill(UPNEEDED), PROCESSING, PROCESSING];
      statuses.forEach((status, index) => {
        setTimeout(() => {
          key.keepalive(cid, status);
        }, index * 1000);
      });
      setTimeout(() => {
        key.send(cid, CBOR, ANSWER);
      }, statuses.length * 1000);
    };
    const statuses: number[] = [];
    const call = channel.call(CBOR, REQUEST, { onKeepalive: (status) => statuses.push(status) });
    expect(toHex(await settled(call))).toBe(toHex(ANSWER));
    expect(statuses).toEqual([PROCESSING, UPNEEDED, PROCESSING]);
  });

  it('ends the request when whoever watches the keepalives throws', async () => {
    const { key, channel } = await open();
    key.script = ({ cid, command }) => {
      if (command === CBOR) key.keepalive(cid, UPNEEDED);
    };
    const fault = new Error('a window that is gone');
    const call = channel.call(CBOR, REQUEST, {
      onKeepalive: () => {
        throw fault;
      },
    });
    await expect(settled(call)).rejects.toBe(fault);
    expect(key.commands).toEqual([INIT, CBOR, INIT]);
  });
});

describe('calls in turn', () => {
  it('are answered one after the other, whatever each of them ends in', async () => {
    const { key, channel } = await open();
    let isBusy = false;
    key.script = ({ cid, payload }) => {
      expect(isBusy).toBe(false);
      isBusy = true;
      setTimeout(() => {
        isBusy = false;
        if (payload[0] === 2) key.error(cid, HidErrorCode.OTHER);
        else key.send(cid, CBOR, payload);
      }, 50);
    };
    const calls = [1, 2, 3].map((number) => channel.call(CBOR, Uint8Array.of(number)));
    const results = await settled(Promise.allSettled(calls));
    expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
  });

  it('one that is given up while it waits ends at once, is never sent, and lets nobody in before their turn', async () => {
    const { key, channel } = await open();
    const finish: (() => void)[] = [];
    key.script = ({ cid, command }) => {
      if (command === CBOR)
        finish.push(() => {
          key.send(cid, CBOR, ANSWER);
        });
    };
    const controller = new AbortController();
    const first = channel.call(CBOR, Uint8Array.of(1));
    const second = channel.call(CBOR, Uint8Array.of(2), { signal: controller.signal });
    const third = channel.call(CBOR, Uint8Array.of(3));
    await vi.advanceTimersByTimeAsync(100);
    const reason = new Error('never mind');
    controller.abort(reason);
    await expect(second).rejects.toBe(reason);
    await vi.advanceTimersByTimeAsync(100);
    expect(finish).toHaveLength(1);
    finish[0]?.();
    await settled(first, 100);
    finish[1]?.();
    await settled(third, 100);
    expect(key.heard.filter(({ command }) => command === CBOR).map(({ payload }) => payload[0])).toEqual([1, 3]);
  });
});

describe('a key that is busy or has forgotten us', () => {
  it('is asked again after 100 ms, and again', async () => {
    const { key, channel } = await open();
    const times: number[] = [];
    key.script = ({ cid }) => {
      times.push(performance.now());
      if (times.length < 4) key.error(cid, HidErrorCode.CHANNEL_BUSY);
      else key.send(cid, CBOR, ANSWER);
    };
    expect(toHex(await settled(channel.call(CBOR, REQUEST)))).toBe(toHex(ANSWER));
    const gaps = times.slice(1).map((time, index) => time - (times[index] ?? 0));
    expect(gaps.every((gap) => gap >= 100)).toBe(true);
  });

  it('that stays busy is given up, and no INIT disturbs the other program', async () => {
    const { key, channel } = await open();
    key.script = ({ cid }) => {
      key.error(cid, HidErrorCode.CHANNEL_BUSY);
    };
    await expect(settled(channel.call(CBOR, REQUEST))).rejects.toMatchObject({
      code: 'channel-busy',
      hidError: HidErrorCode.CHANNEL_BUSY,
    });
    expect(key.commands.filter((command) => command === INIT)).toHaveLength(1);
  });

  it('that is at work on the request already is not asked again, whatever it says: that could do it twice', async () => {
    const { key, channel } = await open();
    key.script = ({ cid }) => {
      key.keepalive(cid, PROCESSING);
      key.error(cid, HidErrorCode.CHANNEL_BUSY);
    };
    const call = settled(channel.call(CBOR, REQUEST));
    await expect(call).rejects.toMatchObject({ code: 'protocol', hidError: undefined });
    expect(key.commands).toEqual([INIT, CBOR, INIT]);
  });

  it('that says so and answers all the same is not asked again either', async () => {
    const { key, channel } = await open();
    key.script = ({ cid }) => {
      key.error(cid, HidErrorCode.CHANNEL_BUSY);
      setTimeout(() => {
        key.send(cid, CBOR, ANSWER);
      }, 50);
    };
    await expect(settled(channel.call(CBOR, REQUEST))).rejects.toMatchObject({ code: 'protocol', hidError: undefined });
    expect(key.commands).toEqual([INIT, CBOR, INIT]);
  });

  it('can be given up while it is busy', async () => {
    const { key, channel } = await open();
    const controller = new AbortController();
    key.script = ({ cid }) => {
      key.error(cid, HidErrorCode.CHANNEL_BUSY);
    };
    const call = channel.call(CBOR, REQUEST, { signal: controller.signal });
    call.catch(() => undefined);
    await vi.advanceTimersByTimeAsync(250);
    controller.abort(new Error('enough'));
    await expect(settled(call, 1)).rejects.toThrow('enough');
    expect(key.commands).not.toContain(CANCEL);
  });

  it('that has forgotten the channel gives us another, once', async () => {
    const { key, channel } = await open();
    key.script = ({ cid }) => {
      if (cid === CID) key.error(cid, HidErrorCode.INVALID_CHANNEL);
      else key.send(cid, CBOR, ANSWER);
    };
    const before = channel.epoch;
    expect(toHex(await settled(channel.call(CBOR, REQUEST)))).toBe(toHex(ANSWER));
    expect(channel.init.cid).toBe(CID + 1);
    expect(channel.epoch).toBeGreaterThan(before);
    key.script = ({ cid }) => {
      key.error(cid, HidErrorCode.INVALID_CHANNEL);
    };
    const inits = key.commands.filter((command) => command === INIT).length;
    await expect(settled(channel.call(CBOR, REQUEST))).rejects.toMatchObject({ code: 'refused', hidError: 0x0b });
    expect(key.commands.filter((command) => command === INIT)).toHaveLength(inits + 1);
  });

  it.each([
    ['INVALID_CMD', 0x01],
    ['INVALID_LEN', 0x03],
    ['MSG_TIMEOUT', 0x05],
    ['LOCK_REQUIRED', 0x0a],
    ['unknown', 0x99],
  ])('refusals of other kinds are passed on: %s', async (name, code) => {
    const { key, channel } = await open();
    key.script = ({ cid }) => {
      key.error(cid, code);
    };
    const call = settled(channel.call(CBOR, REQUEST));
    await expect(call).rejects.toMatchObject({ code: 'refused', hidError: code });
    await expect(call).rejects.toThrow(name);
    // The error may have been about some other report: INIT sees to it that the request is not carried out all the same.
    const isOurs = code !== HidErrorCode.LOCK_REQUIRED;
    expect(key.commands).toEqual(isOurs ? [INIT, CBOR, INIT] : [INIT, CBOR]);
  });

  it('an error report without a code makes no sense', async () => {
    const { key, channel } = await open();
    key.script = ({ cid }) => {
      key.send(cid, HidCommand.ERROR);
    };
    await expect(settled(channel.call(CBOR, REQUEST))).rejects.toMatchObject({ code: 'protocol' });
  });
});

describe('an exchange that went wrong', () => {
  it("is silence though other programs' reports never end", async () => {
    const { key, channel } = await open();
    const [foreign] = toReports(0x0badcafe, CBOR, ANSWER);
    if (!foreign) throw new Error('No report');
    // A report each millisecond, as fast as USB carries them: no read ever has to wait for longer.
    key.read = () => new Promise((resolve) => void setTimeout(resolve, 1, foreign));
    const call = channel.call(CBOR, ANSWER);
    await expect(settled(call, 15_000)).rejects.toMatchObject({ code: 'no-answer' });
  });

  it.each([
    ['silence', () => undefined, 'no-answer'],
    [
      'silence after the beginning',
      (key: FakeKey) => {
        key.report(reports(100)[0] ?? REQUEST);
      },
      'no-answer',
    ],
    [
      'a continuation out of sequence',
      (key: FakeKey) => {
        const [first, , third] = reports(150);
        key.report(first ?? REQUEST);
        key.report(third ?? REQUEST);
      },
      'protocol',
    ],
    [
      'an answer to something else',
      (key: FakeKey) => {
        key.send(CID, PING, ANSWER);
      },
      'protocol',
    ],
    [
      'a message that claims too much',
      (key: FakeKey) => {
        key.report(Uint8Array.of(0x0a, 0x0b, 0x0c, 0x0d, 0x90, 0xff, 0xff, ...new Uint8Array(57)));
      },
      'protocol',
    ],
  ] as const)('%s: one clear error, INIT on our channel, and the next call works', async (_name, misbehave, code) => {
    // prettier-ignore
    const { key, channel } = await open();
    key.script = () => {
      misbehave(key);
    };
    await expect(settled(channel.call(CBOR, REQUEST), 10_000)).rejects.toMatchObject({ name: 'TransportError', code });
    expect(key.heard.slice(1).map(({ cid, command }) => [cid, command])).toEqual([
      [CID, CBOR],
      [CID, INIT],
    ]);
    key.script = answering(key);
    expect(toHex(await settled(channel.call(CBOR, REQUEST)))).toBe(toHex(ANSWER));
  });

  it('a late answer is not taken for the next one, whenever it comes', async () => {
    const { key, channel } = await open();
    const late = utf8('late '.repeat(30));
    let call = 0;
    key.onInit = (message) => {
      if (call === 1) key.send(CID, CBOR, late); // while the channel is put in order
      key.init(message);
      if (call === 1) key.send(CID, CBOR, late); // and right after
    };
    key.script = ({ cid }) => {
      if (++call === 2) key.send(cid, CBOR, ANSWER);
    };
    await expect(settled(channel.call(CBOR, REQUEST))).rejects.toMatchObject({ code: 'no-answer' });
    expect(toHex(await settled(channel.call(CBOR, REQUEST)))).toBe(toHex(ANSWER));
  });

  it('the tail of an old answer does not hinder putting the channel in order', async () => {
    const { key, channel } = await open();
    const [first, , third] = reports(150);
    key.onInit = (message) => {
      key.report(first ?? REQUEST);
      key.report(third ?? REQUEST);
      key.init(message);
    };
    await expect(settled(channel.call(CBOR, REQUEST))).rejects.toMatchObject({ code: 'no-answer' });
    key.script = answering(key);
    expect(toHex(await settled(channel.call(CBOR, REQUEST)))).toBe(toHex(ANSWER));
    expect(key.commands).toEqual([INIT, CBOR, INIT, CBOR]);
  });

  it('when the channel cannot be put in order at once, the next call begins with that', async () => {
    const { key, channel } = await open();
    const answerInit = key.onInit;
    key.onInit = () => undefined;
    await expect(settled(channel.call(CBOR, REQUEST))).rejects.toMatchObject({ code: 'no-answer' });
    key.onInit = answerInit;
    key.script = answering(key);
    expect(toHex(await settled(channel.call(CBOR, REQUEST)))).toBe(toHex(ANSWER));
    expect(key.commands).toEqual([INIT, CBOR, INIT, INIT, CBOR]);
  });

  it('a key that takes no INIT on its channel gives out a new one', async () => {
    const { key, channel } = await open();
    const answerInit = key.onInit;
    key.onInit = (message) => {
      if (message.cid === CID) key.error(message.cid, HidErrorCode.INVALID_CHANNEL);
      else answerInit(message);
    };
    await expect(settled(channel.call(CBOR, REQUEST))).rejects.toMatchObject({ code: 'no-answer' });
    expect(channel.init.cid).toBe(CID + 1);
  });

  it('pulled out at any report, it ends with device-removed at once and tries nothing more', async () => {
    const request = new Uint8Array(150);
    for (let lasts = 0; lasts < 9; lasts++) {
      const { key, channel } = await open();
      key.script = ({ cid }) => {
        key.keepalive(cid, PROCESSING);
        key.keepalive(cid, UPNEEDED);
        key.send(cid, CBOR, request);
      };
      key.lasts = lasts;
      const call = channel.call(CBOR, request);
      if (lasts < 8) await expect(settled(call, 10)).rejects.toMatchObject({ code: 'device-removed' });
      else expect(await settled(call, 10)).toHaveLength(150);
      expect(key.commands.filter((command) => command === INIT)).toHaveLength(1);
    }
  });

  it('pulled out in the middle of a wait for a touch, it ends at once', async () => {
    const { key, channel } = await open();
    key.script = ({ cid }) => {
      key.keepalive(cid, UPNEEDED);
      setTimeout(() => {
        key.remove();
      }, 500);
    };
    await expect(settled(channel.call(CBOR, REQUEST), 501)).rejects.toMatchObject({ code: 'device-removed' });
  });

  it('after closing, calls under way and new ones end with closed', async () => {
    const { channel } = await open();
    const call = channel.call(CBOR, REQUEST);
    call.catch(() => undefined);
    await vi.advanceTimersByTimeAsync(10);
    await channel.close();
    await expect(settled(call, 10)).rejects.toMatchObject({ code: 'closed' });
    await expect(settled(channel.call(CBOR, REQUEST), 10)).rejects.toMatchObject({ code: 'closed' });
  });

  it('whatever 64-byte reports come, a call ends: with an answer or a TransportError', async () => {
    const own = fc.uint8Array({ minLength: 60, maxLength: 60 }).map((rest) => Uint8Array.of(0x0a, 0x0b, 0x0c, 0x0d, ...rest)); // prettier-ignore
    const any = fc.oneof(own, fc.uint8Array({ minLength: 64, maxLength: 64 }));
    await fc.assert(
      fc.asyncProperty(fc.array(any, { maxLength: 10 }), fc.array(any, { maxLength: 5 }), async (noise, more) => {
        const { key, channel } = await open();
        key.script = () => {
          for (const report of noise) key.report(report);
        };
        key.onInit = (message) => {
          for (const report of more) key.report(report);
          key.init(message);
        };
        const outcome: unknown = await settled(channel.call(CBOR, REQUEST)).catch((error: unknown) => error);
        expect(outcome instanceof Uint8Array || outcome instanceof TransportError).toBe(true);
      }),
      { numRuns: 200 },
    );
  });
});

describe('cancelling', () => {
  /** A key that waits for a touch and, on CANCEL, says that it was cancelled. */
  function waiting(key: FakeKey): (message: Heard) => void {
    return ({ cid, command }) => {
      if (command === CBOR) key.keepalive(cid, UPNEEDED);
      if (command === CANCEL) key.send(cid, CBOR, CANCELLED);
    };
  }

  it('a signal that was aborted before sends nothing', async () => {
    const { key, channel } = await open();
    const call = channel.call(CBOR, REQUEST, { signal: AbortSignal.abort(new Error('before')) });
    await expect(settled(call)).rejects.toThrow('before');
    expect(key.commands).toEqual([INIT]);
  });

  it('CANCEL goes out once, on our channel, after the request; its answer is still read', async () => {
    const { key, channel } = await open();
    key.script = waiting(key);
    const controller = new AbortController();
    const call = channel.call(CBOR, new Uint8Array(200), {
      signal: controller.signal,
      onKeepalive: () => {
        controller.abort();
      },
    });
    expect(toHex(await settled(call, 100))).toBe(toHex(CANCELLED));
    expect(key.heard.slice(1).map(({ cid, command, payload }) => [cid, command, payload.length])).toEqual([
      [CID, CBOR, 200],
      [CID, CANCEL, 0],
    ]);
    key.script = answering(key);
    expect(toHex(await settled(channel.call(CBOR, REQUEST)))).toBe(toHex(ANSWER));
    expect(key.commands).toEqual([INIT, CBOR, CANCEL, CBOR]);
  });

  it('before the first keepalive it is held back until that comes', async () => {
    const { key, channel } = await open();
    const controller = new AbortController();
    const events: string[] = [];
    key.script = ({ cid, command }) => {
      events.push(command === CANCEL ? 'cancel' : 'request');
      if (command === CANCEL) key.send(cid, CBOR, CANCELLED);
      else {
        setTimeout(() => {
          controller.abort();
        }, 20);
        setTimeout(() => {
          events.push('keepalive');
          key.keepalive(cid, PROCESSING);
        }, 90);
      }
    };
    await settled(channel.call(CBOR, REQUEST, { signal: controller.signal }));
    expect(events).toEqual(['request', 'keepalive', 'cancel']);
  });

  it('or for a short while, when none comes', async () => {
    const { key, channel } = await open();
    const controller = new AbortController();
    key.script = ({ cid, command }) => {
      if (command === CANCEL) key.send(cid, CBOR, CANCELLED);
      else controller.abort();
    };
    const call = channel.call(CBOR, REQUEST, { signal: controller.signal });
    expect(toHex(await settled(call, 1000))).toBe(toHex(CANCELLED));
  });

  it('is not needed when the answer comes first, and does not reach the next request', async () => {
    const { key, channel } = await open();
    const controller = new AbortController();
    key.script = ({ cid, command }) => {
      if (command === CBOR) key.send(cid, CBOR, ANSWER);
      controller.abort();
    };
    expect(toHex(await settled(channel.call(CBOR, REQUEST, { signal: controller.signal })))).toBe(toHex(ANSWER));
    expect(toHex(await settled(channel.call(CBOR, REQUEST)))).toBe(toHex(ANSWER));
    expect(key.commands).toEqual([INIT, CBOR, CBOR]);
  });

  it('a touch that wins against it is an answer like any other', async () => {
    const { key, channel } = await open();
    const controller = new AbortController();
    key.script = ({ cid, command }) => {
      if (command === CBOR) key.keepalive(cid, UPNEEDED);
      if (command === CANCEL) key.send(cid, CBOR, ANSWER);
    };
    const call = channel.call(CBOR, REQUEST, {
      signal: controller.signal,
      onKeepalive: () => {
        controller.abort();
      },
    });
    expect(toHex(await settled(call))).toBe(toHex(ANSWER));
  });

  it('is finished before the next request goes out: a CANCEL that is slow to write hits nobody else', async () => {
    const { key, channel } = await open();
    const controller = new AbortController();
    const write = key.write.bind(key);
    const written: string[] = [];
    key.write = async (report) => {
      const isCancel = report[4] === (0x80 | CANCEL);
      if (isCancel) await new Promise((resolve) => setTimeout(resolve, 400));
      written.push(isCancel ? 'cancel' : 'request');
      await write(report);
    };
    key.script = ({ cid, command }) => {
      if (command !== CBOR) return;
      key.keepalive(cid, UPNEEDED);
      setTimeout(() => {
        key.send(cid, CBOR, ANSWER);
      }, 10);
    };
    const onKeepalive = () => {
      controller.abort();
    };
    const first = channel.call(CBOR, REQUEST, { signal: controller.signal, onKeepalive });
    const second = channel.call(CBOR, REQUEST);
    await settled(Promise.all([first, second]));
    expect(written).toEqual(['request', 'cancel', 'request']);
  });

  it('a key that falls silent after it leaves open what it has done, and so does the error', async () => {
    const { key, channel } = await open();
    const controller = new AbortController();
    key.script = ({ cid, command }) => {
      if (command === CBOR) key.keepalive(cid, UPNEEDED);
    };
    const reason = new Error('cancelled by hand');
    const call = channel.call(CBOR, REQUEST, {
      signal: controller.signal,
      onKeepalive: () => {
        controller.abort(reason);
      },
    });
    await expect(settled(call)).rejects.toMatchObject({
      name: 'TransportError',
      code: 'unconfirmed',
      cause: { code: 'no-answer' },
    });
    expect(key.commands).toEqual([INIT, CBOR, CANCEL, INIT]);
  });

  it('a key that does not let itself be cancelled is stopped by INIT', async () => {
    const { key, channel } = await open();
    const controller = new AbortController();
    let alive: NodeJS.Timeout | undefined;
    const beat = (cid: number) => {
      key.keepalive(cid, UPNEEDED);
      alive = setTimeout(beat, 100, cid);
    };
    key.script = ({ cid, command }) => {
      if (command === CBOR) beat(cid);
    };
    key.onInit = (message) => {
      clearTimeout(alive);
      key.init(message);
    };
    const call = channel.call(CBOR, REQUEST, {
      signal: controller.signal,
      onKeepalive: () => {
        controller.abort(new Error('cancelled by hand'));
      },
    });
    await expect(settled(call)).rejects.toMatchObject({ code: 'unconfirmed' });
    expect(key.commands).toEqual([INIT, CBOR, CANCEL, INIT]);
  });

  it('happens by itself when a request takes longer than any may, once', async () => {
    const { key, channel } = await open();
    const onInit = key.onInit;
    let alive: NodeJS.Timeout | undefined;
    const beat = (cid: number) => {
      key.keepalive(cid, UPNEEDED);
      alive = setTimeout(beat, 100, cid);
    };
    key.script = ({ cid, command }) => {
      if (command === CBOR) beat(cid);
    };
    key.onInit = (message) => {
      clearTimeout(alive);
      onInit(message);
    };
    await expect(settled(channel.call(CBOR, REQUEST))).rejects.toMatchObject({ code: 'no-answer' });
    expect(key.commands).toEqual([INIT, CBOR, CANCEL, INIT]);
  });

  it('leaves nothing behind: no listeners on the signal, no timers', async () => {
    const { key, channel } = await open();
    key.script = answering(key);
    const { signal } = new AbortController();
    const added = vi.spyOn(signal, 'addEventListener');
    const removed = vi.spyOn(signal, 'removeEventListener');
    await settled(channel.call(CBOR, REQUEST, { signal }), 10);
    expect(added).toHaveBeenCalled();
    expect(removed).toHaveBeenCalledTimes(added.mock.calls.length);
    expect(vi.getTimerCount()).toBe(0);
  });
});

/** The reports of an answer of that many bytes. */
function reports(length: number): Uint8Array[] {
  const key = new FakeKey();
  const list: Uint8Array[] = [];
  key.report = (report) => {
    list.push(report);
  };
  key.send(CID, CBOR, new Uint8Array(length));
  return list;
}
