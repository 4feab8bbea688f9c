import { hostname } from 'node:os';

import { AuditLog } from '../audit/audit-log.js';
import { administer, type AdministrationSettings } from '../cognito/admin/administration.js';
import { connect } from '../cognito/connection.js';
import { openOnBehalf } from '../cognito/on-behalf.js';
import type { HelpdeskRules } from '../shared/mode.js';
import { isRunning } from '../station/is-running.js';
import { CaseFiles } from './case-files.js';
import type { Enrolments, HelpdeskOptions } from './desk.js';
import { Helpdesk } from './helpdesk.js';
import { kmsMac } from './kms-mac.js';

export interface HelpdeskSetUp extends Pick<HelpdeskOptions, 'onFault' | 'onChange'> {
  /** What the station's policy says. */
  readonly rules: HelpdeskRules;
  readonly pool: {
    readonly region: string;
    readonly userPoolId: string;
    /** The passkey client. */
    readonly clientId: string;
    /** Only of a pool on this machine, where it stands for KMS, too; undefined at AWS. */
    readonly endpoint?: string | undefined;
  };
  /** The station's. */
  readonly folder: string;
  readonly enrolments: Enrolments;
  /** A profile of this computer's AWS configuration. The SDK's own chain of providers decides without it. */
  readonly profile?: string | undefined;
  /** Given where something else than the SDK's chain has them: by the practice pool. */
  readonly credentials?: AdministrationSettings['credentials'];
}

/**
 * Puts the helpdesk of a station together, as app and command line have it. Nothing is sent, and no credentials are looked for.
 * Rejects with FailureError `audit/damaged`, `audit/unreadable`, `audit/unwritable`; RangeError for an endpoint that is not on
 * this machine.
 */
export async function openHelpdesk(setUp: HelpdeskSetUp): Promise<Helpdesk> {
  const { rules, pool, folder, enrolments, profile, credentials, onFault, onChange } = setUp;
  const { region, userPoolId, endpoint } = pool;
  const signed = { region, endpoint, profile, ...(credentials !== undefined && { credentials }) };
  const mac = kmsMac({ ...signed, keyId: rules.kmsKeyId });
  const connection = connect({ ...pool, clientId: rules.clientId });
  return new Helpdesk({
    connection: connect(pool),
    group: rules.group,
    administration: administer({ ...signed, userPoolId }),
    onBehalf: { connection, open: (request, call) => openOnBehalf(connection, { ...request, mac }, call) },
    audit: await AuditLog.open({ folder, station: hostname(), now: Date.now }),
    cases: new CaseFiles(folder),
    enrolments,
    now: Date.now,
    pid: process.pid,
    isRunning,
    later: (milliseconds, act) => {
      const timer = setTimeout(act, milliseconds);
      return () => {
        clearTimeout(timer);
      };
    },
    onFault,
    onChange,
  });
}
