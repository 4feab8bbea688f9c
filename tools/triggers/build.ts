import { readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';

import { build } from 'vite';

const SOURCES = 'src/triggers/lambda';

/** One function as it is deployed: a module of its own, and what it leaves to the runtime. */
export interface BuiltFunction {
  readonly file: string;
  readonly code: string;
  readonly imports: readonly string[];
  readonly exports: readonly string[];
}

/** Builds the Lambda triggers: the files in src/triggers/lambda that export a `handler`, by name. */
export async function buildTriggers(): Promise<BuiltFunction[]> {
  const entries = readdirSync(SOURCES)
    .filter((file) => /^export const handler\b/m.test(readFileSync(join(SOURCES, file), 'utf8')))
    .sort();
  const built: BuiltFunction[] = [];
  // One build for each: a chunk that two functions share would be a second file.
  for (const entry of entries) built.push(await buildFunction(entry));
  return built;
}

async function buildFunction(entry: string): Promise<BuiltFunction> {
  const file = `${basename(entry, '.ts')}.mjs`;
  const result = await build({
    configFile: false,
    logLevel: 'warn',
    build: {
      ssr: join(SOURCES, entry),
      target: 'node22', // the runtime in the template
      write: false,
      minify: false, // it is read in the console, and by whoever audits it
      rolldownOptions: { output: { format: 'es', entryFileNames: file } },
    },
    // Lambda's Node.js runtimes bring the AWS SDK v3: https://docs.aws.amazon.com/lambda/latest/dg/lambda-nodejs.html
    ssr: { external: true },
  });
  const [first, ...others] = 'output' in result ? result.output : [];
  if (first?.type !== 'chunk' || others.length > 0) throw new Error(`${entry} is not built to one file`);
  return { file, code: first.code, imports: first.imports, exports: first.exports };
}
