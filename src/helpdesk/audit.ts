import type { AuditEvent } from '../audit/entry.js';

/** Where what the helpdesk does is put on record: the station's audit log. */
export interface Audit {
  /** Resolves once the event is on the disk, with the number of its line. Rejects where it cannot be written: then nothing is done. */
  append(event: AuditEvent): Promise<unknown>;
}
