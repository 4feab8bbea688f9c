import { EventEmitter } from 'node:events';

import { NotImplementedError, refusalTraps } from './refuse.js';

type Listener = Parameters<EventEmitter['on']>[1];

/** Events that Node itself emits or listens for on any emitter (`events.once` adds an `error` listener). */
const OF_NODE = ['error', 'newListener', 'removeListener'];

/** Base of the stand-in's classes with events: missing members throw, and so does listening to an event that never fires here. */
export class Emitter extends EventEmitter {
  // Public, because the object in use is the proxy and a private field would stay on the object behind it.
  readonly assertEmits: (event: string | symbol) => void;

  /** @param events the events that can fire, or `'any'` where the app makes up the names */
  constructor(what: string, events: readonly string[] | 'any') {
    super();
    const known = events === 'any' ? undefined : new Set<string | symbol>([...events, ...OF_NODE]);
    this.assertEmits = (event) => {
      if (known && !known.has(event)) throw new NotImplementedError(`Event '${String(event)}' of ${what}`);
    };
    return new Proxy(this, refusalTraps(what)) as this;
  }

  // `once` goes through `on`, the other two do not.
  override on(event: string | symbol, listener: Listener): this {
    this.assertEmits(event);
    return super.on(event, listener);
  }

  override addListener(event: string | symbol, listener: Listener): this {
    this.assertEmits(event);
    return super.addListener(event, listener);
  }

  override prependListener(event: string | symbol, listener: Listener): this {
    this.assertEmits(event);
    return super.prependListener(event, listener);
  }
}
