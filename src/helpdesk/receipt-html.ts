import type { Receipt, ReceiptAct } from '../shared/helpdesk.js';

const STYLE = `
  body { font: 11pt/1.4 system-ui, sans-serif; margin: 2cm; color: #111; }
  h1 { font-size: 16pt; }
  dl { display: grid; grid-template-columns: max-content 1fr; gap: 0 1em; }
  dd { margin: 0; overflow-wrap: anywhere; }
  table { border-collapse: collapse; width: 100%; font-size: 9pt; }
  th, td { border-bottom: 1px solid #999; padding: 0.3em 0.6em 0.3em 0; text-align: start; vertical-align: top; overflow-wrap: anywhere; }
  .sign { margin-top: 2cm; display: flex; gap: 2cm; }
  .sign p { flex: 1; border-top: 1px solid #111; padding-top: 0.3em; }`;

/** A receipt as a page to print: one document without scripts, pictures or anything from elsewhere. Every text in it is escaped. */
export function receiptHtml(receipt: Receipt): string {
  const { caseId, userPoolId, person, reason, openedBy, openedAt, endedAt, acts, remarks } = receipt;
  const facts: readonly [string, string][] = [
    ['Person', `${person.username} (${person.sub})`],
    ['Reason', reason],
    ['Case', caseId],
    ['User pool', userPoolId],
    ['Opened', `${openedAt} by ${openedBy.username}`],
    ['Ended', endedAt ?? 'still open'],
  ];
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>Receipt ${text(caseId)}</title>
<style>${STYLE}
</style>
</head>
<body>
<h1>Receipt of the helpdesk</h1>
<dl>
${facts.map(([name, value]) => `<dt>${text(name)}</dt><dd><bdi>${text(value)}</bdi></dd>`).join('\n')}
</dl>
<table>
<thead><tr><th>When</th><th>What</th><th>Result</th><th>By</th><th>Audit</th></tr></thead>
<tbody>
${acts.map(row).join('\n')}
</tbody>
</table>
${remarks.map((remark) => `<p><strong>${text(remark)}</strong></p>`).join('\n')}
<div class="sign"><p>Operator</p><p>Person</p></div>
</body>
</html>
`;
}

function row({ at, what, result, operator, approver, passkeys, note, audit }: ReceiptAct): string {
  const more = [...passkeys, ...(note === undefined ? [] : [note])]
    .map((line) => `<br><bdi>${text(line)}</bdi>`)
    .join('');
  const by = approver ? `${operator.username}, approved by ${approver.username}` : operator.username;
  const cells = [
    text(at),
    `${text(what)}${more}`,
    text(result),
    `<bdi>${text(by)}</bdi>`,
    audit === undefined ? '' : String(audit),
  ];
  return `<tr>${cells.map((cell) => `<td>${cell}</td>`).join('')}</tr>`;
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** Text as it may stand in a page; marks that turn the direction of writing, and characters that are not seen, are left out. */
const text = (value: string): string =>
  value.replace(/[\p{Cc}\p{Cf}]/gu, '').replace(/[&<>"']/g, (character) => ENTITIES[character] ?? '');
