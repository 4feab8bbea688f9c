import { type Connection, connect } from '../../../src/cognito/connection.js';
import { answerRequest } from '../../../src/main/answer-request.js';
import type { ServicesOptions } from '../../../src/main/services.js';
import { Bridge } from '../../../src/renderer/api.js';
import type { Need } from '../../../src/renderer/state/ceremony.svelte.js';
import { Keys } from '../../../src/renderer/state/keys.svelte.js';
import { Kiosk } from '../../../src/renderer/state/kiosk.svelte.js';
import { Session } from '../../../src/renderer/state/session.svelte.js';
import { TapIn } from '../../../src/renderer/state/tap-in.svelte.js';
import type { ConnectedPool } from '../../../src/renderer/state/desk.js';
import type { EventName, EventPayload, Handlers, Input, KeydeskApi, Output, Request } from '../../../src/shared/ipc.js';
import type { KeySummary } from '../../../src/shared/keys.js';
import type { Result } from '../../../src/shared/result.js';

/** Whoever sits before a kiosk, and what becomes known of its window. */
export interface KioskWindowOptions {
  readonly pool: ConnectedPool;
  /** What the person enters for that key. */
  readonly pinOf: (key: KeySummary) => string;
  /** Told of each request, before main has it. */
  readonly onRequest?: (name: Request, input: unknown) => void;
  /** Told when the key wants something of the person, before they do it. */
  readonly onNeed?: (kind: Need['kind']) => void;
}

/**
 * The window of a kiosk without its markup: one page after the other, each with the state classes, the pool's client and the
 * requests of the real one. What its components do by themselves, and what a person does with a PIN, is done here.
 */
export class KioskWindow implements Pick<ServicesOptions['window'], 'tell' | 'reload' | 'renew' | 'destroy'> {
  readonly #options: KioskWindowOptions;
  #page: KioskPage | undefined;
  /** Main's, which are there once main is. */
  handlers: Handlers | undefined;
  /** Called when a page is gone. */
  onDestroyed: () => void = () => undefined;
  /** How many pages there have been. */
  pages = 0;

  constructor(options: KioskWindowOptions) {
    this.#options = options;
  }

  /** @throws Error where there is none */
  get page(): KioskPage {
    if (!this.#page) throw new Error('The window is not there');
    return this.#page;
  }

  /** Whom it shows as signed in. */
  get username(): string | undefined {
    return this.#page?.session.username;
  }

  tell<E extends EventName>(name: E, payload: EventPayload<E>): void {
    this.#page?.hear(name, payload);
  }

  reload(): Promise<void> {
    return this.renew();
  }

  renew(): Promise<void> {
    this.destroy();
    this.pages += 1;
    if (!this.handlers) throw new Error('There is no page before main is there');
    this.#page = new KioskPage(this.#options, this.handlers);
    return Promise.resolve();
  }

  destroy(): void {
    if (!this.#page) return;
    this.#page.destroy();
    this.#page = undefined;
    this.onDestroyed();
  }
}

/** One page, from being loaded to being destroyed: then nothing reaches it, and it reaches nobody. */
export class KioskPage implements KeydeskApi {
  readonly pool: Connection;
  readonly session: Session;
  readonly tapIn: TapIn;
  readonly #options: KioskWindowOptions;
  readonly #handlers: Handlers;
  readonly #keys: Keys;
  readonly #kiosk: Kiosk;
  readonly #listeners: { readonly name: EventName; readonly listener: (payload: unknown) => void }[] = [];
  #shown: Need | undefined;
  #isDestroyed = false;

  constructor(options: KioskWindowOptions, handlers: Handlers) {
    this.#options = options;
    this.#handlers = handlers;
    const bridge = new Bridge(this);
    const pool = connect(options.pool);
    this.pool = pool;
    this.session = new Session(pool, ({ refreshToken }) => void bridge.request('kiosk.renewed', { refreshToken }));
    this.tapIn = new TapIn(bridge, pool, this.session);
    this.#keys = new Keys(bridge);
    this.#kiosk = new Kiosk(bridge);
    this.#keys.watch();
    this.#kiosk.watch();
  }

  /** A key that was left in does not tap in by itself: its person says that it is to. */
  begin(): void {
    const [key] = this.#keys.usable;
    if (this.tapIn.step.step === 'waiting' && key) void this.tapIn.begin(key.id);
  }

  tapOut(): void {
    this.#kiosk.end();
  }

  async request<R extends Request>(name: R, input: Input<R>): Promise<Result<Output<R>>> {
    if (this.#isGone()) return gone();
    this.#options.onRequest?.(name, input);
    const answer = await answerRequest(this.#handlers, name, structuredClone(input));
    if (this.#isGone()) return gone();
    // The contract has just been applied to it, as it is on the way to the real window.
    queueMicrotask(() => {
      this.#follow();
    });
    return answer as Result<Output<R>>;
  }

  on<E extends EventName>(name: E, listener: (payload: EventPayload<E>) => void): () => void {
    // What it is called with has the type that goes with its name: `hear` sees to that.
    const entry = { name, listener: listener as (payload: unknown) => void };
    this.#listeners.push(entry);
    return () => {
      this.#listeners.splice(this.#listeners.indexOf(entry), 1);
    };
  }

  hear<E extends EventName>(name: E, payload: EventPayload<E>): void {
    for (const entry of [...this.#listeners]) if (entry.name === name) entry.listener(payload);
    // Messages travel: main does not wait for what the page makes of them.
    setImmediate(() => {
      this.#follow();
    });
  }

  destroy(): void {
    this.#isDestroyed = true;
    this.#listeners.length = 0;
    this.tapIn.leave();
  }

  /** Asked anew each time: whoever was told of something may have destroyed it. */
  #isGone(): boolean {
    return this.#isDestroyed;
  }

  /** What TapInScreen.svelte and its dialogs do when something has changed. */
  #follow(): void {
    if (this.#isGone()) return;
    this.#kiosk.keysChanged(this.#keys.all.map(({ id }) => id));
    const { step, ceremony } = this.tapIn;
    const key = 'keyId' in step ? this.#keys.all.find(({ id }) => id === step.keyId) : undefined;
    const { leftIn } = this.#kiosk;
    const [fresh, ...others] = this.#keys.usable.filter(({ id }) => leftIn?.includes(id) === false);
    if (step.step === 'waiting' && fresh && others.length === 0) void this.tapIn.begin(fresh.id);
    else if ('keyId' in step && this.#keys.loaded && !key) this.tapIn.leave();
    const { need } = ceremony;
    if (!need || !key) return;
    if (need !== this.#shown) this.#options.onNeed?.(need.kind);
    this.#shown = need;
    if (need.kind === 'pin' && !this.#isGone())
      void ceremony.answer({ kind: 'pin', pin: this.#options.pinOf(key), spendLastTries: false });
  }
}

/** An answer to somebody who is not there any more. */
function gone<T>(): Promise<T> {
  return new Promise(() => undefined);
}
