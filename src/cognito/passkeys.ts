import {
  CompleteWebAuthnRegistrationCommand,
  DeleteWebAuthnCredentialCommand,
  ListWebAuthnCredentialsCommand,
  StartWebAuthnRegistrationCommand,
} from '@aws-sdk/client-cognito-identity-provider';

import type { PublicKeyCredentialCreationOptionsJSON, RegistrationResponseJSON } from '../shared/webauthn-json.js';
import type { CallOptions } from './call.js';
import type { Connection } from './connection.js';
import { badAnswer } from './errors.js';
import { isBase64Url, isObject, isText, isTextList } from './json.js';
import type { Tokens } from './tokens.js';
import { readCreationOptions } from './webauthn-options.js';

/** A passkey as the service lists it. It knows no model, no last use and no other name than its own. */
export interface Passkey {
  /** The credential id, base64url. */
  readonly id: string;
  readonly name: string | undefined;
  readonly rpId: string | undefined;
  readonly attachment: string | undefined;
  readonly transports: readonly string[];
  readonly createdAt: Date | undefined;
}

type Access = Pick<Tokens, 'accessToken'>;

/** A person has at most 20 passkeys; a list that goes on for longer than this is none. */
const MAX_PAGES = 50;

/** Asks for creation options. An enrolment is this call and `completeRegistration`. */
export async function startRegistration(
  connection: Connection,
  { accessToken }: Access,
  options: CallOptions = {},
): Promise<PublicKeyCredentialCreationOptionsJSON> {
  const command = new StartWebAuthnRegistrationCommand({ AccessToken: accessToken });
  const answer = await connection.call('signed-in', 'safe', options, (client, abortSignal) =>
    client.send(command, { abortSignal }),
  );
  return readCreationOptions(answer.CredentialCreationOptions);
}

/** Registers the credential that a key has made. When this fails, the credential on the key is an orphan. */
export async function completeRegistration(
  connection: Connection,
  { accessToken }: Access,
  credential: RegistrationResponseJSON,
  options: CallOptions = {},
): Promise<void> {
  // The type of the SDK's documents wants every member to be JSON; this is, having come from a key as JSON.
  const Credential = credential as CompleteWebAuthnRegistrationCommand['input']['Credential'];
  const command = new CompleteWebAuthnRegistrationCommand({ AccessToken: accessToken, Credential });
  await connection.call('signed-in', 'once', options, (client, abortSignal) => client.send(command, { abortSignal }));
}

/** All passkeys of the person, page by page, each with a deadline of its own. */
export async function listPasskeys(
  connection: Connection,
  { accessToken }: Access,
  options: CallOptions = {},
): Promise<Passkey[]> {
  const passkeys: Passkey[] = [];
  let NextToken: string | undefined;
  for (let page = 0; page < MAX_PAGES; page += 1) {
    const command = new ListWebAuthnCredentialsCommand({ AccessToken: accessToken, NextToken });
    const answer = await connection.call('signed-in', 'safe', options, (client, abortSignal) =>
      client.send(command, { abortSignal }),
    );
    // The SDK does not check what it reads: the types of an answer are what the service promises.
    const credentials: unknown = answer.Credentials ?? [];
    if (!Array.isArray(credentials)) throw badAnswer('Credentials');
    passkeys.push(...credentials.map(readPasskey));
    NextToken = answer.NextToken;
    if (NextToken === undefined || NextToken === '') return passkeys;
  }
  throw badAnswer('NextToken');
}

/** Deletes the pool's half of a passkey; the credential on the key stays. Throws `passkey-not-found` when it is gone. */
export async function deletePasskey(
  connection: Connection,
  { accessToken }: Access,
  id: string,
  options: CallOptions = {},
): Promise<void> {
  const command = new DeleteWebAuthnCredentialCommand({ AccessToken: accessToken, CredentialId: id });
  await connection.call('passkey', 'once', options, (client, abortSignal) => client.send(command, { abortSignal }));
}

/** The model says that most members are always there; the service's own examples lack some. */
function readPasskey(description: unknown): Passkey {
  if (!isObject(description)) throw badAnswer('Credentials');
  const { CredentialId: id, AuthenticatorTransports: transports = [], CreatedAt: createdAt } = description;
  if (!isBase64Url(id)) throw badAnswer('CredentialId');
  if (!isTextList(transports)) throw badAnswer('AuthenticatorTransports');
  if (createdAt !== undefined && !(createdAt instanceof Date && !Number.isNaN(createdAt.getTime())))
    throw badAnswer('CreatedAt');
  const text = (member: string): string | undefined => {
    const value = description[member];
    if (value !== undefined && !isText(value)) throw badAnswer(member);
    return value;
  };
  return {
    id,
    name: text('FriendlyCredentialName'),
    rpId: text('RelyingPartyId'),
    attachment: text('AuthenticatorAttachment'),
    transports,
    createdAt,
  };
}
