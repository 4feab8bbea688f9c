import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { text } from 'node:stream/consumers';

import {
  AdminGetUserCommand,
  GetTokensFromRefreshTokenCommand,
  GetUserCommand,
  ListWebAuthnCredentialsCommand,
} from '@aws-sdk/client-cognito-identity-provider';
import { build } from 'vite';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';

import { AuditLog, auditFolder } from '../../src/audit/audit-log.js';
import { parseEntry } from '../../src/audit/entry.js';
import { verifyAuditLog } from '../../src/audit/verify.js';
import { CaseFiles } from '../../src/helpdesk/case-files.js';
import { TestKey } from '../pool/test-key.js';
import type { Job, Member, Moment, Outside } from './killed-program.js';
import { workOn } from './runbook.js';
import { HelpdeskPool, type Staff, StationUnderTest } from './station.js';

// Each moment is a program that is started and killed, and some fifty calls to a pool after that.
vi.setConfig({ testTimeout: 1_800_000, hookTimeout: 120_000 });

/** The built program, below the repository so that it finds its packages. */
const OUT = resolve('out', `test-helpdesk-${process.pid}`);
const PROGRAM = join(OUT, 'killed-program.js');
/** Programs at a time. */
const AT_A_TIME = 2;

let pool: HelpdeskPool;
beforeAll(async () => {
  await build({
    configFile: false,
    logLevel: 'error',
    build: {
      ssr: true,
      target: 'node20.19',
      outDir: OUT,
      rolldownOptions: { input: { 'killed-program': 'tests/helpdesk/killed-program.ts' } },
    },
  });
  pool = await HelpdeskPool.start();
});
afterAll(async () => {
  await pool.stop();
  await rm(OUT, { recursive: true, force: true });
});

const memberOf = ({ key, ...rest }: Staff): Member => ({ ...rest, key: key.content });
/** The same key after the program had it: it has counted on, further than any program can. */
const afterwards = ({ key, ...rest }: Staff): Staff => {
  const { content } = key;
  return { ...rest, key: new TestKey('http://localhost', { ...content, counter: content.counter + 1000 }) };
};

/** A station at which a program works on one lost key, and what there is of it outside. */
class Case {
  readonly folder: string;
  readonly person: Staff;
  readonly #olga: Staff;
  readonly #otto: Staff;
  readonly #outside: string;

  private constructor(folder: string, person: Staff, olga: Staff, otto: Staff) {
    this.folder = folder;
    this.person = person;
    this.#olga = olga;
    this.#otto = otto;
    this.#outside = join(folder, 'outside.jsonl');
  }

  static async begin(): Promise<Case> {
    const folder = await mkdtemp(join(OUT, 'station-'));
    return new Case(folder, await pool.person(), await pool.operator(), await pool.operator());
  }

  get outside(): Outside[] {
    if (!existsSync(this.#outside)) return [];
    const lines = readFileSync(this.#outside, 'utf8').split('\n').filter(Boolean);
    return lines.map((line) => JSON.parse(line) as Outside);
  }

  /** Resolves when the program has ended, with the signal that has ended it. */
  async runProgram(kill: Job['kill']): Promise<string | null> {
    const job: Job = {
      pool: pool.t.pool,
      now: pool.t.now,
      folder: this.folder,
      outside: this.#outside,
      olga: memberOf(this.#olga),
      otto: memberOf(this.#otto),
      person: memberOf(this.person),
      kill,
    };
    const child = spawn(process.execPath, [PROGRAM, JSON.stringify(job)], { stdio: ['ignore', 'ignore', 'pipe'] });
    const [said] = await Promise.all([text(child.stderr), once(child, 'close')]);
    if (child.exitCode !== null && child.exitCode !== 0) throw new Error(said);
    return child.signalCode;
  }

  /** Somebody goes on with it, and finds whatever the program has left. Resolves with the keys that have made a passkey. */
  async goOn(): Promise<TestKey[]> {
    const keys = this.outside.flatMap((line) => ('made' in line ? [new TestKey('http://localhost', line.made)] : []));
    const log = await AuditLog.open({ folder: this.folder, station: 'Helpdesk', now: () => pool.t.now });
    const station = new StationUnderTest(pool, this.folder, { log });
    const onMade = (key: TestKey) => keys.push(key);
    const [olga, otto] = [afterwards(this.#olga), afterwards(this.#otto)];
    const loss = { olga, otto, person: this.person, onMade, onOpened: () => undefined };
    await workOn(station, loss, async () => (await this.over()).length > 0);
    expect(station.faults).toEqual([]);
    return keys;
  }

  async over(): Promise<string[]> {
    const folder = join(this.folder, 'cases', 'over');
    return existsSync(folder) ? readdir(folder) : []; // it is made with the first case
  }

  async demandAllIsWell(keys: readonly TestKey[]): Promise<void> {
    const { sdk } = pool.t;
    const { person, folder } = this;
    const { userPoolId: UserPoolId, helpdesk } = pool.t.pool;
    const refused = { name: 'NotAuthorizedException' };
    // Nobody has a session on her behalf any more.
    for (const line of this.outside)
      if ('accessToken' in line) {
        const { accessToken: AccessToken, refreshToken: RefreshToken } = line;
        await expect(sdk.send(new GetUserCommand({ AccessToken }))).rejects.toMatchObject(refused);
        const again = new GetTokensFromRefreshTokenCommand({ ClientId: helpdesk?.clientId, RefreshToken });
        await expect(sdk.send(again)).rejects.toMatchObject(refused);
      }
    // She may sign in, with one passkey, which is on one of the keys; the lost key does not.
    const { Enabled } = await sdk.send(new AdminGetUserCommand({ UserPoolId, Username: person.username }));
    expect(Enabled).toBe(true);
    const [over, ...others] = await this.over();
    expect(others).toEqual([]);
    const file = await new CaseFiles(folder).find((over ?? '').replace('.json', ''));
    const enrolled = file.entries.filter(({ step, phase }) => step === 'enrol' && phase === 'done');
    const id = enrolled.at(-1)?.passkeys?.[0];
    const replacement = keys.find((one) => one.id === id);
    if (!replacement) throw new Error('The case does not say which key has the replacement');
    const { accessToken: AccessToken } = await pool.t.signInWithKey(person.username, replacement);
    const { Credentials } = await sdk.send(new ListWebAuthnCredentialsCommand({ AccessToken }));
    expect(Credentials?.map(({ CredentialId }) => CredentialId)).toEqual([replacement.id]);
    await expect(pool.t.signInWithKey(person.username, person.key)).rejects.toThrow();
    await this.#demandExplained(keys.filter((one) => one !== replacement).map((one) => one.id));
    // Every act that was begun has an end in the case, and each is the line of the log that it names.
    expect(await new CaseFiles(folder).open()).toEqual([]);
    for (const [index, { step, phase }] of file.entries.entries())
      if (phase === 'begun') expect(file.entries.slice(index + 1).some((entry) => entry.step === step)).toBe(true);
    const { damage } = await verifyAuditLog({ folder: auditFolder(folder) });
    expect(damage).toBeUndefined();
    const lines = (await readFile(join(auditFolder(folder), 'audit.jsonl'), 'utf8')).split('\n');
    for (const { audit: place, phase, operator } of file.entries)
      if (place !== undefined)
        expect(parseEntry(Buffer.from(lines[place - 1] ?? ''))).toMatchObject({
          seq: place,
          result: phase === 'unknown' ? 'failed' : phase,
          caseId: file.id,
          operator,
        });
  }

  /** Whatever another key has made is in the journal of enrolments, and nothing else is there, nor any lock. */
  async #demandExplained(made: readonly string[]): Promise<void> {
    const orphans = await new StationUnderTest(pool, this.folder).journal.orphans();
    const known = orphans.filter(({ credentialId }) => credentialId !== undefined);
    // Where the program was killed before it could note which passkey it is, the entry says that there may be one.
    expect(orphans.length).toBeGreaterThanOrEqual(made.length);
    expect(orphans.length).toBeLessThanOrEqual(made.length + 1);
    for (const { credentialId } of known) expect(made).toContain(credentialId);
    expect(known.length).toBeGreaterThanOrEqual(made.length - 1);
    const left = await readdir(auditFolder(this.folder));
    expect(left.filter((name) => name === 'audit.jsonl.lock')).toEqual([]);
  }
}

describe('a program that is killed (SIGKILL)', () => {
  it('before or after any of its writes, to case, journal or audit log: somebody goes on, and nothing is done twice', async () => {
    const whole = await Case.begin();
    expect(await whole.runProgram(undefined)).toBeNull();
    const writes = whole.outside.flatMap((line) => ('write' in line ? [line] : []));
    const made = whole.outside.flatMap((line) => ('made' in line ? [new TestKey('http://localhost', line.made)] : []));
    await whole.demandAllIsWell(made);
    expect(new Set(writes.map(({ write }) => write))).toEqual(new Set(['line', 'head', 'reserve', 'case', 'journal']));
    expect(writes.length).toBeGreaterThan(80);
    // Just before a write is just after the one before, unless the pool was asked for something in between.
    const moments: [number, Moment][] = writes.flatMap(({ requests }, index) => [
      ...(requests > (writes[index - 1]?.requests ?? 0) ? [[index + 1, 'before'] as [number, Moment]] : []),
      [index + 1, 'after'],
    ]);
    const work = async () => {
      for (let next = moments.shift(); next; next = moments.shift()) {
        const [write, moment] = next;
        const lost = await Case.begin();
        try {
          expect(await lost.runProgram({ write, moment })).toBe('SIGKILL');
          await lost.demandAllIsWell(await lost.goOn());
        } catch (error) {
          const when = `${moment} write ${write} of ${writes.length} (${writes[write - 1]?.write ?? ''})`;
          throw new Error(when, { cause: error });
        }
      }
    };
    await Promise.all(Array.from({ length: AT_A_TIME }, work));
  });
});
