import { Command } from 'commander';

import type { BioEnrollment, Fingerprint, SensorInfo } from '../../ctap/bio-enrollment.js';
import { enrolFingerprint } from '../../ctap/client/enrol-fingerprint.js';
import { removeFingerprint, renameFingerprint, withFingerprints } from '../../ctap/client/fingerprints.js';
import { equal, fromBase64url, toBase64url } from '../../ctap/codec/bytes.js';
import { fingerprintFeedback, samplesLeft } from '../../shared/fingerprint-feedback.js';
import type { Context } from '../context.js';
import { keyOption, type KeySession, type PinOptions, spendLastTriesOption, withKey } from '../key-session.js';
import { printable } from '../printable.js';
import { Problem, usage } from '../problem.js';
import { cancelled } from '../terminal.js';

interface AddOptions extends PinOptions {
  readonly name?: string;
}

interface DeleteOptions extends PinOptions {
  readonly yes?: boolean;
}

/** `keydesk fingerprints`: the fingers that a key knows. */
export function fingerprintsCommand(context: Context): Command {
  return new Command('fingerprints')
    .description('list, add, rename or delete the fingerprints of a security key with a sensor')
    .addCommand(listCommand(context))
    .addCommand(addCommand(context))
    .addCommand(renameCommand(context))
    .addCommand(deleteCommand(context));
}

function listCommand(context: Context): Command {
  return new Command('list')
    .description('list the fingerprints on a security key: name and ID; asks for the PIN')
    .addOption(keyOption())
    .addOption(spendLastTriesOption())
    .action((options: PinOptions) =>
      withBio(options, context, async (bio, { found, signal }) => {
        const sensor = await bio.sensorInfo({ signal });
        const fingerprints = await bio.enumerate({ signal });
        const lines = fingerprints.map((fingerprint) => `${nameOf(fingerprint)}\n  ID  ${idOf(fingerprint)}`);
        context.terminal.result(
          { key: found.id, sensor, fingerprints: fingerprints.map(asJson) },
          lines.length === 0 ? 'There are no fingerprints on this key.' : lines.join('\n\n'),
        );
      }),
    );
}

function addCommand(context: Context): Command {
  const { terminal } = context;
  return new Command('add')
    .description('add a fingerprint to a security key; asks for the PIN, then for the finger, several times')
    .addOption(keyOption())
    .addOption(spendLastTriesOption())
    .option('--name <name>', 'what to call it')
    .addHelpText('after', '\nExample:\n  keydesk fingerprints add --name "right thumb"')
    .action((options: AddOptions) =>
      withBio(options, context, async (bio, session) => {
        const { name } = options;
        if (name !== undefined) await checkName(bio, name, session);
        const onSample = ({ status, remaining }: { status: number; remaining: number }) => {
          // The next request for the finger is a new one, though the key may not pause in between.
          session.interaction.wait();
          terminal.say(`${fingerprintFeedback(status)} ${samplesLeft(remaining)}`);
        };
        const added = await enrolFingerprint(bio, session, { name, onSample });
        terminal.result(
          { key: session.found.id, added: asJson(added) },
          `Added the fingerprint ${nameOf(added)}.\n  ID  ${idOf(added)}`,
        );
      }),
    );
}

function renameCommand(context: Context): Command {
  return new Command('rename')
    .description('give a fingerprint another name; asks for the PIN')
    .argument('<fingerprint-id>', 'as `keydesk fingerprints list` prints it')
    .argument('<name>')
    .addOption(keyOption())
    .addOption(spendLastTriesOption())
    .action((text: string, name: string, options: PinOptions) => {
      const id = fingerprintId(text);
      return withBio(options, context, async (bio, session) => {
        await checkName(bio, name, session);
        const before = await existing(bio, id, session);
        const renamed = await renameFingerprint(bio, session, id, name);
        context.terminal.result(
          { key: session.found.id, renamed: asJson(renamed) },
          `The fingerprint ${nameOf(before)} is now called ${nameOf(renamed)}.`,
        );
      });
    });
}

function deleteCommand(context: Context): Command {
  return new Command('delete')
    .description('delete one fingerprint from a security key; asks for the PIN and for a yes')
    .argument('<fingerprint-id>', 'as `keydesk fingerprints list` prints it')
    .addOption(keyOption())
    .addOption(spendLastTriesOption())
    .option('--yes', 'delete without asking')
    .action((text: string, options: DeleteOptions) => {
      const id = fingerprintId(text);
      // Without a person to ask, the yes must be there before a PIN is spent on it.
      if (options.yes !== true && !context.terminal.isInteractive)
        throw usage('A deleted fingerprint has to be enrolled again.', 'Say yes with --yes.');
      return withBio(options, context, async (bio, session) => {
        const fingerprint = await existing(bio, id, session);
        const question = `Delete the fingerprint ${nameOf(fingerprint)} from this key?`;
        if (options.yes !== true && !(await context.terminal.confirm(question, '--yes'))) throw cancelled();
        await removeFingerprint(bio, session, id);
        context.terminal.result(
          { key: session.found.id, deleted: asJson(fingerprint) },
          `Deleted the fingerprint ${nameOf(fingerprint)} from the key.`,
        );
      });
    });
}

function withBio(
  options: PinOptions,
  context: Context,
  use: (bio: BioEnrollment, session: KeySession) => Promise<void>,
): Promise<void> {
  return withKey(options, context, (session) => withFingerprints(session, (bio) => use(bio, session)));
}

/** The key counts a name in bytes; what it would refuse is told in those. */
async function checkName(bio: BioEnrollment, name: string, { signal }: KeySession): Promise<void> {
  const { maxNameLength }: SensorInfo = await bio.sensorInfo({ signal });
  const length = Buffer.byteLength(name);
  if (length === 0) throw usage('A fingerprint has a name of one character or more.', 'Give it one.');
  if (length > maxNameLength)
    throw new Problem(
      'key/too-much',
      `That name has ${length} bytes, and this key takes ${maxNameLength} at the most.`,
      'Choose a shorter one.',
    );
}

async function existing(bio: BioEnrollment, id: Uint8Array, { signal }: KeySession): Promise<Fingerprint> {
  const fingerprint = (await bio.enumerate({ signal })).find((each) => equal(each.id, id));
  if (fingerprint) return fingerprint;
  throw new Problem(
    'key/no-fingerprint',
    'This key has no fingerprint of that ID.',
    'See `keydesk fingerprints list`.',
  );
}

function fingerprintId(text: string): Uint8Array {
  try {
    return fromBase64url(text);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw usage('A fingerprint ID is base64url text.', 'Take it from `keydesk fingerprints list`.');
  }
}

function nameOf({ name }: Fingerprint): string {
  return name === undefined ? '(no name)' : `"${printable(name)}"`;
}

function idOf({ id }: Fingerprint): string {
  return toBase64url(id);
}

function asJson(fingerprint: Fingerprint) {
  return { fingerprintId: idOf(fingerprint), name: fingerprint.name };
}
