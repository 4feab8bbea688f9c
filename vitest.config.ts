import { svelte } from '@sveltejs/vite-plugin-svelte';
import { svelteTesting } from '@testing-library/svelte/vite';
import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    projects: [
      {
        // Main's tests have a window without its markup: the state classes.
        plugins: [svelte()],
        test: {
          name: 'node',
          include: ['tests/**/*.test.ts'],
          exclude: ['tests/renderer/**', 'tests/e2e/**'],
          environment: 'node',
        },
      },
      {
        plugins: [svelte(), svelteTesting({ autoCleanup: false })],
        // Components are tested with the browser's half of packages. The SDK's is made for bundlers, so Vite loads it.
        resolve: { mainFields: ['browser', 'module', 'main'] },
        test: {
          name: 'renderer',
          include: ['tests/renderer/**/*.test.ts'],
          environment: 'happy-dom',
          // Most of a run is loading components: the files share them, and each window is closed by who opened it.
          isolate: false,
          deps: { optimizer: { client: { enabled: true, include: ['@aws-sdk/client-cognito-identity-provider'] } } },
        },
      },
    ],
  },
});
