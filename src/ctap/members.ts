import type { CborKey, CborMap, CborValue } from './codec/cbor.js';
import { ResponseError } from './errors.js';

/** Says whether a value has a type, and so narrows it. */
type Is<T extends CborValue> = (value: CborValue) => value is T;

export const isBytes: Is<Uint8Array> = (value) => value instanceof Uint8Array;
export const isText: Is<string> = (value) => typeof value === 'string';
export const isBoolean: Is<boolean> = (value) => typeof value === 'boolean';
export const isCount: Is<number> = (value): value is number => typeof value === 'number' && value >= 0;
export const isInteger: Is<number> = (value) => typeof value === 'number';
export const isMap: Is<CborMap> = (value): value is CborMap => value instanceof Map;
export function isListOf<T extends CborValue>(is: Is<T>): Is<readonly T[]> {
  return (value): value is readonly T[] => Array.isArray(value) && (value as readonly CborValue[]).every(is);
}

/** A member that may be absent. Throws a ResponseError that names it when it is there with another type. */
export function optional<T extends CborValue>(map: CborMap, key: CborKey, name: string, is: Is<T>): T | undefined {
  const value = map.get(key);
  if (value === undefined) return undefined;
  if (!is(value)) throw new ResponseError(name, 'has the wrong type');
  return value;
}

/** A member that must be there. Throws a ResponseError that names it when it is not, or has another type. */
export function required<T extends CborValue>(map: CborMap, key: CborKey, name: string, is: Is<T>): T {
  const value = optional(map, key, name, is);
  if (value === undefined) throw new ResponseError(name, 'is missing');
  return value;
}

/** More than any authenticator keeps: a list that claims to be longer would be walked for ever. */
const LONGEST_LIST = 1024;

/** How long a list is that an authenticator gives entry by entry. Throws a ResponseError for one that cannot be. */
export function listLength(total: number, name: string): number {
  if (total > LONGEST_LIST) throw new ResponseError(name, `claims ${total} entries`);
  return total;
}
