import { test as base } from '@playwright/test';

import { KioskStation } from './kiosk-station.js';

export const test = base.extend<{ people: readonly string[]; rules: object; kiosk: KioskStation }>({
  people: [['ana', 'ben'], { option: true }],
  rules: [{}, { option: true }],
  kiosk: async ({ people, rules }, use) => {
    const kiosk = await KioskStation.open({ people, rules });
    await use(kiosk);
    await kiosk.close();
  },
});

export { expect } from '@playwright/test';
