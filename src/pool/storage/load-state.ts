import { readFile } from 'node:fs/promises';

import { z } from 'zod';

import { PoolError } from '../errors.js';
import type { State } from '../state.js';
import { Identity } from '../state.js';
import { Records } from './changes.js';
import type { LogEnd } from './log.js';
import { DamagedLine, readLines } from './log.js';
import { readOldState } from './old-state.js';

/** The first line of a log: whose it is, and in which form. */
const Header = z.strictObject({
  format: z.literal('keydesk-pool'),
  version: z.literal(3),
  ...Identity.shape,
});
export type Header = z.infer<typeof Header>;

/** How a log was found. */
export interface FoundLog {
  readonly end: LogEnd;
  /** Of the file, with what a crash left behind its last whole line. */
  readonly fileLength: number;
  /** How many changes it holds, those that are overtaken too. */
  readonly changes: number;
}

export interface LoadedState {
  readonly state: State;
  /** Undefined when the file is of an older form, and so has to be written anew. */
  readonly log: FoundLog | undefined;
}

/**
 * Reads a state file; undefined when there is none yet.
 * Throws PoolError `state-unreadable` or `state-damaged`, and never touches the file.
 */
export async function loadState(path: string): Promise<LoadedState | undefined> {
  let bytes: Buffer;
  try {
    bytes = await readFile(path);
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw new PoolError('state-unreadable', `The state file ${path} cannot be read`, { cause: error });
  }
  const loaded = bytes.toString('latin1', 0, 1) === '{' ? readSingleObject(bytes) : readLog(bytes);
  if (typeof loaded !== 'string') return loaded;
  // What is wrong in a line is not passed on: it may hold a key.
  throw new PoolError('state-damaged', `The state file ${path} is damaged ${loaded}; it was left as it is`);
}

/** A file from before the log, or where it is damaged. */
function readSingleObject(bytes: Buffer): LoadedState | string {
  let json: unknown;
  try {
    json = JSON.parse(bytes.toString());
  } catch {
    return 'and no JSON';
  }
  const state = readOldState(json);
  return state ? { state, log: undefined } : 'or of no form that this version knows';
}

function readLog(bytes: Buffer): LoadedState | string {
  let header: Header | undefined;
  const records = new Records();
  let changes = 0;
  try {
    const end = readLines(bytes, (value, line) => {
      if (line === 1) header = Header.safeParse(value).data;
      if (line === 1) return header !== undefined;
      if (!Array.isArray(value)) return false;
      changes += value.length;
      return value.every(
        (change) => Array.isArray(change) && change.length === 2 && records.apply(change[0], change[1]),
      );
    });
    const { settings, users, groups, grants } = records;
    if (!header || !settings) return 'at its beginning';
    const { userPoolId, createdAt, secret, signingKeys } = header;
    const state: State = {
      ...{ userPoolId, createdAt, secret, signingKeys, settings },
      users: [...users.values()],
      groups: [...groups.values()],
      grants: [...grants.values()],
    };
    return { state, log: { end, fileLength: bytes.length, changes } };
  } catch (error) {
    if (error instanceof DamagedLine) return `in line ${error.line}`;
    throw error;
  }
}
