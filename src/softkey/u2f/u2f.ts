import { AuthenticatorFlag } from '../../ctap/codec/authenticator-data.js';
import { concat, utf8 } from '../../ctap/codec/bytes.js';
import { CoseAlgorithm, CoseLabel } from '../../ctap/codec/cose.js';
import { CtapCommand } from '../../ctap/commands.js';
import {
  type CommandApdu,
  decodeCommand,
  encodeAnswer,
  PARAMETER_LENGTH,
  REGISTRATION_MARK,
  StatusWord,
  U2fControl,
  U2fInstruction,
} from '../../ctap/u2f/apdu.js';
import { registrationMessage, U2F_VERSION } from '../../ctap/u2f/u2f.js';
import { u2fIdentity } from '../attestation/identity.js';
import { sealKeyHandle } from '../credentials/key-handle.js';
import { findCredentialByHash } from '../credentials/lookup.js';
import { SigningKey } from '../credentials/signing-key.js';
import type { Memory } from '../memory.js';
import type { Profile } from '../profile.js';
import { Protection } from '../store/key-state.js';
import type { UserPresence } from '../user-presence.js';
import { Button } from './button.js';

export interface U2fOptions {
  readonly profile: Profile;
  readonly memory: Memory;
  readonly presence: UserPresence;
}

/** Ends a command with a status word. */
class Rejection extends Error {
  readonly status: number;

  constructor(status: number) {
    super();
    this.status = status;
  }
}

/** The U2F half of the key (FIDO U2F Raw Message Formats v1.2): APDUs in, answers out. Its credentials serve CTAP2 as well. */
export class U2f {
  readonly #options: U2fOptions;
  readonly #button: Button;

  constructor(options: U2fOptions) {
    this.#options = options;
    this.#button = new Button(options.presence);
  }

  /** The power is gone: nobody waits for a touch. */
  powerCycle(): void {
    this.#button.release();
  }

  /** Carries out one command. Rejects only for faults inside. */
  async handle(bytes: Uint8Array): Promise<Uint8Array> {
    try {
      const command = decodeCommand(bytes);
      if (!command) throw new Rejection(StatusWord.WRONG_LENGTH);
      return encodeAnswer(StatusWord.NO_ERROR, await this.#run(command));
    } catch (error) {
      if (error instanceof Rejection) return encodeAnswer(error.status);
      throw error;
    }
  }

  #run(command: CommandApdu): Uint8Array | Promise<Uint8Array> {
    if (command.cla !== 0) throw new Rejection(StatusWord.CLA_NOT_SUPPORTED);
    // CTAP 2.1 §7.2.4: U2F cannot verify people
    if (this.#options.memory.state.config.alwaysUv) throw new Rejection(StatusWord.COMMAND_NOT_ALLOWED);
    switch (command.instruction) {
      case U2fInstruction.REGISTER:
        return this.#register(command);
      case U2fInstruction.AUTHENTICATE:
        return this.#authenticate(command);
      case U2fInstruction.VERSION:
        if (command.data.length > 0) throw new Rejection(StatusWord.WRONG_LENGTH);
        return utf8(U2F_VERSION);
      default:
        throw new Rejection(StatusWord.INS_NOT_SUPPORTED);
    }
  }

  /** §4. The first parameter is not looked at: a touch is wanted in any case. */
  async #register({ data }: CommandApdu): Promise<Uint8Array> {
    if (data.length !== 2 * PARAMETER_LENGTH) throw new Rejection(StatusWord.WRONG_LENGTH);
    const parameters = { challenge: data.slice(0, PARAMETER_LENGTH), application: data.slice(PARAMETER_LENGTH) };
    await this.#needTouch(CtapCommand.MAKE_CREDENTIAL);
    const { memory, profile } = this.#options;
    const key = await SigningKey.generate(CoseAlgorithm.ES256);
    const content = { key, protection: Protection.OPTIONAL };
    const keyHandle = sealKeyHandle(memory.state.masterSecret, parameters.application, content);
    const publicKey = pointOf(key);
    const identity = u2fIdentity(profile.aaguid);
    return concat(
      Uint8Array.of(REGISTRATION_MARK),
      publicKey,
      Uint8Array.of(keyHandle.length),
      keyHandle,
      identity.certificate,
      identity.key.sign(registrationMessage(parameters, { publicKey, keyHandle })),
    );
  }

  /** §5. */
  async #authenticate({ p1, data }: CommandApdu): Promise<Uint8Array> {
    const { memory } = this.#options;
    const handleAt = 2 * PARAMETER_LENGTH + 1;
    if (data.length < handleAt || data.length !== handleAt + (data[handleAt - 1] ?? 0))
      throw new Rejection(StatusWord.WRONG_LENGTH);
    const challenge = data.subarray(0, PARAMETER_LENGTH);
    const application = data.subarray(PARAMETER_LENGTH, 2 * PARAMETER_LENGTH);
    const credential = findCredentialByHash(memory.state, application, data.subarray(handleAt));
    const key = credential?.signingKey();
    // One that wants user verification is hidden, and U2F has one algorithm only.
    if (!key || credential?.protection === Protection.REQUIRED || key.algorithm !== CoseAlgorithm.ES256)
      throw new Rejection(StatusWord.WRONG_DATA);
    if (p1 === U2fControl.CHECK_ONLY) throw new Rejection(StatusWord.CONDITIONS_NOT_SATISFIED);
    if (p1 === U2fControl.ENFORCE_USER_PRESENCE) await this.#needTouch(CtapCommand.GET_ASSERTION);
    else if (p1 !== U2fControl.DONT_ENFORCE_USER_PRESENCE) throw new Rejection(StatusWord.WRONG_DATA);
    const signCount = memory.state.signCount + 1;
    await memory.update({ signCount });
    const head = new Uint8Array(5);
    head[0] = p1 === U2fControl.ENFORCE_USER_PRESENCE ? AuthenticatorFlag.UP : 0;
    new DataView(head.buffer).setUint32(1, signCount);
    return concat(head, key.sign(concat(application, head, challenge)));
  }

  async #needTouch(command: CtapCommand): Promise<void> {
    if (!(await this.#button.isTouched({ command }))) throw new Rejection(StatusWord.CONDITIONS_NOT_SATISFIED);
  }
}

/** The public key as an uncompressed point. */
function pointOf(key: SigningKey): Uint8Array {
  const cose = key.publicKey();
  const [x, y] = [cose.get(CoseLabel.X), cose.get(CoseLabel.Y)];
  if (!(x instanceof Uint8Array && y instanceof Uint8Array)) throw new TypeError('A key that is not on a curve');
  return concat(Uint8Array.of(4), x, y);
}
