import { GetUserCommand, GlobalSignOutCommand, RevokeTokenCommand } from '@aws-sdk/client-cognito-identity-provider';

import type { CallOptions } from './call.js';
import type { Connection } from './connection.js';
import { badAnswer } from './errors.js';
import { isObject, isText } from './json.js';
import type { Tokens } from './tokens.js';

/** A person as the pool knows them. */
export interface Account {
  readonly username: string;
  readonly attributes: ReadonlyMap<string, string>;
}

/** Reads the account of whoever is signed in. */
export async function getUser(
  connection: Connection,
  { accessToken }: Pick<Tokens, 'accessToken'>,
  options: CallOptions = {},
): Promise<Account> {
  const command = new GetUserCommand({ AccessToken: accessToken });
  const answer = await connection.call('signed-in', 'safe', options, (client, abortSignal) =>
    client.send(command, { abortSignal }),
  );
  if (!isText(answer.Username) || answer.Username === '') throw badAnswer('Username');
  const attributes: unknown = answer.UserAttributes ?? [];
  if (!Array.isArray(attributes)) throw badAnswer('UserAttributes');
  return { username: answer.Username, attributes: new Map(attributes.map(readAttribute)) };
}

function readAttribute(attribute: unknown): [name: string, value: string] {
  if (!isObject(attribute)) throw badAnswer('UserAttributes');
  const { Name, Value = '' } = attribute;
  if (!isText(Name) || !isText(Value)) throw badAnswer('UserAttributes');
  return [Name, Value];
}

/** Ends this sign-in, or with `everywhere` every sign-in of the person on any device. */
export async function signOut(
  connection: Connection,
  { accessToken, refreshToken }: Pick<Tokens, 'accessToken' | 'refreshToken'>,
  { everywhere = false, ...options }: CallOptions & { readonly everywhere?: boolean } = {},
): Promise<void> {
  await connection.call('signed-in', 'once', options, async (client, abortSignal) => {
    if (everywhere) await client.send(new GlobalSignOutCommand({ AccessToken: accessToken }), { abortSignal });
    else
      await client.send(new RevokeTokenCommand({ ClientId: connection.clientId, Token: refreshToken }), {
        abortSignal,
      });
  });
}
