import { keydesk } from './program.js';
import { processWorld } from './world.js';

// The AWS SDK would warn on standard error of what it will need next year; that is for us to read, not for whoever runs this.
process.env['AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED'] ??= 'true';

process.exitCode = await keydesk(process.argv.slice(2), processWorld());
// A pipe that somebody holds open, and in which we have looked for an answer, would keep the process alive.
process.stdin.destroy();
