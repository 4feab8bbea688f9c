import type {
  DomainDescriptionType,
  UserPoolClientType,
  UserPoolType,
} from '@aws-sdk/client-cognito-identity-provider';
import {
  DescribeUserPoolClientCommand,
  DescribeUserPoolCommand,
  DescribeUserPoolDomainCommand,
  GetUserPoolMfaConfigCommand,
  ListUserPoolClientsCommand,
} from '@aws-sdk/client-cognito-identity-provider';

import type { CallOptions } from '../call.js';
import { badAnswer, CognitoError, type CognitoErrorCode } from '../errors.js';
import type { Administration } from './administration.js';
import type { AppClient, Look, MfaConfig, Snapshot } from './pool-state.js';

export interface ReadOptions extends CallOptions {
  /** The app client that Keydesk signs in with. Without it a pool's only one is meant. */
  readonly clientId?: string | undefined;
}

/** What a page of ListUserPoolClients may hold at most. */
const PAGE = 60;
/** A pool has at most 10,000 app clients; a list that goes on for longer than this is none. */
const MAX_PAGES = 200;

/** What the credentials may not do, or the plan or region does not have: that part is not seen, and the rest is. */
const NOT_SEEN: ReadonlySet<CognitoErrorCode> = new Set(['not-permitted', 'operation-refused', 'pool-misconfigured']);

/**
 * Reads all that is checked, with calls that change nothing. A part that these credentials may not look at is a `Look`
 * that saw nothing; everything else that fails (network, throttling, no such pool, credentials that AWS does not know) is
 * thrown as a CognitoError, as it says nothing of the pool.
 */
export async function readPool(administration: Administration, options: ReadOptions = {}): Promise<Snapshot> {
  const pool = await look(() => describePool(administration, options));
  const [mfa, { client, otherClients }, domains] = await Promise.all([
    look(() => getMfaConfig(administration, options)),
    readClients(administration, options),
    readDomains(administration, pool, options),
  ]);
  const { region, userPoolId } = administration;
  return { userPoolId: seen(userPoolId), region: seen(region), pool, mfa, client, otherClients, domains };
}

/** @throws CognitoError */
export async function describePool(administration: Administration, options: CallOptions): Promise<Look<UserPoolType>> {
  const command = new DescribeUserPoolCommand({ UserPoolId: administration.userPoolId });
  const { answer, unread } = await administration.read(command, options);
  if (!answer.UserPool) throw badAnswer('UserPool');
  return seen(answer.UserPool, unread);
}

/** @throws CognitoError */
export async function getMfaConfig(administration: Administration, options: CallOptions): Promise<Look<MfaConfig>> {
  const command = new GetUserPoolMfaConfigCommand({ UserPoolId: administration.userPoolId });
  const { answer, unread } = await administration.read(command, options);
  const members = Object.entries(answer).filter(([name]) => name !== '$metadata');
  return seen(Object.fromEntries(members) as MfaConfig, unread); // the answer, less what the SDK adds to every answer
}

/** @throws CognitoError */
export async function describeClient(
  administration: Administration,
  clientId: string,
  options: CallOptions,
): Promise<Look<AppClient>> {
  const command = new DescribeUserPoolClientCommand({ UserPoolId: administration.userPoolId, ClientId: clientId });
  const { answer, unread } = await administration.read(command, options);
  if (!answer.UserPoolClient) throw badAnswer('UserPoolClient');
  return seen(withoutSecret(answer.UserPoolClient), unread);
}

function withoutSecret({ ClientSecret, ...client }: UserPoolClientType): AppClient {
  return { ...client, hasSecret: ClientSecret !== undefined };
}

async function readClients(
  administration: Administration,
  { clientId, ...options }: ReadOptions,
): Promise<Pick<Snapshot, 'client' | 'otherClients'>> {
  const listed = await look(async () => seen(await listClientIds(administration, options)));
  const only = listed.isSeen && listed.value.length === 1 ? listed.value[0] : undefined;
  const meant = clientId ?? only;
  const client: Snapshot['client'] =
    meant === undefined
      ? { isSeen: false, why: listed.isSeen ? 'no-client-named' : listed.why }
      : await look(() => describeClient(administration, meant, options));
  if (!listed.isSeen) return { client, otherClients: listed };
  const otherClients = await look(async () => {
    const others: AppClient[] = [];
    // One after the other: an account may describe 15 clients in a second, and is not ours alone.
    for (const id of listed.value.filter((one) => one !== meant)) {
      const other = await describeClient(administration, id, options);
      if (other.isSeen) others.push(other.value);
    }
    return seen(others);
  });
  return { client, otherClients };
}

async function listClientIds(administration: Administration, options: CallOptions): Promise<string[]> {
  const ids: string[] = [];
  let NextToken: string | undefined;
  for (let page = 0; page < MAX_PAGES; page += 1) {
    const { userPoolId: UserPoolId } = administration;
    const { answer } = await administration.read(
      new ListUserPoolClientsCommand({ UserPoolId, MaxResults: PAGE, NextToken }),
      options,
    );
    for (const { ClientId } of answer.UserPoolClients ?? []) {
      if (ClientId === undefined) throw badAnswer('ClientId');
      ids.push(ClientId);
    }
    NextToken = answer.NextToken;
    if (NextToken === undefined || NextToken === '') return ids;
  }
  throw badAnswer('NextToken');
}

async function readDomains(
  administration: Administration,
  pool: Snapshot['pool'],
  options: CallOptions,
): Promise<Snapshot['domains']> {
  if (!pool.isSeen) return pool;
  const names = [pool.value.CustomDomain, pool.value.Domain].filter((name) => name !== undefined && name !== '');
  return look(async () => {
    const domains: DomainDescriptionType[] = [];
    for (const Domain of names) {
      const { answer } = await administration.read(new DescribeUserPoolDomainCommand({ Domain }), options);
      if (answer.DomainDescription?.Domain !== undefined) domains.push(answer.DomainDescription);
    }
    return seen(domains);
  });
}

const seen = <T>(value: T, unread: readonly string[] = []): Look<T> => ({ isSeen: true, value, unread });

async function look<T>(read: () => Promise<Look<T>>): Promise<Look<T>> {
  try {
    return await read();
  } catch (error) {
    if (!(error instanceof CognitoError) || !NOT_SEEN.has(error.code)) throw error;
    return { isSeen: false, why: error.code, detail: error.detail };
  }
}
