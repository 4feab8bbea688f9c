import { createHmac } from 'node:crypto';
import { once } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer } from 'node:http';

import { FakeDynamoDb } from './fake-dynamodb.js';

export interface Call {
  readonly operation: string;
  readonly input: Readonly<Record<string, unknown>>;
}

/** An answer of a service that is an error, by its name. */
export class ServiceFailure extends Error {
  constructor(name: string) {
    super(`${name} from a test`);
    this.name = name;
  }
}

export const MAC_SECRET = Buffer.alloc(32, 9);

/**
 * The services that the functions in Lambda call, on loopback, behind the real SDK: DynamoDB, the MAC half of KMS, SES's
 * mailing, and a user pool that answers what a test sets. The SDK finds it by AWS_ENDPOINT_URL.
 */
export class FakeAws {
  readonly dynamodb = new FakeDynamoDb({ registry: 'accountNumber', nonces: 'nonce' });
  readonly calls: Call[] = [];
  /** What the pool answers, by operation. */
  readonly pool: Record<string, (input: Call['input']) => object> = {};
  /** What SES refuses to send with; it takes mails without it. */
  mailFailure: ServiceFailure | undefined;
  readonly #server = createServer((request, response) => {
    void this.#serve(request, response);
  });

  static async start(): Promise<FakeAws> {
    const aws = new FakeAws();
    aws.#server.listen(0, '127.0.0.1');
    await once(aws.#server, 'listening');
    return aws;
  }

  get endpoint(): string {
    const address = this.#server.address();
    if (address === null || typeof address === 'string') throw new TypeError('A TCP server has a port');
    return `http://127.0.0.1:${address.port}`;
  }

  async stop(): Promise<void> {
    this.#server.close();
    this.#server.closeAllConnections();
    await once(this.#server, 'close');
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer); // a request without an encoding gives buffers
    const { service, operation, type } = targetOf(request);
    const input = JSON.parse(Buffer.concat(chunks).toString()) as Call['input']; // an object, in all four protocols
    this.calls.push({ operation, input });
    response.setHeader('content-type', type);
    try {
      response.end(JSON.stringify(this.#answer(service, operation, input)));
    } catch (error) {
      const name = error instanceof Error ? error.name : 'InternalFailure';
      response.statusCode = 400;
      response.setHeader('x-amzn-errortype', name);
      response.end(JSON.stringify({ __type: name, message: error instanceof Error ? error.message : '' }));
    }
  }

  #answer(service: string, operation: string, input: Call['input']): object {
    if (service.startsWith('DynamoDB')) return this.dynamodb.answer(operation, input as never);
    if (service === 'TrentService' && operation === 'VerifyMac') return verifyMac(input);
    if (service === 'SES') {
      if (this.mailFailure) throw this.mailFailure;
      return { MessageId: '0' };
    }
    const answer = this.pool[operation];
    if (service !== 'AWSCognitoIdentityProviderService' || !answer)
      throw new ServiceFailure('UnknownOperationException');
    return answer(input);
  }
}

/** SES speaks REST, the others name their operation in a header. */
function targetOf(request: IncomingMessage): { service: string; operation: string; type: string } {
  // https://docs.aws.amazon.com/ses/latest/APIReference-V2/API_SendEmail.html#API_SendEmail_RequestSyntax
  if (request.method === 'POST' && request.url === '/v2/email/outbound-emails')
    return { service: 'SES', operation: 'SendEmail', type: 'application/json' };
  const [service = '', operation = ''] = String(request.headers['x-amz-target']).split('.');
  return { service, operation, type: `application/x-amz-json-${service.startsWith('DynamoDB') ? '1.0' : '1.1'}` };
}

/** https://docs.aws.amazon.com/kms/latest/APIReference/API_VerifyMac.html: a wrong MAC is an error, not an answer. */
function verifyMac({ KeyId, Message, Mac, MacAlgorithm }: Call['input']): object {
  if (MacAlgorithm !== 'HMAC_SHA_256') throw new ServiceFailure('InvalidKeyUsageException');
  const right = createHmac('sha256', MAC_SECRET)
    .update(Buffer.from(String(Message), 'base64'))
    .digest('base64');
  if (right !== Mac) throw new ServiceFailure('KMSInvalidMacException');
  return { KeyId, MacAlgorithm, MacValid: true };
}
