import type { WorldLink } from './link.js';
import type { ValueCodec } from './structured-values.js';

/** What a page of the app says to the main process. `values` and `value` are written by the codec. */
export type FromPage =
  | { kind: 'invoke'; id: number; channel: string; values: string }
  | { kind: 'send'; channel: string; values: string }
  | { kind: 'open-window'; url: string; frameName: string; features: string }
  | { kind: 'preload-error'; message: string; stack: string };

/** What the main process says to a page. */
export type ToPage =
  | { kind: 'settled'; id: number; ok: true; value: string }
  | { kind: 'settled'; id: number; ok: false; reason: string }
  | { kind: 'message'; channel: string; values: string };

/** What the isolated world has to know. */
export interface IsolatedWorldSettings {
  /** Name of the function that carries messages to the main process. */
  readonly binding: string;
  /** Name of the function through which the main process delivers messages. */
  readonly deliver: string;
  /** What `process` shows to the preload. */
  readonly process: { platform: string; arch: string; versions: Record<string, string | undefined> };
}

/** Runs the preload script, given as a function of the CommonJS variables that Electron's sandboxed preloads have. */
export type RunPreload = (preload: (...variables: unknown[]) => void) => void;

/**
 * The isolated world: `require('electron')` with contextBridge and ipcRenderer for the preload. What is missing throws.
 *
 * This function runs, as text, in the page's isolated world: it may lean on nothing outside itself.
 */
export function isolatedWorld(link: WorldLink, codec: ValueCodec, settings: IsolatedWorldSettings): RunPreload {
  type Listener = (event: object, ...args: unknown[]) => void;
  const world = globalThis as unknown as Record<string, unknown>;

  const refuse = (what: string): never => {
    throw new Error(
      `${what} is not implemented by the stand-in runtime (tools/electron-standin); real Electron may have it`,
    );
  };
  const guard = <T extends object>(what: string, part: T): T =>
    new Proxy(part, {
      get: (target, name) =>
        typeof name === 'symbol' || name in target || name === 'then' || name === 'toJSON'
          ? (Reflect.get(target, name) as unknown)
          : refuse(`${what}.${name}`),
      set: (_target, name) => refuse(`Setting ${what}.${String(name)}`),
    });

  const say = world[settings.binding] as (message: string) => void;
  const tell = (message: FromPage) => {
    say(JSON.stringify(message));
  };

  const calls = new Map<
    number,
    { resolve: (value: unknown) => void; reject: (reason: Error) => void; channel: string }
  >();
  const listeners = new Map<string, Listener[]>();
  let lastId = 0;

  world[settings.deliver] = (text: string) => {
    const message = JSON.parse(text) as ToPage;
    if (message.kind === 'message') {
      const args = codec.decode(message.values) as unknown[];
      for (const listener of [...(listeners.get(message.channel) ?? [])])
        listener({ sender: ipcRenderer, ports: [] }, ...args);
      return;
    }
    const call = calls.get(message.id);
    calls.delete(message.id);
    if (message.ok) call?.resolve(codec.decode(message.value));
    else call?.reject(new Error(`Error invoking remote method '${call.channel}': ${message.reason}`));
  };

  const add = (channel: string, listener: Listener) => {
    listeners.set(channel, [...(listeners.get(channel) ?? []), listener]);
  };
  const remove = (channel: string, listener: Listener) => {
    const left = listeners.get(channel) ?? [];
    const at = left.lastIndexOf(listener);
    if (at !== -1) listeners.set(channel, left.toSpliced(at, 1));
  };

  const ipcRenderer: object = guard('ipcRenderer', {
    invoke: (channel: string, ...args: unknown[]) =>
      new Promise((resolve, reject) => {
        const values = codec.encode(args);
        const id = ++lastId;
        calls.set(id, { resolve, reject, channel });
        tell({ kind: 'invoke', id, channel, values });
      }),
    send: (channel: string, ...args: unknown[]) => {
      tell({ kind: 'send', channel, values: codec.encode(args) });
    },
    on: (channel: string, listener: Listener) => {
      add(channel, listener);
      return ipcRenderer;
    },
    once: (channel: string, listener: Listener) => {
      const once: Listener = (event, ...args) => {
        remove(channel, once);
        listener(event, ...args);
      };
      add(channel, once);
      return ipcRenderer;
    },
    off: (channel: string, listener: Listener) => {
      remove(channel, listener);
      return ipcRenderer;
    },
    removeListener: (channel: string, listener: Listener) => {
      remove(channel, listener);
      return ipcRenderer;
    },
    removeAllListeners: (channel: string) => {
      listeners.delete(channel);
      return ipcRenderer;
    },
    listenerCount: (channel: string) => (listeners.get(channel) ?? []).length,
  });

  const contextBridge = guard('contextBridge', {
    exposeInMainWorld: (key: string, api: unknown) => {
      link.call('expose', key, api);
    },
  });

  link.register('open-window', (url, frameName, features) => {
    tell({ kind: 'open-window', url: String(url), frameName: String(frameName), features: String(features) });
  });

  const electron = guard('electron in a preload', { contextBridge, ipcRenderer });
  const require = (name: string) => {
    if (name === 'electron' || name === 'electron/renderer') return electron;
    return refuse(`require('${name}') in a sandboxed preload`);
  };
  const process = guard('process in a preload', {
    ...settings.process,
    type: 'renderer',
    sandboxed: true,
    contextIsolated: true,
    env: {},
  });

  return (preload) => {
    const module = { exports: {} };
    try {
      preload(module.exports, require, module, process, globalThis);
    } catch (error) {
      const { message, stack } = error instanceof Error ? error : new Error(String(error));
      tell({ kind: 'preload-error', message, stack: stack ?? '' });
      throw error;
    }
  };
}
