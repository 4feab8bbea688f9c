import { Command } from 'commander';

import {
  guidedReset,
  planReset,
  type ResetPlan,
  type ResetReport,
  type ResetStep,
} from '../../ctap/client/guided-reset.js';
import { tokenByPin } from '../../ctap/client/token-by-pin.js';
import { managesFingerprints } from '../../ctap/bio-enrollment.js';
import { toBase64url } from '../../ctap/codec/bytes.js';
import { Permission } from '../../ctap/commands.js';
import { managesCredentials } from '../../ctap/credential-management.js';
import type { FoundKey } from '../../ctap/discovery.js';
import type { Context } from '../context.js';
import { nameOf, watching } from '../key-choice.js';
import { keyOption, type KeySession, type PinOptions, spendLastTriesOption, withKey } from '../key-session.js';
import { printable } from '../printable.js';
import { toProblem } from '../problem.js';
import { cancelled } from '../terminal.js';

export interface ResetOptions extends PinOptions {
  readonly list?: boolean;
}

/** What somebody must type before a key is erased. */
const WORD = 'erase';

const ABOUT = `
A reset erases every passkey, the PIN, the fingerprints and the settings of the key. It cannot be undone.
What will be lost is told first; then the word "${WORD}" must be typed, or be the next line on standard input. Nothing skips that.
A key takes a reset only within seconds of being plugged in: you are asked to unplug it, to plug it in again, and to touch it.
With --json each step is a line of its own, with what it needs and until when in milliseconds since 1970; the last line is the result.`;

/** `keydesk reset`: a key as it came from the factory. */
export function resetCommand(context: Context): Command {
  return new Command('reset')
    .description('erase a security key, step by step; asks for a word first')
    .addOption(keyOption())
    .option('--list', 'ask for the PIN, and list by name the passkeys that will be lost')
    .addOption(spendLastTriesOption())
    .addHelpText('after', ABOUT)
    .action(async (options: ResetOptions) => {
      const { found, report } = await erase(options, context);
      context.terminal.result(
        { key: found.id, reset: { changes: changesOf(report) } },
        `${nameOf(found)} was reset: it says that it has no PIN and none of its passkeys.`,
      );
    });
}

/**
 * Erases a key once somebody has typed the word, with their unplugging, plugging and touching it.
 * @param confirmed called when the word is there, before anything is done
 */
export async function erase(
  options: ResetOptions,
  context: Context,
  confirmed: () => Promise<void> = () => Promise.resolve(),
): Promise<{ found: FoundKey; report: ResetReport }> {
  const { plan, found } = await withKey(options, context, (session) => planned(options, session, context));
  tellLosses(plan, found, context);
  const answer = await context.terminal.line(`Type ${WORD} to go on: `, context.signal);
  if (answer.trim() !== WORD) throw cancelled();
  await confirmed();
  const report = await guidedReset(plan, {
    discover: watching(found, context),
    signal: context.signal,
    onStep: (step) => {
      tell(step, context);
    },
    mayStartAgain: (missed) => mayStartAgain(missed, context),
  });
  return { found, report };
}

/** The key is closed again before it is unplugged. */
async function planned({ list = false }: ResetOptions, session: KeySession, context: Context) {
  const { authenticator, found, signal } = session;
  const { clientPin, info } = authenticator;
  const isListed = list && clientPin && info.options.get('clientPin') === true && managesCredentials(info);
  const token = isListed
    ? await tokenByPin(session, clientPin, {
        permissions: Permission.CREDENTIAL_MANAGEMENT | (managesFingerprints(info) ? Permission.BIO_ENROLLMENT : 0),
      })
    : undefined;
  try {
    const present = await watching(found, context)();
    return { plan: await planReset(authenticator, found, present, { token, signal }), found };
  } finally {
    token?.bytes.fill(0);
  }
}

function tellLosses({ losses, touchSeconds }: ResetPlan, found: FoundKey, { terminal }: Context): void {
  const { credentials, pin, fingerprints, fingerprintCount, blobs, slotsLeft } = losses;
  const passkeys = credentials?.map(({ rpId, user, credential }) => ({
    rpId,
    userName: user.name,
    userDisplayName: user.displayName,
    credentialId: toBase64url(credential.id),
  }));
  const names = passkeys?.map(
    ({ rpId, userName, userDisplayName }) =>
      `    ${printable(`${userName ?? userDisplayName ?? '(no name)'} at ${rpId}`)}`,
  );
  const lines = [
    `This erases everything on ${nameOf(found)} at ${printable(found.id)}. It cannot be undone. It takes away:`,
    names
      ? [`  ${names.length} passkeys`, ...names].join('\n')
      : '  all passkeys, which --list lists by name with the PIN',
    '  every sign-in for which the key is a second factor; these are never listed',
    ...(pin ? ['  the PIN'] : []),
    ...(fingerprints ? [`  the fingerprints${fingerprintCount === undefined ? '' : `: ${fingerprintCount}`}`] : []),
    ...(blobs === undefined || blobs === 0 ? [] : [`  data of websites: ${blobs}`]),
  ];
  terminal.progress(
    {
      step: 'plan',
      key: found.id,
      losses: { passkeys, pin, fingerprints, fingerprintCount, blobs, slotsLeft },
      touchSeconds,
    },
    lines.join('\n'),
  );
}

function tell(step: ResetStep, { terminal }: Context): void {
  terminal.progress(step, sentenceOf(step));
}

function sentenceOf(step: ResetStep): string {
  switch (step.step) {
    case 'armed':
      return 'Unplug the key now.';
    case 'unplugged':
      return 'Plug the same key in again.';
    case 'another-key':
      return `That is another key (${printable(step.product)}). Nothing was done to it. Plug in the one that you unplugged.`;
    case 'resetting':
      return 'The key is back. Be ready to touch it.';
    case 'touch':
      return step.touchSeconds === undefined
        ? 'Touch the key now.'
        : `Touch the key now, and hold it for ${step.touchSeconds} seconds.`;
    case 'proving':
      return 'The key says that it is done. It is asked what it still has.';
  }
}

/** Only a person is asked: a script starts again by itself. */
async function mayStartAgain(missed: Error, { terminal, signal }: Context): Promise<boolean> {
  if (!terminal.isInteractive) return false;
  terminal.say(toProblem(missed).message);
  const answer = await terminal.line('Type yes to start again with unplugging the key: ', signal);
  return answer.trim().toLowerCase() === 'yes';
}

/** Members that JSON can say; bytes are not among those that people compare. */
function changesOf({ changes }: ResetReport) {
  return changes.filter(({ before, after }) => ![before, after].some((value) => value instanceof Uint8Array));
}
