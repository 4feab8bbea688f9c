import { rmSync } from 'node:fs';
import { join } from 'node:path';

import { expect, type Page } from '@playwright/test';

import { type Guest, isSignedIn, KioskStation } from '../../../tests/e2e/kiosk-station.js';
import type { Guide } from '../guide.js';

/** As long as keys take a name: they cut it after 64 bytes. */
const LONG = 'maximiliane.wolfeschlegelsteinhausenbergerdorff@example.com';
/** Long enough for whoever takes the pictures. */
const RULES = { idleSeconds: 600, mayChange: true };
const HURRIED = { idleSeconds: 10, warnSeconds: 9, mayChange: true };

/** A kiosk, from one person to the next: the keys are software keys that are plugged in and touched when the tour says so. */
export async function walkTheKiosk(guide: Guide): Promise<void> {
  const people = ['ana', 'ben', 'carla', LONG];
  const touchedByHand = ['ana', 'ben', 'carla'];
  const kiosk = await KioskStation.open({ people, rules: RULES, touchedByHand, shared: { carla: [LONG] } });
  guide.afterwards(() => kiosk.close());
  const [ana, ben, carla] = [kiosk.guest('ana'), kiosk.guest('ben'), kiosk.guest('carla')];
  kiosk.remember(ana.record);
  const { window: first } = await kiosk.launch({ colorScheme: 'light' });
  guide.lookAt(first);

  await expect(heading(first, 'Plug in your security key')).toBeVisible();
  await guide.picture('waiting');
  await walkIn(guide, first, ana);
  await walkAround(guide, first);
  await walkTheApproval(guide, first, ana, 'signed');
  await button(first, 'Cancel').click();
  guide.step('before another key is added: read, signed word for word and verified here, and signed in anew');

  await walkTheCountdowns(guide, kiosk, first, ben);
  await button(first, 'Tap out').click();
  const second = await nextWindow(guide, kiosk, first);
  await guide.picture('tapped-out');
  guide.step('tapped out: the key that was left in asks nobody for a PIN');

  ana.key.unplug();
  await walkTheChoice(guide, second, carla);
  carla.key.unplug();
  const third = await nextWindow(guide, kiosk, second);
  await guide.picture('pulled-out');
  guide.step('pulled out: signed out, in a window of its own for whoever comes next');

  await walkTheWrongPin(guide, third, ben);
  await walkTheApproval(guide, third, ben, 'signed-and-not-verified');
  guide.step('the same with a passkey that this station knows no public key of: it says so');
  rmSync(join(kiosk.userData, 'policy.json'));
  await expect.poll(() => third.isClosed()).toBe(true);
  const last = await kiosk.window();
  guide.lookAt(last);
  await expect(heading(last, 'This kiosk is locked')).toBeVisible();
  await guide.picture('locked');
  guide.step('the policy taken away: signed out at once, and the station is locked');
}

async function walkIn(guide: Guide, window: Page, guest: Guest): Promise<void> {
  guest.key.replug();
  await expect(window.getByLabel(/^PIN of /)).toBeVisible();
  await guide.picture('pin');
  await enterPin(window, guest.pin);
  await expect(heading(window, 'Touch your security key')).toBeVisible();
  await guide.picture('touch');
  guest.touch();
  await isSignedIn(window, guest.username);
  await expect(window.getByText('On the key plugged in now')).toBeVisible();
  await guide.picture('signed-in');
  guide.step(`tapped in: ${guest.username}, by the key alone, one PIN and one touch`);
}

async function walkAround(guide: Guide, window: Page): Promise<void> {
  await button(window, 'My key').click();
  await expect(heading(window, 'Overview')).toBeVisible();
  await guide.picture('my-key');
  await button(window, 'My passkeys').click();
  await button(window, /^Delete /).click();
  await expect(window.locator('blockquote')).toBeVisible();
  await guide.picture('what-deleting-means');
  await button(window, 'Cancel').click();
  guide.step('looked around: passkeys, the key, and what deleting would mean');
}

/** As far as the screen on which another key is added. */
async function walkTheApproval(guide: Guide, window: Page, { pin, touch }: Guest, signed: string): Promise<void> {
  await button(window, 'Add a key').click();
  await expect(window.locator('blockquote')).toBeVisible();
  if (signed === 'signed') await guide.picture('what-is-signed');
  await button(window, 'Continue with my key').click();
  await enterPin(window, pin);
  await expect(heading(window, 'Touch your security key')).toBeVisible();
  if (signed === 'signed') await guide.picture('touch-to-sign');
  touch();
  await expect(window.getByText('Your key has signed this:')).toBeVisible();
  await expect(heading(window, 'Touch your security key')).toBeVisible();
  await guide.picture(signed);
  touch();
  await expect(heading(window, 'Add a key')).toBeVisible();
  await expect(button(window, 'Add this key')).toBeVisible();
  if (signed === 'signed') await guide.picture('add-a-key');
}

async function walkTheCountdowns(guide: Guide, kiosk: KioskStation, window: Page, other: Guest): Promise<void> {
  kiosk.writePolicy({ mode: 'kiosk', kiosk: HURRIED });
  await expect(window.getByRole('dialog', { name: 'Are you still there?' })).toBeVisible();
  await guide.picture('idle');
  kiosk.writePolicy({ mode: 'kiosk', kiosk: RULES });
  await button(window, 'I am still here').click();
  await expect(window.getByRole('dialog')).toHaveCount(0);
  guide.step('nothing done for a while: the seconds are counted down, and the person goes on');
  other.key.replug();
  await expect(window.getByRole('dialog', { name: 'Another key was plugged in' })).toBeVisible();
  await guide.picture('another-key');
  await button(window, 'Stay signed in').click();
  await expect(window.getByRole('dialog')).toHaveCount(0);
  other.key.unplug();
  guide.step('another key plugged in: five seconds to say that one stays');
}

async function walkTheChoice(guide: Guide, window: Page, guest: Guest): Promise<void> {
  guest.key.replug();
  await enterPin(window, guest.pin);
  await expect(heading(window, 'Which account?')).toBeVisible();
  await guide.picture('which-account');
  await window.getByTitle(LONG).click();
  await expect(heading(window, 'Touch your security key')).toBeVisible();
  guest.touch();
  await isSignedIn(window, LONG);
  await guide.picture('long-name');
  guide.step('a key with several accounts: the person chooses');
}

async function walkTheWrongPin(guide: Guide, window: Page, guest: Guest): Promise<void> {
  guest.key.replug();
  await enterPin(window, 'not the PIN');
  await expect(window.getByText(/^Wrong PIN/)).toBeVisible();
  await guide.picture('wrong-pin');
  await enterPin(window, guest.pin);
  await expect(heading(window, 'Touch your security key')).toBeVisible();
  guest.touch();
  await isSignedIn(window, guest.username);
}

async function nextWindow(guide: Guide, kiosk: KioskStation, former: Page): Promise<Page> {
  const window = await kiosk.nextWindow(former);
  guide.lookAt(window);
  return window;
}

async function enterPin(window: Page, pin: string): Promise<void> {
  await window.getByLabel(/^PIN of /).fill(pin);
  await button(window, 'Continue').click();
}

const heading = (window: Page, name: string) => window.getByRole('heading', { name });
const button = (window: Page, name: string | RegExp) =>
  window.getByRole('button', { name, exact: typeof name === 'string' });
