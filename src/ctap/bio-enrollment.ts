import { concat, utf8 } from './codec/bytes.js';
import { type CborMap, type CborValue, encode, numbered } from './codec/cbor.js';
import { BioEnrollmentSubcommand as Subcommand, CtapCommand } from './commands.js';
import type { Ctap2 } from './ctap2.js';
import { CtapError } from './errors.js';
import type { DeviceInfo } from './get-info.js';
import { isBytes, isCount, isListOf, isMap, isText, optional, required } from './members.js';
import type { PinUvAuthToken } from './pin/token.js';
import { CtapStatus } from './status.js';
import type { CallOptions } from './transport.js';

/** Keys of the answers of authenticatorBioEnrollment (CTAP 2.2 §6.7). */
export const BioEnrollmentResult = {
  MODALITY: 0x01,
  FINGERPRINT_KIND: 0x02,
  MAX_CAPTURE_SAMPLES_REQUIRED_FOR_ENROLL: 0x03,
  TEMPLATE_ID: 0x04,
  LAST_ENROLL_SAMPLE_STATUS: 0x05,
  REMAINING_SAMPLES: 0x06,
  TEMPLATE_INFOS: 0x07,
  MAX_TEMPLATE_FRIENDLY_NAME: 0x08,
} as const;
/** Keys of a templateInfo in them. */
export const TemplateInfo = { TEMPLATE_ID: 0x01, TEMPLATE_FRIENDLY_NAME: 0x02 } as const;
const Result = BioEnrollmentResult;

/** The only modality there is. */
export const FINGERPRINT_MODALITY = 0x01;

/** How a sensor is used. */
export const FingerprintKind = { TOUCH: 0x01, SWIPE: 0x02 } as const;

/** What became of one enrolment sample: lastEnrollSampleStatus (§6.7.4). */
export const SampleStatus = {
  FP_GOOD: 0x00,
  FP_TOO_HIGH: 0x01,
  FP_TOO_LOW: 0x02,
  FP_TOO_LEFT: 0x03,
  FP_TOO_RIGHT: 0x04,
  FP_TOO_FAST: 0x05,
  FP_TOO_SLOW: 0x06,
  FP_POOR_QUALITY: 0x07,
  FP_TOO_SKEWED: 0x08,
  FP_TOO_SHORT: 0x09,
  FP_MERGE_FAILURE: 0x0a,
  FP_EXISTS: 0x0b,
  FP_DATABASE_FULL: 0x0c, // of drafts; since 2.1 a status of the command
  NO_USER_ACTIVITY: 0x0d,
  NO_USER_PRESENCE_TRANSITION: 0x0e,
} as const;
export type SampleStatus = (typeof SampleStatus)[keyof typeof SampleStatus];

/** How long a name may be, in bytes, where the sensor does not say less (§6.7.7). */
const MAX_NAME = 64;

export interface SensorInfo {
  /** A value of `FingerprintKind`, or one of the future. */
  readonly kind: number;
  /** Good samples that an enrolment takes at the most. */
  readonly maxSamples: number;
  /** The longest name of a fingerprint, in bytes. */
  readonly maxNameLength: number;
}

/** One fingerprint on the key. */
export interface Fingerprint {
  /** The key's own identifier of the template. */
  readonly id: Uint8Array;
  /** Undefined until somebody has named it. */
  readonly name: string | undefined;
}

export interface Sample {
  /** A value of `SampleStatus`, or one of the future. */
  readonly status: number;
  /** Good samples still to come; 0: the fingerprint is enrolled. */
  readonly remaining: number;
}

/** Whether fingerprints can be enrolled on this key: by the command of CTAP 2.1, or by its preview. */
export function managesFingerprints(info: DeviceInfo): boolean {
  return commandOf(info) !== undefined;
}

/** Both options are true once a fingerprint is enrolled and false before: it is their presence that says something. */
function commandOf({ options, versions }: DeviceInfo): CtapCommand | undefined {
  if (options.has('bioEnroll')) return CtapCommand.BIO_ENROLLMENT;
  const preview = versions.includes('FIDO_2_1_PRE') && options.has('userVerificationMgmtPreview');
  return preview ? CtapCommand.BIO_ENROLLMENT_PREVIEW : undefined;
}

/** What kind of sensor a key has; asked without a token. Throws a CtapError INVALID_COMMAND where it has none. */
export async function fingerprintSensorInfo(ctap: Ctap2, info: DeviceInfo, options?: CallOptions): Promise<SensorInfo> {
  const parameters = numbered(FINGERPRINT_MODALITY, Subcommand.GET_FINGERPRINT_SENSOR_INFO);
  const answer = await ctap.send(commandOrThrow(info), parameters, options);
  return {
    kind: required(answer, Result.FINGERPRINT_KIND, 'fingerprintKind', isCount),
    maxSamples: required(
      answer,
      Result.MAX_CAPTURE_SAMPLES_REQUIRED_FOR_ENROLL,
      'maxCaptureSamplesRequiredForEnroll',
      isCount,
    ),
    maxNameLength: Math.min(
      MAX_NAME,
      optional(answer, Result.MAX_TEMPLATE_FRIENDLY_NAME, 'maxTemplateFriendlyName', isCount) ?? MAX_NAME,
    ),
  };
}

/**
 * The fingerprints on an authenticator (CTAP 2.2 §6.7), by the preview command where that is all it has.
 * What a person sees of an enrolment is in `client/enrol-fingerprint.ts`; this is the protocol alone.
 */
export class BioEnrollment {
  readonly #ctap: Ctap2;
  readonly #info: DeviceInfo;
  readonly #command: CtapCommand;
  readonly #token: PinUvAuthToken;

  /** `token` has the permission BIO_ENROLLMENT, or is one of CTAP 2.0. Throws a CtapError INVALID_COMMAND where there is no sensor. */
  constructor(ctap: Ctap2, info: DeviceInfo, token: PinUvAuthToken) {
    this.#ctap = ctap;
    this.#info = info;
    this.#command = commandOrThrow(info);
    this.#token = token;
  }

  sensorInfo(options?: CallOptions): Promise<SensorInfo> {
    return fingerprintSensorInfo(this.#ctap, this.#info, options);
  }

  /**
   * Begins an enrolment with its first sample, for which the authenticator waits `timeoutMs` (§6.7.4); one that was
   * under way is cancelled by that. CtapError FP_DATABASE_FULL when there is no room.
   */
  async enrollBegin(timeoutMs: number, options?: CallOptions): Promise<Sample & { readonly id: Uint8Array }> {
    const answer = await this.#send(Subcommand.ENROLL_BEGIN, numbered(undefined, undefined, timeoutMs), options);
    return { id: required(answer, Result.TEMPLATE_ID, 'templateId', isBytes), ...decodeSample(answer) };
  }

  /** The next sample of the enrolment under way, for which the authenticator waits `timeoutMs`. */
  async captureNext(id: Uint8Array, timeoutMs: number, options?: CallOptions): Promise<Sample> {
    const parameters = numbered(id, undefined, timeoutMs);
    return decodeSample(await this.#send(Subcommand.ENROLL_CAPTURE_NEXT_SAMPLE, parameters, options));
  }

  /** Ends the enrolment under way, if there is one (§6.7.5). It takes no token. */
  async cancel(options?: CallOptions): Promise<void> {
    const parameters = numbered(FINGERPRINT_MODALITY, Subcommand.CANCEL_CURRENT_ENROLLMENT);
    await this.#ctap.send(this.#command, parameters, options);
  }

  async enumerate(options?: CallOptions): Promise<Fingerprint[]> {
    let answer: CborMap;
    try {
      answer = await this.#send(Subcommand.ENUMERATE_ENROLLMENTS, undefined, options);
    } catch (error) {
      if (error instanceof CtapError && error.status === CtapStatus.INVALID_OPTION) return []; // the way to say: none
      throw error;
    }
    return required(answer, Result.TEMPLATE_INFOS, 'templateInfos', isListOf(isMap)).map(decodeFingerprint);
  }

  /**
   * Names a fingerprint. CtapError INVALID_LENGTH for a name of more bytes than `maxNameLength`: nothing is cut off
   * unseen; CtapError INVALID_OPTION when the authenticator does not have it.
   */
  async setFriendlyName(id: Uint8Array, name: string, options?: CallOptions): Promise<void> {
    const { maxNameLength } = await this.sensorInfo(options);
    if (utf8(name).length > maxNameLength) throw new CtapError(CtapStatus.INVALID_LENGTH, this.#command);
    await this.#send(Subcommand.SET_FRIENDLY_NAME, numbered(id, name), options);
  }

  /** CtapError INVALID_OPTION when the authenticator does not have it. */
  async remove(id: Uint8Array, options?: CallOptions): Promise<void> {
    await this.#send(Subcommand.REMOVE_ENROLLMENT, numbered(id), options);
  }

  #send(subcommand: Subcommand, parameters: CborMap | undefined, options: CallOptions | undefined): Promise<CborMap> {
    const { protocol, bytes } = this.#token;
    const head = Uint8Array.of(FINGERPRINT_MODALITY, subcommand);
    const message = concat(head, parameters ? encode(parameters) : new Uint8Array());
    const members: (CborValue | undefined)[] = [
      FINGERPRINT_MODALITY,
      subcommand,
      parameters,
      protocol.version,
      protocol.authenticate(bytes, message),
    ];
    return this.#ctap.send(this.#command, numbered(...members), options);
  }
}

function commandOrThrow(info: DeviceInfo): CtapCommand {
  const command = commandOf(info);
  if (command === undefined) throw new CtapError(CtapStatus.INVALID_COMMAND, CtapCommand.BIO_ENROLLMENT);
  return command;
}

function decodeSample(answer: CborMap): Sample {
  return {
    status: required(answer, Result.LAST_ENROLL_SAMPLE_STATUS, 'lastEnrollSampleStatus', isCount),
    remaining: required(answer, Result.REMAINING_SAMPLES, 'remainingSamples', isCount),
  };
}

function decodeFingerprint(template: CborMap): Fingerprint {
  const name = optional(template, TemplateInfo.TEMPLATE_FRIENDLY_NAME, 'templateFriendlyName', isText);
  return { id: required(template, TemplateInfo.TEMPLATE_ID, 'templateId', isBytes), name: name || undefined };
}
