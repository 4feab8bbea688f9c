import type { ErrorCode } from './result.js';

/** What a person reads when something went wrong: what happened, and what to do now. */
export interface FailureMessage {
  readonly sentence: string;
  readonly next: string;
}

/**
 * A sentence and a next step for every code, for window and command line alike; where one of them can name its own
 * button or command, it says so itself instead. Plain data: no validator comes with it into the window.
 */
export const FAILURE_MESSAGES: Readonly<Record<ErrorCode, FailureMessage>> = {
  'key/removed': {
    sentence: 'The security key was unplugged.',
    next: 'Plug it in again, then try again.',
  },
  'key/not-permitted': {
    sentence: 'This computer does not let Keydesk open the security key.',
    next: 'On Linux, install the udev rule that comes with Keydesk, then plug the key in again. Elsewhere, ask your helpdesk.',
  },
  'key/unreachable': {
    sentence: 'This computer has a problem in reaching security keys on USB.',
    next: 'Unplug the key, plug it in again, then try again. On Linux, make sure that libusb-1.0 and libudev are installed.',
  },
  'key/busy': {
    sentence: 'Another program is using the security key.',
    next: 'Close that program, often a browser with a sign-in page open, then try again.',
  },
  'key/locked': {
    sentence: 'Another program has reserved the security key for itself.',
    next: 'Wait ten seconds, then try again.',
  },
  'key/no-answer': {
    sentence: 'The security key does not answer.',
    next: 'Unplug it, plug it in again, then try again.',
  },
  'key/protocol': {
    sentence: 'The security key answered in a way that Keydesk does not understand.',
    next: 'Unplug it, plug it in again, then try again. If this happens again, give the details to your helpdesk.',
  },
  'key/refused': {
    sentence: 'The security key refused.',
    next: 'Try again. If it refuses again, give the details to your helpdesk.',
  },
  'key/not-allowed': {
    sentence: 'The security key does not allow this now.',
    next: 'Unplug it, plug it in again, then try again.',
  },
  'key/verify-again': {
    sentence: 'The security key wants to be sure again that it is you.',
    next: 'Try again, and enter the PIN or give your fingerprint once more.',
  },
  'key/too-much': {
    sentence: 'That is more than this security key takes at once.',
    next: 'Use less, such as a shorter name or a smaller file, or use another key.',
  },
  'key/full': {
    sentence: 'There is no room for another passkey on this security key.',
    next: 'Remove a passkey that you no longer need from the key, or use another key.',
  },
  'key/fingerprints-full': {
    sentence: 'There is no room for another fingerprint on this security key.',
    next: 'Remove a fingerprint that you no longer need, then try again.',
  },
  'key/blobs-full': {
    sentence: 'There is no room for more data on this security key.',
    next: 'Remove data that you no longer need from the key, then try again.',
  },
  'key/blobs-damaged': {
    sentence: 'The data on this security key does not match its checksum.',
    next: 'Try again. If it stays that way, the data must be written anew; the passkeys are not affected.',
  },
  'key/unchanged': {
    sentence: 'The security key said that it had done it, and is as it was.',
    next: 'Unplug it, plug it in again, and look once more. If it stays so, give the details to your helpdesk.',
  },
  'key/unsupported': {
    sentence: 'This security key cannot do what is asked of it.',
    next: 'Use another security key: one that stores passkeys and has a PIN (FIDO2).',
  },
  'key/not-touched': {
    sentence: 'The security key was not touched in time.',
    next: 'Try again, and touch the key when it blinks.',
  },
  'key/touch-needed': {
    sentence: 'The security key does this only after a touch.',
    next: 'Try again, and touch the key when it blinks.',
  },
  'key/denied': {
    sentence: 'The request was declined on the security key.',
    next: 'Try again if that was not meant.',
  },
  'key/already-registered': {
    sentence: 'This security key already holds a passkey for your account.',
    next: 'There is nothing left to do for this key. To add another, plug that one in.',
  },
  'key/no-passkey': {
    sentence: 'This security key does not have the passkey that is asked for.',
    next: 'Try another security key, or check that the account is the right one.',
  },
  'key/several-passkeys': {
    sentence: 'Several passkeys on this security key may be the one that is meant. None was removed.',
    next: 'Look at the passkeys on the key, and delete there the one that you know is of no use.',
  },
  'key/no-fingerprint': {
    sentence: 'This security key does not have that fingerprint.',
    next: 'Look at the list of its fingerprints, then try again.',
  },
  'key/reset-window': {
    sentence: 'A security key can be reset only within seconds of being plugged in.',
    next: 'Unplug it, plug it in again, and start the reset at once.',
  },
  'reset/blocked': {
    sentence: 'The security key does not let itself be reset here.',
    next: 'It was declined on the key, or its maker or its owner has blocked it. Use the tool of its maker, or ask your helpdesk.',
  },
  'reset/alike-keys': {
    sentence: 'Two security keys that cannot be told from each other are plugged in.',
    next: 'Leave only the one plugged in that is to be reset, then start again.',
  },
  'reset/not-unplugged': {
    sentence: 'The security key was not unplugged in time. Nothing was changed.',
    next: 'Start the reset again, and unplug the key when you are asked to.',
  },
  'reset/not-plugged': {
    sentence: 'The security key was not plugged in again in time. Nothing was changed.',
    next: 'Plug it in and start the reset again.',
  },
  'reset/another-key': {
    sentence: 'Another security key was plugged in. Nothing was changed on either.',
    next: 'Start the reset again, and plug in the key that you unplugged.',
  },
  'reset/unproven': {
    sentence: 'The security key says that it was reset, but still has what was on it.',
    next: 'Do not hand it on. Start the reset again, or give the details to your helpdesk.',
  },
  'pin/wrong': {
    sentence: 'That PIN is wrong.',
    next: 'Enter the PIN of this security key again.',
  },
  'pin/not-set': {
    sentence: 'This security key has no PIN yet.',
    next: 'Set one, then try again.',
  },
  'pin/already-set': {
    sentence: 'This security key already has a PIN.',
    next: 'Change that PIN instead.',
  },
  'pin/replug': {
    sentence: 'Three wrong PINs in a row: the security key takes no more until it is plugged in anew.',
    next: 'Unplug it, plug it in again, then try again.',
  },
  'pin/blocked': {
    sentence: 'The PIN of this security key is blocked: there are no tries left.',
    next: 'Only a reset makes the key usable again. It erases every passkey on it, so speak with your helpdesk first.',
  },
  'pin/policy': {
    sentence: 'The security key does not accept this PIN.',
    next: 'Choose another one: longer, or less simple.',
  },
  'pin/change-required': {
    sentence: 'The PIN of this security key must be changed before it is used.',
    next: 'Change it, then try again.',
  },
  'pin/length-only-grows': {
    sentence: 'The shortest PIN that a security key takes can be made longer, and never shorter again.',
    next: 'Choose a longer one. Only a reset, which erases every passkey on the key, takes it back.',
  },
  'pin/last-tries': {
    sentence: 'Only the last PIN tries of this security key are left.',
    next: 'Say explicitly that you want to spend one of them.',
  },
  'uv/failed': {
    sentence: 'The security key did not recognise the fingerprint.',
    next: 'Clean the sensor and your finger, then try again, or use the PIN.',
  },
  'uv/blocked': {
    sentence: 'The fingerprint reader of this security key no longer accepts fingerprints.',
    next: 'Use the PIN: it unlocks the reader again.',
  },
  'rp/not-allowed': {
    sentence: 'A passkey was asked for that belongs to another domain.',
    next: 'Check the passkey domain (RP ID) with your helpdesk.',
  },
  'ceremony/bad-options': {
    sentence: 'What was asked for is something that no security key could do.',
    next: 'Try again. If it happens again, give the details to your helpdesk.',
  },
  'ceremony/unknown': {
    sentence: 'That step is already over.',
    next: 'Start again.',
  },
  'ceremony/busy': {
    sentence: 'This security key is busy with something else in Keydesk.',
    next: 'Finish or cancel that first, then try again.',
  },
  cancelled: {
    sentence: 'Cancelled.',
    next: 'Start again whenever you like.',
  },
  'policy/locked': {
    sentence: 'The policy of this station cannot be read, so Keydesk shows everything and changes nothing.',
    next: 'Give the details to your helpdesk: the policy file must be corrected.',
  },
  'policy/key-not-allowed': {
    sentence: 'Your organisation does not allow this model of security key.',
    next: 'Use another key, or ask your helpdesk for one that is allowed.',
  },
  'policy/certification-too-low': {
    sentence: 'This model of security key is not certified as highly as your organisation requires.',
    next: 'Use another key, or ask your helpdesk for one that is allowed.',
  },
  'policy/certification-unproved': {
    sentence: 'Your organisation requires certified security keys, and nothing proves that this one is.',
    next: 'Ask your helpdesk: this station may need newer metadata, or you another key.',
  },
  'policy/compromised': {
    sentence: 'This model of security key has a known weakness.',
    next: 'Do not use it for new passkeys. Ask your helpdesk for another key.',
  },
  'policy/no-user-verification': {
    sentence: 'This security key cannot tell that it is you: it has neither PIN nor fingerprint reader.',
    next: 'Use another key, or ask your helpdesk for one that is allowed.',
  },
  'policy/pin-too-short': {
    sentence: 'This security key accepts shorter PINs than your organisation allows.',
    next: 'Raise the minimum PIN length of the key where it can be raised; otherwise use another key.',
  },
  'policy/attestation-failed': {
    sentence: 'The security key could not prove that it is what it says.',
    next: 'Do not use this key. Give it and the details to your helpdesk.',
  },
  'policy/attestation-unproved': {
    sentence: 'Nothing proves that this security key is the model that it says it is.',
    next: 'Use another key, or ask your helpdesk: this station may need newer metadata.',
  },
  'metadata/unreachable': {
    sentence: 'The metadata service cannot be reached.',
    next: 'Check the network, then try again; or import a file that was downloaded elsewhere.',
  },
  'metadata/not-a-blob': {
    sentence: 'This is no metadata file of the FIDO Alliance.',
    next: 'Download it again from https://mds3.fidoalliance.org, and import the file as it is.',
  },
  'metadata/bad-signature': {
    sentence: 'The signature of this metadata file is wrong.',
    next: 'Somebody has changed it, or it was damaged: download it again.',
  },
  'metadata/expired-chain': {
    sentence: 'A certificate of the signature of this metadata file is not valid today.',
    next: 'Check the clock of this computer, then download the newest file.',
  },
  'metadata/wrong-root': {
    sentence: 'This metadata file was not signed by the FIDO Alliance.',
    next: 'Download it from https://mds3.fidoalliance.org.',
  },
  'metadata/rollback': {
    sentence: 'This metadata file is older than the one that the station has.',
    next: 'Download the newest file.',
  },
  'policy/changed': {
    sentence: 'The policy of this station was changed while this was under way.',
    next: 'Nothing more was changed. Try again: what is done from now on goes by the policy of now.',
  },
  'helpdesk/no-rules': {
    sentence: 'The policy of this station does not say how its helpdesk works.',
    next: 'Have the member "helpdesk" put into the policy: its group, app client and KMS key.',
  },
  'helpdesk/no-operator': {
    sentence: 'Nobody is signed in at the helpdesk.',
    next: 'Sign in with your own security key.',
  },
  'helpdesk/not-an-operator': {
    sentence: 'This account does not belong to the helpdesk.',
    next: 'Sign in with an account that does, or ask whoever looks after the user pool to put it into the group of operators.',
  },
  'helpdesk/operator-without-passkey': {
    sentence: 'The user pool does not let this account sign in with a passkey.',
    next: 'Operators sign in with their own security key: enrol one at an ordinary desk first.',
  },
  'helpdesk/another-operator': {
    sentence: 'That was not the security key of the operator who is signed in.',
    next: 'Try again with your own key, or sign out and let the other person sign in.',
  },
  'helpdesk/same-operator': {
    sentence: 'Nobody can approve their own request.',
    next: 'Ask another operator to approve it with their own security key.',
  },
  'helpdesk/not-fresh': {
    sentence: 'The user pool says that this sign-in is older than what it is to confirm.',
    next: 'Nothing was changed. Try again, and touch your key when you are asked to.',
  },
  'helpdesk/clock-differs': {
    sentence: 'The clock of this computer differs from that of the user pool by more than five minutes.',
    next: 'Nothing was changed. Set date and time of this computer, then sign in again.',
  },
  'helpdesk/clock-changed': {
    sentence: 'The clock of this computer was set while you were signed in.',
    next: 'Nothing was changed. Look at date and time of this computer, then sign in again.',
  },
  'helpdesk/no-person': {
    sentence: 'The user pool has no such person, or no longer.',
    next: 'Look for them again. If they were deleted in the middle of a case, end the case: nothing of them is left to be looked after.',
  },
  'helpdesk/person-changed': {
    sentence: 'The person is not as this case knows them any more: somebody has changed their account.',
    next: 'Nothing was changed. Look at what is different, make sure who it is, and take it over into the case.',
  },
  'helpdesk/person-disabled': {
    sentence: 'Somebody has disabled this person, and not in this case.',
    next: 'Find out why before anything else. To go on, enable the person first.',
  },
  'helpdesk/federated': {
    sentence: 'This person signs in with another identity provider, which looks after their keys.',
    next: 'Here they can only be made safe: signed out everywhere, and disabled. For the rest, turn to that identity provider.',
  },
  'helpdesk/case-open': {
    sentence: 'There is an open case of this person at this station.',
    next: 'Go on with that one, or end it first.',
  },
  'helpdesk/case-busy': {
    sentence: 'Somebody works on this case in another window of this station.',
    next: 'Wait until they have left it, then try again.',
  },
  'helpdesk/no-case': {
    sentence: 'There is no such case, or it is over.',
    next: 'Look at the list of cases.',
  },
  'helpdesk/no-session': {
    sentence: 'No session is open for this person.',
    next: 'Open one: with a code that they read to you, or on their behalf with the approval of a second operator.',
  },
  'helpdesk/session-over': {
    sentence: 'The session for this person is over.',
    next: 'Open another one, and go on where you were.',
  },
  'helpdesk/session-open': {
    sentence: 'A session for this person is open already.',
    next: 'Go on with it, or close it first.',
  },
  'helpdesk/no-code': {
    sentence: 'The user pool sends this person no code by e-mail.',
    next: 'Their address may not be proved. Open a session on their behalf, or have the address put right.',
  },
  'helpdesk/reason-needed': {
    sentence: 'This needs a reason that can be read.',
    next: 'Say why, in a few plain words. Where a session is opened on behalf of somebody, they are told.',
  },
  'helpdesk/no-request': {
    sentence: 'There is no request that waits for approval.',
    next: 'It was used, refused or has run out. Ask again, with a reason.',
  },
  'helpdesk/approval-late': {
    sentence: 'The approval came later than five minutes after the request.',
    next: 'Nothing was opened. Ask again, and have the second operator ready.',
  },
  'helpdesk/approval-refused': {
    sentence: 'The second operator refused.',
    next: 'Nothing was opened. Speak with them before you ask again.',
  },
  'helpdesk/last-passkey': {
    sentence: 'That is the last passkey of this person, and no replacement is enrolled.',
    next: 'Enrol the replacement first, or say explicitly that the person is to be left without a passkey.',
  },
  'helpdesk/unproved': {
    sentence: 'The user pool said that it was done, and it is not so when it is read again.',
    next: 'Look at the person again: somebody else may be changing the account. Then try again.',
  },
  'helpdesk/unsettled': {
    sentence: 'The program ended in the middle of this case, and whether the last step was done is not known.',
    next: 'Open a session for the person and list the passkeys: then it is known.',
  },
  'helpdesk/pool': {
    sentence: 'The user pool did not do what was asked.',
    next: 'Try again. If it happens again, look at the details.',
  },
  'helpdesk/not-allowed': {
    sentence: 'That is not possible at this desk.',
    next: 'At a helpdesk people are helped and keys prepared; everything else is done at a desk of one’s own.',
  },
  'helpdesk/own-key': {
    sentence: 'This is the key that you confirm with.',
    next: 'Choose the other person’s key: yours stays as it is.',
  },
  'helpdesk/no-printer': {
    sentence: 'The receipt could not be printed.',
    next: 'Save it as a file, and print that.',
  },
  'approval/unshowable': {
    sentence: 'This request cannot be shown exactly as it is, so nobody can approve it.',
    next: 'Ask again in plain letters: without control characters, other directions of writing or invisible signs.',
  },
  'approval/malformed': {
    sentence: 'This is no approval.',
    next: 'Give the file as Keydesk saved it, or ask for the approval again.',
  },
  'approval/altered': {
    sentence: 'What was approved is another request than this one.',
    next: 'Somebody has changed it: do nothing of it, and ask for the approval again.',
  },
  'approval/no-key': {
    sentence: 'There is no public key here to verify this approval with.',
    next: 'Verify it at the station where the passkey was enrolled, or name its public key.',
  },
  'approval/other-key': {
    sentence: 'This was approved with another passkey.',
    next: 'Ask again, with a passkey of the person who is to approve.',
  },
  'approval/other-person': {
    sentence: 'This was approved by somebody else than the person who was asked.',
    next: 'Ask the right person, with their own key.',
  },
  'approval/other-origin': {
    sentence: 'This was approved for another website.',
    next: 'Ask for the approval again, here.',
  },
  'approval/other-rp': {
    sentence: 'This was approved with a passkey of another user pool.',
    next: 'Ask for the approval again, here.',
  },
  'approval/not-verified': {
    sentence: 'The person who approved this was not verified by PIN or fingerprint.',
    next: 'Ask again, with a key that has a PIN or a fingerprint.',
  },
  'approval/bad-signature': {
    sentence: 'The signature of this approval is wrong.',
    next: 'Do nothing of it, and ask for the approval again.',
  },
  'approval/stale': {
    sentence: 'This approval is not of now.',
    next: 'Check the clock of this computer, and ask for the approval again.',
  },
  'approval/replayed': {
    sentence: 'This approval was used before.',
    next: 'Ask for a new one: each serves once.',
  },
  'kiosk/not-allowed': {
    sentence: 'That is not possible at this kiosk.',
    next: 'Do it at your own computer, or ask your helpdesk.',
  },
  'kiosk/not-approved': {
    sentence: 'That takes your approval with your security key.',
    next: 'Ask for it again, read what is asked, and approve it within five minutes.',
  },
  'kiosk/not-revoked': {
    sentence: 'The user pool could not be told that somebody has left the kiosk.',
    next: 'Nobody can use that session here. Sign that person out at the pool to end it everywhere.',
  },
  'kiosk/over': {
    sentence: 'This sign-in at the kiosk is over.',
    next: 'Plug in your security key again to sign in.',
  },
  'settings/invalid': {
    sentence: 'Keydesk cannot use these settings.',
    next: 'Compare each of them with what your helpdesk gave you.',
  },
  'settings/unreadable': {
    sentence: 'The settings file of Keydesk is damaged. It was left as it is.',
    next: 'Give the details to your helpdesk, or move the file away and start again.',
  },
  'settings/unwritable': {
    sentence: 'Keydesk cannot save its settings.',
    next: 'Make sure that there is room on the disk and that you may write to the folder, then try again.',
  },
  'audit/damaged': {
    sentence: 'The audit log of this station is not what was written to it.',
    next: 'Nothing may be changed here until this is cleared up. Keep the folder of the log as it is, and give the details to whoever is responsible for security.',
  },
  'audit/unreadable': {
    sentence: 'The audit log of this station cannot be read.',
    next: 'Make sure that you may read its folder, then try again.',
  },
  'audit/unwritable': {
    sentence: 'The audit log of this station cannot be written, and nothing may be done without it.',
    next: 'Make sure that there is room on the disk and that you may write to the folder of the log, then try again.',
  },
  'practice/unavailable': {
    sentence: 'Practising is not possible at the moment.',
    next: 'Close Keydesk, start it again, and try once more.',
  },
  'ipc/untrusted': {
    sentence: 'Keydesk refused a request that did not come from its own window.',
    next: 'Close Keydesk and start it again.',
  },
  'ipc/bad-input': {
    sentence: 'Keydesk did not understand what was entered.',
    next: 'Check it and try again.',
  },
  internal: {
    sentence: 'Something in Keydesk went wrong.',
    next: 'Try again. If it happens again, give the details to your helpdesk.',
  },
};

/** How many PIN tries are left, as a sentence. */
export function triesLeft(retries: number): string {
  if (retries === 0) return 'No tries left.';
  return retries === 1 ? '1 try left.' : `${retries} tries left.`;
}
