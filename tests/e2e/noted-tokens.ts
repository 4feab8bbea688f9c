import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import type { ServerResponse } from 'node:http';

import { getUser } from '../../src/cognito/account.js';
import { connect } from '../../src/cognito/connection.js';
import { Renewal } from '../../src/cognito/refresh.js';
import type { Tokens } from '../../src/cognito/tokens.js';
import type { RunningPool } from '../../src/pool/pool.js';
import { expect } from '@playwright/test';

type Noted = Pick<Tokens, 'accessToken' | 'refreshToken'>;

/**
 * Notes the tokens that a pool of this process gives, as somebody would who has got hold of them. Where calls are signed, nothing
 * can stand between them and the pool: so what it answers is read at its end of the cable.
 */
export class NotedTokens {
  readonly #pool: RunningPool;
  readonly #noted: Noted[] = [];

  constructor(pool: RunningPool) {
    this.#pool = pool;
    subscribe('http.server.request.start', this.#listen);
  }

  get all(): readonly Noted[] {
    return this.#noted;
  }

  stop(): void {
    unsubscribe('http.server.request.start', this.#listen);
  }

  /** Asks the pool with each of them, by the app client that it is for. */
  async expectRefused(): Promise<void> {
    for (const noted of this.#noted) {
      const { region, userPoolId, endpoint } = this.#pool;
      const connection = connect({ region, userPoolId, endpoint, clientId: clientOf(noted) });
      await expect(getUser(connection, noted)).rejects.toMatchObject({ code: 'signed-out' });
      // Only the refresh token is looked at there.
      await expect(new Renewal(connection, noted as Tokens).tokens()).rejects.toMatchObject({ code: 'signed-out' });
    }
  }

  // Documented: `http.server.request.start` tells of every request to a server of this process, with its answer to be.
  readonly #listen = (message: unknown) => {
    const { response } = message as { response: ServerResponse };
    if (response.req.socket.localPort !== Number(new URL(this.#pool.endpoint).port)) return;
    const end = response.end.bind(response) as (body?: unknown) => ServerResponse;
    // The pool ends an answer with the whole of it, or with nothing: one form of many.
    response.end = ((body?: unknown) => {
      if (typeof body === 'string') this.#note(body);
      return end(body);
    }) as ServerResponse['end'];
  };

  #note(body: string): void {
    if (!body.includes('AuthenticationResult')) return;
    // The local pool's own answers, as the service words them.
    const { AuthenticationResult: result } = JSON.parse(body) as { AuthenticationResult?: { AccessToken: string; RefreshToken?: string } }; // prettier-ignore
    if (result?.RefreshToken !== undefined)
      this.#noted.push({ accessToken: result.AccessToken, refreshToken: result.RefreshToken });
  }
}

/** Which app client an access token is for. */
function clientOf({ accessToken }: Noted): string {
  const claims = Buffer.from(accessToken.split('.')[1] ?? '', 'base64url').toString();
  return (JSON.parse(claims) as { client_id: string }).client_id; // the pool's own
}
