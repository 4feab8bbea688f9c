import { renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { expect, it, onTestFinished, vi } from 'vitest';

import { watchFiles } from '../../src/main/file-watch.js';
import { temporaryFolder } from './temporary-folder.js';

vi.setConfig({ testTimeout: 30_000 });

/** Watches one file that is not there yet; `noticed` resolves when a change has been told since the last time. */
function watched(settleMs = 1) {
  const path = join(temporaryFolder(), 'policy.json');
  let told = 0;
  const stop = watchFiles([path], () => told++, { pollMs: 5, settleMs });
  onTestFinished(stop);
  const noticed = async () => {
    const before = told;
    await vi.waitFor(() => {
      expect(told).toBeGreaterThan(before);
    }, 20_000);
  };
  return { path, stop, noticed, told: () => told };
}

it('a file that is made, changed, replaced and removed is noticed each time', async () => {
  const { path, noticed } = watched();
  const deeds = [
    () => {
      writeFileSync(path, '{}');
    },
    () => {
      writeFileSync(path, '{ "minPinLength": 6 }');
    },
    () => {
      writeFileSync(`${path}.new`, '{ "minPinLength": 12 }');
      renameSync(`${path}.new`, path);
    },
    () => {
      rmSync(path);
    },
  ];
  for (const deed of deeds) {
    const told = noticed();
    deed();
    await told;
  }
});

it('is told of nothing once it has stopped, not even of a change that was settling', async () => {
  const { path, stop, told } = watched(60_000);
  writeFileSync(path, '{}');
  await new Promise((resolve) => setTimeout(resolve, 50));
  stop();
  expect(told()).toBe(0);
});
