import type { Cdp } from './cdp.js';
import type { Frame } from './frames.js';
import type { House } from './house.js';
import type { Permissions } from './permissions.js';
import type { SchemeHandlers } from './protocol.js';
import type { WebContentsPart } from './web-contents.js';
import type { HeaderLists, RequestFacts, WebRequestHooks } from './web-request.js';

interface HeaderEntry {
  name: string;
  value: string;
}

interface Paused {
  requestId: string;
  request: {
    url: string;
    method: string;
    headers: Record<string, string>;
    postDataEntries?: { bytes?: string }[];
  };
  frameId: string;
  resourceType: string;
  redirectedRequestId?: string;
  responseErrorReason?: FailureReason;
  responseStatusCode?: number;
  responseHeaders?: HeaderEntry[];
}

type FailureReason =
  | 'Failed'
  | 'Aborted'
  | 'TimedOut'
  | 'AccessDenied'
  | 'ConnectionClosed'
  | 'ConnectionReset'
  | 'ConnectionRefused'
  | 'ConnectionAborted'
  | 'ConnectionFailed'
  | 'NameNotResolved'
  | 'InternetDisconnected'
  | 'AddressUnreachable'
  | 'BlockedByClient'
  | 'BlockedByResponse';

/**
 * Every request of every page passes here: navigations are put to the app, the app's schemes are answered by its handlers, and to the servers
 * beyond the page looks as it would in Electron (`Origin: app://host`).
 */
export class Interception {
  readonly #house: House;
  readonly #handlers: SchemeHandlers;
  readonly #hooks: WebRequestHooks;
  readonly #permissions: Permissions;
  #count = 0;

  constructor(house: House, handlers: SchemeHandlers, hooks: WebRequestHooks, permissions: Permissions) {
    this.#house = house;
    this.#handlers = handlers;
    this.#hooks = hooks;
    this.#permissions = permissions;
  }

  /** Begins; to be called before the first page is opened. */
  async start(browser: Cdp): Promise<void> {
    browser.on('Fetch.requestPaused', (paused) => {
      void this.#handle(browser, paused).catch(async (error: unknown) => {
        process.stderr.write(
          `electron-standin: ${paused.request.url}: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`,
        );
        // The page may be gone by now, and the request with it; then there is nothing left to fail.
        await browser
          .send('Fetch.failRequest', { requestId: paused.requestId, errorReason: 'Failed' })
          .catch(() => undefined);
      });
    });
    await browser.send('Fetch.enable', { patterns: [{ urlPattern: '*', requestStage: 'Request' }] });
  }

  async #handle(browser: Cdp, paused: Paused): Promise<void> {
    const { requestId, request } = paused;
    const fail = async (errorReason: FailureReason) => {
      await browser.send('Fetch.failRequest', { requestId, errorReason });
    };
    const facts: RequestFacts = {
      id: ++this.#count,
      url: this.#house.urls.toApp(request.url),
      method: request.method,
      resourceType: RESOURCE_TYPES[paused.resourceType] ?? 'other',
    };
    if (paused.responseErrorReason !== undefined) {
      await fail(paused.responseErrorReason);
      return;
    }
    if (paused.responseStatusCode !== undefined) {
      const headers = await this.#hooks.headersReceived(
        facts,
        paused.responseStatusCode,
        toLists(paused.responseHeaders ?? []),
      );
      if (headers === 'cancel') await fail('BlockedByClient');
      else
        await browser.send('Fetch.continueResponse', {
          requestId,
          responseCode: paused.responseStatusCode,
          responseHeaders: this.#forPage(headers),
        });
      return;
    }

    if (paused.resourceType === 'Document' && !(await this.#allowsDocument(browser, paused))) {
      await fail('Aborted');
      return;
    }
    const decision = await this.#hooks.beforeRequest(facts);
    if (decision === 'cancel') {
      await fail('BlockedByClient');
      return;
    }
    if (decision) {
      const location = this.#house.urls.toPage(decision.redirectURL);
      await browser.send('Fetch.fulfillRequest', {
        requestId,
        responseCode: 307,
        responseHeaders: [{ name: 'location', value: location }],
      });
      return;
    }
    const headers = await this.#hooks.beforeSendHeaders(facts, this.#fromPage(request.headers));
    if (headers === 'cancel') await fail('BlockedByClient');
    else if (facts.url === request.url) await this.#pass(browser, paused, headers);
    else await this.#answer(browser, paused, facts, headers, fail);
  }

  /** Whether the app lets a frame go to another document. */
  async #allowsDocument(browser: Cdp, { request, frameId, redirectedRequestId }: Paused): Promise<boolean> {
    const found = this.#frame(frameId);
    if (!found) return false; // a window that Chromium has opened for a page: it is about to be closed
    const { contents, frame } = found;
    if (!contents.allowsNavigation(frame, request.url, redirectedRequestId !== undefined)) return false;
    const { origin } = new URL(request.url);
    if (frame === contents.frameTree.main)
      await this.#permissions.apply(browser, contents, origin, this.#house.urls.toApp(origin));
    return true;
  }

  #frame(id: string): { contents: WebContentsPart; frame: Frame } | undefined {
    for (const contents of this.#house.contents) {
      const frame = contents.frameTree.get(id);
      if (frame) return { contents, frame };
    }
    return undefined;
  }

  /** Lets a request go out to its server. */
  async #pass(browser: Cdp, { requestId, request }: Paused, headers: Record<string, string>): Promise<void> {
    const fromAppScheme = Object.values(request.headers).some((value) => this.#house.urls.toApp(value) !== value);
    await browser.send('Fetch.continueRequest', {
      requestId,
      headers: Object.entries(headers).map(([name, value]) => ({ name, value })),
      interceptResponse: fromAppScheme || this.#hooks.wantsHeadersOf(request.url),
    });
  }

  /** Lets the app's handler answer a request of its scheme. */
  async #answer(
    browser: Cdp,
    { requestId, request, resourceType }: Paused,
    facts: RequestFacts,
    headers: Record<string, string>,
    fail: (reason: FailureReason) => Promise<void>,
  ): Promise<void> {
    const handler = this.#handlers.for(facts.url);
    // Chromium asks a https site for its icon, which it does not of a custom scheme; a failure would be written to the page's console.
    if (resourceType === 'Other' && new URL(request.url).pathname === '/favicon.ico') {
      await browser.send('Fetch.fulfillRequest', { requestId, responseCode: 204 });
      return;
    }
    if (!handler) {
      await fail('Failed');
      return;
    }
    const body = Buffer.concat((request.postDataEntries ?? []).map(({ bytes }) => Buffer.from(bytes ?? '', 'base64')));
    const response = await handler(
      new Request(facts.url, { method: request.method, headers, ...(body.length > 0 ? { body } : {}) }),
    );
    if (response.type === 'error') {
      await fail('Failed');
      return;
    }
    const lists = toLists([...response.headers].map(([name, value]) => ({ name, value })));
    const seen = await this.#hooks.headersReceived(facts, response.status, lists);
    if (seen === 'cancel') {
      await fail('BlockedByClient');
      return;
    }
    await browser.send('Fetch.fulfillRequest', {
      requestId,
      responseCode: response.status,
      responseHeaders: this.#forPage(seen),
      body: Buffer.from(await response.arrayBuffer()).toString('base64'),
    });
  }

  /** A page's request headers as they would leave Electron: its own origin, and no referrer, which only http and https pages send. */
  #fromPage(headers: Record<string, string>): Record<string, string> {
    const { urls } = this.#house;
    return Object.fromEntries(
      Object.entries(headers)
        .filter(([name, value]) => !(name.toLowerCase() === 'referer' && urls.toApp(value) !== value))
        .map(([name, value]) => [name, urls.toApp(value)]),
    );
  }

  #forPage(headers: HeaderLists): HeaderEntry[] {
    return Object.entries(headers).flatMap(([name, values]) =>
      values.map((value) => ({ name, value: this.#house.urls.headerToPage(value) })),
    );
  }
}

function toLists(entries: HeaderEntry[]): HeaderLists {
  const lists: HeaderLists = {};
  for (const { name, value } of entries) (lists[name] ??= []).push(value);
  return lists;
}

/** Chromium's resource types in the words of webRequest. */
const RESOURCE_TYPES: Readonly<Record<string, RequestFacts['resourceType']>> = {
  Document: 'mainFrame',
  Stylesheet: 'stylesheet',
  Script: 'script',
  Image: 'image',
  Font: 'font',
  Media: 'media',
  XHR: 'xhr',
  Fetch: 'xhr',
  WebSocket: 'webSocket',
  Ping: 'ping',
  CSPViolationReport: 'cspReport',
};
