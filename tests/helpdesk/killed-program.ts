import { appendFileSync } from 'node:fs';
import { join } from 'node:path';

import { AuditLog } from '../../src/audit/audit-log.js';
import { type Disk, disk } from '../../src/audit/disk.js';
import type { CaseFile } from '../../src/helpdesk/case.js';
import { CaseFiles } from '../../src/helpdesk/case-files.js';
import { isRunning } from '../../src/station/is-running.js';
import { Journal, type NewEntry } from '../../src/station/journal.js';
import { type KeyContent, TestKey } from '../pool/test-key.js';
import { workOn } from './runbook.js';
import { type PoolOfStation, type Staff, StationUnderTest } from './station.js';

/** What the test has the program do: the runbook for one person, and to end itself by SIGKILL at one of its writes. */
export interface Job {
  readonly pool: PoolOfStation['t']['pool'];
  /** By the pool's clock, which stands still. */
  readonly now: number;
  readonly folder: string;
  /** Where the program notes what happens outside it and what outlives it: passkeys made, and tokens given out. */
  readonly outside: string;
  readonly olga: Member;
  readonly otto: Member;
  readonly person: Member;
  /** Undefined: it works to the end. */
  readonly kill: { readonly write: number; readonly moment: Moment } | undefined;
}
export type Moment = 'before' | 'after';
export type Member = Omit<Staff, 'key'> & { readonly key: KeyContent };
/** A line of `outside`. */
export type Outside =
  | { readonly made: KeyContent }
  | { readonly accessToken: string; readonly refreshToken: string }
  /** A write that has come to its end, and the requests to the pool before it. */
  | { readonly write: string; readonly requests: number };

// The job is what the test has written.
const job = JSON.parse(process.argv[2] ?? '') as Job;
const note = (line: Outside) => {
  appendFileSync(job.outside, `${JSON.stringify(line)}\n`);
};

let writes = 0;

/** The process is gone when this has been called: no `finally` runs, nothing is flushed or put back. */
function kill(): Promise<never> {
  process.kill(process.pid, 'SIGKILL');
  return new Promise(() => undefined);
}

async function mortal<T>(write: string, act: () => Promise<T>): Promise<T> {
  writes += 1;
  const isIt = writes === job.kill?.write;
  const { requests } = station;
  if (isIt && job.kill.moment === 'before') await kill();
  const result = await act();
  if (isIt) await kill();
  if (!job.kill) note({ write, requests });
  return result;
}

class MortalCases extends CaseFiles {
  override create(file: CaseFile): Promise<void> {
    return mortal('case', () => super.create(file));
  }

  override write(file: CaseFile): Promise<void> {
    return mortal('case', () => super.write(file));
  }

  override end(file: CaseFile): Promise<void> {
    return mortal('case', () => super.end(file));
  }
}

class MortalJournal extends Journal {
  override begin(entry: NewEntry): Promise<void> {
    return mortal('journal', () => super.begin(entry));
  }

  override made(...made: Parameters<Journal['made']>): Promise<void> {
    return mortal('journal', () => super.made(...made));
  }

  override close(id: string): Promise<void> {
    return mortal('journal', () => super.close(id));
  }
}

class MortalStation extends StationUnderTest {
  override get journal(): Journal {
    return new MortalJournal({ folder: join(job.folder, 'journal'), now: Date.now, pid: process.pid, isRunning });
  }
}

const mortalDisk: Disk = {
  ...disk,
  append: (...line) => mortal('line', () => disk.append(...line)),
  replace: (path, bytes) => mortal(path.endsWith('head.json') ? 'head' : 'reserve', () => disk.replace(path, bytes)),
};

const now = () => job.now;
const log = await AuditLog.open({ folder: job.folder, station: 'Helpdesk', now, disk: mortalDisk });
const staff = ({ key, ...rest }: Member): Staff => ({ ...rest, key: new TestKey('http://localhost', key) });
const station: StationUnderTest = new MortalStation({ t: job }, job.folder, {
  log,
  cases: new MortalCases(job.folder),
});
await workOn(
  station,
  {
    olga: staff(job.olga),
    otto: staff(job.otto),
    person: staff(job.person),
    onMade: ({ content }) => {
      note({ made: content });
    },
    onOpened: ({ accessToken, refreshToken }) => {
      note({ accessToken, refreshToken });
    },
  },
  () => Promise.resolve(false), // it is the first to work on this case
);
