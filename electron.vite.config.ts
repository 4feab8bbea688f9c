import { svelte } from '@sveltejs/vite-plugin-svelte';
import tailwindcss from '@tailwindcss/vite';
import { defineConfig } from 'electron-vite';

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
    build: { target: 'chrome140' },
  },
});
