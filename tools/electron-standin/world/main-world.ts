import type { WorldLink } from './link.js';

/**
 * The page's side, before its first script: defines what the preload exposes, and refuses new windows as Electron does when the
 * app's handler denies them (`window.open` returns null).
 *
 * This function runs, as text, in the page: it may lean on nothing outside itself.
 */
export function mainWorld(link: WorldLink): void {
  const page = globalThis as unknown as Record<string, unknown> & { document: { baseURI: string } };
  const { document } = page;
  const { URL, Object } = globalThis;

  const freeze = (value: unknown): unknown => {
    if (typeof value !== 'object' || value === null || ArrayBuffer.isView(value)) return value;
    Object.values(value).forEach(freeze);
    return Object.freeze(value);
  };

  link.register('expose', (key, api) => {
    const name = String(key);
    if (name in page) throw new Error('Cannot bind an API on top of an existing property on the window object');
    Object.defineProperty(page, name, { value: freeze(api), enumerable: true });
  });

  Object.defineProperty(page, 'open', {
    value: function open(url: unknown = '', frameName: unknown = '', features: unknown = '') {
      const address = String(url);
      link.call(
        'open-window',
        address === '' ? 'about:blank' : new URL(address, document.baseURI).href,
        String(frameName),
        String(features),
      );
      return null;
    },
    writable: true,
    enumerable: true,
    configurable: true,
  });
}
