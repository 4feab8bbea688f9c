import type { Connection } from '../../cognito/connection.js';
import type { ConnectedPool, Desk } from './desk.js';
import { Enrolment } from './enrolment.svelte.js';
import { Orphans } from './orphans.svelte.js';
import { Passkeys } from './passkeys.svelte.js';
import type { Session } from './session.svelte.js';

/** What there is while one person is signed in; the next one starts with an empty desk. */
export class Account {
  /** Who this person is on keys, base64url. */
  readonly userHandle: string | undefined;
  /** Signs in with another identity provider: the pool takes no passkeys of theirs. */
  readonly isFederated: boolean;
  readonly orphans: Orphans;
  readonly passkeys: Passkeys;
  readonly newEnrolment: () => Enrolment;

  constructor(desk: Desk, settings: ConnectedPool, pool: Connection, session: Session) {
    const { bridge } = desk;
    this.userHandle = session.userHandle;
    this.isFederated = session.isFederated;
    this.orphans = new Orphans(bridge, settings.rpId);
    this.passkeys = new Passkeys(bridge, pool, session, this.orphans);
    this.newEnrolment = () => new Enrolment(bridge, pool, session);
  }
}
