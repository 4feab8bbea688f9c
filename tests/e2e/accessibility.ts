import AxeBuilder from '@axe-core/playwright';
import type { Page } from '@playwright/test';

/** Rules that a page breaks, with the elements that break them. */
export async function violations(window: Page): Promise<string[]> {
  const { violations: found } = await new AxeBuilder({ page: window }).setLegacyMode(true).analyze();
  return found.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' ')}`);
}
