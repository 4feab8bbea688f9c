import { Command, InvalidArgumentError, Option } from 'commander';

import { exportLog, type ExportOptions, verify, type VerifyOptions } from '../audit.js';
import type { Context } from '../context.js';

/** `keydesk audit`: what was done at this station, and whether the log of it is as it was written. */
export function auditCommand(context: Context): Command {
  return new Command('audit')
    .description('verify or export the log of what was done at this station, by whom and for whom')
    .addCommand(verifyCommand(context))
    .addCommand(exportCommand(context));
}

const folderOption = () =>
  new Option('--folder <folder>', "the folder of the log, or of a copy of it, instead of this station's");

const VERIFY = `
Each line holds the hash of the line before, and a record beside the log holds that of the last: a line that was changed,
removed, put in or moved is found, and so is an end that was cut off. Whoever writes the whole folder anew from the first line
is not found so. Keep the hash that is printed somewhere else from time to time: a log that grew from there holds it.

Exit status: 0 intact (there may be notes), 1 it cannot be read, 2 wrong usage, 3 it is not as it was written, or there is none.

Example:
  keydesk audit verify --head 3b4c… --count 120`;

function verifyCommand(context: Context): Command {
  return new Command('verify')
    .description('say whether the audit log is as it was written, and if not, from which line on; changes nothing')
    .addOption(folderOption())
    .option('--head <hash>', 'one that was printed earlier: the log has to hold it', toHash)
    .option('--count <number>', 'and this is the line that has to have it', toCount)
    .addHelpText('after', VERIFY)
    .action(async (options: VerifyOptions) => {
      await verify(options, context);
    });
}

const EXPORT = `
JSON lines are those of the log, to the byte. CSV has one row for each entry, every cell in quotes; a cell that a spreadsheet
would take for a formula begins with an apostrophe, and control characters and marks that turn the direction of writing are
replaced. Nothing is exported from a log that is not as it was written.

Exit status: 0 done, 1 it cannot be read, 2 wrong usage, 3 it is not as it was written, or there is none.

Example:
  keydesk audit export --format csv --from 2026-11-01 --to 2026-11-30 > november.csv`;

function exportCommand(context: Context): Command {
  return new Command('export')
    .description('print the entries of the audit log, once it is verified')
    .addOption(folderOption())
    .addOption(new Option('--format <format>', 'how').choices(['jsonl', 'csv']).makeOptionMandatory())
    .option(
      '--from <time>',
      'from this day or time on: 2026-11-01, or 2026-11-01T08:00:00Z; days are those of UTC',
      toFrom,
    )
    .option('--to <time>', 'up to this time, or to the end of this day', toTo)
    .option('--person <name>', 'only about this person: user name or sub')
    .option('--operator <name>', 'only what this person did or approved: user name or sub')
    .addHelpText('after', EXPORT)
    .action(async (options: ExportOptions) => {
      await exportLog(options, context);
    });
}

function toHash(text: string): string {
  if (!/^[0-9a-f]{64}$/i.test(text)) throw new InvalidArgumentError('Use the 64 digits that verify printed.');
  return text.toLowerCase();
}

function toCount(text: string): number {
  if (!/^[1-9]\d{0,14}$/.test(text)) throw new InvalidArgumentError('Use the number of a line, from 1.');
  return Number(text);
}

const DAY = /^\d{4}-\d\d-\d\d$/;
/** With its offset: a time without one would mean another moment on another computer. */
const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d{1,3})?)?(Z|[+-]\d\d:\d\d)$/;
const DAY_MS = 24 * 60 * 60_000;

function toFrom(text: string): number {
  const time = DAY.test(text) || TIME.test(text) ? Date.parse(text) : NaN;
  if (Number.isNaN(time))
    throw new InvalidArgumentError('Use a day such as 2026-11-01, or a time such as 2026-11-01T08:00:00Z.');
  return time;
}

/** The first moment that is too late. */
function toTo(text: string): number {
  return toFrom(text) + (DAY.test(text) ? DAY_MS : 1);
}
