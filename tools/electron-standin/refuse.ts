/** A member of Electron's API that the stand-in does not have. Thrown when it is touched, so that nothing passes by not happening. */
export class NotImplementedError extends Error {
  override readonly name = 'NotImplementedError';

  constructor(what: string) {
    super(`${what} is not implemented by the stand-in runtime (tools/electron-standin); real Electron may have it`);
  }
}

/** Names that JavaScript and its tools look up on any object, to see whether it is a promise, a class or a test matcher. */
const PROBED = new Set(['then', 'toJSON', 'constructor', 'asymmetricMatch', 'nodeType', 'inspect']);

/** Traps for a Proxy around a part of the stand-in: what the part does not have throws {@link NotImplementedError}. */
export function refusalTraps(what: string): ProxyHandler<object> {
  return {
    get(target, name, receiver) {
      if (typeof name === 'symbol' || name in target || PROBED.has(name))
        return Reflect.get(target, name, receiver) as unknown;
      throw new NotImplementedError(`${what}.${name}`);
    },
    set(target, name, value, receiver) {
      // A test may put a double in the place of any function; a setting that nobody reads must not be lost in silence.
      if (typeof name === 'symbol' || name in target || typeof value === 'function')
        return Reflect.set(target, name, value, receiver);
      throw new NotImplementedError(`Setting ${what}.${name}`);
    },
  };
}

/** Members of an Electron type that a part of the stand-in offers: each has the real signature, none is required. */
export type PartOf<T> = Partial<Omit<T, keyof NodeJS.EventEmitter>>;

/** An Electron module made of the members given; every other one throws. */
export function moduleOf<T extends object>(what: string, part: PartOf<T>): T {
  return asElectron<T>(new Proxy(part, refusalTraps(what)));
}

/** Hands a guarded part out under its Electron type. The cast is honest because members that are missing throw. */
export function asElectron<T extends object>(part: PartOf<T>): T {
  return part as T;
}

/** A class whose missing static members throw as well. */
export function refuseMissingStatics<T extends object>(what: string, type: T): T {
  return new Proxy(type, refusalTraps(what)) as T;
}

/** An Electron export of which the stand-in has nothing: any use throws. */
export function refusedExport(what: string): unknown {
  // A function, not an arrow: only so can it stand for a class.
  const refuse = function (): never {
    throw new NotImplementedError(what);
  };
  return new Proxy(refuse, { ...refusalTraps(what), construct: refuse, apply: refuse });
}

/**
 * Base of the stand-in's classes without events: members that are missing throw.
 *
 * Subclasses get the proxy as `this`, so their private fields live on it and methods called through it find them.
 */
// eslint-disable-next-line @typescript-eslint/no-extraneous-class -- its constructor is all that a base like this has
export class Guarded {
  constructor(what: string) {
    return new Proxy(this, refusalTraps(what));
  }
}
