import type { Snapshot } from './pool-state.js';
import { isUnsetSecondFactor } from './second-factors.js';
import { CLIENT_MEMBERS, POOL_MEMBERS } from './update-inputs.js';

/** A part of a pool without what changes by itself or says nothing, so that two moments can be compared. */
export function settled(value: object): Record<string, unknown> {
  const fates: Readonly<Record<string, string>> = { ...POOL_MEMBERS, ...CLIENT_MEMBERS };
  return Object.fromEntries(
    Object.entries(value).filter(([name, member]) => fates[name] !== 'moving' && !isUnsetSecondFactor(name, member)),
  );
}

/** The same of everything that was seen of a pool; other app clients by their ids. */
export function settledSnapshot({ pool, mfa, client, otherClients, domains }: Snapshot): Record<string, unknown> {
  const others = otherClients.isSeen ? otherClients.value : [];
  return {
    ...(pool.isSeen && { pool: settled(pool.value) }),
    ...(mfa.isSeen && { mfa: settled(mfa.value) }),
    ...(client.isSeen && { client: settled(client.value) }),
    otherClients: Object.fromEntries(others.map((other) => [other.ClientId ?? '', settled(other)])),
    ...(domains.isSeen && { domains: domains.value }),
  };
}
