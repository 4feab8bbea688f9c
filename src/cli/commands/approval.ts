import { Command } from 'commander';

import type { VerifyOptions } from '../approval.js';
import type { Context } from '../context.js';

const HELP = `
An approval is a request that a person has signed with a passkey: docs/approvals.md has the form of the file. What it was
verified against comes from here and never from the file: the public key from the records of this station or from --public-key,
the relying party from --rp-id or KEYDESK_POOL.`;

/** `keydesk approval`: what somebody has signed with their key. */
export function approvalCommand(context: Context): Command {
  return new Command('approval')
    .description('show and verify what somebody has approved with a security key')
    .addHelpText('after', HELP)
    .addCommand(
      verifying('verify')
        .description('say whether an approval holds: exit status 0 only then')
        .option('--at <time>', 'at this time instead of now, such as 2026-11-24T09:00:30Z')
        .action(async (file: string, options: VerifyOptions) => {
          const { verify } = await import('../approval.js');
          await verify(file, options, context);
        }),
    )
    .addCommand(
      verifying('use')
        .description('the same, now and once: an approval that was used at this station before is refused')
        .action(async (file: string, options: VerifyOptions) => {
          const { use } = await import('../approval.js');
          await use(file, options, context);
        }),
    )
    .addCommand(
      new Command('show')
        .description('show what was asked and by whom it says it was approved; verifies nothing')
        .argument('<file>', 'the approval')
        .action(async (file: string) => {
          const { show } = await import('../approval.js');
          await show(file, context);
        }),
    );
}

function verifying(name: string): Command {
  return new Command(name)
    .argument('<file>', 'the approval')
    .option('--public-key <file>', "the passkey's COSE public key as base64url, instead of this station's records")
    .option('--rp-id <domain>', "the pool's relying party ID, instead of KEYDESK_POOL's")
    .option('--origin <origin>', 'where it was signed, instead of https:// and the relying party ID');
}
