import { concat } from '../codec/bytes.js';
import { CtapCommand } from '../commands.js';
import { CtapError, ResponseError } from '../errors.js';
import { HidCommand, KeepaliveStatus } from '../hid/constants.js';
import { sleep } from '../sleep.js';
import { CtapStatus } from '../status.js';
import type { CallOptions, Transport } from '../transport.js';
import {
  decodeAnswer,
  encodeCommand,
  PARAMETER_LENGTH,
  POINT_LENGTH,
  REGISTRATION_MARK,
  StatusWord,
  U2fControl,
  U2fInstruction,
} from './apdu.js';

/** The version that every key says which speaks U2F at all. */
export const U2F_VERSION = 'U2F_V2';
/** The longest key handle: its length is one byte. */
export const MAX_KEY_HANDLE = 255;

/** A new credential (FIDO U2F Raw Message Formats §4.3). */
export interface U2fRegistration {
  /** An uncompressed point on P-256, 65 bytes. */
  readonly publicKey: Uint8Array;
  readonly keyHandle: Uint8Array;
  /** X.509, DER. */
  readonly certificate: Uint8Array;
  /** ECDSA over P-256 with SHA-256, DER. */
  readonly signature: Uint8Array;
}

/** A signature by a credential (§5.4). */
export interface U2fAssertion {
  /** Bit 0: the key was touched. */
  readonly userPresence: number;
  readonly counter: number;
  readonly signature: Uint8Array;
}

/** What a signature is over: SHA-256 of the client data, and of the RP ID or AppID. */
export interface U2fParameters {
  readonly challenge: Uint8Array;
  readonly application: Uint8Array;
}

/** How often to ask whether the key was touched, in ms. A key that is asked too often has no time for the finger. */
const POLL_MS = 250;
/** How long to go on asking, in ms: as long as keys of CTAP2 wait. */
const TOUCH_MS = 30_000;

/** The key answered with a status word other than success. */
export class U2fError extends Error {
  override readonly name = 'U2fError';
  /** Such as 0x6d00. */
  readonly status: number;

  constructor(status: number) {
    const name = Object.entries(StatusWord).find(([, word]) => word === status)?.[0] ?? 'unknown';
    super(`U2F status ${name} (0x${status.toString(16).padStart(4, '0')})`);
    this.status = status;
  }
}

/**
 * U2F commands over a transport. A key of U2F never waits for a touch: it says that it wants one, and is asked again
 * and again. So there is nothing to cancel: when the signal is aborted nothing more is asked, and the key is idle.
 */
export class U2f {
  readonly #transport: Transport;
  readonly #pollMs: number;

  constructor(transport: Transport, pollMs = POLL_MS) {
    this.#transport = transport;
    this.#pollMs = pollMs;
  }

  /** What it speaks: `U2F_V2`. Rejects with U2fError where it knows no U2F. */
  async version(): Promise<string> {
    return new TextDecoder().decode(await this.#send(U2fInstruction.VERSION, 0));
  }

  /**
   * Makes a credential, after a touch.
   * @throws CtapError USER_ACTION_TIMEOUT without a touch; U2fError, ResponseError, TransportError; the signal's reason
   */
  async register({ challenge, application }: U2fParameters, options: CallOptions = {}): Promise<U2fRegistration> {
    const data = concat(challenge, application);
    return decodeRegistration(
      await this.#untilTouched(CtapCommand.MAKE_CREDENTIAL, options, () =>
        this.#send(U2fInstruction.REGISTER, 0, data),
      ),
    );
  }

  /** Signs with the credential of a key handle, after a touch. Rejects as `register` does. */
  async authenticate(
    parameters: U2fParameters,
    keyHandle: Uint8Array,
    options: CallOptions = {},
  ): Promise<U2fAssertion> {
    const answer = await this.#untilTouched(CtapCommand.GET_ASSERTION, options, () =>
      this.#authenticate(U2fControl.ENFORCE_USER_PRESENCE, parameters, keyHandle),
    );
    return decodeAssertion(answer);
  }

  /** Whether a key handle is one of this key and this application. Nobody needs to touch it. */
  async knows(application: Uint8Array, keyHandle: Uint8Array): Promise<boolean> {
    const challenge = new Uint8Array(PARAMETER_LENGTH);
    try {
      await this.#authenticate(U2fControl.CHECK_ONLY, { challenge, application }, keyHandle);
      return true; // some keys answer as to a real request
    } catch (error) {
      // Keys have different words for "not mine"; for "mine" there is but one.
      if (error instanceof U2fError) return error.status === StatusWord.CONDITIONS_NOT_SATISFIED;
      throw error;
    }
  }

  /**
   * Resolves once the key is touched, for whatever reason. What it then makes belongs to nobody, and is kept nowhere.
   * Rejects as `register` does.
   */
  async touched(options: CallOptions = {}): Promise<void> {
    const nobody = new Uint8Array(PARAMETER_LENGTH).fill(0xff);
    await this.register({ challenge: nobody, application: nobody }, options);
  }

  #authenticate(
    control: number,
    { challenge, application }: U2fParameters,
    keyHandle: Uint8Array,
  ): Promise<Uint8Array> {
    const length = Uint8Array.of(keyHandle.length);
    return this.#send(U2fInstruction.AUTHENTICATE, control, concat(challenge, application, length, keyHandle));
  }

  async #untilTouched(
    command: CtapCommand,
    { signal, onKeepalive }: CallOptions,
    ask: () => Promise<Uint8Array>,
  ): Promise<Uint8Array> {
    const until = performance.now() + TOUCH_MS;
    for (let isTold = false; ; isTold = true) {
      signal?.throwIfAborted();
      try {
        return await ask();
      } catch (error) {
        if (!(error instanceof U2fError && error.status === StatusWord.CONDITIONS_NOT_SATISFIED)) throw error;
      }
      if (!isTold) onKeepalive?.(KeepaliveStatus.UPNEEDED);
      if (performance.now() > until) throw new CtapError(CtapStatus.USER_ACTION_TIMEOUT, command);
      await sleep(this.#pollMs, signal);
    }
  }

  async #send(instruction: number, p1: number, data: Uint8Array = new Uint8Array()): Promise<Uint8Array> {
    const answer = decodeAnswer(await this.#transport.call(HidCommand.MSG, encodeCommand(instruction, p1, data)));
    if (!answer) throw new ResponseError('status word', 'is missing');
    if (answer.status !== StatusWord.NO_ERROR) throw new U2fError(answer.status);
    return answer.data;
  }
}

/** What the signature of a registration is over (§4.3). */
export function registrationMessage(
  { challenge, application }: U2fParameters,
  { keyHandle, publicKey }: Pick<U2fRegistration, 'keyHandle' | 'publicKey'>,
): Uint8Array {
  return concat(Uint8Array.of(0), application, challenge, keyHandle, publicKey);
}

function decodeRegistration(bytes: Uint8Array): U2fRegistration {
  if (bytes[0] !== REGISTRATION_MARK) throw new ResponseError('registration', 'does not begin as one');
  const handleAt = 1 + POINT_LENGTH + 1;
  const certificateAt = handleAt + (bytes[handleAt - 1] ?? 0);
  const signatureAt = certificateAt + derLength(bytes.subarray(certificateAt));
  if (signatureAt >= bytes.length) throw new ResponseError('registration', 'is cut off');
  return {
    publicKey: bytes.slice(1, 1 + POINT_LENGTH),
    keyHandle: bytes.slice(handleAt, certificateAt),
    certificate: bytes.slice(certificateAt, signatureAt),
    signature: bytes.slice(signatureAt),
  };
}

/** The length of a DER sequence, its head included: where a certificate ends is written in the certificate alone. */
function derLength(bytes: Uint8Array): number {
  const [tag, first] = bytes;
  if (tag !== 0x30 || first === undefined) throw new ResponseError('registration', 'holds no certificate');
  if (first < 0x80) return 2 + first;
  const digits = bytes.subarray(2, 2 + (first & 0x7f));
  // A message is shorter than what three bytes can count.
  if (digits.length === 0 || digits.length > 3) throw new ResponseError('registration', 'holds no certificate');
  return 2 + digits.length + digits.reduce((length, digit) => length * 256 + digit, 0);
}

function decodeAssertion(bytes: Uint8Array): U2fAssertion {
  const [userPresence] = bytes;
  if (userPresence === undefined || bytes.length < 6) throw new ResponseError('signature', 'is cut off');
  return {
    userPresence,
    counter: new DataView(bytes.buffer, bytes.byteOffset).getUint32(1),
    signature: bytes.slice(5),
  };
}
