/**
 * Every way in which something can fail, as the window, the CLI and the audit name it. `failures/` maps errors
 * to these, `messages.ts` has a sentence and a next step for each, so the compiler demands both.
 */
export const ERROR_CODES = [
  // The key and its cable
  'key/removed', // unplugged, or never there
  'key/not-permitted', // the system does not let us open it
  'key/unreachable', // the system cannot reach USB keys, or lacks the libraries for it
  'key/busy', // another program is using it
  'key/locked', // another program has reserved it for itself, for seconds
  'key/no-answer', // silent beyond the time allowed
  'key/protocol', // it answers in a way that makes no sense
  'key/refused', // a status that has no sentence of its own; `detail` names it
  'key/not-allowed', // not in the state that it is in now
  'key/verify-again', // what the PIN or fingerprint allowed has run out, or was asked for something else
  'key/too-much', // a request, a list or a value beyond what it takes
  'key/full', // no room for another passkey
  'key/fingerprints-full', // no room for another fingerprint
  'key/blobs-full', // no room for more data beside its passkeys
  'key/blobs-damaged', // that data does not match its checksum
  'key/unchanged', // it says that it did what was asked, and is as it was
  'key/unsupported', // it lacks what is asked: an algorithm, resident keys, user verification, management
  'key/not-touched', // the touch did not come in time
  'key/touch-needed', // it wants to be touched for this, and was not asked for a touch
  'key/denied', // the key, or the person at it, said no
  'key/already-registered', // it holds a passkey for this account
  'key/no-passkey', // none of the passkeys asked for is on it
  'key/several-passkeys', // more than one may be the one that is to be removed
  'key/no-fingerprint', // the fingerprint that is meant is not on it
  'key/reset-window', // reset must follow plugging in within seconds
  // Reset
  'reset/blocked', // the key, or its maker, does not allow it here
  'reset/alike-keys', // two keys that cannot be told from each other are plugged in
  'reset/not-unplugged', // the person did not unplug the key in time
  'reset/not-plugged', // … or did not plug it in again
  'reset/another-key', // … or plugged in another one
  'reset/unproven', // the key says it was reset, and still has what it had
  // PIN
  'pin/wrong',
  'pin/not-set',
  'pin/already-set',
  'pin/replug', // three wrong in a row: unplug and plug before the next try
  'pin/blocked', // no tries left: only a reset helps
  'pin/policy', // too short, too long, or against the key's own rules
  'pin/change-required',
  'pin/length-only-grows', // the shortest PIN of a key never gets shorter, until a reset
  'pin/last-tries', // the caller did not say yes to spending the last tries
  'uv/failed', // the fingerprint was not recognised
  'uv/blocked', // the fingerprint reader refuses; the PIN may still work
  // Relying party and ceremony
  'rp/not-allowed', // the RP ID is not the configured pool's
  'ceremony/bad-options', // options that no key could serve
  'ceremony/unknown', // an answer or cancel for a ceremony that is not under way
  'ceremony/busy', // another ceremony is under way on this key
  'cancelled',
  // The station's policy, and FIDO's metadata that it leans on
  'policy/locked', // there is a policy that cannot be read: nothing may be changed
  'policy/key-not-allowed', // a model that is not on the list
  'policy/certification-too-low',
  'policy/certification-unproved', // no metadata says anything of this model
  'policy/compromised', // the metadata reports a fault of this model, or that it was revoked
  'policy/no-user-verification', // the key cannot verify its person
  'policy/pin-too-short', // the key takes PINs shorter than the policy wants
  'policy/attestation-failed', // what the key proves of itself is wrong
  'policy/attestation-unproved', // it leads to no root that the metadata names
  'metadata/unreachable', // the service does not answer, or not with metadata
  'metadata/not-a-blob',
  'metadata/bad-signature',
  'metadata/expired-chain', // a certificate of its signer is not valid today
  'metadata/wrong-root', // its signer is not the metadata service
  'metadata/rollback', // older than the one that the station has
  // The helpdesk
  'policy/changed', // while something was under way that began by it
  'helpdesk/no-rules', // the station's policy names no group, client and key for it
  'helpdesk/no-operator', // nobody is signed in as operator
  'helpdesk/not-an-operator', // not in the group of operators
  'helpdesk/operator-without-passkey',
  'helpdesk/another-operator', // the touch was somebody else's
  'helpdesk/same-operator', // the one who asks cannot be the one who approves
  'helpdesk/not-fresh', // signed in before the change was begun
  'helpdesk/clock-differs', // this computer's clock and the pool's
  'helpdesk/clock-changed', // this computer's clock was set while the operator works
  'helpdesk/no-person',
  'helpdesk/person-changed', // not as the case knows them any more: `detail` names what
  'helpdesk/person-disabled', // by somebody else, not in this case
  'helpdesk/federated', // their keys live at their identity provider
  'helpdesk/case-open', // another case of the same person
  'helpdesk/case-busy', // another process works on it
  'helpdesk/no-case', // unknown, or over
  'helpdesk/no-session', // none is open for the person
  'helpdesk/session-over', // its time is up
  'helpdesk/session-open', // one is open for the person already
  'helpdesk/no-code', // the pool sends the person no code by e-mail
  'helpdesk/reason-needed',
  'helpdesk/no-request', // there is nothing to approve (any more)
  'helpdesk/approval-late',
  'helpdesk/approval-refused',
  'helpdesk/last-passkey', // the person would have none left, and nobody said yes to that
  'helpdesk/unproved', // the pool said that it was done, and it is not so
  'helpdesk/unsettled', // whether a step was done is not known before the passkeys are listed
  'helpdesk/pool', // what the pool, or a service beside it, has said to main: `words` tells
  'helpdesk/not-allowed', // not at this desk, or not at a helpdesk
  'helpdesk/own-key', // the key that confirms a change cannot be the one that is changed
  'helpdesk/no-printer', // this runtime, or this computer, cannot print
  // Signed approvals
  'approval/unshowable', // its text cannot be shown exactly as it is
  'approval/malformed',
  'approval/altered', // the signature is over another request
  'approval/no-key', // no public key that it could be verified with
  'approval/other-key',
  'approval/other-person', // the passkey is not that of the person who was asked
  'approval/other-origin',
  'approval/other-rp',
  'approval/not-verified', // without a touch, PIN or finger
  'approval/bad-signature',
  'approval/stale', // expired, too old, or not of this time yet
  'approval/replayed', // it was used before
  // A kiosk
  'kiosk/not-allowed', // not at a kiosk, or not at this one
  'kiosk/not-approved', // what a person must approve with their key, and has not
  'kiosk/not-revoked', // the pool could not be told that somebody has left
  'kiosk/over', // the person's key is out, or somebody is signed in already
  // Settings and state files
  'settings/invalid',
  'settings/unreadable', // the file is damaged; it was left as it is
  'settings/unwritable',
  // The audit log
  'audit/damaged', // it is not what was written: `detail` names the line
  'audit/unreadable',
  'audit/unwritable', // so nothing may be changed
  'practice/unavailable', // the local pool or the software key could not start
  // The bridge between window and main
  'ipc/untrusted',
  'ipc/bad-input',
  'internal',
] as const;
export type ErrorCode = (typeof ERROR_CODES)[number];

export interface Failure {
  readonly code: ErrorCode;
  /** PIN tries left, where that is known. */
  readonly retries?: number;
  /** For the helpdesk: status names and numbers, file names. Never a secret. */
  readonly detail?: string;
  /** What a person reads instead of what the code says: of what only main knows, such as the answers of the helpdesk's pool. */
  readonly words?: { readonly sentence: string; readonly next: string };
}

export type Result<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly error: Failure };
