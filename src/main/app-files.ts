import { extname, join, normalize, sep } from 'node:path';

/** The window's address: a scheme of our own, so that it has an origin, and none that a web page could have. */
export const APP_ORIGIN = 'app://keydesk';

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
};

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
