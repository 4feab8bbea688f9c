import { fileURLToPath } from 'node:url';

import { svelte } from '@sveltejs/vite-plugin-svelte';
import tailwindcss from '@tailwindcss/vite';
import { defineConfig } from 'electron-vite';

const NO_SIGNATURES = fileURLToPath(new URL('src/renderer/no-signatures.ts', import.meta.url));

export default defineConfig({
  main: {
    build: { target: 'node20.19', sourcemap: true },
  },
  preload: {
    // A sandboxed preload must be one CommonJS file.
    build: { rollupOptions: { output: { format: 'cjs', entryFileNames: '[name].cjs' } } },
  },
  renderer: {
    plugins: [svelte(), tailwindcss()],
    // The SDK brings what signs requests with an access key; the window has none.
    resolve: {
      alias: { '@smithy/signature-v4': NO_SIGNATURES, '@smithy/core/checksum': NO_SIGNATURES },
    },
    // electron-vite leaves the window's code as it is unless told otherwise; its size is held to a limit (.size-limit.json).
    build: {
      target: 'chrome140',
      minify: true,
      // The SDK would load its part for event streams with the first of them; a user pool has none.
      rollupOptions: { external: ['@smithy/core/event-streams'] },
    },
  },
});
