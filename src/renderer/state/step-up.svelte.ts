import type { Connection } from '../../cognito/connection.js';
import { answerPasskey, startSignIn } from '../../cognito/sign-in.js';
import type { Output } from '../../shared/ipc.js';
import type { KeyId } from '../../shared/keys.js';
import type { KioskWish } from '../../shared/kiosk-requests.js';
import type { Bridge } from '../api.js';
import { explain, explainKeyAtKiosk, explainTapIn, noPasskeyAtKiosk, type Problem, someoneElse } from '../messages.js';
import { Ceremony } from './ceremony.svelte.js';
import type { Session } from './session.svelte.js';

/** Between two clocks, in seconds: the pool's time of the proof may lie that much before the question by this machine's. */
const CLOCKS_DIFFER_S = 60;

/**
 * Before something that matters: the person signs with their key what they are asked, and proves to the pool that it is still them, by a
 * new sign-in. One PIN entry, two touches. What it is for then happens with the new tokens.
 */
export class StepUp {
  readonly ceremony: Ceremony;
  readonly #bridge: Bridge;
  readonly #pool: Connection;
  readonly #session: Session;
  readonly #wish: KioskWish;
  #asked = $state.raw<Output<'kiosk.ask'>>();
  #approved = $state.raw<Output<'kiosk.approve'>>();
  #busy = $state(false);
  #problem = $state.raw<Problem>();

  constructor(bridge: Bridge, pool: Connection, session: Session, wish: KioskWish) {
    this.ceremony = new Ceremony(bridge);
    this.#bridge = bridge;
    this.#pool = pool;
    this.#session = session;
    this.#wish = wish;
  }

  /** What the person signs, word for word; undefined until main has said. */
  get text(): string | undefined {
    return this.#asked?.text;
  }

  /** The signature, when it is there and the sign-in is not; undefined before and after. */
  get approved(): Output<'kiosk.approve'> | undefined {
    return this.#approved;
  }

  /** Key or pool is being asked. */
  get busy(): boolean {
    return this.#busy;
  }

  get problem(): Problem | undefined {
    return this.#problem;
  }

  /** Has main write what is to be signed. */
  async ask(): Promise<void> {
    const answer = await this.#bridge.request('kiosk.ask', this.#wish);
    this.#asked = answer.ok ? answer.value : undefined;
    if (!answer.ok) this.#problem = explain(answer.error);
  }

  /** Resolves with whether the person has signed it and proved that it is them, with this key, now. */
  async prove(keyId: KeyId): Promise<boolean> {
    this.#busy = true;
    this.#problem = undefined;
    try {
      if (!this.#asked) {
        await this.ask(); // it failed before: what it says must be read first
        return false;
      }
      const problem = (await this.#approve(this.#asked)) ?? (await this.#signInAgain(keyId));
      // Each approval serves for one try: the next one is asked anew.
      if (problem) await this.ask();
      this.#problem = problem;
      return problem === undefined;
    } catch (error) {
      await this.ask();
      this.#problem = explainTapIn(error);
      return false;
    } finally {
      this.#approved = undefined;
      this.#busy = false;
    }
  }

  async #approve({ requestId }: Output<'kiosk.ask'>): Promise<Problem | undefined> {
    const answer = await this.ceremony.run((ceremonyId) =>
      this.#bridge.request('kiosk.approve', { ceremonyId, requestId }),
    );
    if (!answer.ok) return explainKeyAtKiosk(answer.error);
    this.#approved = answer.value;
    return undefined;
  }

  async #signInAgain(keyId: KeyId): Promise<Problem | undefined> {
    const { username } = this.#session;
    if (username === undefined) return noPasskeyAtKiosk('nobody is signed in');
    const begun = this.#pool.now() / 1000 - CLOCKS_DIFFER_S;
    const state = await startSignIn(this.#pool, username);
    if (state.step !== 'passkey') return noPasskeyAtKiosk(`the pool asks for ${state.step}`);
    const answer = await this.ceremony.run((ceremonyId) =>
      this.#bridge.request('keys.get', { ceremonyId, keyId, options: state.options }),
    );
    if (!answer.ok) return explainKeyAtKiosk(answer.error);
    const next = await answerPasskey(this.#pool, state, answer.value);
    if (next.step !== 'signed-in') return noPasskeyAtKiosk(`the pool asks for ${next.step}`);
    const { tokens } = next;
    const isProved = tokens.identity.authTime >= begun && this.#session.replace(tokens);
    if (isProved) return undefined;
    // Main revokes it with the rest.
    await this.#bridge.request('kiosk.renewed', { refreshToken: tokens.refreshToken });
    return someoneElse();
  }
}
