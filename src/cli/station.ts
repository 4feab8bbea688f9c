import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import type { Metadata } from '../passport/metadata.js';
import { MetadataError } from '../passport/metadata-error.js';
import { metadataRoots } from '../passport/metadata-roots.js';
import { type PolicyFile, type PolicyState, readPolicy } from '../passport/policy.js';
import {
  METADATA_FILE,
  type MetadataFiles,
  readNewMetadata,
  readStationMetadata,
} from '../passport/station-metadata.js';
import { auditFolder } from '../audit/audit-log.js';
import { type Journal, stationJournal } from '../station/journal.js';
import { JsonFile } from '../station/json-file.js';
import { PASSKEYS_FILE, PasskeyRecords, PasskeyRecordsFile } from '../station/passkey-records.js';
import { UsedApprovals } from '../station/used-approvals.js';
import { problemOf, usage } from './problem.js';
import type { World } from './world.js';

/** What the command line shares with the app on this computer: the policy, FIDO's metadata, and the journal of enrolments, and records of them. */
export class Station {
  readonly #policyFile: PolicyFile | undefined;
  readonly #metadataFile: string | undefined;
  readonly #rootFile: string | undefined;
  readonly #folder: string | undefined;
  readonly #onUnusable: (error: MetadataError) => void;
  #metadata: Promise<Metadata | undefined> | undefined;
  #believed: Promise<Metadata | undefined> | undefined;
  #policy: Promise<PolicyState> | undefined;
  #journal: Journal | undefined;

  /**
   * @param policy the file that --policy names; it goes before KEYDESK_POLICY, and that before the station's own
   * @param onUnusable told once when the station has metadata that is not to be believed
   */
  constructor({ env }: Pick<World, 'env'>, policy: string | undefined, onUnusable: (error: MetadataError) => void) {
    this.#onUnusable = onUnusable;
    const named = policy ?? (env['KEYDESK_POLICY'] || undefined);
    const folder = stationFolder(env);
    this.#folder = folder;
    this.#rootFile = env['KEYDESK_METADATA_ROOT'] || undefined;
    if (folder !== undefined) this.#metadataFile = join(folder, METADATA_FILE);
    if (named !== undefined) this.#policyFile = { path: named, isNamed: true };
    else if (folder !== undefined) this.#policyFile = { path: join(folder, 'policy.json'), isNamed: false };
  }

  /** Read once a run. */
  policy(): Promise<PolicyState> {
    this.#policy ??= this.policyNow();
    return this.#policy;
  }

  /** The policy as it is this moment, whatever the run began with. */
  policyNow(): Promise<PolicyState> {
    return this.#policyFile ? readPolicy(this.#policyFile, readText) : Promise.resolve({ state: 'none' });
  }

  /** FIDO's metadata, verified, read once a run. Rejects with MetadataError for a file that is not to be believed. */
  metadata(): Promise<Metadata | undefined> {
    this.#metadata ??= this.#readMetadata();
    return this.#metadata;
  }

  /** The same for work on keys: where it is not to be believed, there is none, and a policy that wants proof refuses. */
  believedMetadata(): Promise<Metadata | undefined> {
    this.#believed ??= this.metadata().catch((error: unknown) => {
      if (!(error instanceof MetadataError)) throw error;
      this.#onUnusable(error);
      return undefined;
    });
    return this.#believed;
  }

  /** Takes new metadata. Rejects with MetadataError, and the station keeps what it has then. */
  async importMetadata(text: string): Promise<Metadata> {
    if (this.#folder === undefined || this.#metadataFile === undefined)
      throw usage('There is no folder to keep the metadata in.', 'Name one with KEYDESK_STATION.');
    const metadata = await readNewMetadata(text, this.#metadataFile, await this.#files());
    await keep(this.#folder, this.#metadataFile, text);
    this.#metadata = Promise.resolve(metadata);
    return metadata;
  }

  /** The journal of enrolments that this computer's app keeps as well. Throws Problem `usage` where there is no folder for it. */
  journal(): Journal {
    const journal = this.findJournal();
    if (!journal)
      throw usage('There is no folder to keep the journal of enrolments in.', 'Name one with KEYDESK_STATION.');
    return journal;
  }

  /** The same; undefined where there is no folder for it. */
  findJournal(): Journal | undefined {
    if (this.#folder !== undefined) this.#journal ??= stationJournal(this.#folder);
    return this.#journal;
  }

  /** Where the helpdesk keeps cases and audit log. Throws Problem `usage` where there is no folder for them. */
  folder(): string {
    if (this.#folder === undefined)
      throw usage('There is no folder to keep the cases of the helpdesk in.', 'Name one with KEYDESK_STATION.');
    return this.#folder;
  }

  /** Where this computer's audit log is. Throws Problem `usage` where there is no folder for it. */
  auditFolder(): string {
    if (this.#folder === undefined) throw usage('There is no audit log of this station.', 'Name its folder.');
    return auditFolder(this.#folder);
  }

  /** Credential IDs of the passkeys that were enrolled here. Rejects with FailureError `settings/unreadable`. */
  async enrolled(): Promise<string[]> {
    const records = await this.findRecords();
    return records?.all().map(({ credentialId }) => credentialId) ?? [];
  }

  /**
   * What this station remembers of passkeys that were enrolled here, read anew; undefined where there is no folder for it. Rejects
   * with FailureError `settings/unreadable`.
   */
  async findRecords(): Promise<PasskeyRecords | undefined> {
    if (this.#folder === undefined) return undefined;
    return PasskeyRecords.open(new JsonFile(join(this.#folder, PASSKEYS_FILE), PasskeyRecordsFile));
  }

  /** Approvals that were used on this computer. Throws Problem `usage` where there is no folder to keep count in. */
  usedApprovals(): UsedApprovals {
    if (this.#folder === undefined)
      throw usage('There is no folder to note used approvals in.', 'Name one with KEYDESK_STATION.');
    return new UsedApprovals({ folder: this.#folder, now: Date.now });
  }

  async #readMetadata(): Promise<Metadata | undefined> {
    return this.#metadataFile === undefined ? undefined : readStationMetadata(this.#metadataFile, await this.#files());
  }

  async #files(): Promise<MetadataFiles> {
    return { readText, roots: await rootsOf(this.#rootFile), now: Date.now() };
  }
}

async function rootsOf(file: string | undefined): Promise<Uint8Array[]> {
  try {
    return metadataRoots(file === undefined ? undefined : await readFile(file));
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw usage(`KEYDESK_METADATA_ROOT cannot be used: ${why}.`, 'Name a file with one certificate, PEM or DER.');
  }
}

/** Replaces the file as a whole: whoever reads it meanwhile sees the old one or the new one. */
async function keep(folder: string, path: string, text: string): Promise<void> {
  try {
    await mkdir(folder, { recursive: true, mode: 0o700 });
    await writeFile(`${path}.new`, text, { mode: 0o600 });
    await rename(`${path}.new`, path);
  } catch (error) {
    throw problemOf({ code: 'settings/unwritable', detail: error instanceof Error ? error.message : path });
  }
}

const readText = (path: string) => readFile(path, 'utf8');

/** Where the app keeps its state: Electron's folder for user data, unless KEYDESK_STATION names another. */
function stationFolder(env: World['env']): string | undefined {
  if (env['KEYDESK_STATION']) return env['KEYDESK_STATION'];
  const home = env['HOME'];
  const roaming = env['APPDATA'];
  const config = env['XDG_CONFIG_HOME'] ?? (home === undefined ? undefined : join(home, '.config'));
  const mac = home === undefined ? undefined : join(home, 'Library', 'Application Support');
  const parent = { win32: roaming, darwin: mac }[process.platform as string] ?? config;
  return parent === undefined ? undefined : join(parent, 'keydesk');
}
