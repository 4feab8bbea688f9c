import { randomUUID } from 'node:crypto';
import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';

import type { Pool } from '../context.js';
import { ServiceError } from '../errors.js';
import { services } from '../services.js';
import { parseJson, readBody } from './body.js';
import type { Gate } from './gate.js';
import { answerPreflight, passGate } from './gate.js';
import { checkPermitted } from './permission.js';
import type { RequestRates } from './request-rates.js';
import { checkSignature } from './signature.js';

const TARGET = /^(\w{1,100})\.(\w{1,100})$/;

export interface Serving {
  readonly pool: Pool;
  readonly gate: Gate;
  readonly rates: RequestRates;
  /** Told the name of each operation before it runs. */
  readonly onCall: (operation: string) => void;
  /** Keeps what the operation changed; the answer waits for it. */
  readonly save: () => Promise<void>;
  /** Told of errors that are nobody's input: the caller gets InternalErrorException. */
  readonly onFault: (fault: unknown) => void;
}

/** Answers AWS JSON 1.1 on POST, and the published keys on GET. Every request gets an answer, and every error its name. */
export function serve(serving: Serving): RequestListener {
  return (request, response) => {
    respond(serving, request, response).catch((error: unknown) => {
      if (!(error instanceof ServiceError) && !request.destroyed) serving.onFault(error);
      sendError(response, asServiceError(error));
    });
  };
}

async function respond(serving: Serving, request: IncomingMessage, response: ServerResponse): Promise<void> {
  response.setHeader('x-amzn-requestid', randomUUID());
  // The SDK corrects its own clock by this one when a signature is refused as too old.
  response.setHeader('date', new Date(serving.pool.now()).toUTCString());
  response.setHeader('cache-control', 'no-store');
  passGate(serving.gate, request, response);
  if (request.method === 'OPTIONS') answerPreflight(request, response);
  else if (request.method === 'POST' && request.url === '/') send(response, 200, await runOperation(serving, request));
  else if (request.method === 'GET') send(response, 200, publicDocument(serving.pool, request.url), 'application/json');
  else throw new ServiceError('UnknownOperationException', 'The local pool answers POST / and GET of its public keys.');
}

async function runOperation(serving: Serving, request: IncomingMessage): Promise<object> {
  const { pool } = serving;
  const target = request.headers['x-amz-target'];
  const [, serviceName = '', name = ''] = TARGET.exec(typeof target === 'string' ? target : '') ?? [];
  const service = services.get(serviceName);
  const operation = service?.operations.get(name);
  if (!service || !operation) {
    const what = service ? name : 'requests without an X-Amz-Target of the service';
    throw new ServiceError('UnknownOperationException', `The local pool does not implement ${what}.`);
  }
  const body = await readBody(request);
  if (operation.access === 'signed') {
    const key = checkSignature(pool.config, service.signingName, request, body, pool.now());
    checkPermitted(key, `${service.signingName}:${name}`, service.resourceOf(pool));
  }
  serving.rates.count(name);
  const input = parseJson(body);
  serving.onCall(name);
  try {
    return await operation.run(pool, input);
  } finally {
    await serving.save();
  }
}

function publicDocument({ config, tokens }: Pool, url: string | undefined): object {
  const wellKnown = `/${config.userPoolId}/.well-known/`;
  if (url === `${wellKnown}jwks.json`) return tokens.jwks();
  if (url === `${wellKnown}openid-configuration`)
    return {
      issuer: config.issuer,
      jwks_uri: `${config.issuer}/.well-known/jwks.json`,
      id_token_signing_alg_values_supported: ['RS256'],
      response_types_supported: ['code', 'token'],
      subject_types_supported: ['public'],
    };
  throw new ServiceError('UnknownOperationException', `There is nothing here; see ${wellKnown}jwks.json`);
}

function asServiceError(error: unknown): ServiceError {
  if (error instanceof ServiceError) return error;
  return new ServiceError('InternalErrorException', 'The local pool failed; see its standard error.', { cause: error });
}

function sendError(response: ServerResponse, { name, message, status }: ServiceError): void {
  if (response.headersSent) {
    response.destroy();
    return;
  }
  // What is left of the request is not read: the connection cannot serve another.
  if (name === 'RequestEntityTooLargeException') response.setHeader('connection', 'close');
  response.setHeader('x-amzn-errortype', `${name}:`);
  response.setHeader('x-amzn-errormessage', message.replace(/[^\x20-\x7e]/g, '?'));
  // What the front itself refuses has its message in upper case.
  send(
    response,
    status,
    name === 'AccessDeniedException' ? { __type: name, Message: message } : { __type: name, message },
  );
}

function send(response: ServerResponse, status: number, body: object, type = 'application/x-amz-json-1.1'): void {
  const text = JSON.stringify(body);
  response.writeHead(status, { 'content-type': type, 'content-length': Buffer.byteLength(text) });
  response.end(text);
}
