import { svelte } from '@sveltejs/vite-plugin-svelte';
import { build } from 'vite';

import { packagesAmong } from './packages.js';

/** The guest's programs: the command line (with the software key), and the checks. */
const PROGRAMS = { cli: 'src/cli/index.ts', checks: 'tools/usb-vm/guest/index.ts' };

/** Packages that have to stay packages: the native part of one is found beside it, the other asks for its own file's name. */
const UNBUNDLED = ['node-hid', 'write-file-atomic'];

/** Built programs. */
export interface Programs {
  readonly folder: string;
  /** Paths in that folder. */
  readonly files: readonly string[];
  /** The packages that they import. */
  readonly packages: readonly string[];
}

/**
 * Builds the guest's programs with nearly all of their packages in them: an emulated processor takes seconds to find and
 * read the hundreds of files that packages are made of.
 * @param root folder of this checkout
 * @param folder where the built files go
 */
export async function buildPrograms(root: string, folder: string): Promise<Programs> {
  const built = await build({
    root,
    configFile: false,
    logLevel: 'warn',
    plugins: [svelte()], // for the state classes of a kiosk's window
    ssr: { noExternal: true, external: UNBUNDLED },
    build: { ssr: true, target: 'node20.19', outDir: folder, emptyOutDir: true, rolldownOptions: { input: PROGRAMS } },
  });
  if (!('output' in built)) throw new Error('vite built something else than one set of programs');
  const chunks = built.output.filter((part) => part.type === 'chunk');
  const files = chunks.map(({ fileName }) => fileName);
  const imports = chunks.flatMap((chunk) => [...chunk.imports, ...chunk.dynamicImports]);
  return { folder, files, packages: packagesAmong(imports, files) };
}
