import { signOut } from '../../cognito/account.js';
import type { Connection } from '../../cognito/connection.js';
import { CognitoError } from '../../cognito/errors.js';
import { Renewal } from '../../cognito/refresh.js';
import type { Tokens } from '../../cognito/tokens.js';

/** A token with less life than this is exchanged before it is used, so that it does not run out on the way. */
const NEAR_EXPIRY_MS = 60_000;

const ENDS: ReadonlySet<string> = new Set(['signed-out', 'refresh-token-reused']);

/** Who is signed in. The tokens are held here and nowhere else, in memory only, until sign-out. */
export class Session {
  readonly #pool: Connection;
  readonly #onRenewed: (tokens: Tokens) => void;
  #tokens: Tokens | undefined;
  /** Counts sign-ins, which renewed tokens are not: what ends late must not end somebody else's. */
  #opened = 0;
  /** Kept until it has given tokens: with a pool that rotates refresh tokens, it may hold the only good one. */
  #renewal: Renewal | undefined;
  #refreshing: { readonly of: Tokens; readonly answer: Promise<Tokens> } | undefined;
  #username = $state<string>();
  #ended = $state(false);

  /** @param onRenewed told of tokens that have come in the place of others */
  constructor(pool: Connection, onRenewed: (tokens: Tokens) => void = () => undefined) {
    this.#pool = pool;
    this.#onRenewed = onRenewed;
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
   * Goes on with the tokens of a newer sign-in of the same person, who has just proved again that it is them.
   * @returns false, with nothing changed, when it is somebody else or nobody is signed in
   */
  replace(tokens: Tokens): boolean {
    if (this.#tokens?.identity.sub !== tokens.identity.sub) return false;
    this.#tokens = tokens;
    this.#onRenewed(tokens);
    return true;
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
    const renewal = this.#renewal;
    this.#forget();
    this.#ended = false;
    if (!tokens) return undefined;
    try {
      await Promise.all([signOut(this.#pool, tokens), renewal?.revoke()]);
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
    if (this.#refreshing?.of !== tokens) this.#refreshing = { of: tokens, answer: this.#refresh(tokens) };
    const refreshing = this.#refreshing;
    const fresh = await refreshing.answer.finally(() => {
      if (this.#refreshing === refreshing) this.#refreshing = undefined;
    });
    // Verified long after they came, they are over; their refresh token is good.
    return fresh.expiresAt > this.#pool.now() ? fresh : this.#fresh();
  }

  async #refresh(tokens: Tokens): Promise<Tokens> {
    const opened = this.#opened;
    const renewal = this.#renewal?.of === tokens ? this.#renewal : new Renewal(this.#pool, tokens);
    this.#renewal = renewal;
    try {
      const fresh = await renewal.tokens();
      if (this.#tokens === tokens) {
        this.#tokens = fresh;
        this.#renewal = undefined;
        this.#onRenewed(fresh);
        return fresh;
      }
    } catch (error) {
      if (this.#tokens === tokens) throw error;
    }
    // Signed out or in anew meanwhile: these tokens are nobody's, and a new refresh token must not stay good.
    await renewal.revoke();
    if (this.#tokens && this.#isOpen(opened)) return this.#tokens;
    throw new CognitoError('signed-out');
  }

  /** Whether the sign-in of that count still lasts. */
  #isOpen(opened: number): boolean {
    return this.#tokens !== undefined && this.#opened === opened;
  }

  #forget(): void {
    this.#tokens = undefined;
    this.#renewal = undefined;
    this.#username = undefined;
  }
}
