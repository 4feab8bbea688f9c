import { buffer } from 'node:stream/consumers';
import { Readable } from 'node:stream';

import { CognitoIdentityProviderClient } from '@aws-sdk/client-cognito-identity-provider';
import { vi } from 'vitest';

/** Members of the pool's answers that are secrets. */
const SECRET = new Set(['AccessToken', 'IdToken', 'RefreshToken', 'Session']);

/** Listens in this process to all that a pool answers, and notes each token that it gives to anybody. */
export class TappedPool {
  readonly secrets = new Set<string>();
  /** Told of each operation before it is sent, which waits for the promise. */
  onCall: (operation: string, signal: AbortSignal | undefined) => Promise<void> | undefined = () => undefined;

  constructor() {
    const sdk = new CognitoIdentityProviderClient({ region: 'local' }).config.requestHandler;
    // What every client of the SDK carries its requests with.
    const handlers = Object.getPrototypeOf(sdk) as Handler;
    const real = handlers.handle; // eslint-disable-line @typescript-eslint/unbound-method -- called with its own `this` below
    const tap = async (handler: Handler, ...[request, options]: Parameters<Handler['handle']>) => {
      const operation = (request.headers['x-amz-target'] ?? '').replace(/^.*\./, '');
      await this.onCall(operation, options?.abortSignal);
      const answer = await real.call(handler, request, options);
      const body = await buffer(answer.response.body);
      this.#note(body);
      answer.response.body = Readable.from([body]);
      return answer;
    };
    vi.spyOn(handlers, 'handle').mockImplementation(function (this: Handler, ...call) {
      return tap(this, ...call);
    });
  }

  #note(text: Buffer): void {
    JSON.parse(text.toString() || '{}', (name, value: unknown) => {
      if (SECRET.has(name) && typeof value === 'string') this.secrets.add(value);
      return value;
    });
  }
}

/** As far as it is of interest here. */
interface Handler {
  handle(
    request: { readonly headers: Readonly<Record<string, string>> },
    options?: { readonly abortSignal?: AbortSignal },
  ): Promise<{ response: { body: Readable } }>;
}
