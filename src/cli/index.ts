import { keydesk } from './program.js';
import { processWorld } from './world.js';

process.exitCode = await keydesk(process.argv.slice(2), processWorld());
