import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { createServer, type Server } from 'node:http';

import { type Browser, chromium, type Page } from '@playwright/test';
import { build } from 'vite';

const CHROMIUM = '/usr/bin/chromium';

/** Why there can be no browser here; undefined where there can. */
export const whyNoBrowser = (): string | undefined => (existsSync(CHROMIUM) ? undefined : `no ${CHROMIUM}`);

/** A page on http://localhost with Amplify in it, in a browser that has a passkey authenticator of its own. */
export class AmplifyBrowser {
  readonly page: Page;
  readonly #browser: Browser;
  readonly #server: Server;

  private constructor(page: Page, browser: Browser, server: Server) {
    this.page = page;
    this.#browser = browser;
    this.#server = server;
  }

  /** @param server what `servePage` gave */
  static async open(server: Server, origin: string): Promise<AmplifyBrowser> {
    const browser = await chromium.launch({
      executablePath: CHROMIUM,
      args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking', '--no-first-run'],
    });
    const page = await browser.newPage();
    const devtools = await page.context().newCDPSession(page);
    await devtools.send('WebAuthn.enable');
    await devtools.send('WebAuthn.addVirtualAuthenticator', {
      options: {
        protocol: 'ctap2',
        transport: 'usb',
        hasResidentKey: true,
        hasUserVerification: true,
        isUserVerified: true,
        automaticPresenceSimulation: true,
      },
    });
    await page.goto(origin);
    return new AmplifyBrowser(page, browser, server);
  }

  async close(): Promise<void> {
    await this.#browser.close();
    this.#server.close();
    this.#server.closeAllConnections();
  }
}

/** Bundles the page and serves it on a free port of this machine; passkeys need `localhost`, by that name. */
export async function servePage(): Promise<{ server: Server; origin: string }> {
  const script = await bundle();
  const server = createServer((request, response) => {
    if (request.url === '/page.js') response.writeHead(200, { 'content-type': 'text/javascript' }).end(script);
    else if (request.url === '/')
      response
        .writeHead(200, { 'content-type': 'text/html' })
        .end('<!doctype html><title>Amplify</title><script src="/page.js"></script>');
    else response.writeHead(404).end();
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new TypeError('A TCP server has an address and a port');
  return { server, origin: `http://localhost:${address.port}` };
}

async function bundle(): Promise<string> {
  const built = await build({
    configFile: false,
    logLevel: 'silent',
    build: {
      write: false,
      minify: false,
      lib: { entry: 'tests/interop/amplify/page.ts', formats: ['iife'], name: 'page' },
    },
    define: { 'process.env.NODE_ENV': '"production"', global: 'globalThis' },
  });
  const output = Array.isArray(built) ? built[0] : built;
  if (!output || !('output' in output)) throw new TypeError('The bundler gave no output');
  return output.output[0].code;
}
