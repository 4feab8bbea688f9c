import { Readable } from 'node:stream';

import { CognitoIdentityProviderClient } from '@aws-sdk/client-cognito-identity-provider';

import type { AdministrationSettings } from '../../../src/cognito/admin/administration.js';
import type { RunningPool } from '../../../src/pool/pool.js';

/** An answer in place of the pool's: an error by its name, or what is made of the pool's own answer. */
export type Instead =
  | { readonly refuse: string; readonly message?: string; readonly headers?: Readonly<Record<string, string>> }
  | { readonly alter: (answer: Record<string, unknown>) => void }
  | { readonly cutAfter: true };

/**
 * The network between an administrator and a pool: it carries requests to the pool, but for those that the test answers
 * itself. `instead` is asked with the operation and how often it was called by then, from 1.
 */
export function carrier(instead: (operation: string, time: number) => Instead | undefined) {
  const client = new CognitoIdentityProviderClient({ region: 'local' });
  const real = client.config.requestHandler as Handler; // the SDK leaves the types of its transport open
  const asked: string[] = [];
  const handle: Handler['handle'] = async (request, options) => {
    const target = request.headers['x-amz-target'] ?? '';
    const operation = target.slice(target.indexOf('.') + 1);
    asked.push(operation);
    const how = instead(operation, asked.filter((one) => one === operation).length);
    if (how && 'refuse' in how) {
      const body = JSON.stringify({ __type: how.refuse, message: how.message ?? 'in the words of the service' });
      return answered(400, body, how.headers);
    }
    const { response } = await real.handle(request, options);
    if (!how) return { response };
    const bytes = await client.config.streamCollector(response.body);
    if ('cutAfter' in how) throw new Error('The line was cut');
    const answer = JSON.parse(new TextDecoder().decode(bytes)) as Record<string, unknown>;
    how.alter(answer);
    return answered(200, JSON.stringify(answer));
  };
  // The SDK takes any object that handles requests; its own does nothing else that is needed here.
  const requestHandler = { handle } as unknown as NonNullable<AdministrationSettings['requestHandler']>;
  return { requestHandler, asked };
}

/** A way to the pool by such a network, with pauses of no length. */
export function settingsFor(pool: RunningPool, network: ReturnType<typeof carrier>): AdministrationSettings {
  const { region, userPoolId, endpoint, adminKey: credentials } = pool;
  const { requestHandler } = network;
  return { region, userPoolId, endpoint, credentials, requestHandler, random: () => 0 };
}

interface Response {
  readonly statusCode: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Readable;
}

interface Handler {
  handle(
    request: { readonly headers: Readonly<Record<string, string>> },
    options?: object,
  ): Promise<{ readonly response: Response }>;
}

function answered(statusCode: number, body: string, headers: Readonly<Record<string, string>> = {}) {
  const type = { 'content-type': 'application/x-amz-json-1.1' };
  return { response: { statusCode, headers: { ...type, ...headers }, body: Readable.from([Buffer.from(body)]) } };
}
