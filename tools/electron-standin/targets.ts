import type { Chromium } from './chromium.js';
import type { House } from './house.js';
import type { WebContentsPart } from './web-contents.js';

/** Follows which pages Chromium has: those of the app that go or crash, and those that nobody has asked for, which are closed. */
export async function followTargets({ browser }: Chromium, house: House): Promise<void> {
  const find = (targetId: string): WebContentsPart | undefined =>
    [...house.contents].find((contents) => contents.targetId === targetId);

  browser.on('Target.targetCreated', ({ targetInfo }) => {
    // A page with an opener is a window that a page has opened, by a link for instance. The app has been asked already and may only deny it.
    if (targetInfo.type === 'page' && targetInfo.openerId !== undefined)
      void browser.send('Target.closeTarget', { targetId: targetInfo.targetId }).catch(() => undefined); // it may have closed by itself
  });
  browser.on('Target.targetCrashed', ({ targetId, errorCode }) => {
    find(targetId)?.crashed(errorCode);
  });
  browser.on('Target.targetDestroyed', ({ targetId }) => {
    find(targetId)?.gone();
  });
  await browser.send('Target.setDiscoverTargets', { discover: true });
}
