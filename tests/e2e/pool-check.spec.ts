import { mkdirSync } from 'node:fs';
import { join } from 'node:path';

import { violations } from './accessibility.js';
import { expect, test } from './desk.js';
import { launchKeydesk } from './launch.js';

const PICTURES = join('out', 'pool-check');

for (const colorScheme of ['light', 'dark'] as const) {
  test(`the check of a pool reads the practice pool, and keeps the rules of accessibility (${colorScheme})`, async () => {
    mkdirSync(PICTURES, { recursive: true });
    const { window, close } = await launchKeydesk({ colorScheme, args: ['--practice'] });
    try {
      await window.getByRole('button', { name: 'User pool menu' }).click();
      await window.getByRole('button', { name: 'Check this pool' }).click();
      await expect(window.getByRole('heading', { name: 'To look at' })).toBeVisible();
      await expect(window.getByRole('heading', { name: 'Deletion protection' })).toBeVisible();
      await window.screenshot({ path: join(PICTURES, `practice-${colorScheme}.png`), fullPage: true });
      expect(await violations(window)).toEqual([]);
      await window.getByRole('button', { name: 'Done' }).click();
      await expect(window.getByRole('heading', { name: 'Sign in' })).toBeVisible();
    } finally {
      await close();
    }
  });
}
