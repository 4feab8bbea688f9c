import { randomUUID } from 'node:crypto';

import { isolatedWorld, type IsolatedWorldSettings } from './isolated-world.js';
import { worldLink } from './link.js';
import { mainWorld } from './main-world.js';
import { valueCodec } from './structured-values.js';

/** Name of the world in which preloads run, as developers know it from Electron. */
export const ISOLATED_WORLD = 'Electron Isolated Context';

/** The preload of a window: its path, for stack traces, and its text. */
export interface Preload {
  readonly path: string;
  readonly source: string;
}

/** What is evaluated in each new document of a window before the page's own scripts, in this order. */
export interface WorldScripts {
  /** For the page's own world. */
  readonly page: string;
  /** For the isolated world. */
  readonly isolated: string;
  readonly binding: string;
  readonly deliver: string;
}

/** Writes the scripts for one window. The names by which the two worlds find each other are new each time and never seen by the page. */
export function worldScripts(preload: Preload | undefined, process: IsolatedWorldSettings['process']): WorldScripts {
  const [toPage, toPreload, binding, deliver] = [1, 2, 3, 4].map(() => `electron-standin-${randomUUID()}`) as [
    string,
    string,
    string,
    string,
  ];
  const settings: IsolatedWorldSettings = { binding, deliver, process };
  const call = (program: (...args: never[]) => unknown, ...args: string[]) =>
    `(${program.toString()})(${args.join(', ')})`;
  const quote = (value: unknown) => JSON.stringify(value);

  const page = call(mainWorld, call(worldLink, quote(toPage), quote(toPreload)));
  const world = call(
    isolatedWorld,
    call(worldLink, quote(toPreload), quote(toPage)),
    call(valueCodec),
    quote(settings),
  );
  // As in Electron, the preload runs in the window's main frame only. It is part of the script, not evaluated by it, so the page's CSP does not concern it.
  const isolated = preload
    ? `{ const run = ${world}; if (globalThis === globalThis.top) run(function (exports, require, module, process, global) {${preload.source}\n}); }\n//# sourceURL=${preload.path}`
    : world;
  return { page, isolated, binding, deliver };
}
