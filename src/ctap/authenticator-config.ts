import type { Authenticator } from './authenticator.js';
import { ClientError } from './client/errors.js';
import { concat } from './codec/bytes.js';
import { type CborKey, type CborMap, type CborValue, encode, numbered } from './codec/cbor.js';
import { ConfigSubcommand as Subcommand, CtapCommand } from './commands.js';
import type { DeviceInfo } from './get-info.js';
import type { PinUvAuthToken } from './pin/token.js';
import type { CallOptions } from './transport.js';

/** Members of a request of authenticatorConfig (CTAP 2.3 §6.11). */
export const ConfigParameter = {
  SUBCOMMAND: 0x01,
  SUBCOMMAND_PARAMS: 0x02,
  PIN_UV_AUTH_PROTOCOL: 0x03,
  PIN_UV_AUTH_PARAM: 0x04,
} as const;
/** Members of the parameters of setMinPINLength (§6.11.4). */
export const MinPinLengthParameter = { NEW_MIN_PIN_LENGTH: 0x01, RP_IDS: 0x02, FORCE_CHANGE_PIN: 0x03 } as const;

/** What the token proves of a request (§6.11): 32 times 0xFF, the command, the subcommand, the encoded parameters. */
export function configMessage(
  subcommand: Subcommand,
  parameters: Uint8Array = new Uint8Array(),
): Uint8Array<ArrayBuffer> {
  const head = new Uint8Array(34).fill(0xff, 0, 32);
  head[32] = CtapCommand.CONFIG;
  head[33] = subcommand;
  return concat(head, parameters);
}

/** What `setMinPinLength` is to set; members that are absent stay as they are. */
export interface MinPinLength {
  /** Code points of a new PIN. The key never takes fewer than before, until a reset. */
  readonly length?: number | undefined;
  /** Relying parties that may learn it (extension minPinLength), in place of those there were. */
  readonly rpIds?: readonly string[] | undefined;
  /** Makes the key take its PIN for nothing but changing it. */
  readonly forceChange?: boolean | undefined;
}

/** What can be configured on a key, and how that stands. Undefined: this key does not have it. */
export interface ConfigState {
  readonly alwaysUv: boolean | undefined;
  readonly enterpriseAttestation: boolean | undefined;
  /** Undefined also where the key does not say; then nothing but trying tells. */
  readonly longTouchForReset: boolean | undefined;
  /** The shortest PIN in code points, where it can be set. */
  readonly minPinLength: number | undefined;
  /** How many relying parties may learn that; 0 where it says nothing of them. */
  readonly maxRpIds: number;
}

/** What getInfo says of the settings of authenticatorConfig. */
export function configState(info: DeviceInfo): ConfigState {
  const has = (subcommand: Subcommand) => offers(info, subcommand);
  return {
    alwaysUv: has(Subcommand.TOGGLE_ALWAYS_UV) ? info.options.get('alwaysUv') : undefined,
    enterpriseAttestation: has(Subcommand.ENABLE_ENTERPRISE_ATTESTATION) ? info.options.get('ep') : undefined,
    longTouchForReset: has(Subcommand.ENABLE_LONG_TOUCH_FOR_RESET) ? info.longTouchForReset : undefined,
    minPinLength: has(Subcommand.SET_MIN_PIN_LENGTH) ? info.minPinLength : undefined,
    maxRpIds: has(Subcommand.SET_MIN_PIN_LENGTH) ? (info.maxRpIdsForSetMinPinLength ?? 0) : 0,
  };
}

/** The option that comes with a subcommand; the last one has none, but is never there without a list of commands. */
const OPTIONS: Readonly<Record<Subcommand, string | undefined>> = {
  [Subcommand.ENABLE_ENTERPRISE_ATTESTATION]: 'ep',
  [Subcommand.TOGGLE_ALWAYS_UV]: 'alwaysUv',
  [Subcommand.SET_MIN_PIN_LENGTH]: 'setMinPINLength',
  [Subcommand.ENABLE_LONG_TOUCH_FOR_RESET]: undefined,
};

function offers({ options, authenticatorConfigCommands }: DeviceInfo, subcommand: Subcommand): boolean {
  if (options.get('authnrCfg') !== true) return false;
  const option = OPTIONS[subcommand];
  if (option === undefined) return authenticatorConfigCommands?.includes(subcommand) ?? false;
  // For setMinPINLength false would mean that it is not there, for the others that it is off.
  const isThere = option === 'setMinPINLength' ? options.get(option) === true : options.has(option);
  return isThere && (authenticatorConfigCommands?.includes(subcommand) ?? true);
}

/**
 * Whether a change takes a token (§6.11): on a key that somebody has protected, and while alwaysUv is on. Switching that
 * off takes none on a key without PIN and fingerprints: there is nobody to verify.
 */
export function configNeedsToken({ options }: DeviceInfo, subcommand: Subcommand): boolean {
  const isProtected = options.get('clientPin') === true || options.get('uv') === true;
  return isProtected || (options.get('alwaysUv') === true && subcommand !== Subcommand.TOGGLE_ALWAYS_UV);
}

/**
 * authenticatorConfig (CTAP 2.3 §6.11). Every change is proved by reading getInfo again: a key that says SUCCESS and
 * stays as it was ends in ClientError `unchanged`. Vendors' own subcommands (0xFF) are never sent.
 */
export class AuthenticatorConfig {
  readonly #authenticator: Authenticator;
  readonly #token: PinUvAuthToken | undefined;

  /** @param token with the permission AUTHENTICATOR_CONFIGURATION; undefined where `configNeedsToken` says so */
  constructor(authenticator: Authenticator, token: PinUvAuthToken | undefined) {
    this.#authenticator = authenticator;
    this.#token = token;
  }

  /**
   * Lets keys tell relying parties which key they are (§6.11.2). Only a reset undoes it.
   * @throws ClientError `unsupported`, `unchanged`
   */
  async enableEnterpriseAttestation(options?: CallOptions): Promise<void> {
    if (this.#state().enterpriseAttestation === true) return;
    await this.#change(Subcommand.ENABLE_ENTERPRISE_ATTESTATION, undefined, options);
    this.#prove(this.#state().enterpriseAttestation === true, 'enterprise attestation is still off');
  }

  /**
   * Makes the key verify its user for everything, or no longer (§6.11.3). The command only toggles, so the key is asked
   * how it stands first; it may refuse to be switched off (OPERATION_DENIED).
   * @throws ClientError `unsupported`, `unchanged`
   */
  async setAlwaysUv(on: boolean, options?: CallOptions): Promise<void> {
    await this.#authenticator.refresh(options);
    if (this.#state().alwaysUv === on) return;
    await this.#change(Subcommand.TOGGLE_ALWAYS_UV, undefined, options);
    this.#prove(this.#state().alwaysUv === on, `alwaysUv is still ${on ? 'off' : 'on'}`);
  }

  /**
   * Sets the shortest PIN, who may learn it, and whether the PIN must be changed (§6.11.4).
   * @throws ClientError `unsupported`; before the key is asked: `pin-length` for less than it has, `too-much`; `unchanged`
   */
  async setMinPinLength({ length, rpIds, forceChange }: MinPinLength, options?: CallOptions): Promise<void> {
    await this.#authenticator.refresh(options);
    const { minPinLength, maxRpIds } = this.#state();
    const { maxPinLength } = this.#authenticator.info;
    if (minPinLength !== undefined && length !== undefined && (length < minPinLength || length > maxPinLength)) {
      const limits = `from ${minPinLength} to ${maxPinLength}`;
      throw new ClientError(
        'pin-length',
        `The shortest PIN of this key can be ${limits} characters: it never gets less`,
      );
    }
    if (rpIds && rpIds.length > maxRpIds)
      throw new ClientError('too-much', `This key tells the shortest PIN to ${maxRpIds} relying parties at the most`);
    const parameters = numbered(length, rpIds, forceChange || undefined);
    await this.#change(Subcommand.SET_MIN_PIN_LENGTH, parameters, options);
    const { info } = this.#authenticator;
    this.#prove(
      length === undefined || info.minPinLength === length,
      `the shortest PIN is ${info.minPinLength} characters`,
    );
    this.#prove(forceChange !== true || info.forcePinChange, 'the PIN need not be changed');
  }

  /**
   * Makes a reset take a long touch (§6.11.5, since CTAP 2.3), so that nobody resets the key by mistake. Only a reset undoes it.
   * @throws ClientError `unsupported`, `unchanged`
   */
  async enableLongTouchForReset(options?: CallOptions): Promise<void> {
    if (this.#state().longTouchForReset === true) return;
    await this.#change(Subcommand.ENABLE_LONG_TOUCH_FOR_RESET, undefined, options);
    this.#prove(this.#state().longTouchForReset === true, 'a short touch still resets it');
  }

  #state(): ConfigState {
    return configState(this.#authenticator.info);
  }

  /** Sends one subcommand and reads getInfo again. */
  async #change(subcommand: Subcommand, parameters: CborMap | undefined, options: CallOptions | undefined) {
    const { ctap, info } = this.#authenticator;
    if (!offers(info, subcommand)) throw new ClientError('unsupported', `This key has no ${NAMES[subcommand]}`);
    const request = new Map<CborKey, CborValue>([[ConfigParameter.SUBCOMMAND, subcommand]]);
    if (parameters) request.set(ConfigParameter.SUBCOMMAND_PARAMS, parameters);
    if (this.#token) {
      const { protocol, bytes } = this.#token;
      const message = configMessage(subcommand, parameters && encode(parameters));
      request.set(ConfigParameter.PIN_UV_AUTH_PROTOCOL, protocol.version);
      request.set(ConfigParameter.PIN_UV_AUTH_PARAM, protocol.authenticate(bytes, message));
    }
    await ctap.send(CtapCommand.CONFIG, request, options);
    await this.#authenticator.refresh(options);
  }

  #prove(isDone: boolean, otherwise: string): void {
    if (!isDone) throw new ClientError('unchanged', `The key said yes, and ${otherwise}`);
  }
}

const NAMES: Readonly<Record<Subcommand, string>> = {
  [Subcommand.ENABLE_ENTERPRISE_ATTESTATION]: 'enterprise attestation',
  [Subcommand.TOGGLE_ALWAYS_UV]: 'switch for user verification at every use',
  [Subcommand.SET_MIN_PIN_LENGTH]: 'shortest PIN length that could be set',
  [Subcommand.ENABLE_LONG_TOUCH_FOR_RESET]: 'switch for a long touch before a reset',
};
