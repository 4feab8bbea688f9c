import { concat } from '../codec/bytes.js';
import { type CborMap, type CborValue } from '../codec/cbor.js';
import { sha256 } from '../codec/sha256.js';
import { CtapCommand, PinSubcommand } from '../commands.js';
import type { Ctap2 } from '../ctap2.js';
import { ResponseError, TransportError } from '../errors.js';
import { isBoolean, isBytes, isCount, isMap, optional, required } from '../members.js';
import { type CallOptions, EpochChanged } from '../transport.js';
import { EarlyAgreement } from './early-agreement.js';
import { PinSession } from './pin-session.js';
import type { PinProtocol } from './protocol.js';
import type { PinUvAuthToken, TokenPurpose } from './token.js';

/** Keys of the request and the answer of authenticatorClientPIN (CTAP 2.2 §6.5.5). */
export const PinParameter = {
  PROTOCOL: 0x01,
  SUBCOMMAND: 0x02,
  KEY_AGREEMENT: 0x03,
  AUTH_PARAM: 0x04,
  NEW_PIN_ENC: 0x05,
  PIN_HASH_ENC: 0x06,
  PERMISSIONS: 0x09,
  RP_ID: 0x0a,
} as const;
export const PinResult = {
  KEY_AGREEMENT: 0x01,
  TOKEN: 0x02,
  PIN_RETRIES: 0x03,
  POWER_CYCLE_STATE: 0x04,
  UV_RETRIES: 0x05,
} as const;

export interface PinRetries {
  /** Tries left before the PIN is blocked, 0 to 8. */
  readonly retries: number;
  /** True when no PIN is taken before the authenticator was without power; undefined where it does not say. */
  readonly powerCycleState: boolean | undefined;
}

/** A secret that both ends know, and our key that it was agreed with, which is sent along with what it encrypts. */
export interface SharedSecret {
  readonly protocol: PinProtocol;
  readonly secret: Uint8Array;
  readonly ours: CborMap;
}

/** A secret shared with the authenticator, and our key that it was agreed with. */
interface Agreement {
  readonly secret: Uint8Array;
  readonly ours: CborMap;
  readonly epoch: number;
  readonly until: number;
}

/** How long an agreed secret may be used again, in ms: long enough for one person's errand. */
const AGREEMENT_MS = 60_000;
/** How often to agree anew when other programs keep talking to the authenticator. */
const MOST_AGREEMENTS = 3;
const PADDED_PIN = 64;

/**
 * authenticatorClientPIN with one protocol (CTAP 2.2 §6.5). PINs come in as bytes of `encodePin`; the caller zeroes them.
 *
 * The secret agreed with the authenticator is used again, which saves a command, as long as nobody else was heard on
 * the cable: after another program's wrong PIN, or a loss of power, the authenticator has a new key, and our right PIN
 * would look wrong and cost a try. On a cable where others cannot be heard every command agrees anew.
 */
export class ClientPin {
  readonly #ctap: Ctap2;
  readonly #protocol: PinProtocol;
  #agreement: Agreement | undefined;
  /** The authenticator's, when it was last asked: no secret, and only a guess of what it will say next time. */
  #lastPublicKey: CborMap | undefined;
  #session: PinSession | undefined;

  constructor(ctap: Ctap2, protocol: PinProtocol) {
    this.#ctap = ctap;
    this.#protocol = protocol;
  }

  async pinRetries(options?: CallOptions): Promise<PinRetries> {
    const answer = await this.#send(PinSubcommand.GET_RETRIES, {}, options);
    return {
      retries: required(answer, PinResult.PIN_RETRIES, 'pinRetries', isCount),
      powerCycleState: optional(answer, PinResult.POWER_CYCLE_STATE, 'powerCycleState', isBoolean),
    };
  }

  /** Tries left of the built-in user verification. */
  async uvRetries(options?: CallOptions): Promise<number> {
    return required(
      await this.#send(PinSubcommand.GET_UV_RETRIES, {}, options),
      PinResult.UV_RETRIES,
      'uvRetries',
      isCount,
    );
  }

  /**
   * The authenticator's public key for agreements, a COSE_Key (§6.5.5.4). It makes a new one when it gets power, and after
   * a wrong PIN.
   */
  async publicKey(options?: CallOptions): Promise<CborMap> {
    const answer = await this.#send(PinSubcommand.GET_KEY_AGREEMENT, {}, options);
    return required(answer, PinResult.KEY_AGREEMENT, 'keyAgreement', isMap);
  }

  /** Sets the first PIN (§6.5.5.5). */
  async setPin(pin: Uint8Array, options?: CallOptions): Promise<void> {
    this.#session?.drop();
    await this.#withSecret(async ({ secret, ours }, guarded) => {
      const newPinEnc = this.#encryptPadded(secret, pin);
      const members = {
        KEY_AGREEMENT: ours,
        AUTH_PARAM: this.#protocol.authenticate(secret, newPinEnc),
        NEW_PIN_ENC: newPinEnc,
      };
      await this.#send(PinSubcommand.SET_PIN, members, guarded);
    }, options);
  }

  /** Changes the PIN (§6.5.5.6). A wrong `current` costs a try: CtapError PIN_INVALID. */
  async changePin(current: Uint8Array, next: Uint8Array, options?: CallOptions): Promise<void> {
    this.#session?.drop();
    await this.#withSecret(async ({ secret, ours }, guarded) => {
      const newPinEnc = this.#encryptPadded(secret, next);
      const pinHashEnc = this.#encryptHash(secret, current);
      const authParam = this.#protocol.authenticate(secret, concat(newPinEnc, pinHashEnc));
      const members = { KEY_AGREEMENT: ours, AUTH_PARAM: authParam, NEW_PIN_ENC: newPinEnc, PIN_HASH_ENC: pinHashEnc };
      await this.#send(PinSubcommand.CHANGE_PIN, members, guarded);
    }, options);
  }

  /** A token with permissions for a PIN (§6.5.5.7.2): for authenticators with the option pinUvAuthToken. */
  async tokenUsingPin(
    pin: Uint8Array,
    { permissions, rpId }: TokenPurpose,
    options?: CallOptions,
  ): Promise<PinUvAuthToken> {
    return this.#withSecret(async ({ secret, ours }, guarded) => {
      const members = {
        KEY_AGREEMENT: ours,
        PIN_HASH_ENC: this.#encryptHash(secret, pin),
        PERMISSIONS: permissions,
        RP_ID: rpId,
      };
      return this.#token(await this.#send(PinSubcommand.GET_TOKEN_USING_PIN, members, guarded), secret, permissions);
    }, options);
  }

  /** A token with permissions for a fingerprint or the like (§6.5.5.7.3); the authenticator waits for the person. */
  async tokenUsingUv({ permissions, rpId }: TokenPurpose, options?: CallOptions): Promise<PinUvAuthToken> {
    return this.#withSecret(async ({ secret, ours }, guarded) => {
      const members = { KEY_AGREEMENT: ours, PERMISSIONS: permissions, RP_ID: rpId };
      return this.#token(await this.#send(PinSubcommand.GET_TOKEN_USING_UV, members, guarded), secret, permissions);
    }, options);
  }

  /** A token of CTAP 2.0, good for everything until the authenticator loses power (§6.5.5.7.1). */
  async legacyToken(pin: Uint8Array, options?: CallOptions): Promise<PinUvAuthToken> {
    return this.#withSecret(async ({ secret, ours }, guarded) => {
      const members = { KEY_AGREEMENT: ours, PIN_HASH_ENC: this.#encryptHash(secret, pin) };
      return this.#token(await this.#send(PinSubcommand.GET_PIN_TOKEN, members, guarded), secret, undefined);
    }, options);
  }

  /**
   * Runs `use` with a secret shared with the authenticator, for a command that is none of the PIN's and needs one
   * (hmac-secret). That command is to be sent with the call options that `use` gets: where another program came in
   * between, `use` is run again with a new secret. The secret is not to be kept beyond `use`.
   */
  withSharedSecret<T>(
    use: (shared: SharedSecret, guarded: CallOptions) => Promise<T>,
    options?: CallOptions,
  ): Promise<T> {
    const protocol = this.#protocol;
    return this.#withSecret(({ secret, ours }, guarded) => use({ protocol, secret, ours }, guarded), options);
  }

  /** Begins work at one relying party for which one PIN serves, where the key can do that. It ends the session before. */
  openSession(rpId: string): PinSession {
    this.#session?.end();
    this.#session = new PinSession(rpId, this.#ctap.transport);
    return this.#session;
  }

  /** Forgets the agreed secret and a session's token, zeroing both. */
  forget(): void {
    this.#forgetAgreement();
    this.#session?.drop();
  }

  #forgetAgreement(): void {
    this.#agreement?.secret.fill(0);
    this.#agreement = undefined;
  }

  /** `use` gets options with which its command is sent only while the agreement surely holds. */
  async #withSecret<T>(
    use: (agreement: Agreement, guarded: CallOptions) => Promise<T>,
    options: CallOptions | undefined,
  ): Promise<T> {
    for (let agreements = 1; ; agreements++) {
      try {
        const agreement = await this.#agree(options);
        const result = await use(agreement, { ...options, epoch: agreement.epoch });
        if (!this.#ctap.transport.hearsOthers) this.#forgetAgreement();
        return result;
      } catch (error) {
        this.forget(); // after a wrong PIN the authenticator has a new key (§6.5.5.7)
        if (!(error instanceof EpochChanged)) throw error;
        if (agreements === MOST_AGREEMENTS)
          throw new TransportError('channel-busy', 'Other programs keep using the authenticator', { cause: error });
      }
    }
  }

  async #agree(options: CallOptions | undefined): Promise<Agreement> {
    const { epoch } = this.#ctap.transport;
    if (this.#agreement && (this.#agreement.epoch !== epoch || performance.now() > this.#agreement.until))
      this.#forgetAgreement();
    if (this.#agreement) return this.#agreement;
    const early = new EarlyAgreement(this.#protocol, this.#lastPublicKey);
    const theirs = await this.#publicKeyMeanwhile(early, options);
    try {
      const { secret, ours } = early.with(theirs);
      const until = performance.now() + AGREEMENT_MS;
      this.#agreement = { secret, ours, epoch: this.#ctap.transport.epoch, until };
      this.#lastPublicKey = theirs;
      return this.#agreement;
    } catch (error) {
      throw new ResponseError('keyAgreement', 'is not a key to agree with', { cause: error });
    }
  }

  async #publicKeyMeanwhile(early: EarlyAgreement, options: CallOptions | undefined): Promise<CborMap> {
    const onWaiting = () => {
      early.workOut();
    };
    try {
      return await this.publicKey({ ...options, onWaiting });
    } catch (error) {
      early.forget();
      throw error;
    }
  }

  #send(subcommand: PinSubcommand, members: PinMembers, options: CallOptions | undefined): Promise<CborMap> {
    const parameters = new Map<number, CborValue>([[PinParameter.SUBCOMMAND, subcommand]]);
    // getPINRetries and getUVRetries take no protocol (§6.5.5.2); keys of CTAP 2.0 insist on one all the same.
    parameters.set(PinParameter.PROTOCOL, this.#protocol.version);
    for (const [name, value] of Object.entries(members)) {
      if (value !== undefined) parameters.set(PinParameter[name as keyof PinMembers], value);
    }
    return this.#ctap.send(CtapCommand.CLIENT_PIN, parameters, options);
  }

  #encryptPadded(secret: Uint8Array, pin: Uint8Array): Uint8Array {
    const padded = new Uint8Array(PADDED_PIN);
    padded.set(pin);
    const encrypted = this.#protocol.encrypt(secret, padded);
    padded.fill(0);
    return encrypted;
  }

  #encryptHash(secret: Uint8Array, pin: Uint8Array): Uint8Array {
    const hash = sha256(pin);
    const encrypted = this.#protocol.encrypt(secret, hash.subarray(0, 16));
    hash.fill(0);
    return encrypted;
  }

  #token(answer: CborMap, secret: Uint8Array, permissions: number | undefined): PinUvAuthToken {
    const encrypted = required(answer, PinResult.TOKEN, 'pinUvAuthToken', isBytes);
    try {
      const bytes = this.#protocol.decrypt(secret, encrypted);
      const lengths = this.#protocol.version === 1 ? [16, 32] : [32];
      if (lengths.includes(bytes.length)) return { protocol: this.#protocol, bytes, permissions };
    } catch (error) {
      throw new ResponseError('pinUvAuthToken', 'cannot be decrypted', { cause: error });
    }
    throw new ResponseError('pinUvAuthToken', 'has the wrong length');
  }
}

type PinMembers = Partial<Record<Exclude<keyof typeof PinParameter, 'PROTOCOL' | 'SUBCOMMAND'>, CborValue | undefined>>;
