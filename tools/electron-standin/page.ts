import type { Cdp } from './cdp.js';
import type { Chromium } from './chromium.js';
import { ISOLATED_WORLD, type WorldScripts } from './world/scripts.js';

/** An open page of Chromium. */
export interface Page {
  readonly cdp: Cdp;
  readonly targetId: string;
}

/** Size of a window's content, in device-independent pixels. */
export interface Size {
  readonly width: number;
  readonly height: number;
}

/**
 * Opens an empty window in Chromium. `wire` is called before anything can happen in the page; then the scripts are set that
 * run in each document before the page's own.
 */
export async function openPage(
  chromium: Chromium,
  { width, height }: Size,
  scripts: WorldScripts,
  wire: (page: Page) => void,
): Promise<Page> {
  const { browser } = chromium;
  const targetId =
    (await startupWindow(chromium)) ??
    (await browser.send('Target.createTarget', { url: 'about:blank', newWindow: true, width, height })).targetId;
  const { sessionId } = await browser.send('Target.attachToTarget', { targetId, flatten: true });
  const cdp = chromium.session(sessionId);
  const page: Page = { cdp, targetId };
  wire(page);
  const { windowId } = await browser.send('Browser.getWindowForTarget', { targetId });
  await Promise.all([
    cdp.send('Page.enable'),
    cdp.send('Runtime.enable'),
    cdp.send('Log.enable'),
    cdp.send('Page.setLifecycleEventsEnabled', { enabled: true }),
    cdp.send('Runtime.addBinding', { name: scripts.binding, executionContextName: ISOLATED_WORLD }),
    cdp.send('Page.addScriptToEvaluateOnNewDocument', { source: scripts.page }),
    cdp.send('Page.addScriptToEvaluateOnNewDocument', { source: scripts.isolated, worldName: ISOLATED_WORLD }),
    // Electron's window has no tabs and no address bar: its size is the content's.
    browser.send('Browser.setContentsSize', { windowId, width, height }),
  ]);
  return page;
}

/** With a display, Chromium is started with one window without tabs and address bar: the app's first. */
async function startupWindow(chromium: Chromium): Promise<string | undefined> {
  if (chromium.headless || chromium.hasGivenStartupWindow) return undefined;
  chromium.hasGivenStartupWindow = true;
  const { targetInfos } = await chromium.browser.send('Target.getTargets');
  return targetInfos.find(({ type }) => type === 'page')?.targetId;
}
