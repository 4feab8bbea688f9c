import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

import type { Metadata } from '../passport/metadata.js';
import { MetadataError } from '../passport/metadata-error.js';
import { metadataRoots } from '../passport/metadata-roots.js';
import { type PolicyFile, type PolicyState, readPolicy } from '../passport/policy.js';
import { METADATA_FILE, readStationMetadata } from '../passport/station-metadata.js';
import { FailureError } from '../failures/failure-error.js';

export interface PolicySourceOptions {
  /** The station's own folder. */
  readonly folder: string;
  /** KEYDESK_POLICY, KEYDESK_METADATA_ROOT. */
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  readonly log: (error: unknown) => void;
}

/** What the gate goes by. */
export interface PolicySources {
  readonly policy: PolicyState;
  readonly metadata: Metadata | undefined;
}

/** The files behind the gate: the policy, FIDO's metadata, and the root that an organisation's own metadata leads to. */
export class PolicySource {
  readonly #policyFile: PolicyFile;
  readonly #metadataFile: string;
  readonly #rootFile: string | undefined;
  readonly #options: PolicySourceOptions;

  constructor(options: PolicySourceOptions) {
    const { folder, environment } = options;
    const named = environment['KEYDESK_POLICY'] || undefined;
    this.#policyFile = { path: named ?? join(folder, 'policy.json'), isNamed: named !== undefined };
    this.#metadataFile = join(folder, METADATA_FILE);
    this.#rootFile = environment['KEYDESK_METADATA_ROOT'] || undefined;
    this.#options = options;
  }

  get paths(): readonly string[] {
    return [this.#policyFile.path, this.#metadataFile, ...(this.#rootFile === undefined ? [] : [this.#rootFile])];
  }

  /** Rejects with FailureError `settings/unreadable` for metadata, or a root, that the disk does not give. */
  async read(): Promise<PolicySources> {
    return { policy: await readPolicy(this.#policyFile, readText), metadata: await this.#metadata() };
  }

  /** The same while the app runs: metadata that cannot be had proves nothing, and the log says why. */
  async readAgain(): Promise<PolicySources> {
    const policy = await readPolicy(this.#policyFile, readText);
    try {
      return { policy, metadata: await this.#metadata() };
    } catch (error) {
      this.#options.log(error);
      return { policy, metadata: undefined };
    }
  }

  /** Without metadata that can be believed nothing is proved: a policy that wants proof refuses, and the log says why. */
  async #metadata(): Promise<Metadata | undefined> {
    const { log, now } = this.#options;
    try {
      const roots = metadataRoots(this.#rootFile === undefined ? undefined : await readFile(this.#rootFile));
      return await readStationMetadata(this.#metadataFile, { readText, roots, now: now() });
    } catch (error) {
      if (error instanceof MetadataError) {
        log(error);
        return undefined;
      }
      const detail = error instanceof Error ? error.message : METADATA_FILE;
      throw new FailureError({ code: 'settings/unreadable', detail }, { cause: error });
    }
  }
}

const readText = (path: string) => readFile(path, 'utf8');
