import { readFile } from 'node:fs/promises';
import { extname, join, normalize, sep } from 'node:path';

import { protocol } from 'electron';

import { contentSecurityPolicy } from './content-security-policy.js';

/** The window's address: a scheme of our own, so that it has an origin, and none that a web page could have. */
export const APP_ORIGIN = 'app://keydesk';
export const START_URL = `${APP_ORIGIN}/index.html`;

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
};

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

/** The file that a URL of ours stands for; undefined for another host, another type, or a way out of `root`. */
export function fileFor(root: string, url: string): { path: string; type: string } | undefined {
  if (!URL.canParse(url)) return undefined;
  const { host, protocol: scheme, pathname } = new URL(url);
  if (scheme !== 'app:' || host !== 'keydesk') return undefined;
  const type = TYPES[extname(pathname)];
  const path = normalize(join(root, decoded(pathname)));
  if (!type || !path.startsWith(root + sep)) return undefined;
  return { path, type };
}

function decoded(pathname: string): string {
  try {
    return decodeURIComponent(pathname);
  } catch {
    return pathname; // not an encoding: no file has that name either
  }
}
