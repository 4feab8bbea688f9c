import { describe, expect, it } from 'vitest';

import { SampleStatus } from '../../../src/ctap/bio-enrollment.js';
import { type CborMap, type CborValue, numbered } from '../../../src/ctap/codec/cbor.js';
import { BioEnrollmentSubcommand as Subcommand, CtapCommand, Permission } from '../../../src/ctap/commands.js';
import { HidCommand } from '../../../src/ctap/hid/constants.js';
import { ScriptedSensor } from '../../../src/softkey/fingerprint-sensor.js';
import { MemoryStore } from '../../../src/softkey/store/credential-store.js';
import { Enroller, INDEX, PIN, THUMB, withThumb } from '../fingers.js';
import { type Answer, bytes, map, PinClient, Platform, plug } from '../platform.js';

const { BIO_ENROLLMENT, BIO_ENROLLMENT_PREVIEW, GET_INFO, RESET } = CtapCommand;

/** A key with a PIN and a sensor that sees what `sensor` says. */
async function blank(sensor: ScriptedSensor, options: Parameters<typeof plug>[0] = {}) {
  const { key, platform } = await plug({
    fingerprints: { samples: 2, capacity: 2, maxNameLength: 8 },
    sensor,
    ...options,
  });
  await new PinClient(platform).setPin(PIN);
  return { key, platform, enroller: await Enroller.open(platform) };
}

const sample = ({ body }: Answer) => [body.get(5), body.get(6)];
const templates = async (enroller: Enroller): Promise<CborValue> => {
  const { status, body } = await enroller.ask(Subcommand.ENUMERATE_ENROLLMENTS);
  return status === 'SUCCESS' ? (body.get(7) ?? status) : status;
};
const option = async (platform: { success(command: number): Promise<CborMap> }, name: string) =>
  map(await platform.success(GET_INFO), 4).get(name);

describe('a sensor', () => {
  it('tells without a token what it is', async () => {
    const { platform } = await plug({ fingerprints: true });
    expect(await platform.success(BIO_ENROLLMENT, new Map([[6, true]]))).toEqual(new Map([[1, 1]]));
    expect(await platform.success(BIO_ENROLLMENT, numbered(1, 7))).toEqual(new Map([[2, 1], [3, 5], [8, 32]])); // prettier-ignore
  });

  it('is in getInfo, and says there whether a finger is enrolled', async () => {
    const { platform, enroller, id } = await withThumb();
    const info = await platform.success(GET_INFO);
    expect([info.get(0x11), info.get(0x12)]).toEqual([3, 2]);
    for (const name of ['uv', 'bioEnroll']) expect(map(info, 4).get(name)).toBe(true);
    await enroller.ask(Subcommand.REMOVE_ENROLLMENT, numbered(id));
    for (const name of ['uv', 'bioEnroll']) expect(await option(platform, name)).toBe(false);
    expect(await option((await plug()).platform, 'uv')).toBeUndefined();
  });

  it('is on no key of CTAP 2.0', async () => {
    await expect(plug({ profile: '2.0', fingerprints: true })).rejects.toThrow(RangeError);
    expect((await (await plug()).platform.ctap(BIO_ENROLLMENT, numbered(1, 7))).status).toBe('INVALID_COMMAND');
  });
});

describe('an enrolment', () => {
  it('takes good samples of one finger, and says what was wrong with the others', async () => {
    const sensor = new ScriptedSensor(
      { ...THUMB, status: SampleStatus.FP_TOO_FAST },
      THUMB,
      INDEX,
      { ...THUMB, status: SampleStatus.FP_TOO_LEFT },
      THUMB,
    );
    const { enroller } = await blank(sensor);
    const first = await enroller.ask(Subcommand.ENROLL_BEGIN);
    const id = bytes(first.body, 4);
    expect(sample(first)).toEqual([SampleStatus.FP_TOO_FAST, 2]);
    const rest = [];
    while (sensor.left > 0) rest.push(sample(await enroller.ask(Subcommand.ENROLL_CAPTURE_NEXT_SAMPLE, numbered(id))));
    expect(rest).toEqual([
      [SampleStatus.FP_GOOD, 1],
      [SampleStatus.FP_MERGE_FAILURE, 1],
      [SampleStatus.FP_TOO_LEFT, 1],
      [SampleStatus.FP_GOOD, 0],
    ]);
    expect(await templates(enroller)).toEqual([numbered(id, '')]);
    const over = await enroller.ask(Subcommand.ENROLL_CAPTURE_NEXT_SAMPLE, numbered(id));
    expect(over.status).toBe('NOT_ALLOWED');
  });

  it('knows a finger that is enrolled already', async () => {
    const { sensor, enroller } = await withThumb();
    sensor.put(THUMB);
    expect(sample(await enroller.ask(Subcommand.ENROLL_BEGIN))).toEqual([SampleStatus.FP_EXISTS, 2]);
  });

  it('goes on when no finger comes in the time that the platform gives', async () => {
    const { enroller } = await blank(new ScriptedSensor());
    const waited = await enroller.ask(Subcommand.ENROLL_BEGIN, new Map([[3, 1]]));
    expect([waited.status, ...sample(waited)]).toEqual(['SUCCESS', SampleStatus.NO_USER_ACTIVITY, 2]);
  });

  it('that is cancelled, overtaken or without power leaves nothing', async () => {
    const { key, platform, enroller } = await blank(new ScriptedSensor(THUMB, INDEX, INDEX, THUMB, THUMB));
    const begun = bytes((await enroller.ask(Subcommand.ENROLL_BEGIN)).body, 4);
    const overtaken = bytes((await enroller.ask(Subcommand.ENROLL_BEGIN)).body, 4);
    expect((await enroller.ask(Subcommand.ENROLL_CAPTURE_NEXT_SAMPLE, numbered(begun))).status).toBe(
      'INVALID_PARAMETER',
    );
    expect((await platform.ctap(BIO_ENROLLMENT, numbered(1, 3))).status).toBe('SUCCESS');
    expect((await enroller.ask(Subcommand.ENROLL_CAPTURE_NEXT_SAMPLE, numbered(overtaken))).status).toBe('NOT_ALLOWED');
    const last = bytes((await enroller.ask(Subcommand.ENROLL_BEGIN)).body, 4);
    key.powerCycle();
    const again = await Enroller.open(await Platform.open(platform.port));
    expect((await again.ask(Subcommand.ENROLL_CAPTURE_NEXT_SAMPLE, numbered(last))).status).toBe('NOT_ALLOWED');
    expect(await templates(again)).toBe('INVALID_OPTION');
  });

  it('waits for the finger with keepalives that say so, and ends by CTAPHID_CANCEL', async () => {
    const { platform, enroller } = await blank(new ScriptedSensor());
    const answer = enroller.ask(Subcommand.ENROLL_BEGIN);
    await Promise.resolve();
    await platform.send(HidCommand.CANCEL);
    const { status, keepalives } = await answer;
    expect([status, new Set(keepalives)]).toEqual(['KEEPALIVE_CANCEL', new Set([2])]);
  });

  it('is refused where there is no room', async () => {
    const { enroller } = await blank(new ScriptedSensor(THUMB, THUMB, INDEX, INDEX));
    await enroller.enrol();
    await enroller.enrol();
    expect((await enroller.ask(Subcommand.ENROLL_BEGIN)).status).toBe('FP_DATABASE_FULL');
  });
});

describe('a fingerprint', () => {
  it('gets a name, which has its longest, and goes when it is removed', async () => {
    const { enroller, id } = await withThumb({ fingerprints: { samples: 2, maxNameLength: 8 } });
    const rename = async (name: string) =>
      (await enroller.ask(Subcommand.SET_FRIENDLY_NAME, numbered(id, name))).status;
    expect(await rename('Daumen é')).toBe('INVALID_LENGTH'); // nine bytes
    expect(await rename('Daumen')).toBe('SUCCESS');
    expect(await templates(enroller)).toEqual([numbered(id, 'Daumen')]);
    expect((await enroller.ask(Subcommand.REMOVE_ENROLLMENT, numbered(id))).status).toBe('SUCCESS');
    expect(await templates(enroller)).toBe('INVALID_OPTION');
    for (const [subcommand, params] of [
      [Subcommand.REMOVE_ENROLLMENT, numbered(id)],
      [Subcommand.SET_FRIENDLY_NAME, numbered(id, 'x')],
    ] as const) {
      expect((await enroller.ask(subcommand, params)).status).toBe('INVALID_OPTION');
    }
  });

  it('is kept without power, and gone after a reset', async () => {
    const store = new MemoryStore();
    const { platform, id } = await withThumb({ store });
    const later = await plug({ store, fingerprints: true });
    expect(await templates(await Enroller.open(later.platform))).toEqual([numbered(id, '')]);
    await platform.success(RESET);
    expect(await option(platform, 'uv')).toBe(false);
  });
});

describe('requests that are not right', () => {
  it.each<[string, CborMap, string]>([
    ['nothing', new Map(), 'MISSING_PARAMETER'],
    ['another modality', numbered(2, 7), 'INVALID_PARAMETER'],
    ['an unknown subcommand', numbered(1, 99), 'INVALID_SUBCOMMAND'],
    ['a list without proof', numbered(1, 4), 'PUAT_REQUIRED'],
    ['a proof of nothing', numbered(1, 4, undefined, 2, new Uint8Array(32)), 'PIN_AUTH_INVALID'],
    ['a protocol that there is not', numbered(1, 4, undefined, 9, new Uint8Array(32)), 'INVALID_PARAMETER'],
  ])('%s', async (_what, params, status) => {
    const { platform } = await withThumb();
    expect((await platform.ctap(BIO_ENROLLMENT, params)).status).toBe(status);
  });

  it('parameters that lack what they are for, and a token for something else', async () => {
    const { platform, enroller, id } = await withThumb();
    expect((await enroller.ask(Subcommand.SET_FRIENDLY_NAME, numbered(id))).status).toBe('MISSING_PARAMETER');
    expect((await enroller.ask(Subcommand.REMOVE_ENROLLMENT)).status).toBe('MISSING_PARAMETER');
    const other = await Enroller.open(platform, Permission.CREDENTIAL_MANAGEMENT);
    expect(await templates(other)).toBe('PIN_AUTH_INVALID');
  });
});

describe('the prototype of before CTAP 2.1', () => {
  it('does the same by the plain token of CTAP 2.0, and tells no length of names', async () => {
    const { platform, enroller, id } = await withThumb({ profile: '2.1-pre' });
    expect((await platform.success(BIO_ENROLLMENT_PREVIEW, numbered(1, 7))).has(8)).toBe(false);
    expect((await enroller.ask(Subcommand.SET_FRIENDLY_NAME, numbered(id, 'thumb'))).status).toBe('SUCCESS');
    expect(await templates(enroller)).toEqual([numbered(id, 'thumb')]);
    expect((await platform.ctap(BIO_ENROLLMENT, numbered(1, 7))).status).toBe('INVALID_COMMAND');
    expect(map(await platform.success(GET_INFO), 4)).toEqual(
      expect.objectContaining(new Map([['userVerificationMgmtPreview', true]])),
    );
    expect(await option(platform, 'bioEnroll')).toBeUndefined();
  });
});
