import type { Administration } from '../cognito/admin/administration.js';
import type { CallOptions } from '../cognito/call.js';
import type { Connection } from '../cognito/connection.js';
import type { OnBehalfRequest } from '../cognito/on-behalf.js';
import type { Tokens } from '../cognito/tokens.js';
import type { Orphan } from '../shared/passkey-records.js';
import type { PublicKeyCredentialCreationOptionsJSON, RegistrationResponseJSON } from '../shared/webauthn-json.js';
import type { KeptPasskey } from '../station/passkey-records.js';
import type { Audit } from './audit.js';
import type { CaseFiles } from './case-files.js';
import type { OperatorDesk } from './operator.js';

/** Enrolments as the program that runs this keeps them: journalled before the key is asked. */
export interface Enrolments {
  /** The pool has the passkey: it gets a record, and its entry is closed. */
  confirm(enrolmentId: string, nickname: string): Promise<unknown>;
  /** The pool has not: it is offered for removal from the key. */
  abandon(enrolmentId: string): Promise<void>;
  orphans(): Promise<readonly Orphan[]>;
  records(): Promise<readonly KeptPasskey[]>;
}

/** Has a key make a passkey, journalled before it is asked. */
export type MakePasskey = (
  creation: PublicKeyCredentialCreationOptionsJSON,
  signal: AbortSignal | undefined,
) => Promise<{ readonly enrolmentId: string; readonly response: RegistrationResponseJSON }>;

interface OnBehalf {
  /** To the helpdesk's app client. */
  readonly connection: Connection;
  /** Answers the pool's challenge with a permission that the helpdesk's key has signed, once: `openOnBehalf`. */
  readonly open: (request: Omit<OnBehalfRequest, 'mac'>, options: CallOptions) => Promise<Tokens>;
}

/** Everything that the helpdesk works with. Built once, by main or by the command line. */
export interface HelpdeskOptions extends OperatorDesk {
  readonly administration: Administration;
  /** Undefined where nothing permits sessions on behalf of somebody. */
  readonly onBehalf: OnBehalf | undefined;
  readonly audit: Audit;
  readonly cases: CaseFiles;
  readonly enrolments: Enrolments;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** The number of this process, and whether a process of another number runs. */
  readonly pid: number;
  readonly isRunning: (pid: number) => boolean;
  /** Calls after so many milliseconds; returns how to give that up. */
  readonly later: (milliseconds: number, act: () => void) => () => void;
  /** Told whenever the state may be another one. */
  readonly onChange?: (() => void) | undefined;
}
