import { createHash } from 'node:crypto';

import type { PluggedKey } from './plugged-key.js';

/**
 * The same keys, those on USB by ids that stay when a key is unplugged and plugged in again, though the system gives it
 * another path then: made of maker, product and serial number. A key without a serial number, or one whose number
 * another plugged key has as well, keeps the id of its path.
 */
export function withStableIds(found: readonly PluggedKey[]): PluggedKey[] {
  const names = found.map(nameOf);
  return found.map((key, index) => {
    const name = names[index];
    const isItsOwn = name !== undefined && names.indexOf(name) === names.lastIndexOf(name);
    return isItsOwn ? { ...key, id: `usb:${digest(name)}`, place: key.id } : key;
  });
}

/** Who a key on USB says it is; undefined where it does not. */
function nameOf({ connection, manufacturer, product, serial }: PluggedKey): string | undefined {
  return connection === 'usb' && serial !== undefined ? JSON.stringify([manufacturer, product, serial]) : undefined;
}

/** Ids go into file names and logs, where serial numbers have no business. */
function digest(name: string): string {
  return createHash('sha256').update(name).digest('hex').slice(0, 16);
}
