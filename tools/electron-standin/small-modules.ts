import { readFile } from 'node:fs/promises';
import { extname } from 'node:path';
import { fileURLToPath } from 'node:url';

import type { Dialog, Net, SafeStorage, Shell } from 'electron';

import { Emitter } from './emitter.js';
import { NotImplementedError, moduleOf } from './refuse.js';
import type { SchemeHandlers } from './protocol.js';

/** `shell`: opens nothing; the URL is printed and the promise rejects, unless a test has put its own function there. */
export const shell = moduleOf<Shell>('shell', {
  openExternal: (url) => {
    process.stderr.write(`electron-standin: shell.openExternal(${url})\n`);
    return Promise.reject(new NotImplementedError('shell.openExternal'));
  },
});

/** `dialog`: error boxes go to stderr, as Electron's do before it is ready; everything else throws. */
export const dialog = moduleOf<Dialog>('dialog', {
  showErrorBox: (title, content) => {
    process.stderr.write(`${title}\n${content}\n`);
  },
});

/** `safeStorage`: there is no keyring. */
// Deprecated in favour of an asynchronous one, which the stand-in does not have: it throws.
// eslint-disable-next-line @typescript-eslint/no-deprecated -- see above
export const safeStorage = moduleOf<SafeStorage>('safeStorage', { isEncryptionAvailable: () => false });

/** `powerMonitor`: listeners are taken, and nothing ever happens to the machine. Tests emit the events themselves. */
export class PowerMonitorPart extends Emitter {
  constructor() {
    super('powerMonitor', ['suspend', 'resume', 'lock-screen', 'unlock-screen', 'shutdown']);
  }
}

const CONTENT_TYPES: Readonly<Record<string, string>> = {
  '.css': 'text/css',
  '.html': 'text/html',
  '.ico': 'image/x-icon',
  '.js': 'text/javascript',
  '.json': 'application/json',
  '.map': 'application/json',
  '.png': 'image/png',
  '.svg': 'image/svg+xml',
  '.txt': 'text/plain',
  '.woff2': 'font/woff2',
};

/** `net.fetch` for files, for the app's own schemes and, by Node, for http and https. */
export function netModule(handlers: SchemeHandlers): Net {
  return moduleOf<Net>('net', {
    fetch: async (input, init) => {
      const request = new Request(input, init);
      if (request.url.startsWith('file:')) return fetchFile(fileURLToPath(request.url));
      const handler = handlers.for(request.url);
      return handler ? handler(request) : fetch(request);
    },
  });
}

async function fetchFile(path: string): Promise<Response> {
  const type = CONTENT_TYPES[extname(path).toLowerCase()];
  try {
    return new Response(new Uint8Array(await readFile(path)), {
      headers: type === undefined ? {} : { 'content-type': type },
    });
  } catch (error) {
    throw new Error('net::ERR_FILE_NOT_FOUND', { cause: error });
  }
}
