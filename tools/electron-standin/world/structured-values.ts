/** Carries values that can be cloned through text, as Electron's IPC carries them through its own pipe. */
export interface ValueCodec {
  /** Throws a DataCloneError for what cannot be cloned (functions, symbols, promises), as Electron does. */
  encode(value: unknown): string;
  decode(text: string): unknown;
}

/**
 * The codec for the types of the structured clone algorithm that are not tied to a document: primitives, Date, RegExp, Error, binary types, Array,
 * Map, Set and plain objects, with shared and circular references.
 *
 * This function runs in Node and, as text, in the page's isolated world: it may lean on nothing outside itself.
 */
export function valueCodec(): ValueCodec {
  type Wire = null | boolean | number | string | Wire[];

  const toBase64 = (bytes: Uint8Array) => {
    let text = '';
    for (let at = 0; at < bytes.length; at += 8192) text += String.fromCharCode(...bytes.subarray(at, at + 8192));
    return btoa(text);
  };
  const fromBase64 = (text: string) => Uint8Array.from(atob(text), (character) => character.charCodeAt(0));

  const views = {
    DataView,
    Int8Array,
    Uint8Array,
    Uint8ClampedArray,
    Int16Array,
    Uint16Array,
    Int32Array,
    Uint32Array,
    Float32Array,
    Float64Array,
    BigInt64Array,
    BigUint64Array,
  };
  const errors = { Error, EvalError, RangeError, ReferenceError, SyntaxError, TypeError, URIError };

  const encode = (value: unknown): string => {
    const seen = new Map<object, number>();

    const write = (item: unknown): Wire => {
      if (item === null || typeof item === 'boolean' || typeof item === 'string') return item;
      if (item === undefined) return ['undefined'];
      if (typeof item === 'bigint') return ['bigint', String(item)];
      if (typeof item === 'number')
        return Number.isFinite(item) && !Object.is(item, -0)
          ? item
          : ['number', Object.is(item, -0) ? '-0' : String(item)];
      if (typeof item !== 'object') throw new DOMException('An object could not be cloned.', 'DataCloneError');
      const known = seen.get(item);
      if (known !== undefined) return ['ref', known];
      const id = seen.size;
      seen.set(item, id);
      return writeObject(item, id);
    };

    const writeObject = (item: object, id: number): Wire => {
      if (Array.isArray(item)) return ['array', id, ...item.map(write)];
      if (item instanceof Date) return ['date', id, write(item.getTime())];
      if (item instanceof RegExp) return ['regexp', id, item.source, item.flags];
      if (item instanceof Map) return ['map', id, ...[...item].map(([key, entry]) => [write(key), write(entry)])];
      if (item instanceof Set) return ['set', id, ...[...item].map(write)];
      if (item instanceof Error) return ['error', id, item.name, item.message, item.stack ?? null, write(item.cause)];
      if (item instanceof ArrayBuffer) return ['buffer', id, toBase64(new Uint8Array(item))];
      if (ArrayBuffer.isView(item)) {
        const type = Object.prototype.toString.call(item).slice(8, -1);
        return ['view', id, type, toBase64(new Uint8Array(item.buffer, item.byteOffset, item.byteLength))];
      }
      if (Object.prototype.toString.call(item) === '[object Object]')
        return ['object', id, ...Object.entries(item).map(([key, entry]) => [key, write(entry)])];
      throw new DOMException('An object could not be cloned.', 'DataCloneError');
    };

    // The platform's own algorithm goes first: it refuses what must be refused and turns instances of classes into plain objects.
    return JSON.stringify(write(structuredClone(value)));
  };

  const decode = (text: string): unknown => {
    const found: unknown[] = [];
    const keep = <T>(id: unknown, item: T): T => {
      found[id as number] = item;
      return item;
    };

    const read = (wire: Wire): unknown => {
      if (!Array.isArray(wire)) return wire;
      const [kind, ...rest] = wire as [string, ...Wire[]];
      const [id, first, second, third, fourth] = rest;
      switch (kind) {
        case 'undefined':
          return undefined;
        case 'bigint':
          return BigInt(id as string);
        case 'number':
          return Number(id);
        case 'ref':
          return found[id as number];
        case 'array': {
          const list = keep<unknown[]>(id, []);
          for (const entry of rest.slice(1)) list.push(read(entry));
          return list;
        }
        case 'date':
          return keep(id, new Date(read(first as Wire) as number));
        case 'regexp':
          return keep(id, new RegExp(first as string, second as string));
        case 'map': {
          const map = keep(id, new Map<unknown, unknown>());
          for (const [key, entry] of rest.slice(1) as [Wire, Wire][]) map.set(read(key), read(entry));
          return map;
        }
        case 'set': {
          const set = keep(id, new Set<unknown>());
          for (const entry of rest.slice(1)) set.add(read(entry));
          return set;
        }
        case 'error': {
          const type = errors[first as keyof typeof errors] as ErrorConstructor | undefined;
          const error = keep(id, new (type ?? Error)(second as string));
          if (typeof third === 'string') error.stack = third;
          const cause = read(fourth as Wire);
          if (cause !== undefined) error.cause = cause;
          return error;
        }
        case 'buffer':
          return keep(id, fromBase64(first as string).buffer);
        case 'view':
          return keep(
            id,
            new (views[first as keyof typeof views] as Uint8ArrayConstructor)(fromBase64(second as string).buffer),
          );
        case 'object': {
          const object = keep<Record<string, unknown>>(id, {});
          // Defined, not assigned: an entry called __proto__ stays an entry.
          for (const [key, entry] of rest.slice(1) as [string, Wire][])
            Object.defineProperty(object, key, {
              value: read(entry),
              writable: true,
              enumerable: true,
              configurable: true,
            });
          return object;
        }
        default:
          throw new TypeError(`Unknown kind of value: ${kind}`);
      }
    };

    return read(JSON.parse(text) as Wire);
  };

  return { encode, decode };
}
