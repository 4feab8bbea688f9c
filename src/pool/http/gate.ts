import type { IncomingMessage, ServerResponse } from 'node:http';

import { ServiceError } from '../errors.js';

/** Headers that the SDK sends, in browsers too, and those that Amplify adds. */
const REQUEST_HEADERS = [
  'authorization',
  'cache-control',
  'content-type',
  'amz-sdk-invocation-id',
  'amz-sdk-request',
  'x-amz-content-sha256',
  'x-amz-date',
  'x-amz-security-token',
  'x-amz-target',
  'x-amz-user-agent',
];
const PREFLIGHT_SECONDS = 600;

/** Who may talk to the pool: addresses it answers under, and pages that may call it. */
export interface Gate {
  readonly hosts: readonly string[];
  readonly origins: readonly string[];
}

/**
 * Refuses requests that reached loopback under another name (DNS rebinding) or come from a page that is not ours, and
 * tells browsers which pages may read the answers. Throws ForbiddenException.
 */
export function passGate(gate: Gate, request: IncomingMessage, response: ServerResponse): void {
  const { host, origin } = request.headers;
  response.setHeader('vary', 'origin');
  if (host === undefined || !gate.hosts.includes(host))
    throw new ServiceError('ForbiddenException', `The local pool answers only as ${gate.hosts.join(' or ')}.`);
  if (origin === undefined) return; // not a browser
  if (!gate.origins.includes(origin))
    throw new ServiceError('ForbiddenException', 'Pages of this origin may not use the local pool.');
  response.setHeader('access-control-allow-origin', origin);
  response.setHeader('access-control-expose-headers', 'x-amzn-errortype, x-amzn-errormessage, x-amzn-requestid, date');
}

/** Answers a CORS preflight that has passed the gate. */
export function answerPreflight(request: IncomingMessage, response: ServerResponse): void {
  response.setHeader('access-control-allow-methods', 'GET, POST');
  response.setHeader('access-control-allow-headers', REQUEST_HEADERS.join(', '));
  response.setHeader('access-control-max-age', PREFLIGHT_SECONDS);
  if (request.headers['access-control-request-private-network'] === 'true')
    response.setHeader('access-control-allow-private-network', 'true');
  response.writeHead(204).end();
}
