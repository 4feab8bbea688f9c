import { concat } from '../ctap/codec/bytes.js';
import { type CborMap, decodeStrict, encode } from '../ctap/codec/cbor.js';
import { CborError } from '../ctap/codec/cbor-errors.js';
import { CtapCommand } from '../ctap/commands.js';
import { CtapStatus } from '../ctap/status.js';
import { encodeAnswer, StatusWord } from '../ctap/u2f/apdu.js';
import { authenticatorConfig } from './commands/authenticator-config.js';
import { bioEnrollment } from './commands/bio-enrollment.js';
import { clientPin } from './commands/client-pin.js';
import type { Command, CommandContext } from './commands/command.js';
import { credentialManagement } from './commands/credential-management.js';
import { getAssertion, getNextAssertion } from './commands/get-assertion.js';
import { getInfo } from './commands/get-info.js';
import { largeBlobs } from './commands/large-blobs.js';
import { makeCredential } from './commands/make-credential.js';
import { reset } from './commands/reset.js';
import { selection } from './commands/selection.js';
import { Fields, refuse } from './fields.js';
import type { FingerprintSensor } from './fingerprint-sensor.js';
import { Memory } from './memory.js';
import { PowerCycle } from './power-cycle.js';
import type { Profile } from './profile.js';
import { Refusal } from './refusal.js';
import type { CredentialStore } from './store/credential-store.js';
import { waitForFinger, waitForTouch } from './touch.js';
import { U2f } from './u2f/u2f.js';
import type { UserPresence } from './user-presence.js';

export interface AuthenticatorOptions {
  readonly profile: Profile;
  readonly store: CredentialStore;
  readonly presence: UserPresence;
  /** Used where the profile has one. */
  readonly sensor: FingerprintSensor;
  /** Credentials that there is room for. */
  readonly capacity: number;
  readonly touchTimeoutMs: number;
  readonly now: () => number;
  /** Told what went wrong inside when the platform only gets OTHER (0x7f): a store that cannot write, say. */
  readonly onFault: (error: unknown) => void;
}

/** The circumstances of one request. */
export interface Call {
  /** The CTAPHID channel: a list that one program opened is not continued by another. */
  readonly channel: number;
  /** Aborted by CTAPHID_CANCEL, and when nobody waits for the answer any more. */
  readonly signal: AbortSignal;
  /** Called when a wait for the user begins (true) and ends (false). */
  readonly onTouchNeeded: (needed: boolean) => void;
}

/** The key without its cable: requests in, answers out. Knows nothing of HID. */
export class Authenticator {
  readonly #options: AuthenticatorOptions;
  readonly #memory: Memory;
  readonly #u2f: U2f;
  readonly #commands: ReadonlyMap<number, Command>;
  #power: PowerCycle;
  #lastChannel: number | undefined;
  #last: Promise<unknown> = Promise.resolve();

  constructor(options: AuthenticatorOptions) {
    this.#options = options;
    this.#memory = new Memory(options.store);
    this.#u2f = new U2f({ ...options, memory: this.#memory });
    this.#commands = commandsOf(options.profile);
    this.#power = this.#powerUp();
  }

  /** Forgets what a key forgets without power. A command under way still ends, in the power cycle that it began in. */
  powerCycle(): void {
    this.#power = this.#powerUp();
    this.#u2f.powerCycle();
  }

  /** Carries out one U2F command. Never rejects, whatever the bytes are. */
  handleU2f(apdu: Uint8Array): Promise<Uint8Array> {
    const answer = this.#last.then(() => this.#answerU2f(apdu));
    this.#last = answer;
    return answer;
  }

  /**
   * Carries out one request: a command byte and CBOR (CTAP 2.2 §8). Requests are carried out in turn.
   * @returns a status byte and, after success, CBOR. Never rejects, whatever the bytes are.
   */
  handle(request: Uint8Array, call: Call): Promise<Uint8Array> {
    const answer = this.#last.then(() => this.#answer(request, call));
    this.#last = answer;
    return answer;
  }

  async #answerU2f(apdu: Uint8Array): Promise<Uint8Array> {
    try {
      return await this.#u2f.handle(apdu);
    } catch (error) {
      this.#options.onFault(error);
      return encodeAnswer(StatusWord.COMMAND_NOT_ALLOWED);
    }
  }

  async #answer(request: Uint8Array, call: Call): Promise<Uint8Array> {
    try {
      const answer = await this.#run(request, call);
      return concat(Uint8Array.of(CtapStatus.SUCCESS), answer ? encode(answer) : new Uint8Array());
    } catch (error) {
      if (error instanceof Refusal) return Uint8Array.of(error.status);
      this.#options.onFault(error);
      return Uint8Array.of(CtapStatus.OTHER);
    }
  }

  #run(request: Uint8Array, call: Call): CborMap | undefined | Promise<CborMap | undefined> {
    const { profile, presence, sensor, capacity, touchTimeoutMs, now } = this.#options;
    if (call.signal.aborted) refuse(CtapStatus.KEEPALIVE_CANCEL);
    const command = Object.values(CtapCommand).find((known) => known === request[0]);
    const mayGoOn = call.channel === this.#lastChannel && command !== undefined && WALKING.has(command);
    if (!mayGoOn) this.#power.walk.end();
    this.#lastChannel = call.channel;

    if (request.length > profile.maxMsgSize) refuse(CtapStatus.REQUEST_TOO_LARGE);
    const run = command === undefined ? undefined : this.#commands.get(command);
    if (command === undefined || !run) return refuse(CtapStatus.INVALID_COMMAND);
    const touchOf = (rpId: string | undefined) => ({ command, ...(rpId !== undefined && { rpId }) });
    const context: CommandContext = {
      command,
      profile,
      memory: this.#memory,
      power: this.#power,
      capacity,
      signal: call.signal,
      now,
      touch: (rpId, heldMs) =>
        waitForTouch(presence, { ...touchOf(rpId), ...(heldMs !== undefined && { heldMs }) }, call, touchTimeoutMs),
      scan: ({ rpId, timeoutMs = touchTimeoutMs } = {}) => waitForFinger(sensor, touchOf(rpId), call, timeoutMs),
    };
    return run(context, WITHOUT_PARAMETERS.has(command) ? new Fields(new Map()) : parse(request.subarray(1)));
  }

  #powerUp(): PowerCycle {
    return new PowerCycle(this.#options.profile, this.#memory, this.#options.now);
  }
}

/** Commands that take nothing; what follows them is not looked at. */
const WITHOUT_PARAMETERS: ReadonlySet<number> = new Set([
  CtapCommand.GET_INFO,
  CtapCommand.RESET,
  CtapCommand.GET_NEXT_ASSERTION,
  CtapCommand.SELECTION,
]);

/** Commands that may continue an open list; all others close it. Credential management looks at its subcommand itself. */
const WALKING: ReadonlySet<number> = new Set([
  CtapCommand.GET_NEXT_ASSERTION,
  CtapCommand.CREDENTIAL_MANAGEMENT,
  CtapCommand.CREDENTIAL_MANAGEMENT_PREVIEW,
]);

function commandsOf(profile: Profile): ReadonlyMap<number, Command> {
  const commands: [number, Command, boolean][] = [
    [CtapCommand.MAKE_CREDENTIAL, makeCredential, true],
    [CtapCommand.GET_ASSERTION, getAssertion, true],
    [CtapCommand.GET_INFO, getInfo, true],
    [CtapCommand.CLIENT_PIN, clientPin, true],
    [CtapCommand.RESET, reset, true],
    [CtapCommand.GET_NEXT_ASSERTION, getNextAssertion, true],
    [CtapCommand.BIO_ENROLLMENT, bioEnrollment, profile.sensor !== undefined && profile.pinUvAuthToken],
    [CtapCommand.CREDENTIAL_MANAGEMENT, credentialManagement, profile.credentialManagement],
    [CtapCommand.SELECTION, selection, profile.selection],
    [CtapCommand.CONFIG, authenticatorConfig, profile.configCommands.length > 0],
    [CtapCommand.LARGE_BLOBS, largeBlobs, profile.maxSerializedLargeBlobArray !== undefined],
    [CtapCommand.BIO_ENROLLMENT_PREVIEW, bioEnrollment, profile.sensor !== undefined && profile.previews],
    [CtapCommand.CREDENTIAL_MANAGEMENT_PREVIEW, credentialManagement, profile.previews],
  ];
  return new Map(commands.filter(([, , offered]) => offered).map(([command, run]) => [command, run]));
}

function parse(bytes: Uint8Array): Fields {
  if (bytes.length === 0) refuse(CtapStatus.MISSING_PARAMETER);
  try {
    const value = decodeStrict(bytes);
    // Maps in a CborValue are CborMaps; instanceof cannot say so.
    return value instanceof Map ? new Fields(value as CborMap) : refuse(CtapStatus.CBOR_UNEXPECTED_TYPE);
  } catch (error) {
    if (error instanceof CborError) refuse(CtapStatus.INVALID_CBOR);
    throw error;
  }
}
