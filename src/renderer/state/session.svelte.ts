import { refresh, signOut } from '../../cognito/account.js';
import type { Connection } from '../../cognito/connection.js';
import { CognitoError } from '../../cognito/errors.js';
import type { Tokens } from '../../cognito/tokens.js';

/** A token with less life than this is exchanged before it is used, so that it does not run out on the way. */
const NEAR_EXPIRY_MS = 60_000;

const ENDS: ReadonlySet<string> = new Set(['signed-out', 'refresh-token-reused']);

/** Who is signed in. The tokens are held here and nowhere else, in memory only, until sign-out. */
export class Session {
  readonly #pool: Connection;
  #tokens: Tokens | undefined;
  #refreshing: Promise<Tokens> | undefined;
  #username = $state<string>();
  #ended = $state(false);

  constructor(pool: Connection) {
    this.#pool = pool;
  }

  /** Undefined while nobody is signed in. */
  get username(): string | undefined {
    return this.#username;
  }

  /** True when the pool has ended the session, rather than the person. */
  get ended(): boolean {
    return this.#ended;
  }

  open(username: string, tokens: Tokens): void {
    this.#tokens = tokens;
    this.#username = username;
    this.#ended = false;
  }

  /**
   * Does `work` with tokens that are still good. When the pool no longer honours them, the session is
   * over and the sign-in screen comes back.
   */
  async use<T>(work: (tokens: Tokens) => Promise<T>): Promise<T> {
    try {
      return await work(await this.#fresh());
    } catch (error) {
      if (error instanceof CognitoError && ENDS.has(error.code)) {
        this.#forget();
        this.#ended = true;
      }
      throw error;
    }
  }

  /** The names by which the pool may know who is signed in. */
  get names(): readonly string[] {
    const { username, email } = this.#tokens?.identity ?? {};
    return [this.#username, username, email].filter((name) => name !== undefined);
  }

  /**
   * Forgets the tokens at once, and asks the pool to revoke them. Resolves with what went wrong there: the person is
   * signed out here all the same.
   */
  async signOut(): Promise<CognitoError | undefined> {
    const tokens = this.#tokens;
    this.#forget();
    this.#ended = false;
    if (!tokens) return undefined;
    try {
      await signOut(this.#pool, tokens);
      return undefined;
    } catch (error) {
      if (error instanceof CognitoError) return error;
      throw error;
    }
  }

  async #fresh(): Promise<Tokens> {
    const tokens = this.#tokens;
    if (!tokens) throw new CognitoError('signed-out');
    if (tokens.expiresAt - this.#pool.now() > NEAR_EXPIRY_MS) return tokens;
    this.#refreshing ??= refresh(this.#pool, tokens).finally(() => {
      this.#refreshing = undefined;
    });
    const fresh = await this.#refreshing;
    // Signed out meanwhile: the new tokens are nobody's.
    if (this.#tokens === tokens) this.#tokens = fresh;
    return fresh;
  }

  #forget(): void {
    this.#tokens = undefined;
    this.#username = undefined;
  }
}
