import type { AuditPerson } from '../audit/entry.js';
import type { Receipt, ReceiptAct } from '../shared/helpdesk.js';

/**
 * A receipt as lines of text. No name and no note makes a line of its own; marks in them that turn the direction of writing are left
 * to whoever prints them on a terminal.
 */
export function receiptText({
  caseId,
  userPoolId,
  person,
  reason,
  openedBy,
  openedAt,
  endedAt,
  acts,
  remarks,
}: Receipt): string {
  return [
    `Receipt of the helpdesk for ${person.username}`,
    `  case        ${caseId}`,
    `  user pool   ${userPoolId}`,
    `  person      ${nameOf(person)}`,
    `  reason      ${reason}`,
    `  opened      ${openedAt} by ${openedBy.username}`,
    `  ended       ${endedAt ?? 'still open'}`,
    '',
    ...acts.flatMap(linesOf),
    ...(remarks.length > 0 ? ['', ...remarks] : []),
  ]
    .map(oneLine)
    .join('\n');
}

const oneLine = (text: string): string => text.replace(/[\p{Cc}\p{Zl}\p{Zp}]/gu, '\ufffd');

const nameOf = ({ username, sub }: AuditPerson): string => (username === sub ? sub : `${username} (${sub})`);

function linesOf({ at, result, what, operator, approver, passkeys, note, audit }: ReceiptAct): string[] {
  const approval = approver ? `, approved by ${approver.username}` : '';
  const place = audit === undefined ? '' : `  [audit ${audit}]`;
  return [
    `${at}  ${what}: ${result}, by ${operator.username}${approval}${place}`,
    ...passkeys.map((id) => `    passkey ${id}`),
    ...(note === undefined ? [] : [`    ${note}`]),
  ];
}
