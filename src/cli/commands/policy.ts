import { Command } from 'commander';

import { loadPolicy } from '../../passport/policy.js';
import type { Context } from '../context.js';
import { printable } from '../printable.js';
import { Problem } from '../problem.js';
import { textOf } from '../text-file.js';

/** `keydesk policy`: what a station demands of security keys. */
export function policyCommand(context: Context): Command {
  return new Command('policy')
    .description('check the policy that a station holds security keys against')
    .addCommand(checkCommand(context));
}

function checkCommand({ terminal, signal }: Context): Command {
  return new Command('check')
    .description('say whether a policy can be used, and if not, what is wrong in which line')
    .argument('<file>', 'the policy, as docs/policy.md describes it')
    .action(async (file: string) => {
      const loaded = loadPolicy(await textOf(file, signal));
      if (!loaded.ok) {
        const { line, reason } = loaded.error;
        const where = line === undefined ? '' : `, line ${line}`;
        throw new Problem(
          'settings/invalid',
          `${printable(file)}${where}: ${printable(reason)}.`,
          'Correct it: a station with this policy changes nothing.',
          { detail: line === undefined ? undefined : `line ${line}` },
        );
      }
      const demands = Object.entries(loaded.policy).map(([name, value]) => `  ${name}: ${String(value)}`);
      const text = demands.length === 0 ? 'It demands nothing.' : demands.join('\n');
      terminal.result({ policy: loaded.policy }, `The policy can be used.\n${text}`);
    });
}
