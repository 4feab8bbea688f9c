import { defineConfig } from '@playwright/test';

export default defineConfig({
  testDir: 'tests/e2e',
  globalSetup: './tests/e2e/global-setup.ts',
  testMatch: '**/*.spec.ts',
  workers: 1,
  timeout: 120_000,
  // Machines are shared: what is waited for may take its time, and nothing is measured here.
  expect: { timeout: 20_000 },
  reporter: [['list'], ['json', { outputFile: 'test-results/e2e.json' }]],
  outputDir: 'test-results/e2e',
  forbidOnly: process.env['CI'] !== undefined,
});
