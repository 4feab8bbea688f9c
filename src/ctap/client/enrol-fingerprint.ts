import { type BioEnrollment, type Fingerprint, type Sample, SampleStatus } from '../bio-enrollment.js';
import { equal, utf8 } from '../codec/bytes.js';
import { CtapCommand } from '../commands.js';
import { CtapError } from '../errors.js';
import { CtapStatus } from '../status.js';
import { badAnswer } from './answer.js';
import { askingForTouch } from './touch.js';
import type { CeremonyContext } from './ceremony-context.js';

/** How long the key waits for a finger before it says that none came. */
const SAMPLE_MS = 20_000;
/** After so many waits in a row without a finger, nobody is there. */
const MOST_IDLE_WAITS = 3;

export interface EnrolOptions {
  /** What its owner calls it, in as many bytes as the sensor takes; undefined: nothing yet. */
  readonly name?: string | undefined;
  /** Told of each sample: what became of it (`shared/fingerprint-feedback.ts` has the words), and how many are still to come. */
  readonly onSample: (sample: Sample) => void;
}

/**
 * Enrols one finger, sample by sample, and proves it by reading the list again. Whatever ends it before that, the
 * person's change of mind included, leaves no half of an enrolment on the key, and the key idle.
 * @param bio with a token for enrolling, which one enrolment does not use up
 * @throws CtapError: INVALID_LENGTH for a name that is too long, before anything is asked of the person;
 * FP_DATABASE_FULL; USER_ACTION_TIMEOUT when nobody puts a finger on; ClientError `bad-answer` when the key then does not
 * have it; the signal's reason when cancelled
 */
export async function enrolFingerprint(
  bio: BioEnrollment,
  context: CeremonyContext,
  { name, onSample }: EnrolOptions,
): Promise<Fingerprint> {
  const { authenticator, interaction, signal } = context;
  if (name !== undefined) {
    const { maxNameLength } = await bio.sensorInfo({ signal });
    if (utf8(name).length > maxNameLength) throw new CtapError(CtapStatus.INVALID_LENGTH, CtapCommand.BIO_ENROLLMENT);
  }
  const id = await capture(bio, context, onSample);
  interaction.wait();
  // The last sample can win against a cancel: then the fingerprint is there, and goes again.
  if (signal?.aborted) {
    await bio.remove(id);
    signal.throwIfAborted();
  }
  if (name !== undefined) await bio.setFriendlyName(id, name, { signal });
  await authenticator.refresh({ signal });
  const enrolled = (await bio.enumerate({ signal })).find((fingerprint) => equal(fingerprint.id, id));
  if (!enrolled) throw badAnswer('says that the fingerprint is enrolled, and the list lacks it');
  return enrolled;
}

/** Takes samples until the key has enough. Resolves with the template's ID. */
async function capture(
  bio: BioEnrollment,
  context: CeremonyContext,
  onSample: (sample: Sample) => void,
): Promise<Uint8Array> {
  const options = askingForTouch(context, true);
  let idleWaits = 0;
  try {
    const first = await bio.enrollBegin(SAMPLE_MS, options);
    for (let sample: Sample = first; ; sample = await bio.captureNext(first.id, SAMPLE_MS, options)) {
      onSample({ status: sample.status, remaining: sample.remaining });
      if (sample.remaining === 0) return first.id;
      context.signal?.throwIfAborted();
      // In drafts of CTAP 2.1 this was found out by a sample.
      if (sample.status === SampleStatus.FP_DATABASE_FULL) throw refusal(CtapStatus.FP_DATABASE_FULL);
      idleWaits = sample.status === SampleStatus.NO_USER_ACTIVITY ? idleWaits + 1 : 0;
      if (idleWaits === MOST_IDLE_WAITS) throw refusal(CtapStatus.USER_ACTION_TIMEOUT);
    }
  } catch (error) {
    context.interaction.wait();
    // Of two failures the first one is told: where this one fails too, the key is gone or has nothing under way.
    await bio.cancel().catch(() => undefined);
    throw error;
  }
}

function refusal(status: CtapStatus): CtapError {
  return new CtapError(status, CtapCommand.BIO_ENROLLMENT);
}
