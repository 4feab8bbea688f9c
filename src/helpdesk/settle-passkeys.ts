import { userHandleOf } from '../station/enrolled-key.js';
import type { Orphan } from '../shared/passkey-records.js';
import type { AuditPerson } from '../audit/entry.js';
import { type CaseEntry, unsettled } from './case.js';
import type { CaseWork } from './case-work.js';
import type { HelpdeskOptions } from './desk.js';

/**
 * Settles by the list of the person's passkeys what became of deletions and enrolments that a program was ended in, and closes
 * the entries of enrolments that the pool has taken after all.
 * @param ids of all passkeys that the pool has now
 */
export async function settlePasskeys(
  { enrolments }: Pick<HelpdeskOptions, 'enrolments'>,
  work: CaseWork,
  operator: AuditPerson,
  ids: readonly string[],
): Promise<void> {
  const theirs = (await enrolments.orphans()).filter(isOf(work.file.person.sub));
  const taken = theirs.filter(({ credentialId }) => credentialId !== undefined && ids.includes(credentialId));
  for (const entry of unsettled(work.file)) {
    if (entry.step === 'delete') await settleDeletion(work, operator, entry, ids);
    if (entry.step === 'enrol') await settleEnrolment(work, operator, entry, ids);
  }
  const nickname = work.file.entries.findLast((entry) => entry.nickname !== undefined)?.nickname ?? 'Replacement';
  for (const { id } of taken) await enrolments.confirm(id, nickname);
}

async function settleDeletion(
  work: CaseWork,
  operator: AuditPerson,
  { step, passkeys = [] }: CaseEntry,
  ids: readonly string[],
): Promise<void> {
  const isThere = passkeys.some((id) => ids.includes(id));
  const note = isThere ? 'It was not deleted before the program was ended.' : 'It was deleted, as the list shows.';
  const result = isThere ? 'failed' : 'done';
  const audit = await work.audit({ action: 'passkey.delete' }, operator, result, `${note} ${passkeys.join(' ')}`);
  await work.note({ step, phase: result, operator, passkeys, note, audit });
}

async function settleEnrolment(
  work: CaseWork,
  operator: AuditPerson,
  { step, passkeys: before = [], use, nickname }: CaseEntry,
  ids: readonly string[],
): Promise<void> {
  const passkeys = ids.filter((id) => !before.includes(id));
  const isThere = passkeys.length > 0;
  const note = isThere
    ? 'It was registered before the program was ended, as the list shows.'
    : 'It was not registered before the program was ended. What may be on the key is among the passkeys left on keys.';
  const result = isThere ? 'done' : 'failed';
  const audit = await work.audit({ action: 'passkey.enrol' }, operator, result, [note, ...passkeys].join(' '));
  await work.note({ step, phase: result, operator, ...(isThere && { passkeys }), use, nickname, note, audit });
}

const isOf = (sub: string): ((orphan: Orphan) => boolean) => {
  const userId = userHandleOf(sub);
  return (orphan) => orphan.userId === userId;
};
