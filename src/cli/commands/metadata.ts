import { Command } from 'commander';

import { isStale, type Metadata } from '../../passport/metadata.js';
import { isLoopback } from '../../shared/loopback.js';
import type { Context } from '../context.js';
import { printable } from '../printable.js';
import { problemOf, usage } from '../problem.js';
import { textOf } from '../text-file.js';

/** Where the FIDO Alliance publishes it (FIDO Metadata Service 3.0 §3.2). */
const METADATA_URL = 'https://mds3.fidoalliance.org/';
/** The whole is several megabytes today. */
const MAX_BYTES = 64 * 1024 * 1024;
const DOWNLOAD_MS = 120_000;

/** `keydesk metadata`: what FIDO says of the models of security keys. */
export function metadataCommand(context: Context): Command {
  return new Command('metadata')
    .description("import or show the FIDO Alliance's signed metadata on models of security keys")
    .addCommand(importCommand(context))
    .addCommand(fetchCommand(context))
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

function fetchCommand({ station, terminal, signal }: Context): Command {
  return new Command('fetch')
    .description('download the metadata, verify it and keep it for this station; only this command uses the network')
    .option('--url <url>', 'where from: an https address', METADATA_URL)
    .action(async ({ url }: { url: string }) => {
      const metadata = await station().importMetadata(await download(url, signal));
      terminal.result(asJson(metadata), `Fetched.\n${asText(metadata)}`);
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

/** The signature is what counts, not the way: https is for what others may learn of it. */
async function download(address: string, signal: AbortSignal): Promise<string> {
  const url = URL.canParse(address) ? new URL(address) : undefined;
  const isLocal = url?.protocol === 'http:' && isLoopback(address);
  if (!url || !(url.protocol === 'https:' || isLocal))
    throw usage(`${printable(address)} is no https address.`, `Leave --url out for ${METADATA_URL}.`);
  try {
    const answer = await fetch(url, { signal: AbortSignal.any([signal, AbortSignal.timeout(DOWNLOAD_MS)]) });
    if (!answer.ok) throw new Error(`it answers with status ${answer.status}`);
    return await textWithin(answer, MAX_BYTES);
  } catch (error) {
    signal.throwIfAborted();
    throw problemOf({ code: 'metadata/unreachable', detail: `${url.href}: ${reasonOf(error)}` });
  }
}

async function textWithin({ body }: Response, most: number): Promise<string> {
  const parts: Uint8Array[] = [];
  let length = 0;
  for await (const part of body ?? []) {
    const bytes = part as Uint8Array; // fetch streams bytes; the type says any
    length += bytes.length;
    if (length > most) throw new Error(`it sends more than ${most} bytes`);
    parts.push(bytes);
  }
  return Buffer.concat(parts).toString('utf8');
}

/** fetch hides why it failed behind "fetch failed". */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause instanceof Error ? error.cause.message : error.message;
}
