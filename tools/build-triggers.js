// Builds the Lambda triggers: one ECMAScript module for each function in out/triggers, exporting `handler`, and all of them in
// out/triggers/keydesk-triggers.zip, which is what resources/cognito/template.yaml deploys. Usage: node tools/build-triggers.js
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

import { build } from 'vite';

import { zip } from './zip.js';

const SOURCES = 'src/triggers/lambda';
const OUT = 'out/triggers';
const ARCHIVE = 'keydesk-triggers.zip';

/** The functions by name, and their code: text, and the modules it leaves to the runtime. */
export async function buildTriggers() {
  const entries = readdirSync(SOURCES).filter((file) =>
    /export const handler\b/.test(readFileSync(join(SOURCES, file), 'utf8')),
  );
  const built = [];
  for (const file of entries.sort()) {
    const name = file.replace(/\.ts$/, '');
    // One build for each: a chunk that two functions share would be a second file.
    const { output } = await build({
      configFile: false,
      logLevel: 'warn',
      build: {
        ssr: join(SOURCES, file),
        target: 'node22', // the runtime in the template
        write: false,
        minify: false, // read in the console, and by whoever audits it
        rollupOptions: { output: { format: 'es', entryFileNames: `${name}.mjs` } },
      },
      // Lambda's Node.js runtimes have the AWS SDK v3: https://docs.aws.amazon.com/lambda/latest/dg/lambda-nodejs.html
      ssr: { external: true },
    });
    const [chunk, ...others] = output;
    if (others.length > 0) throw new Error(`${name} was built to more than one file`);
    built.push({ name: chunk.fileName, code: chunk.code, imports: chunk.imports, exports: chunk.exports });
  }
  return built;
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) {
  const built = await buildTriggers();
  rmSync(OUT, { recursive: true, force: true });
  mkdirSync(OUT, { recursive: true });
  for (const { name, code } of built) writeFileSync(join(OUT, name), code);
  writeFileSync(join(OUT, ARCHIVE), zip(built.map(({ name, code }) => ({ name, bytes: Buffer.from(code) }))));
}
