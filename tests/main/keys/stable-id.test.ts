import { describe, expect, it } from 'vitest';

import type { PluggedKey } from '../../../src/main/keys/plugged-key.js';
import { withStableIds } from '../../../src/main/keys/stable-id.js';

function plugged(id: string, serial: string | undefined, changes: Partial<PluggedKey> = {}): PluggedKey {
  const open = () => Promise.reject(new Error('nobody opens it here'));
  return { id, product: 'Model A', manufacturer: 'Maker', serial, connection: 'usb', open, ...changes };
}

const idsOf = (...keys: PluggedKey[]) => withStableIds(keys).map(({ id }) => id);

describe('the id of a key', () => {
  it('stays when it is plugged in again and has another path', () => {
    const [before, after] = [plugged('usb:/dev/hidraw0', '1'), plugged('usb:/dev/hidraw3', '1')].map(
      (key) => withStableIds([key])[0],
    );
    expect(after?.id).toBe(before?.id);
    expect([before?.place, after?.place]).toEqual(['usb:/dev/hidraw0', 'usb:/dev/hidraw3']);
  });

  it('is another for another serial number, product or maker, and tells none of them', () => {
    const keys = [
      plugged('usb:1', 'SECRET-7'),
      plugged('usb:2', 'SECRET-8'),
      plugged('usb:3', 'SECRET-7', { product: 'Model B' }),
      plugged('usb:4', 'SECRET-7', { manufacturer: 'Another' }),
    ];
    const ids = idsOf(...keys);
    expect(new Set(ids).size).toBe(4);
    expect(ids.join()).not.toMatch(/SECRET|Model|Maker/);
  });

  it('is that of the path without a serial number, or with one that two keys have', () => {
    expect(idsOf(plugged('usb:1', undefined))).toEqual(['usb:1']);
    expect(idsOf(plugged('usb:1', '1234'), plugged('usb:2', '1234'))).toEqual(['usb:1', 'usb:2']);
  });

  it('of a simulator is where it answers', () => {
    expect(idsOf(plugged('udp:127.0.0.1:9111', '1', { connection: 'simulator' }))).toEqual(['udp:127.0.0.1:9111']);
  });
});
