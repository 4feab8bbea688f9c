import { readFile } from 'node:fs/promises';

import { protocol } from 'electron';

import { APP_ORIGIN, fileFor } from './app-files.js';
import { contentSecurityPolicy } from './content-security-policy.js';

/** The page of the window. */
export const START_URL = `${APP_ORIGIN}/index.html`;

/** Must run before the app is ready. */
export function registerAppScheme(): void {
  protocol.registerSchemesAsPrivileged([
    { scheme: 'app', privileges: { standard: true, secure: true, supportFetchAPI: true, codeCache: true } },
  ]);
}

/** Serves the built window from `root`, with the policy of the pool that is connected at that moment. */
export function serveApp(root: string, endpoint: () => string | undefined): void {
  protocol.handle('app', async (request) => {
    const file = fileFor(root, request.url);
    if (request.method !== 'GET' || !file) return new Response('Not found', { status: 404 });
    try {
      return new Response(await readFile(file.path), {
        headers: {
          'content-type': file.type,
          'content-security-policy': contentSecurityPolicy(endpoint()),
          'x-content-type-options': 'nosniff',
          'referrer-policy': 'no-referrer',
          'cross-origin-opener-policy': 'same-origin',
          'cache-control': 'no-store',
        },
      });
    } catch {
      return new Response('Not found', { status: 404 }); // whatever the reason, the window can do nothing about it
    }
  });
}
