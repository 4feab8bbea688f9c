import { Command } from 'commander';

import { poolCommand } from './commands/pool.js';
import { softkeyCommand } from './commands/softkey.js';

const program = new Command('keydesk')
  .description('manage FIDO2 security keys and the passkeys of an Amazon Cognito user pool')
  .addCommand(softkeyCommand())
  .addCommand(poolCommand());

await program.parseAsync();
