import { z } from 'zod';

import { ceremony, CeremonyAnswer, CeremonyEvent, CeremonyId } from './ceremony.js';
import { helpdeskRequests } from './helpdesk-requests.js';
import { HelpdeskState } from './helpdesk.js';
import { KeyId, KeySummary } from './keys.js';
import { kioskRequests } from './kiosk-requests.js';
import { KioskCountdown } from './kiosk.js';
import {
  CredentialId,
  FingerprintId,
  FingerprintName,
  onKey,
  SettingChange,
  StoredFingerprint,
  StoredFingerprints,
  StoredPasskeys,
  TapInAccount,
  UserText,
} from './on-key.js';
import { Nickname, Orphan, PasskeyRecord } from './passkey-records.js';
import { PolicyStatus } from './passport.js';
import { Pin } from './pin.js';
import { PoolReport } from './pool-check.js';
import type { Result } from './result.js';
import { PoolSettings, Station } from './station.js';
import {
  AuthenticationResponseJSON,
  PublicKeyCredentialCreationOptionsJSON,
  PublicKeyCredentialRequestOptionsJSON,
  RegistrationResponseJSON,
} from './webauthn-json.js';

/** Every request the window may make. A new feature starts here; the compiler then asks for the rest. */
export const requests = {
  'station.get': { input: z.void(), output: Station },
  /** Keeps the settings; the window is loaded anew with the pool's endpoint allowed. */
  'pool.connect': { input: PoolSettings, output: Station },
  'pool.practise': { input: z.void(), output: Station },
  'pool.disconnect': { input: z.void(), output: Station },
  /** How the pool in use is set up for passkeys; read with the AWS credentials of this computer. */
  'pool.check': { input: z.void(), output: PoolReport },

  'keys.list': { input: z.void(), output: z.array(KeySummary) },
  'keys.setPin': { input: z.strictObject({ keyId: KeyId, pin: Pin }), output: z.void() },
  'keys.changePin': {
    input: z.strictObject({ keyId: KeyId, current: Pin, next: Pin, spendLastTries: z.boolean().default(false) }),
    output: z.void(),
  },
  /** Of all keys that are plugged in, the one that the person touches. The others stop waiting. */
  'keys.select': { input: z.strictObject({ ceremonyId: CeremonyId }), output: z.strictObject({ keyId: KeyId }) },
  /** The key shows itself, by a light, where it can. Resolves with whether it can. */
  'keys.wink': { input: z.strictObject({ keyId: KeyId }), output: z.boolean() },
  /** Makes a credential and journals it: `passkeys.confirm` or `passkeys.abandon` must follow. */
  'keys.create': {
    input: z.strictObject({ ...ceremony, options: PublicKeyCredentialCreationOptionsJSON }),
    output: z.strictObject({ enrolmentId: z.uuid(), response: RegistrationResponseJSON }),
  },
  'keys.get': {
    input: z.strictObject({ ...ceremony, options: PublicKeyCredentialRequestOptionsJSON }),
    output: AuthenticationResponseJSON,
  },
  /** Takes a passkey of the pool off the key itself. */
  'keys.removePasskey': { input: z.strictObject({ ...ceremony, credentialId: CredentialId }), output: z.void() },
  /** Which of these passkeys are on which plugged key: asked without PIN and touch, so a key may hide some. */
  'keys.locate': {
    input: z.strictObject({ credentialIds: z.array(CredentialId).max(20) }),
    output: z.array(z.strictObject({ keyId: KeyId, credentialIds: z.array(CredentialId) })),
  },
  /**
   * Whose key it is, by one PIN entry or one finger; the `keys.get` that follows asks for no PIN again. A key that does not list
   * its passkeys is touched for it, where the station knows people by their passkeys. Who cannot be told so says it themselves.
   */
  'tapIn.identify': {
    input: z.strictObject(ceremony),
    output: z.discriminatedUnion('kind', [
      z.strictObject({
        kind: z.literal('accounts'),
        accounts: z.array(TapInAccount),
        /** Whether the key was touched for this. */
        byTouch: z.boolean(),
      }),
      z.strictObject({ kind: z.literal('cannot-list') }),
    ]),
  },
  'ceremony.answer': { input: z.strictObject({ ceremonyId: CeremonyId, answer: CeremonyAnswer }), output: z.void() },
  'ceremony.cancel': { input: z.strictObject({ ceremonyId: CeremonyId }), output: z.void() },

  // The page of a key: its PIN is asked for once a visit, and main keeps what it was changed for
  /** Everything that is on the key. */
  'onKey.list': {
    input: z.strictObject({
      ...ceremony,
      /** From now on this key's passkeys are listed without the PIN. */
      remember: z.boolean().default(false),
    }),
    output: StoredPasskeys,
  },
  /** … and from now on no longer. */
  'onKey.forget': { input: z.strictObject({ keyId: KeyId }), output: z.void() },
  'onKey.rename': {
    input: z.strictObject({ ...onKey, userName: UserText.min(1), displayName: UserText }),
    output: z.void(),
  },
  'onKey.delete': { input: z.strictObject(onKey), output: z.void() },
  'fingerprints.list': { input: z.strictObject(ceremony), output: StoredFingerprints },
  'fingerprints.add': {
    input: z.strictObject({ ...ceremony, name: FingerprintName.optional() }),
    output: StoredFingerprint,
  },
  'fingerprints.rename': {
    input: z.strictObject({ ...ceremony, id: FingerprintId, name: FingerprintName }),
    output: z.void(),
  },
  'fingerprints.delete': { input: z.strictObject({ ...ceremony, id: FingerprintId }), output: z.void() },
  'keySettings.change': { input: z.strictObject({ ...ceremony, change: SettingChange }), output: z.void() },
  /**
   * Erases a key, with the person unplugging, plugging in and touching it. Resolves when the key has been read again,
   * with the name that it has from now on.
   */
  'keys.reset': { input: z.strictObject(ceremony), output: z.strictObject({ keyId: KeyId }) },
  /** The person looks elsewhere: the next visit asks for the PIN again. */
  'visit.leave': { input: z.strictObject({ keyId: KeyId }), output: z.void() },

  'passkeys.records': { input: z.void(), output: z.array(PasskeyRecord) },
  /** The pool has confirmed the enrolment. */
  'passkeys.confirm': { input: z.strictObject({ enrolmentId: z.uuid(), nickname: Nickname }), output: PasskeyRecord },
  /** The pool has refused it: the passkey stays in the journal as an orphan until it is taken off the key. */
  'passkeys.abandon': { input: z.strictObject({ enrolmentId: z.uuid() }), output: z.void() },
  'passkeys.rename': { input: z.strictObject({ credentialId: CredentialId, nickname: Nickname }), output: z.void() },
  /** The pool has deleted it: the record goes. */
  'passkeys.forget': { input: z.strictObject({ credentialId: CredentialId }), output: z.void() },
  'orphans.list': { input: z.void(), output: z.array(Orphan) },
  /**
   * Takes the orphan off the plugged key and closes its journal entry. What the pool has of that person now is sent along, and
   * stays on the key: it leaves less to remove, never more.
   */
  'orphans.remove': {
    input: z.strictObject({ ...ceremony, orphanId: z.uuid(), enrolled: z.array(CredentialId) }),
    output: z.void(),
  },
  /** Closes the entry without touching a key: the person says that the key is gone or was reset. */
  'orphans.dismiss': { input: z.strictObject({ orphanId: z.uuid() }), output: z.void() },

  /** Saves the last traffic with a key, names and lengths only, for the helpdesk; tells where. */
  'diagnostics.save': { input: z.strictObject({ keyId: KeyId }), output: z.strictObject({ path: z.string() }) },

  'practice.touch': { input: z.void(), output: z.void() },
  'practice.plug': { input: z.strictObject({ plugged: z.boolean() }), output: z.void() },

  ...kioskRequests,
  ...helpdeskRequests,
} as const satisfies Record<string, { input: z.ZodType; output: z.ZodType }>;

export type Request = keyof typeof requests;
/** What the window passes: before defaults are filled in and brands checked. */
export type Input<R extends Request> = z.input<(typeof requests)[R]['input']>;
/** What a handler in main receives. */
export type CheckedInput<R extends Request> = z.output<(typeof requests)[R]['input']>;
export type Output<R extends Request> = z.output<(typeof requests)[R]['output']>;
export type Handlers = { readonly [R in Request]: (input: CheckedInput<R>) => Output<R> | Promise<Output<R>> };

/** What main tells the window unasked. */
export const events = {
  'keys.changed': z.array(KeySummary),
  /** The files of the policy have changed, and were read again. */
  'station.policy': PolicyStatus,
  ceremony: CeremonyEvent,
  /** The practice pool's mailbox: codes and notices that a real pool would send by e-mail. */
  'practice.mail': z.union([
    z.strictObject({ username: z.string(), code: z.string() }),
    z.strictObject({ username: z.string(), subject: z.string(), text: z.string() }),
  ]),
  /** The practice key waits for a touch, or no longer does. */
  'practice.touch': z.strictObject({ wanted: z.boolean() }),
  /** Whenever something of the helpdesk is another than before. */
  'helpdesk.changed': HelpdeskState,
  /** Whose key it seems to be, while the PIN is asked for: it has said so unverified, and this station knows the name. */
  'tapIn.greeting': z.strictObject({ ceremonyId: CeremonyId, username: z.string() }),
  /** A session at a kiosk is about to end, second by second; without a countdown it no longer is. */
  'kiosk.countdown': z.strictObject({ countdown: KioskCountdown.optional() }),
} as const satisfies Record<string, z.ZodType>;
export type EventName = keyof typeof events;
export type EventPayload<E extends EventName> = z.output<(typeof events)[E]>;

/** What preload puts on `window.keydesk`: the renderer's only way out. */
export interface KeydeskApi {
  request<R extends Request>(name: R, input: Input<R>): Promise<Result<Output<R>>>;
  /** Returns how to stop listening. */
  on<E extends EventName>(name: E, listener: (payload: EventPayload<E>) => void): () => void;
}
