import type { EventPayload } from '../../shared/ipc.js';
import type { Failure } from '../../shared/result.js';
import type { Bridge } from '../api.js';

export type Mail = EventPayload<'practice.mail'> & { readonly number: number };

/** The make-believe world while practising: a mailbox, and a key that is touched and plugged by buttons. */
export class Practice {
  readonly #bridge: Bridge;
  #mails = $state.raw<readonly Mail[]>([]);
  #touchWanted = $state(false);
  #plugged = $state<boolean>();

  constructor(bridge: Bridge) {
    this.#bridge = bridge;
  }

  /** Newest first. */
  get mails(): readonly Mail[] {
    return this.#mails;
  }

  get touchWanted(): boolean {
    return this.#touchWanted;
  }

  /** Whether the key is plugged in, as the buttons have left it; undefined while they have not been used: the list of keys tells. */
  get plugged(): boolean | undefined {
    return this.#plugged;
  }

  /** Returns how to stop listening. */
  watch(): () => void {
    const stops = [
      this.#bridge.on('practice.mail', (mail) => {
        this.#mails = [{ ...mail, number: this.#mails.length + 1 }, ...this.#mails];
      }),
      this.#bridge.on('practice.touch', ({ wanted }) => {
        this.#touchWanted = wanted;
      }),
    ];
    return () => {
      for (const stop of stops) stop();
    };
  }

  /** Presses the key; resolves with what went wrong. */
  async touch(): Promise<Failure | undefined> {
    const answer = await this.#bridge.request('practice.touch', undefined);
    return answer.ok ? undefined : answer.error;
  }

  async plug(plugged: boolean): Promise<Failure | undefined> {
    const answer = await this.#bridge.request('practice.plug', { plugged });
    if (answer.ok) this.#plugged = plugged;
    return answer.ok ? undefined : answer.error;
  }
}
