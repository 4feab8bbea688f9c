import { describe, expect, it } from 'vitest';

import { BioEnrollment, fingerprintSensorInfo, managesFingerprints } from '../../src/ctap/bio-enrollment.js';
import { concat, utf8 } from '../../src/ctap/codec/bytes.js';
import { type CborKey, type CborMap, type CborValue, encode, numbered } from '../../src/ctap/codec/cbor.js';
import { BioEnrollmentSubcommand as Subcommand, CtapCommand } from '../../src/ctap/commands.js';
import { Ctap2 } from '../../src/ctap/ctap2.js';
import { decodeInfo } from '../../src/ctap/get-info.js';
import { protocolOne, protocolTwo } from '../../src/ctap/pin/protocol.js';
import { CtapStatus } from '../../src/ctap/status.js';
import { type Asked, infoOf, type Reply, textMap } from './scripted-key.js';
import { ScriptedTransport } from './scripted-transport.js';

const TOKEN = new Uint8Array(32).fill(7);
const ID = utf8('template');
const info = (options: Record<string, boolean>, versions: string[] = ['FIDO_2_1']) =>
  decodeInfo(infoOf({ 1: versions, 4: textMap(options) }));
const NORMAL = info({ bioEnroll: false });
const PREVIEW = info({ userVerificationMgmtPreview: true }, ['FIDO_2_0', 'FIDO_2_1_PRE']);

function setUp(reply: (asked: Asked) => Reply, device = NORMAL, protocol = protocolTwo) {
  const transport = new ScriptedTransport(reply);
  const ctap = new Ctap2(transport);
  return { ctap, transport, bio: new BioEnrollment(ctap, device, { protocol, bytes: TOKEN, permissions: 8 }) };
}

/** A request as it must be: with a proof over modality, subcommand and parameters. */
function proven(subcommand: number, parameters: CborMap | undefined, protocol = protocolTwo): CborMap {
  const message = concat(Uint8Array.of(1, subcommand), parameters ? encode(parameters) : new Uint8Array());
  return numbered(1, subcommand, parameters, protocol.version, protocol.authenticate(TOKEN, message));
}

const answer = (members: readonly [number, CborValue][]): CborMap => new Map<CborKey, CborValue>(members);
const SENSOR = answer([[2, 1], [3, 5], [8, 12]]); // prettier-ignore

describe('fingerprints', () => {
  it('are there by the command of CTAP 2.1, or by its preview, whether or not one is enrolled', () => {
    const devices = [
      NORMAL,
      info({ bioEnroll: true }),
      PREVIEW,
      info({ userVerificationMgmtPreview: false }, ['FIDO_2_0', 'FIDO_2_1_PRE']),
      info({ userVerificationMgmtPreview: true }),
      info({ uv: true }),
    ];
    expect(devices.map(managesFingerprints)).toEqual([true, true, true, true, false, false]);
    expect(() => setUp(() => 0, info({}))).toThrow(expect.objectContaining({ status: CtapStatus.INVALID_COMMAND }));
  });

  it.each([
    ['the command of CTAP 2.1', NORMAL, CtapCommand.BIO_ENROLLMENT],
    ['the preview', PREVIEW, CtapCommand.BIO_ENROLLMENT_PREVIEW],
  ])('are managed with a proof over modality, subcommand and parameters, by %s', async (_name, device, command) => {
    for (const protocol of [protocolOne, protocolTwo]) {
      const { transport, bio } = setUp(
        ({ parameters }) => (parameters.get(2) === Subcommand.GET_FINGERPRINT_SENSOR_INFO ? SENSOR : new Map()),
        device,
        protocol,
      );
      await bio.remove(ID);
      await bio.setFriendlyName(ID, 'thumb');
      expect(transport.asked).toEqual([
        { command, parameters: proven(Subcommand.REMOVE_ENROLLMENT, numbered(ID), protocol) },
        { command, parameters: numbered(1, Subcommand.GET_FINGERPRINT_SENSOR_INFO) },
        { command, parameters: proven(Subcommand.SET_FRIENDLY_NAME, numbered(ID, 'thumb'), protocol) },
      ]);
    }
  });

  it('are enrolled sample by sample, and an enrolment is ended without a proof', async () => {
    const { transport, bio } = setUp(({ parameters }) => {
      switch (parameters.get(2)) {
        case Subcommand.ENROLL_BEGIN:
          return answer([[4, ID], [5, 0], [6, 2]]); // prettier-ignore
        case Subcommand.ENROLL_CAPTURE_NEXT_SAMPLE:
          return answer([[5, 0x42], [6, 2]]); // prettier-ignore
        default:
          return CtapStatus.SUCCESS;
      }
    });
    expect(await bio.enrollBegin(10_000)).toEqual({ id: ID, status: 0, remaining: 2 });
    expect(await bio.captureNext(ID, 5000)).toEqual({ status: 0x42, remaining: 2 }); // unknown, and passed on
    await bio.cancel();
    expect(transport.asked.map(({ parameters }) => parameters)).toEqual([
      proven(Subcommand.ENROLL_BEGIN, new Map([[3, 10_000]])),
      proven(Subcommand.ENROLL_CAPTURE_NEXT_SAMPLE, new Map<number, CborValue>([[1, ID], [3, 5000]])), // prettier-ignore
      numbered(1, Subcommand.CANCEL_CURRENT_ENROLLMENT),
    ]);
  });

  it('are listed with their names; INVALID_OPTION is how a key says that it has none', async () => {
    const listed = setUp(() => answer([[7, [numbered(ID, 'thumb'), numbered(utf8('2'), ''), numbered(utf8('3'))]]]));
    expect(await listed.bio.enumerate()).toEqual([
      { id: ID, name: 'thumb' },
      { id: utf8('2'), name: undefined },
      { id: utf8('3'), name: undefined },
    ]);
    expect(listed.transport.asked[0]?.parameters).toEqual(proven(Subcommand.ENUMERATE_ENROLLMENTS, undefined));
    expect(await setUp(() => CtapStatus.INVALID_OPTION).bio.enumerate()).toEqual([]);
    await expect(setUp(() => CtapStatus.PIN_AUTH_INVALID).bio.enumerate()).rejects.toMatchObject({ status: 0x33 });
  });

  it('have names of so many bytes, not more: a longer one is refused before it is sent', async () => {
    const { bio, transport } = setUp(() => SENSOR);
    await expect(bio.setFriendlyName(ID, 'ein Daumen é')).rejects.toMatchObject({
      name: 'CtapError',
      status: CtapStatus.INVALID_LENGTH,
    });
    expect(transport.asked).toHaveLength(1);
    await bio.setFriendlyName(ID, 'ein Daumen e');
    expect(transport.asked).toHaveLength(3);
  });

  it('come from a sensor that says what it is; names have 64 bytes at the most where it does not say', async () => {
    expect(await fingerprintSensorInfo(setUp(() => SENSOR).ctap, NORMAL)).toEqual({
      kind: 1,
      maxSamples: 5,
      maxNameLength: 12,
    });
    const silent = setUp(() => answer([[2, 2], [3, 4]]), PREVIEW).ctap; // prettier-ignore
    expect(await fingerprintSensorInfo(silent, PREVIEW)).toEqual({ kind: 2, maxSamples: 4, maxNameLength: 64 });
  });

  it('are not read from answers that lack what they must hold', async () => {
    const { bio } = setUp(() => new Map());
    for (const [act, member] of [
      [bio.enrollBegin(1), 'templateId'],
      [bio.captureNext(ID, 1), 'lastEnrollSampleStatus'],
      [bio.enumerate(), 'templateInfos'],
      [bio.sensorInfo(), 'fingerprintKind'],
    ] as const) {
      await expect(act).rejects.toMatchObject({ name: 'ResponseError', member });
    }
  });
});
