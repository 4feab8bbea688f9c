import { expect } from '@playwright/test';

import { launchKeydesk } from '../../tests/e2e/launch.js';

/** From the start of the process to a window that takes input, in milliseconds, over several starts. */
export async function windowUsable(runs: number): Promise<{ min: number; median: number; max: number }> {
  const times: number[] = [];
  for (let run = 0; run < runs; run++) {
    const start = performance.now();
    const { window, close } = await launchKeydesk();
    await expect(window.getByRole('button', { name: 'Practise' })).toBeEnabled({ timeout: 60_000 });
    times.push(Math.round(performance.now() - start));
    await close();
  }
  times.sort((a, b) => a - b);
  const at = (index: number) => times[index] ?? 0;
  return { min: at(0), median: at(Math.floor(runs / 2)), max: at(runs - 1) };
}
