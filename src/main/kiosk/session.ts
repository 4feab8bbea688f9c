import { FailureError } from '../../failures/failure-error.js';
import type { CheckedInput, Output } from '../../shared/ipc.js';
import type { KeyId } from '../../shared/keys.js';
import type { KioskCountdown, KioskEnd } from '../../shared/kiosk.js';
import type { KioskRules } from '../../shared/mode.js';
import { userHandleOf } from '../../station/enrolled-key.js';
import type { After } from './after.js';
import { IdleWatch } from './idle-watch.js';

/** Who is, or was, signed in, as the window has said. */
export interface KioskPerson {
  readonly sub: string;
  readonly username: string;
}

/** Who is there to approve something, and with what. */
export interface KioskSigner {
  readonly person: KioskPerson;
  /** Who they are on keys, base64url. */
  readonly userHandle: string;
  /** The one that they are signed in with. */
  readonly keyId: KeyId;
  /** The passkeys on it that have signed for them here. */
  readonly credentialIds: readonly string[];
}

/** A passkey that has signed something for the pool. */
export interface Asserted {
  readonly credentialId: string;
  /** Whose it is, base64url; keys need not say it of a passkey that they were given the ID of. */
  readonly userHandle: string | undefined;
}

/** What the audit is told of a person at a kiosk. */
export interface KioskEvent {
  readonly action: 'kiosk.tap-in' | 'kiosk.tap-out';
  readonly result: 'done' | 'failed';
  readonly person: KioskPerson;
  /** Plain words; never a secret. */
  readonly detail?: string;
}

export interface KioskSessionOptions {
  readonly after: After;
  /** As they stand. */
  readonly rules: () => KioskRules;
  /** Whether the policy cannot be used as it stands. */
  readonly isLocked: () => boolean;
  readonly onCountdown: (countdown: KioskCountdown | undefined) => void;
  /** Destroys the window with all that it has stored, at once, and opens another. */
  readonly renewWindow: (reason: KioskEnd) => void;
  /** Ends what the window has begun with keys, and forgets what keys gave for it. */
  readonly leaveKeys: () => void;
  /** Has the pool revoke the token, however long that takes. Never throws. */
  readonly revoke: (person: KioskPerson, refreshToken: string) => void;
  /** Resolves when it is written; a person whose coming cannot be written is not let in. */
  readonly audit: (event: KioskEvent) => Promise<unknown>;
  readonly log: (error: unknown) => void;
}

/** Somebody who is signed in. */
interface Signed extends KioskSigner {
  /** For revocation only. */
  readonly refreshTokens: Set<string>;
  /** Keys that are no news: plugged in when the person came, or since then accepted by them. */
  readonly known: Set<KeyId>;
}

/** How long a person has to say that they go on, when somebody plugs in another key. */
const OTHER_KEY_SECONDS = 5;

/**
 * One person after the other at a kiosk. Main decides when a session is over, not the window: a window that hangs, or does
 * what it likes, is destroyed all the same, with everything in it. Nobody gets a window in which somebody else has been.
 */
export class KioskSession {
  readonly #options: KioskSessionOptions;
  readonly #watch: IdleWatch;
  #signed: Signed | undefined;
  /** Keys that the window has used since it was made: somebody has been here, though perhaps nobody signed in. */
  readonly #used = new Set<KeyId>();
  /** Of those, the ones that have signed something for the pool, and with which passkeys. */
  readonly #asserted = new Map<KeyId, readonly Asserted[]>();
  #plugged: ReadonlySet<KeyId> = new Set();
  readonly #leftIn = new Set<KeyId>();
  #ended: KioskEnd | undefined;
  /** Counts windows: what was begun in one is nothing in the next. */
  #window = 0;

  constructor(options: KioskSessionOptions) {
    this.#options = options;
    this.#watch = new IdleWatch({
      after: options.after,
      onCountdown: options.onCountdown,
      onEnd: (reason) => {
        this.end(reason);
      },
    });
  }

  /** Undefined while nobody is signed in. */
  get person(): KioskPerson | undefined {
    return this.#signed?.person;
  }

  /** Undefined while nobody is signed in. */
  get signer(): KioskSigner | undefined {
    return this.#signed;
  }

  get(): Output<'kiosk.get'> {
    return { leftIn: [...this.#leftIn], ...(this.#ended && { ended: this.#ended }) };
  }

  /** The window works with a key: from now on it is somebody's, and not kept open for nobody. */
  use(keyId: KeyId): void {
    this.#used.add(keyId);
    this.active();
  }

  /** The key has signed for the pool: its person may be about to come in. */
  asserted(keyId: KeyId, asserted: Asserted): void {
    this.#asserted.set(keyId, [...(this.#asserted.get(keyId) ?? []), asserted]);
    this.active();
  }

  /**
   * The pool has let somebody in. A token that comes too late, or from nowhere, is revoked.
   * @throws FailureError `kiosk/over`; what the audit rejects with
   */
  async begin({ username, sub, refreshToken, keyId }: CheckedInput<'kiosk.begin'>): Promise<void> {
    const person = { username, sub };
    const window = this.#window;
    const userHandle = userHandleOf(sub);
    const credentialIds = this.#passkeysOf(userHandle, keyId);
    const isPossible = () =>
      this.#window === window &&
      this.#signed === undefined &&
      this.#plugged.has(keyId) &&
      credentialIds.length > 0 &&
      !this.#options.isLocked();
    try {
      demand(isPossible());
      await this.#options.audit({ action: 'kiosk.tap-in', result: 'done', person });
      if (!isPossible()) await this.#notIn(person);
    } catch (error) {
      this.#options.revoke(person, refreshToken);
      throw error;
    }
    this.#signed = {
      person,
      userHandle,
      keyId,
      credentialIds,
      refreshTokens: new Set([refreshToken]),
      known: new Set(this.#plugged),
    };
    this.active();
  }

  /** @throws FailureError `kiosk/over`, with nobody signed in: whose token it is cannot be told, so it is revoked as nobody's */
  renewed(refreshToken: string): void {
    if (this.#signed) this.#signed.refreshTokens.add(refreshToken);
    else {
      this.#options.revoke({ sub: '', username: '' }, refreshToken);
      demand(false);
    }
  }

  /** The person does something. That alone does not answer whether they go on beside another key. */
  active(): void {
    if (this.#isInUse && this.#watch.counting !== 'other-key') this.#watch.idle(this.#options.rules());
  }

  /** The person goes on: the keys that are plugged in now are no news any more. */
  stay(): void {
    if (!this.#signed) return;
    for (const keyId of this.#plugged) this.#signed.known.add(keyId);
    this.#watch.idle(this.#options.rules());
  }

  /** Keys were pulled out, even if they, or others by their names, are in again. */
  keysOut(keyIds: readonly KeyId[]): void {
    for (const keyId of keyIds) {
      this.#leftIn.delete(keyId);
      this.#signed?.known.delete(keyId);
    }
    this.#plugged = new Set([...this.#plugged].filter((keyId) => !keyIds.includes(keyId)));
    if (this.#signed ? keyIds.includes(this.#signed.keyId) : keyIds.some((keyId) => this.#used.has(keyId)))
      this.end('key-out');
    else if (this.#watch.counting === 'other-key' && this.#news().length === 0) this.#watch.idle(this.#options.rules()); // whoever it was has gone
  }

  /** These are plugged in now. */
  keysChanged(keyIds: readonly KeyId[]): void {
    const gone = [...this.#plugged].filter((keyId) => !keyIds.includes(keyId));
    this.#plugged = new Set(keyIds);
    if (gone.length > 0) this.keysOut(gone);
    if (this.#signed && this.#news().length > 0 && this.#watch.counting !== 'other-key')
      this.#watch.countDown('other-key', OTHER_KEY_SECONDS);
  }

  /** The policy was read again. */
  policyChanged(): void {
    if (this.#options.isLocked()) this.end('policy');
    else this.active(); // with the limits of now
  }

  /** Over, at once, whatever else hangs or fails. Nothing happens to a window at which nobody has been, unless it is gone itself. */
  end(reason: KioskEnd): void {
    const { renewWindow, leaveKeys, revoke, audit, log } = this.#options;
    if (!this.#isInUse && reason !== 'window') return;
    const signed = this.#signed;
    const news = reason === 'other-key' ? this.#news() : [];
    this.#signed = undefined;
    this.#used.clear();
    this.#asserted.clear();
    this.#window += 1;
    this.#ended = reason;
    this.#leftIn.clear();
    for (const keyId of this.#plugged) if (!news.includes(keyId)) this.#leftIn.add(keyId);
    // First what can be seen, then the keys, then the pool, which may be far away.
    renewWindow(reason);
    this.#watch.off();
    leaveKeys();
    if (!signed) return;
    const { person, refreshTokens } = signed;
    for (const refreshToken of refreshTokens) revoke(person, refreshToken);
    audit({ action: 'kiosk.tap-out', result: 'done', person, detail: reason }).catch(log);
  }

  /** What was written down came to nothing meanwhile: the log must not have somebody come who was never there. */
  async #notIn(person: KioskPerson): Promise<never> {
    const detail = 'the key was pulled out, or the session ended, while it was written down';
    await this.#options.audit({ action: 'kiosk.tap-in', result: 'failed', person, detail }).catch(this.#options.log);
    throw new FailureError({ code: 'kiosk/over' });
  }

  /** What this key has signed with, unless it has said that it signed for somebody else. */
  #passkeysOf(person: string, keyId: KeyId): string[] {
    const own = (this.#asserted.get(keyId) ?? []).filter(({ userHandle = person }) => userHandle === person);
    return own.map(({ credentialId }) => credentialId);
  }

  get #isInUse(): boolean {
    return this.#signed !== undefined || this.#used.size > 0;
  }

  /** Keys that came while somebody was signed in. */
  #news(): KeyId[] {
    return [...this.#plugged].filter((keyId) => !this.#signed?.known.has(keyId));
  }
}

function demand(isPossible: boolean): void {
  if (!isPossible) throw new FailureError({ code: 'kiosk/over' });
}
