import { randomBytes } from 'node:crypto';

import {
  BioEnrollmentResult as Member,
  FINGERPRINT_MODALITY,
  FingerprintKind,
  SampleStatus,
  TemplateInfo,
} from '../../ctap/bio-enrollment.js';
import { concat, equal, utf8 } from '../../ctap/codec/bytes.js';
import { type CborMap, type CborValue, encode } from '../../ctap/codec/cbor.js';
import { BioEnrollmentSubcommand as Subcommand, CtapCommand, Permission } from '../../ctap/commands.js';
import { CtapStatus } from '../../ctap/status.js';
import { Fields, refuse, required } from '../fields.js';
import type { Scan } from '../fingerprint-sensor.js';
import type { Enrolment } from '../power-cycle.js';
import type { SensorModel } from '../profile.js';
import { Refusal } from '../refusal.js';
import type { StoredFingerprint } from '../store/key-state.js';
import type { Command, CommandContext } from './command.js';
import { pinProtocolOf } from './parameters.js';

/** Parameters (CTAP 2.2 §6.7). */
const Key = {
  MODALITY: 0x01,
  SUB_COMMAND: 0x02,
  SUB_COMMAND_PARAMS: 0x03,
  PIN_UV_AUTH_PROTOCOL: 0x04,
  PIN_UV_AUTH_PARAM: 0x05,
  GET_MODALITY: 0x06,
} as const;
const Param = { TEMPLATE_ID: 0x01, TEMPLATE_FRIENDLY_NAME: 0x02, TIMEOUT_MILLISECONDS: 0x03 } as const;

const TEMPLATE_ID_LENGTH = 16;

/** authenticatorBioEnrollment (CTAP 2.2 §6.7), and the vendor prototype that came before it (0x40). */
export const bioEnrollment: Command = (context, params) => {
  if (params.boolean(Key.GET_MODALITY) === true) return new Map([[Member.MODALITY, FINGERPRINT_MODALITY]]);
  if (required(params.integer(Key.MODALITY)) !== FINGERPRINT_MODALITY) refuse(CtapStatus.INVALID_PARAMETER);
  switch (required(params.integer(Key.SUB_COMMAND))) {
    case Subcommand.ENROLL_BEGIN:
      return enrollBegin(context, params);
    case Subcommand.ENROLL_CAPTURE_NEXT_SAMPLE:
      return captureNext(context, params);
    case Subcommand.CANCEL_CURRENT_ENROLLMENT:
      context.power.enrolment = undefined;
      return undefined;
    case Subcommand.ENUMERATE_ENROLLMENTS:
      return enumerate(context, params);
    case Subcommand.SET_FRIENDLY_NAME:
      return setFriendlyName(context, params);
    case Subcommand.REMOVE_ENROLLMENT:
      return removeEnrollment(context, params);
    case Subcommand.GET_FINGERPRINT_SENSOR_INFO:
      return sensorInfo(context);
  }
  return refuse(context.profile.statuses.unknownSubcommand);
};

/** enrollBegin (§6.7.4). */
async function enrollBegin(context: CommandContext, params: Fields): Promise<CborMap> {
  const subParams = authorise(context, params, Subcommand.ENROLL_BEGIN);
  const { samples, capacity } = sensorOf(context);
  if (context.memory.state.fingerprints.length >= capacity) refuse(CtapStatus.FP_DATABASE_FULL);
  const id = Uint8Array.from(randomBytes(TEMPLATE_ID_LENGTH));
  context.power.enrolment = undefined; // one that was under way is given up
  const answer = await capture(context, { id, finger: undefined, remaining: samples }, subParams);
  return new Map([[Member.TEMPLATE_ID, id], ...answer]);
}

/** enrollCaptureNextSample (§6.7.4). */
async function captureNext(context: CommandContext, params: Fields): Promise<CborMap> {
  const subParams = authorise(context, params, Subcommand.ENROLL_CAPTURE_NEXT_SAMPLE);
  const id = required(subParams.bytes(Param.TEMPLATE_ID));
  const enrolment = context.power.enrolment ?? refuse(CtapStatus.NOT_ALLOWED);
  if (!equal(enrolment.id, id)) refuse(CtapStatus.INVALID_PARAMETER);
  return capture(context, enrolment, subParams);
}

/** One sample; the last good one makes the template. */
async function capture(context: CommandContext, enrolment: Enrolment, subParams: Fields): Promise<CborMap> {
  const { memory, power } = context;
  const seen = await scanned(context, subParams.integer(Param.TIMEOUT_MILLISECONDS));
  const status = seen ? judge(seen, enrolment, memory.state.fingerprints) : SampleStatus.NO_USER_ACTIVITY;
  const isTaken = seen && status === SampleStatus.FP_GOOD;
  const { id, remaining, finger } = isTaken
    ? { ...enrolment, finger: seen.finger, remaining: enrolment.remaining - 1 }
    : enrolment;
  if (remaining === 0 && finger !== undefined) {
    await memory.update({ fingerprints: [...memory.state.fingerprints, { id, name: '', finger }] });
    power.enrolment = undefined;
  } else {
    power.enrolment = { id, finger, remaining };
  }
  return new Map([
    [Member.LAST_ENROLL_SAMPLE_STATUS, status],
    [Member.REMAINING_SAMPLES, remaining],
  ]);
}

/** The next finger; undefined when none came in time, which is no failure of the enrolment. */
async function scanned({ scan }: CommandContext, timeoutMs: number | undefined): Promise<Scan | undefined> {
  try {
    return await scan({ timeoutMs: timeoutMs === undefined ? undefined : Math.max(0, timeoutMs) });
  } catch (error) {
    if (error instanceof Refusal && error.status === CtapStatus.USER_ACTION_TIMEOUT) return undefined;
    throw error;
  }
}

function judge(seen: Scan, { finger }: Enrolment, known: readonly StoredFingerprint[]): SampleStatus {
  if (seen.status !== undefined && seen.status !== SampleStatus.FP_GOOD) return seen.status;
  if (known.some((stored) => stored.finger === seen.finger)) return SampleStatus.FP_EXISTS;
  return finger === undefined || finger === seen.finger ? SampleStatus.FP_GOOD : SampleStatus.FP_MERGE_FAILURE;
}

/** enumerateEnrollments (§6.7.6). */
function enumerate(context: CommandContext, params: Fields): CborMap {
  authorise(context, params, Subcommand.ENUMERATE_ENROLLMENTS);
  const { fingerprints } = context.memory.state;
  if (fingerprints.length === 0) refuse(CtapStatus.INVALID_OPTION);
  const templates = fingerprints.map(({ id, name }) => {
    return new Map<number, CborValue>([
      [TemplateInfo.TEMPLATE_ID, id],
      [TemplateInfo.TEMPLATE_FRIENDLY_NAME, name],
    ]);
  });
  return new Map([[Member.TEMPLATE_INFOS, templates]]);
}

/** setFriendlyName (§6.7.7). */
async function setFriendlyName(context: CommandContext, params: Fields): Promise<undefined> {
  const members = [Param.TEMPLATE_ID, Param.TEMPLATE_FRIENDLY_NAME];
  const subParams = authorise(context, params, Subcommand.SET_FRIENDLY_NAME, members);
  const name = required(subParams.text(Param.TEMPLATE_FRIENDLY_NAME));
  if (utf8(name).length > sensorOf(context).maxNameLength) refuse(CtapStatus.INVALID_LENGTH);
  const target = named(context, subParams);
  const { fingerprints } = context.memory.state;
  await context.memory.update({
    fingerprints: fingerprints.map((stored) => (stored === target ? { ...stored, name } : stored)),
  });
  return undefined;
}

/** removeEnrollment (§6.7.8). */
async function removeEnrollment(context: CommandContext, params: Fields): Promise<undefined> {
  const subParams = authorise(context, params, Subcommand.REMOVE_ENROLLMENT, [Param.TEMPLATE_ID]);
  const target = named(context, subParams);
  const { fingerprints } = context.memory.state;
  await context.memory.update({ fingerprints: fingerprints.filter((stored) => stored !== target) });
  return undefined;
}

/** getFingerprintSensorInfo (§6.7.3), for which nobody needs a token. The prototype did not tell the length of names. */
function sensorInfo(context: CommandContext): CborMap {
  const { samples, maxNameLength } = sensorOf(context);
  const answer = new Map<number, CborValue>([
    [Member.FINGERPRINT_KIND, FingerprintKind.TOUCH],
    [Member.MAX_CAPTURE_SAMPLES_REQUIRED_FOR_ENROLL, samples],
  ]);
  if (context.command === CtapCommand.BIO_ENROLLMENT) answer.set(Member.MAX_TEMPLATE_FRIENDLY_NAME, maxNameLength);
  return answer;
}

/**
 * The steps that the subcommands for owners begin with: a token with the permission, over modality, subcommand and parameters.
 * @param members subcommand parameters that must be there
 */
function authorise(
  context: CommandContext,
  params: Fields,
  subcommand: number,
  members: readonly number[] = [],
): Fields {
  const param = params.bytes(Key.PIN_UV_AUTH_PARAM) ?? refuse(CtapStatus.PUAT_REQUIRED);
  const given = params.fields(Key.SUB_COMMAND_PARAMS);
  const subParams = given ?? new Fields(new Map());
  if (members.some((member) => !subParams.has(member))) refuse(CtapStatus.MISSING_PARAMETER);
  const protocol = pinProtocolOf(params.integer(Key.PIN_UV_AUTH_PROTOCOL), context.profile);
  const head = Uint8Array.of(FINGERPRINT_MODALITY, subcommand);
  // Requests are canonical here, so encoding the parameters again gives the bytes that were sent.
  const message = concat(head, given ? encode(given.map) : new Uint8Array());
  const token = context.power.tokens.verify({ protocol, param }, message) ?? refuse(CtapStatus.PIN_AUTH_INVALID);
  if (!token.permits(Permission.BIO_ENROLLMENT)) refuse(CtapStatus.PIN_AUTH_INVALID);
  return subParams;
}

function named({ memory }: CommandContext, subParams: Fields): StoredFingerprint {
  const id = required(subParams.bytes(Param.TEMPLATE_ID));
  return memory.state.fingerprints.find((stored) => equal(stored.id, id)) ?? refuse(CtapStatus.INVALID_OPTION);
}

/** The command is there only where a sensor is. */
function sensorOf({ profile }: CommandContext): SensorModel {
  return profile.sensor ?? refuse(CtapStatus.INVALID_COMMAND);
}
