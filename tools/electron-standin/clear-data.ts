import type { Cdp } from './cdp.js';
import type { House } from './house.js';

/** Removes what pages of an origin, as Chromium knows it, have stored. */
export function clearOrigin(house: House, origin: string): Promise<void> {
  return throughPage(house, async (cdp) => {
    await cdp.send('Storage.clearDataForOrigin', { origin, storageTypes: 'all' });
  });
}

/** Empties the cache of what was fetched. */
export function clearCache(house: House): Promise<void> {
  return throughPage(house, async (cdp) => {
    await cdp.send('Network.clearBrowserCache');
  });
}

/** Chromium clears at the word of a page only: of one of the app's, or one that is opened for it where there is none. */
async function throughPage(house: House, work: (cdp: Cdp) => Promise<void>): Promise<void> {
  const page = [...house.contents].at(-1); // the others may be about to go
  if (page) {
    await work(await page.devTools());
    return;
  }
  const chromium = house.chromium();
  const { browser } = chromium;
  const { targetId } = await browser.send('Target.createTarget', { url: 'about:blank', background: true });
  const { sessionId } = await browser.send('Target.attachToTarget', { targetId, flatten: true });
  await work(chromium.session(sessionId)).finally(() => browser.send('Target.closeTarget', { targetId }));
}
