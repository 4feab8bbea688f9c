import { GetTokensFromRefreshTokenCommand, InitiateAuthCommand } from '@aws-sdk/client-cognito-identity-provider';
import type { AuthenticationResultType } from '@aws-sdk/client-cognito-identity-provider';

import type { CallOptions } from './call.js';
import type { Connection } from './connection.js';
import type { CognitoErrorCode } from './errors.js';
import { badAnswer, CognitoError } from './errors.js';
import { isText } from './json.js';
import type { Tokens } from './tokens.js';
import { readTokens } from './tokens.js';

/** What a service says that does not know the newer operation, or does not let this app client use it. */
const NOT_ENABLED: ReadonlySet<CognitoErrorCode> = new Set([
  'operation-refused',
  'pool-misconfigured',
  'invalid-request',
]);

export interface RefreshOptions extends CallOptions {
  /**
   * Told of a new refresh token before anything is verified: the one before is used up, so that this one must be kept
   * whatever becomes of the rest of the answer. Like every refresh token, it is the pool's to understand.
   */
  readonly onRotated?: (refreshToken: string) => void;
}

/**
 * New access and ID tokens. The refresh token stays, or is replaced where the pool rotates them: use what is returned.
 * Sent once, as a rotated refresh token is good for one use. Throws `signed-out` when it has ended.
 */
export async function refresh(connection: Connection, tokens: Tokens, options: RefreshOptions = {}): Promise<Tokens> {
  const answer = await askForTokens(connection, tokens, options);
  const rotated = answer?.RefreshToken;
  if (isText(rotated) && rotated !== '') options.onRotated?.(rotated);
  const renewed = await readTokens(connection, answer, tokens.refreshToken);
  // Tokens of somebody else would be a mix-up of the worst kind.
  if (renewed.identity.sub !== tokens.identity.sub) throw badAnswer('sub');
  return renewed;
}

/** By GetTokensFromRefreshToken, the only way where tokens rotate; by the older flow where that is not enabled. */
async function askForTokens(
  connection: Connection,
  { refreshToken }: Tokens,
  options: CallOptions,
): Promise<AuthenticationResultType | undefined> {
  const { clientId } = connection;
  try {
    const command = new GetTokensFromRefreshTokenCommand({ ClientId: clientId, RefreshToken: refreshToken });
    const answer = await connection.call('signed-in', 'once', options, (client, abortSignal) =>
      client.send(command, { abortSignal }),
    );
    return answer.AuthenticationResult;
  } catch (error) {
    if (!(error instanceof CognitoError) || !NOT_ENABLED.has(error.code)) throw error;
    return byOlderFlow(connection, refreshToken, options, error);
  }
}

async function byOlderFlow(
  connection: Connection,
  refreshToken: string,
  options: CallOptions,
  first: CognitoError,
): Promise<AuthenticationResultType | undefined> {
  const command = new InitiateAuthCommand({
    ClientId: connection.clientId,
    AuthFlow: 'REFRESH_TOKEN_AUTH',
    AuthParameters: { REFRESH_TOKEN: refreshToken },
  });
  try {
    const answer = await connection.call('signed-in', 'once', options, (client, abortSignal) =>
      client.send(command, { abortSignal }),
    );
    return answer.AuthenticationResult;
  } catch (error) {
    // Neither is enabled: what was said of the newer one is what has to be put right.
    if (error instanceof CognitoError && NOT_ENABLED.has(error.code)) throw first;
    throw error;
  }
}
