import { describe, expect, it, onTestFinished, vi } from 'vitest';

import type { CborMap } from '../../../src/ctap/codec/cbor.js';
import { CtapCommand } from '../../../src/ctap/commands.js';
import { Ctap2 } from '../../../src/ctap/ctap2.js';
import { TransportError } from '../../../src/ctap/errors.js';
import { InfoKey } from '../../../src/ctap/get-info.js';
import type { PluggedKey } from '../../../src/main/keys/plugged-key.js';
import { KeyRegistry } from '../../../src/main/keys/registry.js';
import { withStableIds } from '../../../src/main/keys/stable-id.js';
import { PolicyGate } from '../../../src/main/policy-gate.js';
import { KeySummary } from '../../../src/shared/keys.js';
import { MemoryPort } from '../../../src/softkey/ports/memory-port.js';
import { SoftKey } from '../../../src/softkey/soft-key.js';

const POLICY = new PolicyGate({ policy: { state: 'none' }, now: Date.now });

function plugged(id: string, open: PluggedKey['open'], serial = '1'): PluggedKey {
  return { id, product: 'Test key', manufacturer: '', serial, connection: 'usb', open };
}

function openRegistry({ pollMs }: { pollMs?: number } = {}) {
  const present: PluggedKey[] = [];
  const changes: KeySummary[][] = [];
  const faults: unknown[] = [];
  const registry = new KeyRegistry({
    policy: POLICY,
    ...(pollMs !== undefined && { pollMs }),
    discover: () => Promise.resolve([...present]),
    onChange: (keys) => changes.push(keys),
    onFault: (error) => faults.push(error),
  });
  return { registry, present, changes, faults };
}

const softKey = (profile: '2.0' | '2.1' | '2.3') => {
  const key = new SoftKey({ profile });
  return () => Promise.resolve(new MemoryPort(key));
};

function gate() {
  let resolve: () => void = () => undefined;
  const promise = new Promise<void>((open) => {
    resolve = open;
  });
  return { promise, resolve };
}

describe('the key registry', () => {
  it.each([
    ['twice a second', {}, 500],
    ['as often as it is told', { pollMs: 150 }, 150],
  ])('looks %s, until it is stopped', async (_, options, pollMs) => {
    onTestFinished(() => {
      vi.useRealTimers();
    });
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    const { registry, present, changes } = openRegistry(options);
    await registry.start();
    present.push(plugged('usb:1', () => Promise.reject(new Error('of no interest here'))));
    await vi.advanceTimersByTimeAsync(pollMs - 1);
    expect(changes).toHaveLength(0);
    await vi.advanceTimersByTimeAsync(1);
    expect(changes).toHaveLength(1);
    registry.stop();
    present.length = 0;
    await vi.advanceTimersByTimeAsync(10 * pollMs);
    expect(changes).toHaveLength(1);
  });

  it('lists a key with what it says of itself, without PIN or touch, and tells when it comes and goes', async () => {
    const { registry, present, changes } = openRegistry();
    present.push(plugged('usb:1', softKey('2.1')));
    await registry.look();
    expect(changes.at(-1)).toMatchObject([
      {
        id: 'usb:1',
        details: { pin: { state: 'unset', minLength: 4 }, managesPasskeys: true, passport: { slotsLeft: 25 } },
      },
    ]);
    await registry.look();
    expect(changes).toHaveLength(1);
    present.pop();
    await registry.look();
    expect(changes.at(-1)).toEqual([]);
  });

  it('shows a key once when it is plugged in again at another path, and opens it where it is now', async () => {
    const present: PluggedKey[] = [plugged('usb:/dev/hidraw0', softKey('2.1'))];
    const changes: KeySummary[][] = [];
    const out: string[][] = [];
    const registry = new KeyRegistry({
      policy: POLICY,
      discover: () => Promise.resolve(withStableIds(present)),
      onChange: (keys) => changes.push(keys),
      onOut: (keyIds) => out.push(keyIds),
      onFault: () => undefined,
    });
    await registry.look();
    const [before] = registry.list();
    // Fast hands: out and in between two looks, and behind the new path another one's old cable would be dead.
    present[0] = plugged('usb:/dev/hidraw1', softKey('2.1'));
    await registry.look();
    expect(registry.list()).toEqual([before]);
    const id = before?.id ?? '';
    expect(out).toEqual([[id]]); // the list is as before, but it was out
    await expect(registry.use(id, (_open, { place }) => Promise.resolve(place))).resolves.toBe('usb:/dev/hidraw1');
    present.pop();
    await registry.look();
    present.push(plugged('usb:/dev/hidraw2', softKey('2.1')));
    await registry.look();
    expect(changes.map((keys) => keys.map((key) => key.id))).toEqual([[id], [], [id]]);
  });

  it('takes a device at the same place with another serial number for another key', async () => {
    const { registry, present } = openRegistry();
    present.push(plugged('usb:1', softKey('2.1')));
    await registry.look();
    present[0] = plugged('usb:1', softKey('2.0'), '2');
    await registry.look();
    expect(registry.list()).toMatchObject([{ serial: '2', details: { managesPasskeys: false } }]);
  });

  it('lists a key that says what cannot be with the reason, and goes on telling of the others', async () => {
    const { registry, present, faults } = openRegistry();
    const send: (this: Ctap2, ...given: Parameters<Ctap2['send']>) => Promise<CborMap> = Reflect.get(
      Ctap2.prototype,
      'send',
    );
    const sent = vi.spyOn(Ctap2.prototype, 'send').mockImplementation(async function (this: Ctap2, command, ...rest) {
      const answer = await send.call(this, command, ...rest);
      return command === CtapCommand.GET_INFO ? new Map([...answer, [InfoKey.MIN_PIN_LENGTH, 2]]) : answer;
    });
    present.push(plugged('usb:1', softKey('2.1')));
    await registry.look();
    sent.mockRestore();
    present.push(plugged('usb:2', softKey('2.1')));
    await registry.look();
    expect(registry.list()).toMatchObject([
      { id: 'usb:1', problem: 'key/protocol' },
      { id: 'usb:2', details: {} },
    ]);
    expect(registry.list().every((summary) => KeySummary.safeParse(summary).success)).toBe(true);
    expect(faults).toEqual([]);
  });

  it.each([
    ['not-permitted', 'key/not-permitted'],
    ['no-answer', 'key/no-answer'],
  ] as const)('lists a key that cannot be used (%s) with the reason', async (code, problem) => {
    const { registry, present } = openRegistry();
    present.push(plugged('usb:1', () => Promise.reject(new TransportError(code, 'by order of the test'))));
    await registry.look();
    expect(registry.list()).toMatchObject([{ id: 'usb:1', problem }]);
    expect(registry.list()[0]).not.toHaveProperty('details');
  });

  it('gives a key to one at a time', async () => {
    const { registry, present } = openRegistry();
    present.push(plugged('usb:1', softKey('2.1')));
    await registry.look();
    const { promise: entered, resolve: enter } = gate();
    const { promise: released, resolve: release } = gate();
    const first = registry.use('usb:1', () => {
      enter();
      return released;
    });
    await entered;
    await expect(registry.use('usb:1', () => Promise.resolve())).rejects.toMatchObject({
      failure: { code: 'ceremony/busy' },
    });
    release();
    await first;
    await expect(registry.use('usb:1', () => Promise.resolve('mine'))).resolves.toBe('mine');
  });

  it('says which keys somebody works with when it looks, but not while a key is taken through unplugging', async () => {
    const said: boolean[] = [];
    const open = softKey('2.1');
    const registry = new KeyRegistry({
      policy: POLICY,
      discover: (isInUse) => {
        said.push(isInUse('usb:1'));
        return Promise.resolve([plugged('usb:1', open)]);
      },
      onChange: () => undefined,
      onFault: () => undefined,
    });
    await registry.look();
    await registry.use('usb:1', () => registry.look());
    await registry.look();
    await registry.takeThrough('usb:1', async (_, discover) => {
      await discover();
    });
    expect(said).toEqual([false, true, false, false, false]);
  });

  it('knows no key that is not plugged in', async () => {
    const { registry } = openRegistry();
    await expect(registry.use('usb:9', () => Promise.resolve())).rejects.toMatchObject({
      failure: { code: 'key/removed' },
    });
  });

  it('reports a fault of discovery once, and goes on', async () => {
    const faults: unknown[] = [];
    const registry = new KeyRegistry({
      policy: POLICY,
      discover: () => Promise.reject(new TransportError('io', 'no libusb')),
      onChange: () => undefined,
      onFault: (error) => faults.push(error),
    });
    await registry.look();
    await registry.look();
    expect(faults).toHaveLength(1);
    expect(registry.list()).toEqual([]);
  });
});
