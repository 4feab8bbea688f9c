import type { Readable, Writable } from 'node:stream';

import type { CDPSession } from '@playwright/test';

/** One end of the Chrome DevTools Protocol: the browser, or one page. Typed by the protocol that Playwright carries. */
export type Cdp = Pick<CDPSession, 'send' | 'on'>;

/** Chromium refused a command, or went away before it answered. */
export class CdpError extends Error {
  override readonly name = 'CdpError';

  constructor(method: string, reason: string) {
    super(`${method}: ${reason}`);
  }
}

interface Message {
  id?: number;
  method?: string;
  params?: unknown;
  sessionId?: string;
  result?: unknown;
  error?: { message: string };
}

interface Pending {
  method: string;
  resolve: (result: unknown) => void;
  reject: (error: CdpError) => void;
}

/** Cuts the bytes of the pipe into messages, which end with a zero byte. */
export class MessageSplitter {
  #rest: Buffer[] = [];

  /** Takes the next bytes and returns the messages that they complete. */
  push(chunk: Buffer): string[] {
    const messages: string[] = [];
    let from = 0;
    for (let end = chunk.indexOf(0); end !== -1; end = chunk.indexOf(0, from)) {
      messages.push(Buffer.concat([...this.#rest, chunk.subarray(from, end)]).toString('utf8'));
      this.#rest = [];
      from = end + 1;
    }
    if (from < chunk.length) this.#rest.push(chunk.subarray(from));
    return messages;
  }
}

/** The DevTools Protocol over a pair of pipes. When the pipes close, Chromium ends itself. */
export class PipeConnection {
  readonly #input: Writable;
  readonly #pending = new Map<number, Pending>();
  readonly #listeners = new Map<string, Set<(params: unknown) => void>>();
  #lastId = 0;
  #closed = false;

  /** The browser itself. */
  readonly browser: Cdp = this.session('');

  constructor(input: Writable, output: Readable) {
    this.#input = input;
    const splitter = new MessageSplitter();
    output.on('data', (chunk: Buffer) => {
      for (const message of splitter.push(chunk)) this.#receive(JSON.parse(message) as Message);
    });
    output.on('close', () => {
      this.#close();
    });
    // A write to a browser that has just died; the closing of the other pipe reports it.
    input.on('error', () => {
      this.#close();
    });
  }

  /** The page behind a flat session. */
  session(sessionId: string): Cdp {
    const session = {
      send: (method: string, params: object = {}) => this.#send(sessionId, method, params),
      on: (event: string, listener: (params: unknown) => void) => {
        const key = `${sessionId} ${event}`;
        this.#listeners.set(key, (this.#listeners.get(key) ?? new Set()).add(listener));
        return session;
      },
    };
    // Playwright's type pairs every method with its parameters and result; on the wire they are only JSON.
    return session as unknown as Cdp;
  }

  #send(sessionId: string, method: string, params: object): Promise<unknown> {
    return new Promise((resolve, reject) => {
      if (this.#closed) {
        reject(new CdpError(method, 'Chromium is gone'));
        return;
      }
      const id = ++this.#lastId;
      this.#pending.set(id, { method, resolve, reject });
      this.#input.write(`${JSON.stringify({ id, method, params, ...(sessionId === '' ? {} : { sessionId }) })}\0`);
    });
  }

  #receive(message: Message): void {
    if (message.id === undefined) {
      for (const listener of this.#listeners.get(`${message.sessionId ?? ''} ${message.method ?? ''}`) ?? [])
        listener(message.params);
      return;
    }
    const pending = this.#pending.get(message.id);
    this.#pending.delete(message.id);
    if (message.error) pending?.reject(new CdpError(pending.method, message.error.message));
    else pending?.resolve(message.result);
  }

  #close(): void {
    this.#closed = true;
    for (const { method, reject } of this.#pending.values()) reject(new CdpError(method, 'Chromium is gone'));
    this.#pending.clear();
  }
}
