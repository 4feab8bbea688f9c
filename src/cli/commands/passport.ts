import { Command } from 'commander';

import { statusOf } from '../../passport/policy.js';
import { FAILURE_MESSAGES } from '../../shared/messages.js';
import type { KeyPassport, Verdict } from '../../shared/passport.js';
import { certificationText, WARNING_SENTENCES } from '../../shared/passport-messages.js';
import type { Context } from '../context.js';
import { nameOf } from '../key-choice.js';
import { type KeyOptions, keyOption, withKey } from '../key-session.js';
import { passportFor } from '../policy-gate.js';
import { printable } from '../printable.js';

/** `keydesk passport`: what a key is, and whether this station allows it. */
export function passportCommand(context: Context): Command {
  return new Command('passport')
    .description(
      'show vendor, model, firmware, certification and state of a security key; asks for no PIN and no touch',
    )
    .addOption(keyOption())
    .action((options: KeyOptions) =>
      withKey(options, context, async (session) => {
        const { passport, verdict } = await passportFor(session, context.station());
        const policy = statusOf(await context.station().policy());
        context.terminal.result(
          { key: session.found.id, passport, policy, verdict },
          [nameOf(session.found), ...lines(passport), ...verdictLines(verdict, policy.state)].join('\n'),
        );
      }),
    );
}

/** Vendor and model on one line; the AAGUID where neither is known. */
export function modelText({ vendor, model, aaguid }: Pick<KeyPassport, 'vendor' | 'model' | 'aaguid'>): string {
  const name = [vendor, model].filter((part) => part !== undefined).join(' ');
  return name === '' ? aaguid : printable(`${name} (${aaguid})`);
}

function lines(passport: KeyPassport): string[] {
  const { certification, firmware, versions, transports, slotsLeft, pin, builtInUv, warnings } = passport;
  const proof = { metadata: 'by FIDO metadata', key: 'by its own word', nobody: undefined }[certification.source];
  const certified = certificationText(certification);
  return [
    `  model          ${modelText(passport)}`,
    `  firmware       ${printable(firmware ?? '(not said)')}`,
    `  versions       ${printable(versions.join(', '))}`,
    `  certification  ${printable(certified)}${proof === undefined ? '' : ` (${proof})`}`,
    `  PIN            ${PIN_WORDS[pin.state]}, ${pin.minLength} characters or more`,
    `  fingerprint    ${PIN_WORDS[builtInUv]}`,
    `  room           ${slotsLeft === undefined ? '(not said)' : `${slotsLeft} more passkeys`}`,
    `  transports     ${printable(transports.join(', ') || '(not said)')}`,
    ...warnings.map(({ code, detail }) => `  warning        ${sentence(WARNING_SENTENCES[code], detail)}`),
  ];
}

const PIN_WORDS = { set: 'set up', unset: 'not set up', unsupported: 'not there' };

function verdictLines({ allowed, refusals }: Verdict, policy: 'none' | 'active' | 'locked'): string[] {
  if (allowed) return [`  policy         ${policy === 'none' ? 'This station has none.' : 'Allowed.'}`];
  return refusals.map(
    ({ reason, detail }) => `  policy         ${sentence(FAILURE_MESSAGES[reason].sentence, detail)}`,
  );
}

function sentence(text: string, detail: string | undefined): string {
  return detail === undefined ? text : `${text} (${printable(detail)})`;
}
