import { writeFileSync } from 'node:fs';

import { svelte } from '@sveltejs/vite-plugin-svelte';
import { defineConfig } from 'vite';

/** The programs that run on plain Node: the CLI (with the software key and the local pool) and the tools. */
export default defineConfig({
  build: {
    ssr: true,
    target: 'node20.19',
    outDir: 'out/node',
    sourcemap: true,
    rollupOptions: {
      input: {
        cli: 'src/cli/index.ts',
        bench: 'tools/bench/index.ts',
        'bench-key': 'tools/bench/key-process.ts',
        conformance: 'tools/conformance/index.ts',
        demo: 'tools/demo/index.ts',
        'electron-standin': 'tools/electron-standin/index.ts',
        faults: 'tools/faults/index.ts',
        fuzz: 'tools/fuzz/index.ts',
        triggers: 'tools/triggers/index.ts',
        'usb-vm': 'tools/usb-vm/index.ts',
      },
    },
  },
  plugins: [
    svelte(), // `bench` has the state classes of a kiosk's window
    {
      name: 'mark-built',
      closeBundle: () => {
        writeFileSync('out/node/.built', '');
      },
    },
  ],
});
