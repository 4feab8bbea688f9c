import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What happens to a call on its way: passed on, answered with this error, cut off, or left without an answer. */
export type Fate = 'pass' | 'hang' | 'cut' | { readonly error: string } | { readonly body: string };

/** Headers of one connection, not of the call. */
const OWN_HEADERS = new Set(['host', 'connection', 'content-length']);

/** Stands between the window and the pool, and lets a spec decide what becomes of each call. */
export class FaultyNetwork {
  readonly #server = createServer((request, response) => void this.#forward(request, response));
  readonly #pool: string;
  /** The operations that were called, in order. */
  readonly calls: string[] = [];
  /** Asked for each call, by the name of its operation. */
  fate: (operation: string) => Fate = () => 'pass';
  /** Told what the pool has answered to each call. */
  onAnswer: (operation: string, body: string) => void = () => undefined;

  private constructor(pool: string) {
    this.#pool = pool;
  }

  static async to(pool: string): Promise<FaultyNetwork> {
    const network = new FaultyNetwork(pool);
    network.#server.listen(0, '127.0.0.1');
    await once(network.#server, 'listening');
    return network;
  }

  get endpoint(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  close(): void {
    this.#server.close();
    this.#server.closeAllConnections();
  }

  async #forward(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = Buffer.concat((await request.toArray()) as Buffer[]);
    const operation = String(request.headers['x-amz-target'] ?? '').replace(/^.*\./, '');
    const fate = request.method === 'POST' ? this.fate(operation) : 'pass';
    if (request.method === 'POST') this.calls.push(operation);
    if (fate === 'hang') return;
    if (fate === 'cut') {
      request.socket.destroy();
      return;
    }
    const cors = {
      'access-control-allow-origin': request.headers.origin ?? '',
      'content-type': 'application/x-amz-json-1.1',
    };
    if (typeof fate === 'object') {
      const status = 'error' in fate ? 400 : 200;
      const text =
        'error' in fate ? JSON.stringify({ __type: fate.error, message: 'by order of the spec' }) : fate.body;
      response.writeHead(status, cors).end(text);
      return;
    }
    const headers = Object.entries(request.headers).filter(([name]) => !OWN_HEADERS.has(name));
    const answer = await fetch(`${this.#pool}${request.url ?? '/'}`, {
      method: request.method ?? 'GET',
      headers: headers.map(([name, value]): [string, string] => [name, String(value)]),
      ...(body.length > 0 && { body }),
    });
    response.writeHead(answer.status, Object.fromEntries(answer.headers));
    const text = Buffer.from(await answer.arrayBuffer());
    if (request.method === 'POST') this.onAnswer(operation, text.toString());
    response.end(text);
  }
}
