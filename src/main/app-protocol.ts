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
    const content = await readFile(file.path).catch(() => undefined); // whatever the reason, the page can do nothing about it
    if (!content) return new Response('Not found', { status: 404 });
    return new Response(content, {
      headers: {
        'content-type': file.type,
        'content-security-policy': contentSecurityPolicy(endpoint()),
        'x-content-type-options': 'nosniff',
        'referrer-policy': 'no-referrer',
        'cross-origin-opener-policy': 'same-origin',
        'cache-control': 'no-store',
      },
    });
  });
}
