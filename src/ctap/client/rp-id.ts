import { parse } from 'tldts';

import { ClientError } from './errors.js';

/**
 * Checks that a relying party ID may be used by an origin (WebAuthn Level 3 §5.1.3 step 8): it is the origin's host or a
 * registrable suffix of it, the origin is https (or http on localhost), and hosts are names, not addresses.
 * @param rpId what the relying party asked for; undefined means the origin's host
 * @returns the RP ID to use
 * @throws ClientError `rp-id`
 */
export function effectiveRpId(rpId: string | undefined, origin: string): string {
  const url = parsed(origin);
  if (url.origin !== origin) throw refused(`${origin} is no origin: it has more than scheme, host and port`);
  const host = url.hostname;
  const isLocal = host === 'localhost' || host.endsWith('.localhost');
  if (url.protocol !== 'https:' && !(url.protocol === 'http:' && isLocal)) throw refused(`${origin} is not secure`);
  if (isAddress(host)) throw refused(`${host} is an address; relying parties have names`);
  const id = rpId ?? host;
  if (id === host) return id;
  if (id === '' || !host.endsWith(`.${id}`)) throw refused(`${id} is not ${host} or a suffix of it`);
  const { domain } = parse(id, { allowPrivateDomains: true });
  if (domain === null && id !== 'localhost') throw refused(`Everybody can register names under ${id}`);
  return id;
}

function parsed(origin: string): URL {
  try {
    return new URL(origin);
  } catch (error) {
    throw refused(`${origin} is no origin`, error);
  }
}

/** Of a host as `URL` writes it: IPv6 in brackets, IPv4 as four numbers, however they were written; no name ends in a number. */
function isAddress(host: string): boolean {
  return host.startsWith('[') || /^[\d.]+$/.test(host);
}

function refused(message: string, cause?: unknown): ClientError {
  return new ClientError('rp-id', message, { cause });
}
