import { once } from 'node:events';
import { inspect } from 'node:util';

import { describe, expect, test } from 'vitest';

import { Emitter } from '../../tools/electron-standin/emitter.js';
import {
  Guarded,
  NotImplementedError,
  moduleOf,
  refuseMissingStatics,
  refusedExport,
} from '../../tools/electron-standin/refuse.js';

class Bell extends Emitter {
  readonly #sound = 'ding';
  constructor() {
    super('Bell', ['rung']);
  }
  ring(): string {
    this.emit('rung', this.#sound);
    return this.#sound;
  }
  static make(): Bell {
    return new Bell();
  }
}

/** What a program does that leans on a member which the types promise and the stand-in lacks. */
const touch = (object: object, name: string): unknown => Reflect.get(object, name) as unknown;

describe('a part of the stand-in', () => {
  test('has its own members, private ones included', () => {
    expect(new Bell().ring()).toBe('ding');
  });

  test('throws for every other member, by name', () => {
    expect(() => touch(new Bell(), 'volume')).toThrow(new NotImplementedError('Bell.volume'));
    expect(() => touch(moduleOf<{ a: number; b: number }>('thing', { a: 1 }), 'b')).toThrow(
      'thing.b is not implemented by the stand-in',
    );
    expect(() => touch(new (class extends Guarded {})('Frame'), 'x')).toThrow('Frame.x');
    expect(() => touch(refuseMissingStatics('Bell', Bell), 'all')).toThrow('Bell.all');
  });

  test('throws for a setting that nobody would read, and takes a double for a function', () => {
    const bell = new Bell();
    expect(() => Reflect.set(bell, 'volume', 3)).toThrow('Setting Bell.volume');
    Reflect.set(bell, 'mute', () => 'muted');
    expect((touch(bell, 'mute') as () => string)()).toBe('muted');
  });

  test('can be awaited, printed and turned into JSON like any object', async () => {
    const bell = new Bell();
    expect(await Promise.resolve(bell)).toBe(bell);
    expect(inspect(bell)).toContain('Bell');
    expect(() => JSON.stringify(moduleOf('thing', {}))).not.toThrow();
  });

  test('still makes instances through its guarded class', () => {
    const Guarded = refuseMissingStatics('Bell', Bell);
    expect(new Guarded()).toBeInstanceOf(Guarded);
    expect(Guarded.make().ring()).toBe('ding');
  });
});

describe('listening', () => {
  test('works for events that can fire, in each of Node’s ways', async () => {
    const bell = new Bell();
    const heard: unknown[] = [];
    bell.on('rung', (sound) => heard.push(sound));
    bell.once('rung', (sound) => heard.push(sound));
    const next = once(bell, 'rung');
    bell.ring();
    expect(await next).toEqual(['ding']);
    expect(heard).toEqual(['ding', 'ding']);
  });

  test.each(['on', 'once', 'addListener', 'prependListener', 'prependOnceListener'] as const)(
    'throws for others: %s',
    (method) => {
      expect(() => new Bell()[method]('cracked', () => undefined)).toThrow("Event 'cracked' of Bell");
    },
  );
});

test('an export of which there is nothing throws, however it is used', () => {
  const Tray = refusedExport('Tray') as { new (): object; (): void; create: () => void };
  expect(() => new Tray()).toThrow(NotImplementedError);
  expect(() => {
    Tray();
  }).toThrow(NotImplementedError);
  expect(() => {
    Tray.create();
  }).toThrow('Tray.create');
});
