import type { CeremonyId } from '../shared/ceremony.js';
import type { EventName, EventPayload, Input, KeydeskApi, Output, Request } from '../shared/ipc.js';
import type { Result } from '../shared/result.js';

declare global {
  interface Window {
    /** Put there by preload. */
    readonly keydesk: KeydeskApi;
  }
}

/** The bridge to main. Everything the window asks goes through one of these; the state classes get it handed down. */
export class Bridge implements KeydeskApi {
  readonly #keydesk: KeydeskApi;

  constructor(keydesk: KeydeskApi) {
    this.#keydesk = keydesk;
  }

  /** Never rejects: a bridge that breaks down is a failure like any other, told to the person the same way. */
  async request<R extends Request>(name: R, input: Input<R>): Promise<Result<Output<R>>> {
    try {
      return await this.#keydesk.request(name, input);
    } catch (error) {
      return { ok: false, error: { code: 'internal', detail: `${name}: ${String(error)}` } };
    }
  }

  on<E extends EventName>(name: E, listener: (payload: EventPayload<E>) => void): () => void {
    return this.#keydesk.on(name, listener);
  }
}

/** A fresh name for a ceremony, chosen here so that the window listens before it asks. */
export function newCeremonyId(): CeremonyId {
  // The brand is main's to check; a UUID is what it checks for.
  return crypto.randomUUID() as CeremonyId;
}
