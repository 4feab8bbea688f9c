import { Refusal } from './refusal.js';

/**
 * What an app client is there for. The events of a sign-in do not tell the factor or the flow, only the client, so each
 * client has one purpose, and its ExplicitAuthFlows are those of that purpose and no others:
 * passkey: ALLOW_USER_AUTH; password: ALLOW_USER_SRP_AUTH; helpdesk: ALLOW_CUSTOM_AUTH.
 */
export type Purpose = 'passkey' | 'password' | 'helpdesk';

/** The ids of the pool's app clients by purpose. */
export type AppClients = Readonly<Record<Purpose, readonly string[]>>;

const PURPOSES: readonly Purpose[] = ['passkey', 'password', 'helpdesk'];

/** What the client is there for. Throws Refusal `unknown-client` for every other client of the pool. */
export function purposeOf(clients: AppClients, clientId: string): Purpose {
  const purpose = PURPOSES.find((candidate) => clients[candidate].includes(clientId));
  if (purpose === undefined) throw new Refusal('unknown-client', { cause: `No purpose is set for client ${clientId}` });
  return purpose;
}

/**
 * Reads one comma-separated list of client ids for each purpose; a purpose may have none.
 * Throws RangeError when a client has two purposes, or an id cannot be one.
 */
export function readAppClients(lists: Readonly<Record<Purpose, string>>): AppClients {
  const clients = {
    passkey: clientIds(lists.passkey),
    password: clientIds(lists.password),
    helpdesk: clientIds(lists.helpdesk),
  };
  const all = PURPOSES.flatMap((purpose) => clients[purpose]);
  const twice = all.find((id, index) => all.indexOf(id) !== index);
  if (twice !== undefined) throw new RangeError(`App client ${twice} is listed twice: a client has one purpose`);
  return clients;
}

function clientIds(list: string): string[] {
  const ids = list
    .split(',')
    .map((id) => id.trim())
    .filter((id) => id !== '');
  const wrong = ids.find((id) => !/^[\w+]{1,128}$/.test(id));
  if (wrong !== undefined) throw new RangeError(`${JSON.stringify(wrong)} is no app client id`);
  return ids;
}
