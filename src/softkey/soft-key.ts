import { Authenticator } from './authenticator.js';
import { type FingerprintSensor, sensorInButton } from './fingerprint-sensor.js';
import { HidDevice, type Reply } from './hid/hid-device.js';
import { type ProfileName, type ProfileOptions, profileOf } from './profile.js';
import { QuirkyCable } from './quirks/quirky-cable.js';
import { quirkyAnswers } from './quirks/quirky-answers.js';
import type { Quirks } from './quirks/quirks.js';
import { type CredentialStore, MemoryStore } from './store/credential-store.js';
import { autoPresence, type UserPresence } from './user-presence.js';

export interface SoftKeyOptions extends ProfileOptions {
  /** The generation of keys to be like. */
  readonly profile: ProfileName;
  /** Where credentials and PIN are kept; by default they live as long as the object. */
  readonly store?: CredentialStore;
  /** The finger on the button; by default it is always there. */
  readonly presence?: UserPresence;
  /** Whose finger comes onto the sensor, for a key with `fingerprints`; by default the one that presses the button, always the same. */
  readonly sensor?: FingerprintSensor;
  /** Discoverable credentials that there is room for; 25 by default. */
  readonly capacity?: number;
  /** How long a touch is waited for, in milliseconds; 30 000 by default. */
  readonly touchTimeoutMs?: number;
  /** How long the rest of a message is waited for, in milliseconds; 3000 by default, as in U2FHID. */
  readonly messageTimeoutMs?: number;
  /** Milliseconds of a clock that only goes forward, for windows and time limits; `performance.now` by default. */
  readonly now?: () => number;
  /** Ways in which it departs from what one hopes for; none by default. */
  readonly quirks?: Quirks;
  /** Somebody wants to see which key this is (CTAPHID_WINK). */
  readonly onWink?: () => void;
  /** Told of faults inside, for which the platform only gets the status OTHER: a store that cannot write, say. */
  readonly onFault?: (error: unknown) => void;
}

/** Who holds the key's other end: told of every report that the key sends, and of its being pulled out. */
export interface Attachment {
  readonly onReport: (report: Uint8Array) => void;
  readonly onUnplug: () => void;
}

const KEEPALIVE_MS = 100;

/**
 * A FIDO2 security key made of software. It takes and sends the 64-byte HID reports of a key on USB; ports (`ports/`)
 * carry them. It is plugged in when made:
 *
 * ```ts
 * const key = new SoftKey({ profile: '2.1' });
 * const port = new MemoryPort(key); // a HidPort to it
 * ```
 */
export class SoftKey {
  readonly #device: HidDevice;
  readonly #authenticator: Authenticator;
  readonly #cable: QuirkyCable;
  readonly #attachments = new Set<Attachment>();
  #plugged = true;

  /** Throws a RangeError for algorithms that it does not have. */
  constructor(options: SoftKeyOptions) {
    const { quirks = {} } = options;
    const presence = options.presence ?? autoPresence;
    const profile = {
      ...profileOf(options.profile, options),
      oneUseTokens: 'one-use-tokens' in quirks,
      noSilence: 'no-silence' in quirks,
      onePermissionTokens: 'one-permission-tokens' in quirks,
    };
    const authenticator = new Authenticator({
      profile,
      store: options.store ?? new MemoryStore(),
      presence,
      sensor: options.sensor ?? sensorInButton(presence),
      capacity: 'full' in quirks ? 0 : (options.capacity ?? 25),
      touchTimeoutMs: options.touchTimeoutMs ?? 30_000,
      now: options.now ?? (() => performance.now()),
      onFault: options.onFault ?? (() => undefined),
    });
    this.#authenticator = authenticator;
    this.#device = new HidDevice({
      onCbor: profile.speaksCtap2
        ? quirkyAnswers(quirks, (request, call) => authenticator.handle(request, call))
        : undefined,
      onMsg: profile.speaksU2f ? (apdu) => authenticator.handleU2f(apdu) : undefined,
      onWink: options.onWink ?? (() => undefined),
      messageTimeoutMs: options.messageTimeoutMs ?? 3000,
      keepaliveMs: quirks['slow-keepalives'] ?? KEEPALIVE_MS,
    });
    this.#cable = new QuirkyCable(quirks, () => {
      this.unplug();
    });
  }

  /** Whether the key has power. Without, it takes no reports. */
  get plugged(): boolean {
    return this.#plugged;
  }

  /**
   * Takes one report from a platform.
   * @param reply gets the reports that answer this one, those that come later too; every attachment gets them in any case
   */
  receive(report: Uint8Array, reply?: Reply): void {
    if (!this.#plugged) return;
    const deliver = (answer: Uint8Array) => {
      if (!this.#plugged) return;
      reply?.(answer);
      for (const { onReport } of this.#attachments) onReport(answer);
    };
    if (!this.#cable.takes(report, deliver)) return;
    this.#device.receive(report, (answer) => {
      this.#cable.send(answer, deliver);
    });
  }

  /** Holds the other end of the cable. Returns how to let go of it. */
  attach(attachment: Attachment): () => void {
    this.#attachments.add(attachment);
    return () => this.#attachments.delete(attachment);
  }

  /** Pulls the key out: what is under way ends without an answer, and all attachments are let go of. */
  unplug(): void {
    if (!this.#plugged) return;
    this.#plugged = false;
    this.#device.powerCycle();
    const attachments = [...this.#attachments];
    this.#attachments.clear();
    for (const { onUnplug } of attachments) onUnplug();
  }

  /** Puts the key back in: PIN tries since the last power-up are forgiven, tokens are gone, the reset window opens. */
  replug(): void {
    if (this.#plugged) return;
    this.#authenticator.powerCycle();
    this.#plugged = true;
  }

  /** Out and in again, for those who stay attached: the cable of a simulator does not notice. */
  powerCycle(): void {
    this.#device.powerCycle();
    this.#authenticator.powerCycle();
  }
}
