import type {
  BeforeSendResponse,
  CallbackResponse,
  HeadersReceivedResponse,
  OnBeforeRequestListenerDetails,
  OnBeforeSendHeadersListenerDetails,
  OnHeadersReceivedListenerDetails,
  WebRequest,
  WebRequestFilter,
} from 'electron';

import { NotImplementedError, asElectron, moduleOf } from './refuse.js';

/** A request as the listeners see it. */
export interface RequestFacts {
  readonly id: number;
  readonly url: string;
  readonly method: string;
  readonly resourceType: OnBeforeRequestListenerDetails['resourceType'];
}

/** Headers by name, with all values of each. */
export type HeaderLists = Record<string, string[]>;

type Listener<Details, Answer> = (details: Details, callback: (answer: Answer) => void) => void;

/** One hook of webRequest: a listener and the URLs it is for. */
class Hook<Details, Answer> {
  readonly #name: string;
  #listener: Listener<Details, Answer> | undefined;
  #matches: (url: string) => boolean = () => true;

  constructor(name: string) {
    this.#name = name;
  }

  /** Takes Electron's two forms: a listener, or a filter and a listener. */
  readonly set = (
    first: WebRequestFilter | Listener<Details, Answer> | null,
    second?: Listener<Details, Answer> | null,
  ): void => {
    const filter = typeof first === 'object' ? first : null;
    const listener = typeof first === 'function' ? first : second;
    this.#listener = listener ?? undefined;
    this.#matches = filter ? urlFilter(filter, this.#name) : () => true;
  };

  isFor(url: string): boolean {
    return this.#listener !== undefined && this.#matches(url);
  }

  ask(details: Details): Promise<Answer> {
    return new Promise((resolve, reject) => {
      if (this.#listener) this.#listener(details, resolve);
      else reject(new Error(`${this.#name} has no listener`));
    });
  }
}

/** `session.webRequest`: three of its hooks. */
export class WebRequestHooks {
  readonly #beforeRequest = new Hook<OnBeforeRequestListenerDetails, CallbackResponse>('webRequest.onBeforeRequest');
  readonly #beforeSendHeaders = new Hook<OnBeforeSendHeadersListenerDetails, BeforeSendResponse>(
    'webRequest.onBeforeSendHeaders',
  );
  readonly #headersReceived = new Hook<OnHeadersReceivedListenerDetails, HeadersReceivedResponse>(
    'webRequest.onHeadersReceived',
  );

  readonly module: WebRequest = moduleOf<WebRequest>('session.webRequest', {
    onBeforeRequest: this.#beforeRequest.set,
    onBeforeSendHeaders: this.#beforeSendHeaders.set,
    onHeadersReceived: this.#headersReceived.set,
  });

  /** Whether a request may go on, and if to another URL. */
  async beforeRequest(facts: RequestFacts): Promise<'cancel' | { redirectURL: string } | undefined> {
    if (!this.#beforeRequest.isFor(facts.url)) return undefined;
    const answer = await this.#beforeRequest.ask(details<OnBeforeRequestListenerDetails>('onBeforeRequest', facts));
    if (answer.cancel) return 'cancel';
    return answer.redirectURL === undefined ? undefined : { redirectURL: answer.redirectURL };
  }

  /** The headers to send. */
  async beforeSendHeaders(
    facts: RequestFacts,
    requestHeaders: Record<string, string>,
  ): Promise<'cancel' | Record<string, string>> {
    if (!this.#beforeSendHeaders.isFor(facts.url)) return requestHeaders;
    const answer = await this.#beforeSendHeaders.ask(
      details<OnBeforeSendHeadersListenerDetails>('onBeforeSendHeaders', { ...facts, requestHeaders }),
    );
    if (answer.cancel) return 'cancel';
    const headers = answer.requestHeaders ?? requestHeaders;
    return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, String(value)]));
  }

  wantsHeadersOf(url: string): boolean {
    return this.#headersReceived.isFor(url);
  }

  /** The response's headers as the page shall see them. */
  async headersReceived(
    facts: RequestFacts,
    statusCode: number,
    responseHeaders: HeaderLists,
  ): Promise<'cancel' | HeaderLists> {
    if (!this.#headersReceived.isFor(facts.url)) return responseHeaders;
    const statusLine = `HTTP/1.1 ${statusCode}`;
    const answer = await this.#headersReceived.ask(
      details<OnHeadersReceivedListenerDetails>('onHeadersReceived', {
        ...facts,
        statusCode,
        statusLine,
        responseHeaders,
      }),
    );
    if (answer.cancel) return 'cancel';
    if (answer.statusLine !== undefined)
      throw new NotImplementedError('webRequest.onHeadersReceived with another status line');
    const headers = answer.responseHeaders ?? responseHeaders;
    return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, [value].flat()]));
  }
}

/** What a listener is told; fields that the stand-in does not know throw. */
function details<T extends object>(hook: string, facts: Partial<T>): T {
  return asElectron<T>(moduleOf<T>(`details of webRequest.${hook}`, { ...facts, timestamp: Date.now() }));
}

/** Reads match patterns such as `https://*.example.com/*` and `<all_urls>`. */
export function urlFilter(filter: WebRequestFilter, hook: string): (url: string) => boolean {
  const { urls, ...rest } = filter;
  if (Object.keys(rest).length > 0)
    throw new NotImplementedError(`A filter by ${Object.keys(rest).join(', ')} of ${hook}`);
  const patterns = urls.map((pattern) =>
    pattern === '<all_urls>' ? /^/ : new RegExp(`^${pattern.split('*').map(escape).join('.*')}$`),
  );
  return (url) => patterns.some((pattern) => pattern.test(url));
}

const escape = (text: string) => text.replaceAll(/[.+?^${}()|[\]\\/]/g, '\\$&');
