import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { buildTriggers } from './build.js';
import { zip } from './zip.js';

/** `npm run build`: the functions in out/triggers, and the archive of them that resources/cognito/template.yaml deploys. */
const OUT = 'out/triggers';

const functions = await buildTriggers();
rmSync(OUT, { recursive: true, force: true });
mkdirSync(OUT, { recursive: true });
for (const { file, code } of functions) writeFileSync(join(OUT, file), code);
const members = functions.map(({ file, code }) => ({ name: file, bytes: Buffer.from(code) }));
writeFileSync(join(OUT, 'keydesk-triggers.zip'), zip(members));
