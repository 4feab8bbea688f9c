import { afterEach, describe, expect, it } from 'vitest';

import { Authenticator } from '../../../src/ctap/authenticator.js';
import { BioEnrollment, SampleStatus } from '../../../src/ctap/bio-enrollment.js';
import { enrolFingerprint } from '../../../src/ctap/client/enrol-fingerprint.js';
import { removeFingerprint, renameFingerprint, withFingerprints } from '../../../src/ctap/client/fingerprints.js';
import { utf8 } from '../../../src/ctap/codec/bytes.js';
import { type CborKey, type CborValue, numbered } from '../../../src/ctap/codec/cbor.js';
import { BioEnrollmentSubcommand as Subcommand } from '../../../src/ctap/commands.js';
import { protocolTwo } from '../../../src/ctap/pin/protocol.js';
import { CtapStatus } from '../../../src/ctap/status.js';
import { MemoryPort } from '../../../src/softkey/ports/memory-port.js';
import type { SoftKeyOptions } from '../../../src/softkey/soft-key.js';
import { INDEX, PIN, THUMB, withThumb } from '../../softkey/fingers.js';
import { Person } from '../person.js';
import { infoOf, openScripted, type Reply, textMap } from '../scripted-key.js';

const open: Authenticator[] = [];
afterEach(async () => {
  await Promise.all(open.splice(0).map((key) => key.close()));
});

/** A key with a PIN and an enrolled thumb, and somebody at it who knows the PIN. */
async function plug(options: Partial<SoftKeyOptions> = {}) {
  const { key, sensor } = await withThumb(options);
  const authenticator = await Authenticator.open(new MemoryPort(key));
  open.push(authenticator);
  const interaction = new Person(PIN, PIN, PIN);
  return { sensor, authenticator, interaction, context: { authenticator, interaction } };
}

const names = (context: Parameters<typeof withFingerprints>[0]) =>
  withFingerprints(context, async (bio) => (await bio.enumerate()).map(({ name }) => name));

describe.each(['2.1-pre', '2.1', '2.3'] as const)('enrolling a finger on CTAP %s', (profile) => {
  it('tells each sample, names it, and reads it back', async () => {
    const { sensor, context, interaction } = await plug({ profile });
    sensor.put({ ...INDEX, status: SampleStatus.FP_TOO_FAST }, INDEX, THUMB, INDEX);
    const samples: number[][] = [];
    const onSample = ({ status, remaining }: { status: number; remaining: number }) =>
      samples.push([status, remaining]);
    const added = await withFingerprints(context, (bio) => enrolFingerprint(bio, context, { name: 'Zeige', onSample }));
    expect(added.name).toBe('Zeige');
    expect(samples).toEqual([
      [SampleStatus.FP_TOO_FAST, 2],
      [SampleStatus.FP_GOOD, 1],
      [SampleStatus.FP_EXISTS, 1],
      [SampleStatus.FP_GOOD, 0],
    ]);
    expect(interaction.asked).toHaveLength(1); // one PIN for the whole errand
    expect(interaction.fingers).toContainEqual({ failed: false, retries: undefined });
    expect(await names(context)).toEqual([undefined, 'Zeige']);
  });

  it('that the person gives up leaves nothing, and the key idle', async () => {
    const { authenticator, sensor, context, interaction } = await plug({ profile });
    sensor.put(INDEX);
    const controller = new AbortController();
    const cancellable = { ...context, signal: controller.signal };
    const enrolling = withFingerprints(cancellable, (bio) =>
      enrolFingerprint(bio, cancellable, {
        onSample: () => {
          interaction.onFinger = () => {
            controller.abort(new Error('never mind'));
          };
        },
      }),
    );
    await expect(enrolling).rejects.toThrow('never mind');
    expect(await names(context)).toEqual([undefined]);
    sensor.put(INDEX, INDEX);
    await withFingerprints(context, (bio) => enrolFingerprint(bio, context, { onSample: () => undefined }));
    expect(authenticator.info.options.get('uv')).toBe(true);
  });
});

describe('a fingerprint', () => {
  it('is renamed and taken off, and the list says so', async () => {
    const { authenticator, context } = await plug();
    await withFingerprints(context, async (bio) => {
      const [thumb] = await bio.enumerate();
      if (!thumb) throw new Error('No thumb');
      expect(await renameFingerprint(bio, context, thumb.id, 'Daumen')).toEqual({ id: thumb.id, name: 'Daumen' });
      await removeFingerprint(bio, context, thumb.id);
      expect(await bio.enumerate()).toEqual([]);
      expect(authenticator.info.options.get('bioEnroll')).toBe(false);
      await expect(removeFingerprint(bio, context, thumb.id)).rejects.toMatchObject({
        status: CtapStatus.INVALID_OPTION,
      });
    });
  });

  it('with a name that is too long is not begun', async () => {
    const { sensor, context } = await plug();
    sensor.put(INDEX);
    const name = 'x'.repeat(33);
    const enrolling = withFingerprints(context, (bio) =>
      enrolFingerprint(bio, context, { name, onSample: () => undefined }),
    );
    await expect(enrolling).rejects.toMatchObject({ name: 'CtapError', status: CtapStatus.INVALID_LENGTH });
    expect(sensor.left).toBe(1);
  });

  it('is not for every key, nor for one without PIN', async () => {
    const bare = await openScripted(infoOf({ 4: textMap({ clientPin: true }) }));
    const fresh = await openScripted(infoOf({ 4: textMap({ clientPin: false, bioEnroll: false }), 6: [2] }));
    open.push(bare.authenticator, fresh.authenticator);
    for (const [{ authenticator }, code] of [
      [bare, 'unsupported'],
      [fresh, 'pin-not-set'],
    ] as const) {
      await expect(names({ authenticator, interaction: new Person(PIN) })).rejects.toMatchObject({ code });
    }
  });
});

/** An enrolment on a key that answers each sample as `reply` says, and lists nothing. */
async function enrolOn(reply: (sample: number) => Reply, abort?: { at: number; signal: AbortController }) {
  let samples = 0;
  const subcommands: CborValue[] = [];
  const info = infoOf({ 4: textMap({ bioEnroll: false }) });
  const { authenticator } = await openScripted(info, ({ parameters }) => {
    const subcommand = parameters.get(2) ?? 0;
    subcommands.push(subcommand);
    if (subcommand === Subcommand.ENUMERATE_ENROLLMENTS) return CtapStatus.INVALID_OPTION;
    const isSample = subcommand === Subcommand.ENROLL_BEGIN || subcommand === Subcommand.ENROLL_CAPTURE_NEXT_SAMPLE;
    if (!isSample) return CtapStatus.SUCCESS;
    if (samples === abort?.at) abort.signal.abort(new Error('never mind'));
    return reply(samples++);
  });
  open.push(authenticator);
  const token = { protocol: protocolTwo, bytes: new Uint8Array(32), permissions: 8 };
  const bio = new BioEnrollment(authenticator.ctap, authenticator.info, token);
  const context = { authenticator, interaction: new Person(), signal: abort?.signal.signal };
  const outcome = enrolFingerprint(bio, context, { onSample: () => undefined });
  return { outcome, subcommands };
}

const sample = (status: number, remaining: number): Reply =>
  new Map<CborKey, CborValue>([...numbered(undefined, undefined, undefined, utf8('id')), [5, status], [6, remaining]]);
const { ENROLL_BEGIN, ENROLL_CAPTURE_NEXT_SAMPLE, CANCEL_CURRENT_ENROLLMENT, REMOVE_ENROLLMENT } = Subcommand;

describe('an enrolment that fails is cancelled on the key', () => {
  it('when nobody puts a finger on, three waits long', async () => {
    const { outcome, subcommands } = await enrolOn(() => sample(SampleStatus.NO_USER_ACTIVITY, 4));
    await expect(outcome).rejects.toMatchObject({ status: CtapStatus.USER_ACTION_TIMEOUT });
    const next = ENROLL_CAPTURE_NEXT_SAMPLE;
    expect(subcommands).toEqual([ENROLL_BEGIN, next, next, CANCEL_CURRENT_ENROLLMENT]);
  });

  it('when there is no room, which drafts told by a sample', async () => {
    const { outcome, subcommands } = await enrolOn(() => sample(SampleStatus.FP_DATABASE_FULL, 4));
    await expect(outcome).rejects.toMatchObject({ status: CtapStatus.FP_DATABASE_FULL });
    expect(subcommands.at(-1)).toBe(CANCEL_CURRENT_ENROLLMENT);
  });

  it('when the key refuses in the middle', async () => {
    const { outcome, subcommands } = await enrolOn((at) => (at === 0 ? sample(0, 4) : CtapStatus.PIN_AUTH_INVALID));
    await expect(outcome).rejects.toMatchObject({ status: CtapStatus.PIN_AUTH_INVALID });
    expect(subcommands.at(-1)).toBe(CANCEL_CURRENT_ENROLLMENT);
  });

  it('when the person gives up while a sample is good all the same', async () => {
    const signal = new AbortController();
    const { outcome, subcommands } = await enrolOn((at) => sample(0, 2 - at), { at: 1, signal });
    await expect(outcome).rejects.toThrow('never mind');
    expect(subcommands.at(-1)).toBe(CANCEL_CURRENT_ENROLLMENT);
  });
});

it('a last sample that wins against a cancel is taken off again', async () => {
  const signal = new AbortController();
  const { outcome, subcommands } = await enrolOn(() => sample(0, 0), { at: 0, signal });
  await expect(outcome).rejects.toThrow('never mind');
  expect(subcommands).toEqual([ENROLL_BEGIN, REMOVE_ENROLLMENT]);
});

it('an enrolment that the list does not show is none', async () => {
  const { outcome } = await enrolOn(() => sample(0, 0));
  await expect(outcome).rejects.toMatchObject({ name: 'ClientError', code: 'bad-answer' });
});
