import { createServer } from 'node:http';
import type { Server } from 'node:http';
import { once } from 'node:events';

/** One reply: JSON with its status, any text, a connection cut off, or nothing at all. */
export type Reply = { status?: number; json: unknown } | { status?: number; text: string } | 'cut' | 'silence';

/** A service that replies as told, in order, the last reply for ever; it counts what it was asked. */
export class ScriptedService {
  readonly endpoint: string;
  readonly asked: { operation: string; body: Record<string, unknown> }[] = [];
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

  /** Forgets what was left to reply, and replies so from now on. */
  replyWith(...replies: Reply[]): void {
    this.#replies = replies;
    this.#given = 0;
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
