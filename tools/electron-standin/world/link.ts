/** One end of the connection between the isolated world, where the preload runs, and the page's own world. */
export interface WorldLink {
  /** Calls what the other end has registered under this name. Synchronous, as contextBridge is; throws a copy of what the other end threw. */
  call(name: string, ...args: unknown[]): unknown;
  /** Offers a function to the other end by name. */
  register(name: string, handler: (...args: unknown[]) => unknown): void;
}

/**
 * Connects two JavaScript worlds of one document by synchronous events, whose `detail` Chromium clones from world to world.
 * Values cross by the rules of contextBridge: data is copied, functions become proxies that call back, promises settle on the other side,
 * errors keep their message only, prototypes are lost, and what cannot be cloned throws.
 *
 * This function runs, as text, in both worlds: it may lean on nothing outside itself. It runs before any script of the page, so what it
 * captures is the platform's own. The events are those of `scope`, the window.
 */
export function worldLink(
  incoming: string,
  outgoing: string,
  scope: EventTarget = globalThis as unknown as EventTarget,
): WorldLink {
  type Wire =
    | { kind: 'data'; value: unknown }
    | { kind: 'function'; id: number }
    | { kind: 'promise'; id: number }
    | { kind: 'error'; message: string }
    | { kind: 'array'; items: Wire[] }
    | { kind: 'object'; entries: [string, Wire][] };
  type Post =
    | { type: 'call'; target: number | string; args: Wire[] }
    | { type: 'answer'; ok: boolean; value: Wire }
    | { type: 'settled'; id: number; ok: boolean; value: Wire };
  interface Settle {
    resolve: (value: unknown) => void;
    reject: (reason: unknown) => void;
  }

  const MAX_DEPTH = 1000;
  const { CustomEvent, Map, Promise, Error, TypeError, structuredClone } = globalThis;
  const dispatch = EventTarget.prototype.dispatchEvent.bind(scope);
  const listen = EventTarget.prototype.addEventListener.bind(scope);

  const named = new Map<string, (...args: unknown[]) => unknown>();
  const functions = new Map<number, (...args: unknown[]) => unknown>();
  const waiting = new Map<number, Settle>();
  let lastId = 0;
  let answer: { ok: boolean; value: Wire } | undefined;

  const post = (message: Post) => {
    dispatch(new CustomEvent(outgoing, { detail: message }));
  };

  const write = (value: unknown, depth = 0): Wire => {
    if (depth > MAX_DEPTH)
      throw new TypeError(
        'Electron contextBridge recursion depth exceeded.  Nested objects deeper than 1000 are not supported.',
      );
    if (typeof value === 'function') {
      const id = ++lastId;
      functions.set(id, value as (...args: unknown[]) => unknown);
      return { kind: 'function', id };
    }
    if (value instanceof Promise) {
      const id = ++lastId;
      value.then(
        (result: unknown) => {
          settled(id, true, result);
        },
        (reason: unknown) => {
          settled(id, false, reason);
        },
      );
      return { kind: 'promise', id };
    }
    if (value instanceof Error) return { kind: 'error', message: value.message };
    if (Array.isArray(value)) return { kind: 'array', items: value.map((item: unknown) => write(item, depth + 1)) };
    if (typeof value === 'object' && value !== null && Object.prototype.toString.call(value) === '[object Object]')
      return {
        kind: 'object',
        entries: Object.entries(value).map(([key, item]: [string, unknown]) => [key, write(item, depth + 1)]),
      };
    return { kind: 'data', value: structuredClone(value) };
  };

  const settled = (id: number, ok: boolean, value: unknown) => {
    try {
      post({ type: 'settled', id, ok, value: write(value) });
    } catch (error) {
      post({ type: 'settled', id, ok: false, value: write(error) });
    }
  };

  const read = (wire: Wire): unknown => {
    switch (wire.kind) {
      case 'data':
        return wire.value;
      case 'function': {
        const { id } = wire;
        return (...args: unknown[]) => invoke(id, args);
      }
      case 'promise':
        return new Promise((resolve, reject) => {
          waiting.set(wire.id, { resolve, reject });
        });
      case 'error':
        return new Error(wire.message);
      case 'array':
        return wire.items.map(read);
      case 'object': {
        const object: Record<string, unknown> = {};
        for (const [key, item] of wire.entries)
          Object.defineProperty(object, key, {
            value: read(item),
            writable: true,
            enumerable: true,
            configurable: true,
          });
        return object;
      }
    }
  };

  const invoke = (target: number | string, args: unknown[]): unknown => {
    answer = undefined;
    post({ type: 'call', target, args: args.map((item) => write(item)) });
    // The other end has answered before dispatchEvent returned: the compiler cannot see that it wrote to `answer`.
    const got = answer as { ok: boolean; value: Wire } | undefined;
    if (!got) throw new Error('The other world did not answer');
    const value = read(got.value);
    if (!got.ok) throw value;
    return value;
  };

  listen(incoming, (event) => {
    event.stopImmediatePropagation();
    const message = (event as CustomEvent<Post>).detail;
    if (message.type === 'answer') {
      answer = message;
    } else if (message.type === 'settled') {
      const settle = waiting.get(message.id);
      waiting.delete(message.id);
      if (message.ok) settle?.resolve(read(message.value));
      else settle?.reject(read(message.value));
    } else {
      const handler = typeof message.target === 'string' ? named.get(message.target) : functions.get(message.target);
      let reply: Post;
      try {
        if (!handler) throw new Error(`Nothing is registered as ${String(message.target)}`);
        reply = { type: 'answer', ok: true, value: write(handler(...message.args.map(read))) };
      } catch (error) {
        reply = { type: 'answer', ok: false, value: write(error) };
      }
      post(reply);
    }
  });

  return {
    call: (name, ...args) => invoke(name, args),
    register: (name, handler) => {
      named.set(name, handler);
    },
  };
}
