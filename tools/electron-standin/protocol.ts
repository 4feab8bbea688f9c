import type { CustomScheme, Protocol } from 'electron';

import { NotImplementedError, moduleOf } from './refuse.js';
import type { SchemeUrls } from './scheme-urls.js';

export type ProtocolHandler = Parameters<Protocol['handle']>[1];

/** Without these a page of the scheme would get more from the stand-in than from Electron, for inside Chromium the scheme is https. */
const NEEDED = ['standard', 'secure', 'supportFetchAPI'] as const;
const ACCEPTED = new Set<string>([...NEEDED, 'corsEnabled', 'stream', 'codeCache']);

/** The app's own schemes and what answers for them. */
export class SchemeHandlers {
  readonly #handlers = new Map<string, ProtocolHandler>();
  readonly #urls: SchemeUrls;

  constructor(urls: SchemeUrls) {
    this.#urls = urls;
  }

  /** Electron's `protocol` module over these handlers. */
  module(isReady: () => boolean): Protocol {
    return moduleOf<Protocol>('protocol', {
      registerSchemesAsPrivileged: (schemes) => {
        if (isReady()) throw new Error('protocol.registerSchemesAsPrivileged should be called before app is ready');
        for (const scheme of schemes) this.#register(scheme);
      },
      handle: (scheme, handler) => {
        if (!this.#urls.has(scheme))
          throw new NotImplementedError(`protocol.handle for '${scheme}', which is not registered as privileged,`);
        if (this.#handlers.has(scheme)) throw new Error(`Failed to register protocol: ${scheme}`);
        this.#handlers.set(scheme, handler);
      },
      unhandle: (scheme) => {
        if (!this.#handlers.delete(scheme)) throw new Error(`Failed to unhandle protocol: ${scheme}`);
      },
      isProtocolHandled: (scheme) => this.#handlers.has(scheme),
    });
  }

  /** What answers for a URL of the app, if anything does. */
  for(url: string): ProtocolHandler | undefined {
    return this.#handlers.get(new URL(url).protocol.slice(0, -1));
  }

  #register({ scheme, privileges = {} }: CustomScheme): void {
    for (const [name, value] of Object.entries(privileges)) {
      if (value && !ACCEPTED.has(name)) throw new NotImplementedError(`The privilege ${name} of scheme '${scheme}'`);
    }
    for (const name of NEEDED) {
      if (!privileges[name]) throw new NotImplementedError(`A scheme ('${scheme}') that is not ${name}`);
    }
    this.#urls.add(scheme);
  }
}
