import {
  GetTokensFromRefreshTokenCommand,
  GetUserCommand,
  RevokeTokenCommand,
} from '@aws-sdk/client-cognito-identity-provider';
import { decodeJwt } from 'jose';
import { expect, it } from 'vitest';

import type { AtPool, Reasons } from './open-pool.js';
import { because, Visitor } from './open-pool.js';

const REFUSED = { name: 'NotAuthorizedException' };
/** The longest that an app client can let a sign-in wait. */
const LONGEST_SESSION_MS = 15 * 60_000;

/** What the pool remembers between two calls: sign-ins on their way, and refresh tokens. */
export function keepsSessions(at: AtPool, { noClock }: Reasons): void {
  const choice = ({ person }: Visitor) => ({ ANSWER: 'PASSWORD', PASSWORD: person.password });
  const renew = (RefreshToken: string) => {
    const { client, clientId: ClientId } = at().pool;
    return client.send(new GetTokensFromRefreshTokenCommand({ ClientId, RefreshToken }));
  };
  const revoke = (Token: string) => {
    const { client, clientId: ClientId } = at().pool;
    return client.send(new RevokeTokenCommand({ ClientId, Token }));
  };

  it('refuses a session that it has not opened, and one of somebody else', async () => {
    const { pool, visitor } = at();
    const question = await visitor.initiate();
    const madeUp = { ...question, Session: 'A'.repeat(question.Session?.length ?? 0) };
    await expect(visitor.respond(madeUp, choice(visitor))).rejects.toMatchObject(REFUSED);
    const other = new Visitor(pool, await pool.newUser());
    await expect(other.respond(question, choice(other))).rejects.toMatchObject(REFUSED);
  });

  it.skipIf(noClock !== undefined)(`ends a session that is not answered in time${because(noClock)}`, async () => {
    const { pool, visitor } = at();
    if (!pool.pass) throw new Error('The clock of this pool cannot be set');
    const question = await visitor.initiate();
    pool.pass(LONGEST_SESSION_MS);
    await expect(visitor.respond(question, choice(visitor))).rejects.toMatchObject(REFUSED);
  });

  it('renews tokens by a refresh token, for the same person', async () => {
    const { visitor } = at();
    const before = await visitor.signIn();
    const { AuthenticationResult: after } = await renew(before.RefreshToken);
    expect(after?.AccessToken).not.toBe(before.AccessToken);
    for (const [token, old] of [
      [after?.AccessToken, before.AccessToken],
      [after?.IdToken, before.IdToken],
    ] as const) {
      const { sub, auth_time, origin_jti } = decodeJwt(old);
      expect(decodeJwt(token ?? '')).toMatchObject({ sub, auth_time, origin_jti });
    }
    await expect(renew(`${before.RefreshToken.slice(0, -8)}AAAAAAAA`)).rejects.toMatchObject(REFUSED);
  });

  it('revokes a refresh token, what came from it, and nothing else', async () => {
    const { pool, visitor } = at();
    const kept = await visitor.signIn();
    const revoked = await visitor.signIn();
    await revoke(revoked.RefreshToken);
    await expect(renew(revoked.RefreshToken)).rejects.toMatchObject(REFUSED);
    const use = (AccessToken: string) => pool.client.send(new GetUserCommand({ AccessToken }));
    await expect(use(revoked.AccessToken)).rejects.toMatchObject(REFUSED);
    expect((await use(kept.AccessToken)).UserAttributes).not.toEqual([]);
    await expect(revoke(kept.AccessToken)).rejects.toMatchObject({ name: 'UnsupportedTokenTypeException' });
  });
}
