import type { CborMap, CborValue } from '../ctap/codec/cbor.js';
import { CtapStatus } from '../ctap/status.js';
import { Refusal } from './refusal.js';

/**
 * A CBOR map from outside, read member by member. Each reader gives undefined for a member that is absent and
 * refuses one of another type (CBOR_UNEXPECTED_TYPE); members that nobody reads are ignored, as CTAP 2.2 §8 asks.
 */
export class Fields {
  readonly #map: CborMap;

  constructor(map: CborMap) {
    this.#map = map;
  }

  /** The map itself, for what is computed over its encoding. */
  get map(): CborMap {
    return this.#map;
  }

  has(key: number | string): boolean {
    return this.#map.has(key);
  }

  bytes(key: number | string): Uint8Array | undefined {
    return this.#read(key, (value) => (value instanceof Uint8Array ? value : undefined));
  }

  text(key: number | string): string | undefined {
    return this.#read(key, (value) => (typeof value === 'string' ? value : undefined));
  }

  /** A whole number. Those beyond 2^53 become the nearest double: nothing in CTAP compares equal to them. */
  integer(key: number | string): number | undefined {
    return this.#read(key, (value) =>
      typeof value === 'number' || typeof value === 'bigint' ? Number(value) : undefined,
    );
  }

  boolean(key: number | string): boolean | undefined {
    return this.#read(key, (value) => (typeof value === 'boolean' ? value : undefined));
  }

  fields(key: number | string): Fields | undefined {
    return this.#read(key, fieldsOf);
  }

  /** A list of maps. */
  fieldsList(key: number | string): Fields[] | undefined {
    return this.#list(key, fieldsOf);
  }

  textList(key: number | string): string[] | undefined {
    return this.#list(key, (item) => (typeof item === 'string' ? item : undefined));
  }

  #list<T>(key: number | string, narrow: (item: CborValue) => T | undefined): T[] | undefined {
    // The cast names what Array.isArray leaves as any[].
    const list = this.#read(key, (value) => (Array.isArray(value) ? (value as readonly CborValue[]) : undefined));
    return list?.map((item) => narrow(item) ?? refuse(CtapStatus.CBOR_UNEXPECTED_TYPE));
  }

  #read<T>(key: number | string, narrow: (value: CborValue) => T | undefined): T | undefined {
    const value = this.#map.get(key);
    return value === undefined ? undefined : (narrow(value) ?? refuse(CtapStatus.CBOR_UNEXPECTED_TYPE));
  }
}

/** The member that a command cannot do without: MISSING_PARAMETER when it is absent. */
export function required<T>(member: T | undefined): T {
  return member ?? refuse(CtapStatus.MISSING_PARAMETER);
}

/** Ends the command with a status, from within an expression. */
export function refuse(status: CtapStatus): never {
  throw new Refusal(status);
}

function fieldsOf(value: CborValue): Fields | undefined {
  // Maps in a CborValue are CborMaps; instanceof cannot say so.
  return value instanceof Map ? new Fields(value as CborMap) : undefined;
}
