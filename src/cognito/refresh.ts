import { GetTokensFromRefreshTokenCommand, InitiateAuthCommand } from '@aws-sdk/client-cognito-identity-provider';
import type { AuthenticationResultType } from '@aws-sdk/client-cognito-identity-provider';

import { signOut } from './account.js';
import type { CallOptions } from './call.js';
import { unlessStopped } from './call.js';
import type { Connection } from './connection.js';
import type { CognitoErrorCode } from './errors.js';
import { badAnswer, CognitoError } from './errors.js';
import type { Tokens } from './tokens.js';
import { readTokens } from './tokens.js';

/** What a service says that does not know the newer operation, or does not let this app client use it. */
const NOT_ENABLED: ReadonlySet<CognitoErrorCode> = new Set([
  'operation-refused',
  'pool-misconfigured',
  'invalid-request',
]);

/** Ends of a verification that say nothing of the tokens: with the network back, or the clock set, it may end otherwise. */
const UNDECIDED: ReadonlySet<CognitoErrorCode> = new Set(['tokens-unverified', 'clock-differs']);

/** What the service has said, and when, by this machine's clock. */
interface Answer {
  readonly result: AuthenticationResultType | undefined;
  readonly received: number;
}

/**
 * One exchange of a refresh token. Where the pool rotates them, the old one is spent by it, and the answer has the only
 * good one: so the answer is kept in here, unseen, until it is verified.
 */
export class Renewal {
  /** The tokens to be replaced. */
  readonly of: Tokens;
  readonly #connection: Connection;
  #answer: Promise<Answer> | undefined;

  /** Nothing is sent yet. */
  constructor(connection: Connection, of: Tokens) {
    this.of = of;
    this.#connection = connection;
  }

  /**
   * New access and ID tokens. The refresh token stays, or is replaced where the pool rotates them: use what is returned.
   * Sent once, as a rotated refresh token is good for one use. May be called again after any failure: an answer that could
   * not be verified, or that nobody waited for, is verified then, and the service not asked a second time. Tokens that
   * were verified late may be over by then.
   * Throws CognitoError: `signed-out` when the refresh token has ended, `aborted`, and what `readTokens` throws.
   * @param options.signal ends the wait, and not the call: an answer that is under way must arrive
   */
  tokens({ signal }: CallOptions = {}): Promise<Tokens> {
    return signal ? unlessStopped(signal, () => this.#verified()) : this.#verified();
  }

  /**
   * Revokes the refresh token that the answer has brought, if any, for whoever has no use for it any more. This needs no
   * verification: the token goes back to where it came from.
   */
  async revoke(options: CallOptions = {}): Promise<void> {
    const pending = this.#answer;
    this.#answer = undefined;
    const answer = await pending?.catch(() => undefined); // reported to whoever asked for the tokens
    const refreshToken = answer?.result?.RefreshToken ?? this.of.refreshToken;
    if (refreshToken !== this.of.refreshToken) await signOut(this.#connection, { ...this.of, refreshToken }, options);
  }

  async #verified(): Promise<Tokens> {
    const answer = (this.#answer ??= this.#ask());
    try {
      const { result, received } = await answer;
      const renewed = await readTokens(this.#connection, result, {
        kept: this.of.refreshToken,
        // A clock that was ahead, and has been put right since, was wrong then, too.
        received: Math.min(received, this.#connection.now()),
      });
      // Tokens of somebody else would be a mix-up of the worst kind.
      if (renewed.identity.sub !== this.of.identity.sub) throw badAnswer('sub');
      return renewed;
    } catch (error) {
      const isUndecided = error instanceof CognitoError && UNDECIDED.has(error.code);
      if (!isUndecided && this.#answer === answer) this.#answer = undefined;
      throw error;
    }
  }

  async #ask(): Promise<Answer> {
    const result = await askForTokens(this.#connection, this.of);
    return { result, received: this.#connection.now() };
  }
}

/** By GetTokensFromRefreshToken, the only way where tokens rotate; by the older flow where that is not enabled. */
async function askForTokens(
  connection: Connection,
  { refreshToken }: Tokens,
): Promise<AuthenticationResultType | undefined> {
  const { clientId } = connection;
  try {
    const command = new GetTokensFromRefreshTokenCommand({ ClientId: clientId, RefreshToken: refreshToken });
    const answer = await connection.call('signed-in', 'once', {}, (client, abortSignal) =>
      client.send(command, { abortSignal }),
    );
    return answer.AuthenticationResult;
  } catch (error) {
    if (!(error instanceof CognitoError) || !NOT_ENABLED.has(error.code)) throw error;
    return byOlderFlow(connection, refreshToken, error);
  }
}

async function byOlderFlow(
  connection: Connection,
  refreshToken: string,
  first: CognitoError,
): Promise<AuthenticationResultType | undefined> {
  const command = new InitiateAuthCommand({
    ClientId: connection.clientId,
    AuthFlow: 'REFRESH_TOKEN_AUTH',
    AuthParameters: { REFRESH_TOKEN: refreshToken },
  });
  try {
    const answer = await connection.call('signed-in', 'once', {}, (client, abortSignal) =>
      client.send(command, { abortSignal }),
    );
    return answer.AuthenticationResult;
  } catch (error) {
    // Neither is enabled: what was said of the newer one is what has to be put right.
    if (error instanceof CognitoError && NOT_ENABLED.has(error.code)) throw first;
    throw error;
  }
}
