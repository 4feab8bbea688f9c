import type { CeremonyContext } from '../../ctap/client/ceremony-context.js';
import { managementToken } from '../../ctap/client/user-verification.js';
import { Permission } from '../../ctap/commands.js';
import { managesFingerprints } from '../../ctap/bio-enrollment.js';
import { managesCredentials } from '../../ctap/credential-management.js';
import { CtapError } from '../../ctap/errors.js';
import type { DeviceInfo } from '../../ctap/get-info.js';
import type { PinUvAuthToken } from '../../ctap/pin/token.js';
import { CtapStatus } from '../../ctap/status.js';
import type { CeremonyId } from '../../shared/ceremony.js';
import type { KeyId, KeySummary } from '../../shared/keys.js';
import { FailureError } from '../../failures/failure-error.js';
import type { Ceremonies, CeremonyWork } from './ceremonies.js';

/** How long a token is kept after it was last used: somebody who has gone for a coffee is asked again. */
const IDLE_MS = 60_000;

/** A person at the page of one key. */
interface Visit {
  /** What the PIN was changed for; undefined while it is in use, and before the first time. */
  token: PinUvAuthToken | undefined;
  timer: NodeJS.Timeout | undefined;
}

export interface KeyVisitsOptions {
  readonly ceremonies: Ceremonies;
  /** Milliseconds; a minute by default. */
  readonly idleMs?: number;
}

/**
 * Lets a person manage a key with one PIN entry a visit. Kept is the key's token, never the PIN, for as long as the
 * visit lasts: until the page is left, the key is pulled out, its PIN changes, or nothing was done for a minute.
 */
export class KeyVisits {
  readonly #ceremonies: Ceremonies;
  readonly #idleMs: number;
  readonly #visits = new Map<KeyId, Visit>();

  constructor({ ceremonies, idleMs = IDLE_MS }: KeyVisitsOptions) {
    this.#ceremonies = ceremonies;
    this.#idleMs = idleMs;
  }

  /**
   * Runs `work` as a ceremony, with a token for managing the key. A token that the key no longer takes costs one more
   * PIN entry, and `work` begins anew: it must read before it changes.
   */
  run<T>(id: CeremonyId, keyId: KeyId, work: (context: CeremonyWork, token: PinUvAuthToken) => Promise<T>): Promise<T> {
    return this.#ceremonies.run(id, keyId, (context) => this.verified(context, keyId, work));
  }

  /** The same for work that a key lets be done without a token as long as nobody has protected it. */
  runWhere<T>(
    isNeeded: (info: DeviceInfo) => boolean,
    id: CeremonyId,
    keyId: KeyId,
    work: (context: CeremonyWork, token: PinUvAuthToken | undefined) => Promise<T>,
  ): Promise<T> {
    return this.#ceremonies.run(id, keyId, (context) =>
      isNeeded(context.authenticator.info) ? this.verified(context, keyId, work) : work(context, undefined),
    );
  }

  /** The token of the visit, where there is one, for work that can do without. It stays the visit's. */
  held(keyId: KeyId): PinUvAuthToken | undefined {
    return this.#visits.get(keyId)?.token;
  }

  /** The visit is over: the token goes. */
  leave(keyId: KeyId): void {
    const visit = this.#visits.get(keyId);
    if (!visit) return;
    this.#visits.delete(keyId);
    take(visit)?.bytes.fill(0);
  }

  leaveAll(): void {
    for (const keyId of this.#visits.keys()) this.leave(keyId);
  }

  /** A key without power has forgotten its tokens; whatever is plugged in next is asked anew. */
  keysChanged(plugged: readonly Pick<KeySummary, 'id'>[]): void {
    for (const keyId of this.#visits.keys()) {
      if (!plugged.some(({ id }) => id === keyId)) this.leave(keyId);
    }
  }

  /** Does work within a ceremony that is under way already, with the token of the visit. */
  async verified<T>(
    context: CeremonyWork,
    keyId: KeyId,
    work: (context: CeremonyWork, token: PinUvAuthToken) => Promise<T>,
  ): Promise<T> {
    const visit = this.#visits.get(keyId) ?? { token: undefined, timer: undefined };
    this.#visits.set(keyId, visit);
    const held = take(visit);
    if (held) {
      try {
        return await this.#use(keyId, visit, held, () => work(context, held));
      } catch (error) {
        if (!isTokenRefused(error)) throw error;
      }
    }
    const token = await pageToken(context);
    return this.#use(keyId, visit, token, () => work(context, token));
  }

  async #use<T>(keyId: KeyId, visit: Visit, token: PinUvAuthToken, work: () => Promise<T>): Promise<T> {
    let isKept = true;
    try {
      return await work();
    } catch (error) {
      isKept = !isTokenRefused(error);
      throw error;
    } finally {
      if (isKept && this.#visits.get(keyId) === visit) {
        visit.token = token;
        visit.timer = setTimeout(() => {
          this.leave(keyId);
        }, this.#idleMs);
      } else token.bytes.fill(0);
    }
  }
}

function take(visit: Visit): PinUvAuthToken | undefined {
  clearTimeout(visit.timer);
  const { token } = visit;
  visit.token = undefined;
  return token;
}

/** One token for all that a key page does, so that the PIN is asked for once: everything but passkeys' own use. */
function pageToken(context: CeremonyContext): Promise<PinUvAuthToken> {
  const permissions = managementPermissions(context.authenticator.info);
  if (permissions === 0)
    throw new FailureError({ code: 'key/unsupported', detail: 'there is nothing to manage on this key' });
  return managementToken(context, { permissions });
}

function managementPermissions(info: DeviceInfo): number {
  const { options } = info;
  return (
    (managesCredentials(info) ? Permission.CREDENTIAL_MANAGEMENT : 0) |
    (managesFingerprints(info) ? Permission.BIO_ENROLLMENT : 0) |
    (options.get('authnrCfg') ? Permission.AUTHENTICATOR_CONFIGURATION : 0)
  );
}

/** The token is over: its time, a change of PIN, or another program that has taken one of its own. */
export function isTokenRefused(error: unknown): boolean {
  const { PIN_AUTH_INVALID, PIN_TOKEN_EXPIRED } = CtapStatus;
  return error instanceof CtapError && (error.status === PIN_AUTH_INVALID || error.status === PIN_TOKEN_EXPIRED);
}
