import { createServer } from 'node:http';
import type { Server, ServerResponse } from 'node:http';
import { once } from 'node:events';

import { authenticationResult, CLIENT_ID, keySet, USER_POOL_ID } from './signed-tokens.js';
import type { Issue } from './signed-tokens.js';

/** One reply: JSON with its status, any text, a connection cut off, or nothing at all. */
export type Reply = { status?: number; json: unknown } | { status?: number; text: string } | 'cut' | 'silence';

/** A service that replies as told, in order, the last reply for ever; it counts what it was asked. */
export class ScriptedService {
  readonly endpoint: string;
  readonly asked: { operation: string; body: Record<string, unknown> }[] = [];
  /** What the pool publishes; undefined when its keys cannot be had. */
  keys: unknown = keySet();
  /** How often they were asked for. */
  keysRead = 0;
  readonly #server: Server;
  #replies: readonly Reply[];
  #given = 0;

  private constructor(server: Server, replies: readonly Reply[]) {
    this.#server = server;
    this.#replies = replies;
    const address = server.address();
    if (address === null || typeof address === 'string') throw new Error('No port');
    this.endpoint = `http://127.0.0.1:${address.port}`;
    server.on('request', (request, response) => {
      if (request.method === 'GET') {
        void this.#publish(request.url, response);
        return;
      }
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        const target = String(request.headers['x-amz-target']);
        const body = JSON.parse(Buffer.concat(chunks).toString()) as Record<string, unknown>;
        this.asked.push({ operation: target.slice(target.indexOf('.') + 1), body });
        this.#given += 1;
        const reply = this.#replies[Math.min(this.#given, this.#replies.length) - 1] ?? 'silence';
        if (reply === 'silence') return;
        if (reply === 'cut') {
          request.socket.destroy();
          return;
        }
        response.writeHead(reply.status ?? 200, { 'content-type': 'application/x-amz-json-1.1' });
        response.end('text' in reply ? reply.text : JSON.stringify(reply.json));
      });
    });
  }

  static async start(...replies: Reply[]): Promise<ScriptedService> {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    return new ScriptedService(server, replies);
  }

  /** What `connect` takes to reach it. */
  get settings() {
    return { region: 'local', userPoolId: USER_POOL_ID, clientId: CLIENT_ID, endpoint: this.endpoint };
  }

  /** Tokens of this pool, issued now unless said otherwise. */
  tokens(issue: Partial<Issue> = {}) {
    return authenticationResult({ issuer: `${this.endpoint}/${USER_POOL_ID}`, now: Date.now(), ...issue });
  }

  /** Forgets what was left to reply, and replies so from now on. */
  replyWith(...replies: Reply[]): void {
    this.#replies = replies;
    this.#given = 0;
  }

  async #publish(url: string | undefined, response: ServerResponse): Promise<void> {
    this.keysRead += 1;
    const keys: unknown = url === `/${USER_POOL_ID}/.well-known/jwks.json` ? await this.keys : undefined;
    response.writeHead(keys === undefined ? 404 : 200, { 'content-type': 'application/json' });
    response.end(JSON.stringify(keys ?? {}));
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    this.#server.close();
    await once(this.#server, 'close');
  }
}

export const refuse = (name: string, status = 400): Reply => ({
  status,
  json: { __type: name, message: 'secret-text' },
});
