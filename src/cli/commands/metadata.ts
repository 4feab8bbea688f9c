import { readFile } from 'node:fs/promises';

import { Command } from 'commander';

import { isStale, type Metadata } from '../../passport/metadata.js';
import type { Context } from '../context.js';
import { printable } from '../printable.js';
import { usage } from '../problem.js';

/** `keydesk metadata`: what FIDO says of the models of security keys. */
export function metadataCommand(context: Context): Command {
  return new Command('metadata')
    .description("import or show the FIDO Alliance's signed metadata on models of security keys")
    .addCommand(importCommand(context))
    .addCommand(showCommand(context));
}

function importCommand({ station, terminal, signal }: Context): Command {
  return new Command('import')
    .description('verify a metadata file and keep it for this station; nothing is sent anywhere')
    .argument('<file>', 'the file, as https://mds3.fidoalliance.org gives it')
    .action(async (file: string) => {
      const metadata = await station().importMetadata(await textOf(file, signal));
      terminal.result(asJson(metadata), `Imported.\n${asText(metadata)}`);
    });
}

function showCommand({ station, terminal }: Context): Command {
  return new Command('show').description('show which metadata this station has').action(async () => {
    const metadata = await station().metadata();
    if (metadata) terminal.result(asJson(metadata), asText(metadata));
    else terminal.result({ metadata: null }, 'This station has no metadata.');
  });
}

function asJson(metadata: Metadata) {
  const { no, nextUpdate, entries, unreadable } = metadata;
  return { metadata: { no, nextUpdate, models: entries.size, unreadable, stale: isStale(metadata, Date.now()) } };
}

function asText(metadata: Metadata): string {
  const { no, nextUpdate, entries, unreadable } = metadata;
  const late = isStale(metadata, Date.now()) ? ': it is out of date, import a newer one' : '';
  const rest = unreadable === 0 ? '' : ` (${unreadable} more cannot be read)`;
  return `  number        ${no}\n  models        ${entries.size}${rest}\n  next update   ${nextUpdate}${late}`;
}

async function textOf(file: string, signal: AbortSignal): Promise<string> {
  try {
    return await readFile(file, { encoding: 'utf8', signal });
  } catch (error) {
    signal.throwIfAborted();
    throw usage(`${printable(file)} cannot be read.`, error instanceof Error ? error.message : String(error));
  }
}
