import type { Connection } from '../../cognito/connection.js';
import { answerPasskey, startSignIn } from '../../cognito/sign-in.js';
import type { KeyId } from '../../shared/ipc.js';
import type { Bridge } from '../api.js';
import { explainKeyAtKiosk, explainTapIn, noPasskeyAtKiosk, type Problem, someoneElse } from '../messages.js';
import { Ceremony } from './ceremony.svelte.js';
import type { Session } from './session.svelte.js';

/** Between two clocks, in seconds: the pool's time of the proof may lie that much before the question by this machine's. */
const CLOCKS_DIFFER_S = 60;

/**
 * Proves again, before something that matters, that it is still the person who is signed in: a new sign-in with a fresh
 * touch. What it is for then happens with the new tokens.
 */
export class StepUp {
  readonly ceremony: Ceremony;
  readonly #bridge: Bridge;
  readonly #pool: Connection;
  readonly #session: Session;
  #busy = $state(false);
  #problem = $state.raw<Problem>();

  constructor(bridge: Bridge, pool: Connection, session: Session) {
    this.ceremony = new Ceremony(bridge);
    this.#bridge = bridge;
    this.#pool = pool;
    this.#session = session;
  }

  /** Key or pool is being asked. */
  get busy(): boolean {
    return this.#busy;
  }

  get problem(): Problem | undefined {
    return this.#problem;
  }

  /** Resolves with whether the person has proved it with this key, now. */
  async prove(keyId: KeyId): Promise<boolean> {
    this.#busy = true;
    this.#problem = undefined;
    try {
      this.#problem = await this.#signInAgain(keyId);
      return this.#problem === undefined;
    } catch (error) {
      this.#problem = explainTapIn(error);
      return false;
    } finally {
      this.#busy = false;
    }
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
