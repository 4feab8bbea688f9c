import { signOut } from '../../cognito/account.js';
import type { Connection } from '../../cognito/connection.js';
import { CognitoError } from '../../cognito/errors.js';
import { refresh } from '../../cognito/refresh.js';
import type { Tokens } from '../../cognito/tokens.js';

/** A token with less life than this is exchanged before it is used, so that it does not run out on the way. */
const NEAR_EXPIRY_MS = 60_000;

const ENDS: ReadonlySet<string> = new Set(['signed-out', 'refresh-token-reused']);

/** Who is signed in. The tokens are held here and nowhere else, in memory only, until sign-out. */
export class Session {
  readonly #pool: Connection;
  #tokens: Tokens | undefined;
  /** Counts sign-ins, which renewed tokens are not: what ends late must not end somebody else's. */
  #opened = 0;
  #refreshing: { readonly opened: number; readonly answer: Promise<Tokens> } | undefined;
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
    this.#opened += 1;
    this.#tokens = tokens;
    this.#username = username;
    this.#ended = false;
  }

  /**
   * Does `work` with tokens that are still good. When the pool no longer honours them, the session is
   * over and the sign-in screen comes back. A sign-in that was left meanwhile ends nothing any more.
   */
  async use<T>(work: (tokens: Tokens) => Promise<T>): Promise<T> {
    const opened = this.#opened;
    try {
      return await work(await this.#fresh());
    } catch (error) {
      if (error instanceof CognitoError && ENDS.has(error.code) && this.#isOpen(opened)) {
        this.#forget();
        this.#ended = true;
      }
      throw error;
    }
  }

  /** Who is signed in, as their keys know them; undefined while nobody is. */
  get userHandle(): string | undefined {
    return this.#tokens?.identity.userHandle;
  }

  /** Signs in with another identity provider, which keeps their passkeys. */
  get isFederated(): boolean {
    return this.#tokens?.identity.isFederated ?? false;
  }

  /**
   * Ends every sign-in of this person, on any device. Only when the pool has said that it is done are the tokens
   * forgotten here: what went wrong is thrown, and it may be asked for again.
   */
  async signOutEverywhere(): Promise<void> {
    const opened = this.#opened;
    try {
      await this.use((tokens) => signOut(this.#pool, tokens, { everywhere: true }));
    } catch (error) {
      // Ended already, perhaps from elsewhere: then nothing is left here either.
      if (error instanceof CognitoError && ENDS.has(error.code)) return;
      throw error;
    }
    if (this.#isOpen(opened)) this.#forget();
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
    // Whoever asks meanwhile waits for the same answer: a refresh token that rotates is good for one use.
    const opened = this.#opened;
    if (this.#refreshing?.opened !== opened) this.#refreshing = { opened, answer: this.#refresh(tokens, opened) };
    const refreshing = this.#refreshing;
    return refreshing.answer.finally(() => {
      if (this.#refreshing === refreshing) this.#refreshing = undefined;
    });
  }

  async #refresh(tokens: Tokens, opened: number): Promise<Tokens> {
    let held = tokens;
    const onRotated = (refreshToken: string) => {
      held = { ...tokens, refreshToken };
      // Where the rest of the answer cannot be verified now, the next refresh begins with this one.
      if (this.#isOpen(opened)) this.#tokens = held;
    };
    try {
      const fresh = await refresh(this.#pool, tokens, { onRotated });
      if (!this.#isOpen(opened)) throw new CognitoError('signed-out');
      this.#tokens = fresh;
      return fresh;
    } finally {
      // Signed out meanwhile: a new refresh token is nobody's, and must not stay good.
      if (!this.#isOpen(opened) && held !== tokens) await signOut(this.#pool, held);
    }
  }

  /** Whether the sign-in of that count still lasts. */
  #isOpen(opened: number): boolean {
    return this.#tokens !== undefined && this.#opened === opened;
  }

  #forget(): void {
    this.#tokens = undefined;
    this.#username = undefined;
  }
}
