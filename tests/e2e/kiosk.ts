import { test as base } from '@playwright/test';

import { type KioskOptions, KioskStation } from './kiosk-station.js';

export const test = base.extend<{
  people: readonly string[];
  profiles: KioskOptions['profiles'];
  rules: object;
  kiosk: KioskStation;
}>({
  people: [['ana', 'ben'], { option: true }],
  profiles: [{}, { option: true }],
  rules: [{}, { option: true }],
  kiosk: async ({ people, profiles, rules }, use) => {
    const kiosk = await KioskStation.open({ people, ...(profiles && { profiles }), rules });
    await use(kiosk);
    await kiosk.close();
  },
});

export { expect } from '@playwright/test';
