import type { IncomingMessage } from 'node:http';

import { ServiceError } from '../errors.js';

/** Far above the largest input of the API, a credential with its attestation. */
const MAX_BODY_BYTES = 256 * 1024;

/** Reads a request's body. Throws RequestEntityTooLargeException as soon as it is too long. */
export async function readBody(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    length += chunk.length;
    if (length > MAX_BODY_BYTES)
      throw new ServiceError('RequestEntityTooLargeException', `A request has at most ${MAX_BODY_BYTES} bytes.`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

/** Reads JSON in UTF-8. Throws SerializationException without repeating what was sent. */
export function parseJson(body: Buffer): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(body));
  } catch {
    throw new ServiceError('SerializationException', 'The request is not JSON.');
  }
}
