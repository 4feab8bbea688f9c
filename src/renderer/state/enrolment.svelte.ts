import type { Connection } from '../../cognito/connection.js';
import { CognitoError } from '../../cognito/errors.js';
import { completeRegistration, listPasskeys, startRegistration } from '../../cognito/passkeys.js';
import type { Output } from '../../shared/ipc.js';
import type { KeyId, KeySummary } from '../../shared/keys.js';
import type { PublicKeyCredentialCreationOptionsJSON } from '../../shared/webauthn-json.js';
import type { Bridge } from '../api.js';
import { explain, explainPool, type Problem } from '../messages.js';
import { Ceremony } from './ceremony.svelte.js';
import type { Session } from './session.svelte.js';

type Made = Output<'keys.create'>;

export type EnrolmentStage =
  | { readonly kind: 'ready' }
  | { readonly kind: 'asking-pool' }
  /** The key is asked; the ceremony says what it wants. */
  | { readonly kind: 'key' }
  | { readonly kind: 'saving' }
  /** The key has made it, and the pool has not said whether it took it. */
  | { readonly kind: 'unconfirmed'; readonly problem: Problem }
  /** The pool has refused it: it is on the key, of no use. */
  | { readonly kind: 'left-on-key'; readonly problem: Problem; readonly credentialId: string; readonly keyId: KeyId }
  | { readonly kind: 'failed'; readonly problem: Problem }
  | { readonly kind: 'cancelled' }
  /** Enrolled, and noted under `nickname`, which the person may change. */
  | { readonly kind: 'enrolled'; readonly credentialId: string; readonly nickname: string };

/** Whether nobody knows, after this, if the pool has taken the passkey; else it has refused it. */
function isSilence(error: unknown): boolean {
  return !(error instanceof CognitoError) || error.retryable || error.code === 'bad-answer' || error.code === 'aborted';
}

/** How long a challenge is good where the pool does not say. */
const DEFAULT_CHALLENGE_MS = 60_000;

/**
 * Enrols one key: two calls to the pool with the key in between. Every step after the key has made its passkey ends
 * with main knowing what became of it.
 */
export class Enrolment {
  readonly ceremony: Ceremony;
  readonly #bridge: Bridge;
  readonly #pool: Connection;
  readonly #session: Session;
  #options: { readonly value: PublicKeyCredentialCreationOptionsJSON; readonly until: number } | undefined;
  #made: { readonly answer: Made; readonly key: KeySummary } | undefined;
  #stage = $state.raw<EnrolmentStage>({ kind: 'ready' });

  constructor(bridge: Bridge, pool: Connection, session: Session) {
    this.ceremony = new Ceremony(bridge);
    this.#bridge = bridge;
    this.#pool = pool;
    this.#session = session;
  }

  get stage(): EnrolmentStage {
    return this.#stage;
  }

  /** Asks the pool, then the key, then the pool. Resumes with the pool's challenge while that is young enough. */
  async start(key: KeySummary): Promise<void> {
    this.#stage = { kind: 'asking-pool' };
    let options: PublicKeyCredentialCreationOptionsJSON;
    try {
      options = await this.#challenge();
    } catch (error) {
      this.#stage = { kind: 'failed', problem: explainPool(error) };
      return;
    }
    // The person left while the pool was thinking.
    if (!this.#is('asking-pool')) return;
    this.#stage = { kind: 'key' };
    const answer = await this.ceremony.run((ceremonyId) =>
      this.#bridge.request('keys.create', { ceremonyId, keyId: key.id, options }),
    );
    if (!answer.ok) {
      const { error } = answer;
      this.#stage = error.code === 'cancelled' ? { kind: 'cancelled' } : { kind: 'failed', problem: explain(error) };
      return;
    }
    this.#options = undefined; // spent
    this.#made = { answer: answer.value, key };
    await this.#complete();
  }

  /** After silence: reads whether the pool has it before it is offered a second time. */
  async settle(): Promise<void> {
    if (!this.#made) return;
    const { id } = this.#made.answer.response;
    this.#stage = { kind: 'saving' };
    try {
      const list = await this.#session.use((tokens) => listPasskeys(this.#pool, tokens));
      if (list.some((passkey) => passkey.id === id)) await this.#confirm();
      else await this.#complete();
    } catch (error) {
      this.#stage = { kind: 'unconfirmed', problem: explainPool(error) };
    }
  }

  /**
   * Gives up, at any stage. A passkey whose fate is unknown stays in main's journal, which offers it for removal as
   * long as the pool does not list it.
   */
  async leave(): Promise<void> {
    const { kind } = this.#stage;
    if (kind === 'key') {
      await this.ceremony.cancel();
      return;
    }
    if (kind === 'unconfirmed') await this.#abandon();
    if (kind === 'asking-pool') this.#stage = { kind: 'cancelled' };
  }

  async #challenge(): Promise<PublicKeyCredentialCreationOptionsJSON> {
    // The key needs part of the challenge's life for PIN and touch: what is left of an older one may not be enough.
    if (this.#options && this.#options.until > this.#pool.now()) return this.#options.value;
    const value = await this.#session.use((tokens) => startRegistration(this.#pool, tokens));
    this.#options = { value, until: this.#pool.now() + (value.timeout ?? DEFAULT_CHALLENGE_MS) / 2 };
    return value;
  }

  async #complete(): Promise<void> {
    if (!this.#made) return;
    const { answer, key } = this.#made;
    this.#stage = { kind: 'saving' };
    try {
      await this.#session.use((tokens) => completeRegistration(this.#pool, tokens, answer.response));
    } catch (error) {
      const problem = explainPool(error);
      if (isSilence(error)) {
        this.#stage = { kind: 'unconfirmed', problem };
        return;
      }
      await this.#abandon();
      this.#stage = { kind: 'left-on-key', problem, credentialId: answer.response.id, keyId: key.id };
      return;
    }
    await this.#confirm();
  }

  /** Noted at once under a name of our own, so that a window closed now leaves nothing half done. */
  async #confirm(): Promise<void> {
    if (!this.#made) return;
    const { answer, key } = this.#made;
    const nickname = key.product.trim().slice(0, LONGEST_NICKNAME) || 'Security key';
    const noted = await this.#bridge.request('passkeys.confirm', { enrolmentId: answer.enrolmentId, nickname });
    this.#made = undefined;
    this.#stage = noted.ok
      ? { kind: 'enrolled', credentialId: noted.value.credentialId, nickname: noted.value.nickname }
      : { kind: 'failed', problem: explain(noted.error) };
  }

  async #abandon(): Promise<void> {
    if (!this.#made) return;
    // Should main fail here, its journal still has the entry, and lists it at the next look.
    await this.#bridge.request('passkeys.abandon', { enrolmentId: this.#made.answer.enrolmentId });
    this.#made = undefined;
  }

  #is(kind: EnrolmentStage['kind']): boolean {
    return this.#stage.kind === kind;
  }
}

export const LONGEST_NICKNAME = 64;
