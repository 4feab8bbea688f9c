import type { AuditEvent } from '../../audit/entry.js';
import { FailureError } from '../../failures/failure-error.js';
import type { Handlers } from '../../shared/ipc.js';
import type { PasskeyRecord } from '../../shared/passkey-records.js';
import type { KioskApprovals } from './approvals.js';
import type { KioskSession } from './session.js';

export interface ApprovedChangesOptions {
  readonly session: Pick<KioskSession, 'signer' | 'person'>;
  readonly approvals: Pick<KioskApprovals, 'ask' | 'approve' | 'use'>;
  /** What this station remembers of one person's passkeys. */
  readonly recordsOf: (sub: string) => PasskeyRecord[];
  /** Resolves when it is written. */
  readonly audit: (event: AuditEvent) => Promise<unknown>;
}

type ApprovedRequest =
  | 'kiosk.ask'
  | 'kiosk.approve'
  | 'keys.create'
  | 'passkeys.confirm'
  | 'passkeys.abandon'
  | 'passkeys.rename'
  | 'passkeys.forget';

/**
 * What people at a kiosk may change about their account only with an approval, as far as main has a part in it: a key makes no passkey
 * without one, and the pool's deletion, which is the window's, is taken down by the approval that there was.
 */
export function approvedChanges(
  handlers: Handlers,
  { session, approvals, recordsOf, audit }: ApprovedChangesOptions,
): Pick<Handlers, ApprovedRequest> {
  const note = (action: AuditEvent['action'], result: AuditEvent['result'], detail: string) => {
    const { person } = session;
    return audit({ action, result, ...(person && { person, approver: person }), detail });
  };
  return {
    'kiosk.ask': (wish) => approvals.ask(wish),
    'kiosk.approve': (input) => approvals.approve(input),
    // What was approved is one key, for the account of whoever is signed in.
    'keys.create': (input) => {
      if (session.signer?.userHandle !== input.options.user.id)
        throw new FailureError({ code: 'kiosk/not-allowed', detail: 'a passkey for somebody else' });
      return approvals.use({ action: 'passkey.enrol' }, async () => {
        await note('passkey.enrol', 'begun', 'The key is asked for a passkey.');
        return handlers['keys.create'](input);
      });
    },
    'passkeys.confirm': async (input) => {
      const record = await handlers['passkeys.confirm'](input);
      await note('passkey.enrol', 'done', `${record.credentialId} on ${record.keyProduct}`);
      return record;
    },
    'passkeys.abandon': async (input) => {
      await handlers['passkeys.abandon'](input);
      await note('passkey.enrol', 'failed', 'The user pool has refused it, or has not answered.');
    },
    'passkeys.rename': (input) => {
      const own = session.person ? recordsOf(session.person.sub) : [];
      if (!own.some(({ credentialId }) => credentialId === input.credentialId))
        throw new FailureError({ code: 'kiosk/not-allowed', detail: 'passkeys.rename' });
      return handlers['passkeys.rename'](input);
    },
    'passkeys.forget': ({ credentialId }) =>
      approvals.use({ action: 'passkey.delete', credentialId }, async () => {
        await handlers['passkeys.forget']({ credentialId });
        await note('passkey.delete', 'done', `${credentialId}, as the window has been told by the user pool`);
      }),
  };
}
