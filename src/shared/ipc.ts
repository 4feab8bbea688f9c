import { z } from 'zod';

import {
  CaseSummary,
  HelpdeskState,
  PasskeyUse,
  PendingRequest,
  PeoplePage,
  PersonDetails,
  PersonPasskey,
  Plan,
  PreparedKey,
  Receipt,
  SessionWay,
} from './helpdesk.js';
import { KioskCountdown, KioskEnd } from './kiosk.js';
import { KioskRules, Mode } from './mode.js';
import { KeyPassport, PolicyStatus, Verdict } from './passport.js';
import { Pin } from './pin.js';
import { PoolReport } from './pool-check.js';
import { ERROR_CODES, type Result } from './result.js';
import { RpId } from './rp-id.js';
import {
  AuthenticationResponseJSON,
  Base64Url,
  PublicKeyCredentialCreationOptionsJSON,
  PublicKeyCredentialRequestOptionsJSON,
  RegistrationResponseJSON,
} from './webauthn-json.js';

// Pools

/**
 * A user pool as the person names it. Main validates it, keeps it, and pins the RP ID. The region `local` is the
 * local pool's, which has no address on the internet.
 */
export const PoolSettings = z.strictObject({
  region: z.string().regex(/^(local|[a-z]{2}(-[a-z]+)+-\d)$/, 'expected a region such as eu-west-1'),
  userPoolId: z
    .string()
    .regex(/^(local|[a-z]{2}(-[a-z]+)+-\d)_[0-9A-Za-z]{1,55}$/, 'expected an id such as eu-west-1_AbCdEfGhI'),
  clientId: z.string().regex(/^[0-9a-z]{1,128}$/, 'expected an app client id'),
  rpId: RpId,
});
export type PoolSettings = z.infer<typeof PoolSettings>;

/** A person of the practice pool, whose password may be shown: it opens nothing else. */
const PracticeUser = z.strictObject({ username: z.string(), password: z.string(), status: z.string() });

/** What the window needs to know of the station before anything else. */
export const Station = z.strictObject({
  version: z.string(),
  /** Which desk this is. It does not change while the app runs. */
  mode: Mode,
  /** What a kiosk goes by; absent elsewhere. */
  kiosk: KioskRules.optional(),
  /** Undefined until a pool is connected: the first run. */
  pool: z.strictObject({ ...PoolSettings.shape, endpoint: z.url() }).optional(),
  /** There while practising with the local pool and a software key. */
  practice: z.strictObject({ users: z.array(PracticeUser) }).optional(),
  /** Whether the station has a policy; a locked one changes nothing. */
  policy: PolicyStatus,
});
export type Station = z.infer<typeof Station>;

// Keys

export const KeyId = z.string().min(1).max(200).brand<'KeyId'>();
export type KeyId = z.infer<typeof KeyId>;

/** Rules of a key beyond length, which only it can judge, and where they are explained. Absent where it does not say. */
const PinComplexity = { complexityPolicy: z.boolean().optional(), complexityUrl: z.url().max(500).optional() };

export const PinState = z.strictObject({
  state: z.enum(['set', 'unset', 'unsupported']),
  /** Tries left before the key blocks, 0 to 8; undefined where it could not be read. */
  retries: z.int().min(0).max(8).optional(),
  /** Three wrong PINs in a row: no further try until the key is unplugged and plugged again. */
  replugNeeded: z.boolean(),
  changeRequired: z.boolean(),
  /** Code points. */
  minLength: z.int().min(4).max(63),
  maxLength: z.int().min(4).max(63),
  ...PinComplexity,
});
export type PinState = z.infer<typeof PinState>;

const KeySettings = z.strictObject({
  alwaysUv: z.boolean().optional(),
  enterpriseAttestation: z.boolean().optional(),
  longTouchForReset: z.boolean().optional(),
  /** Code points; there where it can be made longer. */
  minPinLength: z.int().optional(),
  /** Relying parties that may be told it; absent where there can be none. */
  maxRpIds: z.int().min(1).optional(),
});

export const KeySummary = z.strictObject({
  /** Stays the same while the key is plugged in. */
  id: KeyId,
  product: z.string(),
  manufacturer: z.string(),
  serial: z.string().optional(),
  connection: z.enum(['usb', 'simulator', 'practice']),
  /** There when the key cannot be used as it is: why. The members below are absent then. */
  problem: z.enum(ERROR_CODES).optional(),
  details: z
    .strictObject({
      /** What it is by its own word, held against what is known of its model. */
      passport: KeyPassport,
      /** What the station's policy says to it, before anybody touches it. */
      verdict: Verdict,
      /** The device's own version, where the passport has no firmware. */
      deviceVersion: z.string().optional(),
      pin: PinState,
      /** What can be set on it, and how that stands; absent: the key does not have that setting. */
      settings: KeySettings,
      /** Whether it has a sensor on which fingers can be enrolled. */
      managesFingerprints: z.boolean(),
      /** Whether single passkeys can be listed and removed (credential management). */
      managesPasskeys: z.boolean(),
      /** Whether their names can be changed as well: not by the prototype of that command. */
      renamesPasskeys: z.boolean(),
      /** Whether its passkeys can be listed without the PIN, for a person who wants that. */
      canRemember: z.boolean(),
    })
    .optional(),
});
export type KeySummary = z.infer<typeof KeySummary>;

// Ceremonies

/** Chosen by the window, so that it can listen before it asks. */
export const CeremonyId = z.uuid().brand<'CeremonyId'>();
export type CeremonyId = z.infer<typeof CeremonyId>;

const ceremony = { ceremonyId: CeremonyId, keyId: KeyId };

/** What a ceremony wants next from the person. Sent whenever it changes. */
export const CeremonyEvent = z.strictObject({
  ceremonyId: CeremonyId,
  need: z.discriminatedUnion('kind', [
    z.strictObject({ kind: z.literal('wait') }),
    z.strictObject({
      kind: z.literal('touch'),
      /** Milliseconds since 1970. */
      deadline: z.number(),
      /** Where it takes a finger on the sensor, not any touch. */
      finger: z
        .strictObject({
          /** True when the one put on before was not recognised. */
          failed: z.boolean(),
          /** Tries left before the key takes only the PIN. */
          retries: z.int().optional(),
        })
        .optional(),
      /** Where it must be a long one. */
      seconds: z.number().optional(),
    }),
    /** A finger is being enrolled, and is wanted on the sensor once more. */
    z.strictObject({
      kind: z.literal('sample'),
      deadline: z.number(),
      /** What became of the one before, as the key numbers it: `fingerprint-feedback.ts` has the words. */
      status: z.int().optional(),
      /** Good ones still to come, and of how many; undefined before the first. */
      remaining: z.int().optional(),
      total: z.int().optional(),
    }),
    z.strictObject({ kind: z.literal('unplug'), deadline: z.number() }),
    z.strictObject({
      kind: z.literal('plug'),
      deadline: z.number(),
      /** The product of a key that was plugged in and is not the one. */
      another: z.string().optional(),
    }),
    z.strictObject({
      kind: z.literal('pin'),
      /** True when the one entered before was wrong. */
      wrong: z.boolean(),
      retries: z.int().optional(),
      /** True when the answer must say yes to spending one of the last tries. */
      lastTries: z.boolean(),
    }),
    z.strictObject({
      kind: z.literal('new-pin'),
      minLength: z.int(),
      maxLength: z.int(),
      ...PinComplexity,
      /** True when the key has refused the one chosen just before, by rules of its own. */
      refused: z.boolean().optional(),
      /** True when the PIN entered just before is right, and the key takes it for nothing but being replaced by another. */
      mustChange: z.boolean().optional(),
    }),
    z.strictObject({
      kind: z.literal('account'),
      accounts: z.array(z.strictObject({ name: z.string(), displayName: z.string() })),
    }),
    /** It was in vain, nothing has changed, and it can be begun again from its first step: the reason. */
    z.strictObject({ kind: z.literal('again'), code: z.enum(ERROR_CODES) }),
  ]),
});
export type CeremonyEvent = z.infer<typeof CeremonyEvent>;

export const CeremonyAnswer = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('pin'), pin: Pin, spendLastTries: z.boolean().default(false) }),
  z.strictObject({ kind: z.literal('new-pin'), pin: Pin }),
  z.strictObject({ kind: z.literal('account'), index: z.int().min(0) }),
  /** Yes, begin again. Whoever does not want to cancels. */
  z.strictObject({ kind: z.literal('again') }),
]);

// What is on a key, read with its PIN

export const CredentialId = Base64Url.min(1).max(1400);

/** A passkey as the key keeps it. Keys may cut names. */
export const StoredPasskey = z.strictObject({
  credentialId: CredentialId,
  userName: z.string(),
  displayName: z.string(),
  /** Data that the key keeps beside it (a large blob), in bytes; absent where there is none. */
  blobSize: z.int().min(0).optional(),
});
export type StoredPasskey = z.infer<typeof StoredPasskey>;

/** An account of the pool, as a key keeps it. */
export const TapInAccount = z.strictObject({
  credentialId: CredentialId,
  userHandle: Base64Url,
  /** Keys may cut it, or keep it to themselves. */
  name: z.string(),
  displayName: z.string(),
  /** Whom to sign in; absent where neither key nor station is sure of the whole name. */
  username: z.string().optional(),
});
export type TapInAccount = z.infer<typeof TapInAccount>;

export const StoredPasskeys = z.strictObject({
  existing: z.int().min(0),
  /** Room for at most this many more. */
  remaining: z.int().min(0),
  /** Whether they were listed, and will be until the window is closed, without the PIN. */
  remembered: z.boolean(),
  /** True where the data beside the passkeys cannot be read, so that nothing says which of them have some. */
  blobsUnreadable: z.boolean().optional(),
  relyingParties: z.array(
    z.strictObject({
      /** As far as the key keeps it: keys may cut it to 32 bytes. */
      rpId: z.string(),
      /** SHA-256 of the whole RP ID: names the relying party where the ID was cut. */
      rpIdHash: Base64Url,
      passkeys: z.array(StoredPasskey),
    }),
  ),
});
export type StoredPasskeys = z.infer<typeof StoredPasskeys>;

/** One passkey on a key. */
const onKey = { ...ceremony, rpIdHash: Base64Url, credentialId: CredentialId };

/** Every key takes names of 64 bytes; longer ones may be cut. */
const UserText = z.string().trim().max(64);

/** The key's own name for a fingerprint. */
const FingerprintId = Base64Url.min(1).max(400);
/** Sensors take up to 64 bytes, some fewer. */
const FingerprintName = z.string().trim().min(1).max(64);

export const StoredFingerprint = z.strictObject({
  id: FingerprintId,
  /** Undefined until somebody has named it. */
  name: z.string().optional(),
});
export type StoredFingerprint = z.infer<typeof StoredFingerprint>;

export const StoredFingerprints = z.strictObject({
  /** Good samples that an enrolment takes at the most. */
  maxSamples: z.int(),
  /** The longest name, in bytes. */
  maxNameLength: z.int(),
  fingerprints: z.array(StoredFingerprint),
});
export type StoredFingerprints = z.infer<typeof StoredFingerprints>;

/** One thing to set on a key. Those without a value cannot be taken back but by a reset. */
const SettingChange = z.discriminatedUnion('setting', [
  z.strictObject({ setting: z.literal('always-uv'), on: z.boolean() }),
  z.strictObject({ setting: z.literal('enterprise-attestation') }),
  z.strictObject({ setting: z.literal('long-touch-for-reset') }),
  z.strictObject({ setting: z.literal('min-pin-length'), length: z.int().min(4).max(63) }),
  /** Who may learn the shortest PIN, in place of all before. */
  z.strictObject({ setting: z.literal('min-pin-length-readers'), rpIds: z.array(RpId).min(1).max(64) }),
  z.strictObject({ setting: z.literal('force-pin-change') }),
]);

// What main remembers of passkeys: the pool keeps no names, no models, and cannot say which key holds one

const Nickname = z.string().trim().min(1).max(64);

export const PasskeyRecord = z.strictObject({
  credentialId: CredentialId,
  nickname: Nickname,
  keyProduct: z.string(),
  keySerial: z.string().optional(),
  aaguid: z.string(),
  /** ISO 8601. */
  createdAt: z.iso.datetime(),
});
export type PasskeyRecord = z.infer<typeof PasskeyRecord>;

/** A passkey that is on a key though the pool does not know it: the enrolment ended between the two. */
export const Orphan = z.strictObject({
  /** Names the journal's entry. */
  id: z.uuid(),
  /** Undefined while it is not known whether the key made one: the app ended while asking it. */
  credentialId: CredentialId.optional(),
  rpId: z.string(),
  /** The user handle, base64url: what the pool has now is known only when this very person is signed in. */
  userId: z.string(),
  userName: z.string(),
  keyProduct: z.string(),
  keySerial: z.string().optional(),
  createdAt: z.iso.datetime(),
});
export type Orphan = z.infer<typeof Orphan>;

// The helpdesk

/** The ceremony in which the operator's own key is touched: each change takes one. */
const Confirm = z.strictObject(ceremony);
const CaseId = z.uuid();
/** The name in the pool, or the `sub`, which is exact. */
const Username = z.string().trim().min(1).max(256);
/** What somebody types as a reason, which others read. */
const Words = z.string().trim().max(500);
const onCase = { caseId: CaseId };
const confirmedOnCase = { caseId: CaseId, confirm: Confirm };

/** What a person at a kiosk is asked to approve: one of these. Main has the words. */
export const KioskWish = z.discriminatedUnion('action', [
  z.strictObject({ action: z.literal('passkey.delete'), credentialId: CredentialId }),
  z.strictObject({ action: z.literal('passkey.enrol') }),
]);
export type KioskWish = z.infer<typeof KioskWish>;

/** Opaque; longer than any that the service gives. */
const RefreshToken = z.string().min(1).max(16_384);

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

  // At a kiosk
  /** How the window begins: for one person at a time there is one window. */
  'kiosk.get': {
    input: z.void(),
    output: z.strictObject({
      /** Keys that were plugged in when the person before was signed out: none of them taps in by itself. */
      leftIn: z.array(KeyId),
      /** Why that was; absent for the first window. */
      ended: KioskEnd.optional(),
    }),
  },
  /**
   * A person has signed in with the key. Main keeps the refresh token in memory, only to revoke it when the session ends.
   * Refused when the key is out again, or has signed nothing in this window.
   */
  'kiosk.begin': {
    input: z.strictObject({
      /** Who it is, by the ID token that the window has verified. */
      username: z.string().min(1).max(256),
      sub: z.string().min(1).max(256),
      refreshToken: RefreshToken,
      keyId: KeyId,
    }),
    output: z.void(),
  },
  /** The session goes on with this refresh token: it is to be revoked as well. */
  'kiosk.renewed': { input: z.strictObject({ refreshToken: RefreshToken }), output: z.void() },
  /** Before something critical: what the person will be asked to sign, word for word. It takes the place of what was asked before. */
  'kiosk.ask': { input: KioskWish, output: z.strictObject({ requestId: z.uuid(), text: z.string() }) },
  /**
   * The person signs that with the key by which they are signed in. The `keys.get` that follows does not ask for the PIN again.
   * Refused after five minutes.
   */
  'kiosk.approve': {
    input: z.strictObject({ ceremonyId: CeremonyId, requestId: z.uuid() }),
    output: z.strictObject({
      /** Whether this station has verified the signature: false where it does not know the passkey's public key. */
      verified: z.boolean(),
    }),
  },
  /** The person does something. */
  'kiosk.active': { input: z.void(), output: z.void() },
  /** … and goes on, although somebody has plugged in another key. */
  'kiosk.stay': { input: z.void(), output: z.void() },
  /** The person taps out. */
  'kiosk.end': { input: z.void(), output: z.void() },

  // At a helpdesk, where main does everything: the window has no token of anybody
  'helpdesk.state': { input: z.void(), output: HelpdeskState },
  /** With the operator's own key. */
  'helpdesk.signIn': { input: z.strictObject({ username: Username, confirm: Confirm }), output: z.void() },
  /** Leaves all cases, too. */
  'helpdesk.signOut': { input: z.void(), output: z.void() },
  /** People whose name, address or the like begins so. */
  'helpdesk.find': {
    input: z.strictObject({
      searchId: z.uuid(),
      text: z.string().max(256),
      /** From the page before. */
      page: z.string().min(1).max(4096).optional(),
    }),
    output: PeoplePage,
  },
  /** Nobody waits for it any more: it rejects with `cancelled`. */
  'helpdesk.stopFinding': { input: z.strictObject({ searchId: z.uuid() }), output: z.void() },
  /** By user name, address or `sub`. That somebody was looked at is put on record. */
  'helpdesk.person': { input: z.strictObject({ name: Username }), output: PersonDetails },
  /** What somebody can sign in with, by the service's names. Only when it is asked for: AWS may charge for it. */
  'helpdesk.factors': { input: z.strictObject({ username: Username }), output: z.array(z.string()).readonly() },
  /** A dry run. Changes nothing. */
  'helpdesk.plan': {
    input: z.strictObject({ username: Username, disable: z.boolean(), way: SessionWay }),
    output: Plan,
  },
  /** The open cases of this station, whoever began them. */
  'helpdesk.cases': { input: z.void(), output: z.array(CaseSummary) },
  'helpdesk.begin': {
    input: z.strictObject({ username: Username, reason: Words.min(1) }),
    output: z.strictObject(onCase),
  },
  'helpdesk.resume': { input: z.strictObject(onCase), output: z.void() },
  /** Leaves an open case for somebody else. */
  'helpdesk.leave': { input: z.strictObject(onCase), output: z.void() },
  /** Signs the person out everywhere, and with `disable` bars them from signing in. */
  'helpdesk.makeSafe': { input: z.strictObject({ ...confirmedOnCase, disable: z.boolean() }), output: z.void() },
  'helpdesk.enable': { input: z.strictObject(confirmedOnCase), output: z.void() },
  /** What somebody else has changed of the person since, in words. */
  'helpdesk.changes': { input: z.strictObject(onCase), output: z.array(z.string()) },
  /** … and that is how the case knows them from now on. */
  'helpdesk.takeOver': { input: z.strictObject(onCase), output: z.void() },
  /** A code goes to the person's e-mail address; where that is, the pool tells as far as it likes. */
  'helpdesk.sendCode': {
    input: z.strictObject(confirmedOnCase),
    output: z.strictObject({ destination: z.string().optional() }),
  },
  'helpdesk.answerCode': {
    input: z.strictObject({ ...onCase, code: z.string().trim().min(1).max(256) }),
    output: z.void(),
  },
  /** For a session on behalf of the person, with a reason that they are told. */
  'helpdesk.ask': { input: z.strictObject({ ...confirmedOnCase, reason: Words }), output: PendingRequest },
  /** A second operator, with their own key. */
  'helpdesk.approve': { input: z.strictObject({ ...confirmedOnCase, username: Username }), output: z.void() },
  'helpdesk.refuse': { input: z.strictObject({ ...onCase, why: Words }), output: z.void() },
  'helpdesk.passkeys': { input: z.strictObject(onCase), output: z.array(PersonPasskey).readonly() },
  'helpdesk.deletePasskeys': {
    input: z.strictObject({
      ...confirmedOnCase,
      ids: z.array(CredentialId).min(1).max(20),
      /** The operator's yes to leaving the person without a passkey. */
      leavesNone: z.boolean(),
    }),
    output: z.void(),
  },
  /**
   * When the operator has confirmed it, the case `wantsKey`: `helpdesk.useKey` says which, and the ceremony `ceremonyId` runs
   * on that key. The operator's own may be out by then. Cancelled by `ceremony.cancel` of either ceremony.
   */
  'helpdesk.enrol': {
    input: z.strictObject({ ...confirmedOnCase, ceremonyId: CeremonyId, nickname: Nickname, use: PasskeyUse }),
    output: z.strictObject({ credentialId: CredentialId }),
  },
  'helpdesk.useKey': { input: z.strictObject({ ...onCase, keyId: KeyId }), output: z.void() },
  'helpdesk.closeSession': { input: z.strictObject(onCase), output: z.void() },
  'helpdesk.end': {
    input: z.strictObject({
      ...confirmedOnCase,
      /** Whom the case has disabled is not enabled at its end. */
      staysDisabled: z.boolean(),
      /** The operator's yes to ending it although nobody knows whether an act was done. */
      leavesUnsettled: z.boolean(),
    }),
    output: z.void(),
  },
  /** Of a case that is over, or of an open one as it stands. */
  'helpdesk.receipt': { input: z.strictObject(onCase), output: Receipt },
  /** As a PDF in the station's folder; tells where. */
  'helpdesk.saveReceipt': { input: z.strictObject(onCase), output: z.strictObject({ path: z.string() }) },
  'helpdesk.printReceipt': { input: z.strictObject(onCase), output: z.void() },
  /** Erases a key, as `keys.reset` does, once the operator has confirmed it. */
  'helpdesk.resetKey': {
    input: z.strictObject({ ...ceremony, confirm: Confirm }),
    output: z.strictObject({ keyId: KeyId }),
  },
  /** Gives a key without a PIN one, which its person has to change. */
  'helpdesk.prepareKey': {
    input: z.strictObject({
      ...ceremony,
      confirm: Confirm,
      /** Code points of the shortest PIN from now on; absent: as it is. */
      minPinLength: z.int().min(4).max(63).optional(),
      alwaysUv: z.boolean(),
    }),
    output: PreparedKey,
  },
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
