import { randomBytes } from 'node:crypto';

import { Permission } from '../../ctap/commands.js';
import { type PinProtocol, verify } from '../../ctap/pin/protocol.js';

/** How long a token may wait for its first use over USB, and how long it lives at all (CTAP 2.2 §6.5.2.1). */
const INITIAL_USAGE_MS = 30_000;
const MAX_USAGE_MS = 600_000;
const USER_PRESENT_MS = 30_000;
const TOKEN_LENGTH = 32;
const NOTHING = 0;
const EVERYTHING = 0xff;

/** A pinUvAuthToken in use (CTAP 2.2 §6.5.2.1). */
export interface AuthToken {
  /** The RP ID that the token is good for; undefined until it is given or bound one. */
  readonly rpId: string | undefined;
  /** It was given for a finger just now, so that no touch is wanted any more. */
  readonly isUserPresent: boolean;
  permits(permission: Permission): boolean;
  /** Ties a token without RP ID to its first one. */
  bind(rpId: string): void;
  /** After an operation that the user was present at: every permission but large-blob writing is gone. */
  spend(): void;
}

/** What came with a request to prove that the PIN was given. */
export interface Proof {
  readonly protocol: PinProtocol;
  readonly param: Uint8Array;
}

interface Slot {
  value: Uint8Array;
  inUse: boolean;
  used: boolean;
  userPresent: boolean;
  issuedAt: number;
  permissions: number;
  rpId: string | undefined;
}

/**
 * The pinUvAuthTokens of one power cycle, one for each protocol. With `permissions`, they follow the state machine of
 * CTAP 2.1; without, they are CTAP 2.0's: good for everything until the power goes or the PIN changes.
 */
export class AuthTokens {
  readonly #slots = new Map<PinProtocol, Slot>();
  readonly #withPermissions: boolean;
  readonly #oneUse: boolean;
  readonly #now: () => number;

  /** @param options `oneUse`: each is forgotten once it was used, whatever for */
  constructor(options: { permissions: boolean; oneUse?: boolean; now: () => number }) {
    this.#withPermissions = options.permissions;
    this.#oneUse = options.oneUse ?? false;
    this.#now = options.now;
  }

  /** Makes every token handed out so far worthless (resetPinUvAuthToken, for all protocols). */
  reset(): void {
    this.#slots.clear();
  }

  /**
   * Hands out the token of `protocol` (beginUsingPinUvAuthToken).
   * @param userPresent whether the user was at the key: a PIN is typed elsewhere
   * @returns its 32 bytes, to be sent encrypted
   */
  issue(protocol: PinProtocol, permissions: number, rpId: string | undefined, userPresent = false): Uint8Array {
    // CTAP 2.0 §5.5.7: the token was made at power-up, and is the same for everybody who knows the PIN.
    const old = this.#withPermissions ? undefined : this.#slots.get(protocol);
    if (this.#withPermissions) this.reset();
    const value = old?.value ?? Uint8Array.from(randomBytes(TOKEN_LENGTH));
    this.#slots.set(protocol, {
      value,
      inUse: true,
      used: false,
      userPresent,
      issuedAt: this.#now(),
      permissions,
      rpId,
    });
    return value;
  }

  /** The token that authenticates `message`; undefined when none does, or its time is over. */
  verify({ protocol, param }: Proof, message: Uint8Array): AuthToken | undefined {
    const slot = this.#slots.get(protocol);
    if (!slot || !this.#isInUse(slot) || !verify(protocol, slot.value, message, param)) return undefined;
    slot.used = true;
    if (this.#oneUse) this.#slots.delete(protocol);
    return this.#withPermissions ? limited(slot) : UNLIMITED;
  }

  /** The usage timer observer (CTAP 2.2 §6.5.2.1), asked when it matters instead of running all the time. */
  #isInUse(slot: Slot): boolean {
    if (!this.#withPermissions) return true;
    const age = this.#now() - slot.issuedAt;
    if (age > MAX_USAGE_MS || (!slot.used && age > INITIAL_USAGE_MS)) slot.inUse = false;
    if (age > USER_PRESENT_MS) slot.userPresent = false;
    return slot.inUse;
  }
}

function limited(slot: Slot): AuthToken {
  return {
    get rpId() {
      return slot.rpId;
    },
    get isUserPresent() {
      return slot.userPresent;
    },
    permits: (permission) => (slot.permissions & permission) !== NOTHING,
    bind: (rpId) => {
      slot.rpId ??= rpId;
    },
    spend: () => {
      slot.userPresent = false;
      slot.permissions &= Permission.LARGE_BLOB_WRITE;
    },
  };
}

const UNLIMITED: AuthToken = {
  rpId: undefined,
  isUserPresent: false,
  permits: (permission) => (EVERYTHING & permission) !== NOTHING,
  bind: () => undefined,
  spend: () => undefined,
};
