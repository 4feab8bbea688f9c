import { equal } from '../codec/bytes.js';
import type { DeviceInfo } from '../get-info.js';

/** One member of getInfo that says something else than before; options are named one by one. */
export interface InfoChange {
  /** Such as `minPinLength` or `options.clientPin`. */
  readonly member: string;
  /** Undefined where it was not there. */
  readonly before: unknown;
  readonly after: unknown;
}

/** What a key says of itself otherwise than before. */
export function infoChanges(before: DeviceInfo, after: DeviceInfo): InfoChange[] {
  const [old, now] = [flat(before), flat(after)];
  return [...new Set([...old.keys(), ...now.keys()])]
    .map((member) => ({ member, before: old.get(member), after: now.get(member) }))
    .filter((change) => !isSame(change.before, change.after));
}

/** Members by name, those of maps as `map.name`. */
function flat(info: DeviceInfo): Map<string, unknown> {
  const members = new Map<string, unknown>();
  for (const [name, value] of Object.entries(info) as [string, unknown][]) {
    if (!(value instanceof Map)) members.set(name, value);
    else for (const [key, member] of value as Map<unknown, unknown>) members.set(`${name}.${String(key)}`, member);
  }
  return members;
}

function isSame(a: unknown, b: unknown): boolean {
  if (a instanceof Uint8Array && b instanceof Uint8Array) return equal(a, b);
  if (Array.isArray(a) && Array.isArray(b))
    return a.length === b.length && a.every((item, index) => isSame(item, b[index]));
  return a === b;
}
