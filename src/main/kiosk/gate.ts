import type { AuditEvent } from '../../audit/entry.js';
import type { Handlers, Request } from '../../shared/ipc.js';
import type { KeySummary } from '../../shared/keys.js';
import { kioskRequests } from '../../shared/kiosk-requests.js';
import type { PasskeyRecord } from '../../shared/passkey-records.js';
import type { KioskRules } from '../../shared/mode.js';
import { FailureError } from '../../failures/failure-error.js';
import { allRefusing, eachBehind } from '../handler-tables.js';
import type { KioskApprovals } from './approvals.js';
import { approvedChanges } from './approved-changes.js';
import type { KioskSession } from './session.js';

/**
 * What a kiosk's window may ask of main: `anybody`, whoever stands before it; `signed-in`, who has tapped in; `change`, the same
 * where the policy lets people change things. What is not here, and so whatever is new, is refused: setting up the
 * station, erasing keys, and what tells one person of others.
 */
const ALLOWED: Readonly<Partial<Record<Request, 'anybody' | 'signed-in' | 'change'>>> = {
  'station.get': 'anybody',
  'keys.list': 'anybody',
  'keys.wink': 'anybody',
  'keys.select': 'anybody',
  'tapIn.identify': 'anybody',
  'keys.get': 'anybody',
  'ceremony.answer': 'anybody',
  'ceremony.cancel': 'anybody',
  'passkeys.records': 'anybody',
  'orphans.list': 'anybody',
  'practice.touch': 'anybody',
  'practice.plug': 'anybody',
  'kiosk.get': 'anybody',
  'kiosk.begin': 'anybody',
  'kiosk.renewed': 'anybody',
  'kiosk.active': 'anybody',
  'kiosk.stay': 'anybody',
  'kiosk.end': 'anybody',
  'keys.locate': 'signed-in',
  'onKey.list': 'signed-in',
  'onKey.forget': 'signed-in',
  'fingerprints.list': 'signed-in',
  'visit.leave': 'signed-in',
  'keys.setPin': 'change',
  'keys.changePin': 'change',
  'keys.create': 'change',
  'kiosk.ask': 'change',
  'kiosk.approve': 'change',
  'keys.removePasskey': 'change',
  'onKey.rename': 'change',
  'onKey.delete': 'change',
  'fingerprints.add': 'change',
  'fingerprints.rename': 'change',
  'fingerprints.delete': 'change',
  'passkeys.confirm': 'change',
  'passkeys.rename': 'change', // of their own
  'passkeys.abandon': 'change',
  'passkeys.forget': 'change',
};

export interface KioskGateOptions {
  readonly session: KioskSession;
  readonly approvals: Pick<KioskApprovals, 'ask' | 'approve' | 'use'>;
  /** What this station remembers of one person's passkeys. */
  readonly recordsOf: (sub: string) => PasskeyRecord[];
  /** Whose a passkey is, as this station remembers it: base64url; undefined where it does not. */
  readonly userHandleOf: (credentialId: string) => string | undefined;
  /** Resolves when it is written. */
  readonly audit: (event: AuditEvent) => Promise<unknown>;
  /** As they stand. */
  readonly rules: () => KioskRules;
}

/** The handlers of a kiosk: main does what is allowed there, and no more, whatever the window asks. */
export function guardedAtKiosk(
  handlers: Handlers,
  { session, approvals, recordsOf, userHandleOf, audit, rules }: KioskGateOptions,
): Handlers {
  const own: Partial<Handlers> = {
    ...approvedChanges(handlers, { session, approvals, recordsOf, audit }),
    'kiosk.get': () => session.get(),
    'kiosk.begin': (input) => session.begin(input),
    'kiosk.renewed': ({ refreshToken }) => {
      session.renewed(refreshToken);
    },
    'kiosk.active': () => {
      session.active();
    },
    'kiosk.stay': () => {
      session.stay();
    },
    'kiosk.end': () => {
      session.end('tapped-out');
    },
    'keys.list': async () => asAtKiosk(await handlers['keys.list']()),
    'tapIn.identify': (input) => {
      session.use(input.keyId);
      return handlers['tapIn.identify'](input);
    },
    'keys.get': async (input) => {
      session.use(input.keyId);
      const answer = await handlers['keys.get'](input);
      // A key need not say whose it is, and then the window must not be the one to say it.
      const userHandle = userHandleOf(answer.id) ?? answer.response.userHandle;
      session.asserted(input.keyId, { credentialId: answer.id, userHandle });
      return answer;
    },
    'ceremony.answer': (input) => {
      // A key asks for a new PIN in the middle of a sign-in, too.
      if (input.answer.kind === 'new-pin') demandChange(rules());
      session.active();
      return handlers['ceremony.answer'](input);
    },
    // Listed without the PIN for whoever comes next: not where many come.
    'onKey.list': (input) => handlers['onKey.list']({ ...input, remember: false }),
    // What this station remembers of others is for none of them.
    'passkeys.records': () => (session.person ? recordsOf(session.person.sub) : []),
    'orphans.list': () => [],
  };
  return eachBehind<Request>({ ...handlers, ...own }, (name, handler) => (input) => {
    demandAllowed(name, session, rules());
    return handler(input);
  });
}

/** Keys as a kiosk shows them: none can be remembered there. */
export function asAtKiosk(keys: readonly KeySummary[]): KeySummary[] {
  return keys.map(({ details, ...key }) => ({
    ...key,
    ...(details && { details: { ...details, canRemember: false } }),
  }));
}

function demandAllowed(name: Request, { person }: KioskSession, rules: KioskRules): void {
  const who = ALLOWED[name];
  if (who === 'anybody') return;
  if (who === undefined) throw new FailureError({ code: 'kiosk/not-allowed', detail: name });
  if (!person) throw new FailureError({ code: 'kiosk/over', detail: name });
  if (who === 'change') demandChange(rules);
}

function demandChange({ mayChange }: KioskRules): void {
  if (!mayChange) throw new FailureError({ code: 'kiosk/not-allowed', detail: 'mayChange' });
}

/** What a desk, or a helpdesk, says to a kiosk's requests. */
export function refusedElsewhere(): Pick<Handlers, KioskRequest> {
  return allRefusing(
    kioskRequests,
    () => new FailureError({ code: 'kiosk/not-allowed', detail: 'this station is no kiosk' }),
  );
}

type KioskRequest = keyof typeof kioskRequests;
