import { readdir } from 'node:fs/promises';
import { join } from 'node:path';

import {
  AdminGetUserCommand,
  GetUserCommand,
  ListWebAuthnCredentialsCommand,
} from '@aws-sdk/client-cognito-identity-provider';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';

import type { Tokens } from '../../src/cognito/tokens.js';
import type { AuditEvent } from '../../src/audit/entry.js';
import type { CaseFile } from '../../src/helpdesk/case.js';
import { CaseFiles } from '../../src/helpdesk/case-files.js';
import { temporaryFolder } from '../main/temporary-folder.js';
import { TestKey } from '../pool/test-key.js';
import { HelpdeskPool, Killed, keyOf, type Staff, StationUnderTest } from './station.js';

// Each run of the runbook is some fifty calls to a pool, and there are dozens of runs.
vi.setConfig({ testTimeout: 600_000, hookTimeout: 60_000 });

type Moment = 'before' | 'after';

/** A journal with which the process is killed just before, or just after, its n-th write. Nothing of it does anything from then on. */
class KillingCases extends CaseFiles {
  writes = 0;
  station: StationUnderTest | undefined;
  readonly #killAt: number;
  readonly #moment: Moment;

  constructor(folder: string, killAt: number, moment: Moment) {
    super(folder);
    this.#killAt = killAt;
    this.#moment = moment;
  }

  override create(file: CaseFile): Promise<void> {
    return this.#counted(() => super.create(file));
  }

  override write(file: CaseFile): Promise<void> {
    return this.#counted(() => super.write(file));
  }

  override end(file: CaseFile): Promise<void> {
    return this.#counted(() => super.end(file));
  }

  async #counted(write: () => Promise<void>): Promise<void> {
    this.station?.demandAlive();
    this.writes += 1;
    const isIt = this.writes === this.#killAt;
    if (isIt && this.#moment === 'before') this.#kill();
    await write();
    if (isIt) this.#kill();
  }

  #kill(): never {
    if (this.station) this.station.isAlive = false;
    throw new Killed();
  }
}

let pool: HelpdeskPool;
let olga: Staff;
let otto: Staff;
beforeAll(async () => {
  pool = await HelpdeskPool.start();
  olga = await pool.operator('olga');
  otto = await pool.operator('otto');
});
afterAll(() => pool.stop());

/** Everything that one lost key leaves outside the process. */
class Loss {
  readonly folder = temporaryFolder();
  readonly audit: AuditEvent[] = [];
  readonly keys: TestKey[] = [];
  readonly tokens: Tokens[] = [];
  readonly zoe: Staff;

  constructor(zoe: Staff) {
    this.zoe = zoe;
  }

  /** Works from wherever the case stands to its end, as an operator does who looks at the steps. */
  async work(killAt = Infinity, moment: Moment = 'after'): Promise<number> {
    const cases = new KillingCases(this.folder, killAt, moment);
    const station = new StationUnderTest(pool, this.folder, { audit: this.audit, cases });
    cases.station = station;
    const { onBehalf } = station.options;
    if (onBehalf) {
      const { open } = onBehalf;
      Object.assign(onBehalf, {
        open: async (...request: Parameters<typeof open>) => {
          const tokens = await open(...request);
          this.tokens.push(tokens);
          return tokens;
        },
      });
    }
    const { helpdesk } = station;
    const key = keyOf(olga);
    await helpdesk.signIn('olga', key);
    const [open] = await helpdesk.cases();
    if (!open && (await this.over()).length > 0) return cases.writes;
    const desk = open
      ? await helpdesk.resume(open.id)
      : await helpdesk.begin(await helpdesk.person(this.zoe.username), 'lost');
    const isDone = (...names: string[]) =>
      desk.view().steps.every(({ step, state }) => !names.includes(step) || state === 'done');
    if (!isDone('sign-out') || (!isDone('disable') && desk.view().isEnabled && !isDone('session')))
      await desk.makeSafe({ disable: true, key });
    if (!isDone('end')) {
      await desk.ask('lost, and she is abroad', { key });
      await desk.approve({ username: 'otto', key: keyOf(otto) });
      const listed = await desk.passkeys();
      if (desk.view().enrolled.length === 0) {
        const replacement = new TestKey();
        const make = station.make(replacement);
        const counted: typeof make = async (...asked) => {
          const made = await make(...asked);
          this.keys.push(replacement);
          return made;
        };
        await desk.enrol({ make: counted, nickname: 'New key', use: 'replacement' }, { key });
      }
      if (listed.some(({ id }) => id === this.zoe.key.id)) await desk.deletePasskeys([this.zoe.key.id], { key });
    }
    await helpdesk.end(desk.file.id, { key });
    expect(station.faults).toEqual([]);
    return cases.writes;
  }

  async over(): Promise<string[]> {
    return readdir(join(this.folder, 'cases', 'over')).catch(() => []);
  }

  async demandAllIsWell(): Promise<void> {
    const { sdk } = pool.t;
    const { zoe, keys, audit, folder, tokens } = this;
    const UserPoolId = pool.t.pool.userPoolId;
    // Nobody has a session on her behalf any more.
    for (const { accessToken } of tokens)
      await expect(sdk.send(new GetUserCommand({ AccessToken: accessToken }))).rejects.toMatchObject({
        name: 'NotAuthorizedException',
      });
    // She may sign in, with one passkey, which is on one of the keys; the lost key does not.
    const { Enabled } = await sdk.send(new AdminGetUserCommand({ UserPoolId, Username: zoe.username }));
    expect(Enabled).toBe(true);
    const [over, ...others] = await this.over();
    expect(others).toEqual([]);
    const file = await new CaseFiles(folder).find((over ?? '').replace('.json', ''));
    const enrolled = file.entries.filter(({ step, phase }) => step === 'enrol' && phase === 'done');
    const id = enrolled.at(-1)?.passkeys?.[0];
    const replacement = keys.find((one) => one.id === id);
    if (!replacement) throw new Error('The case does not say which key has the replacement');
    const { accessToken: AccessToken } = await pool.t.signInWithKey(zoe.username, replacement);
    const { Credentials } = await sdk.send(new ListWebAuthnCredentialsCommand({ AccessToken }));
    expect(Credentials?.map(({ CredentialId }) => CredentialId)).toEqual([replacement.id]);
    await expect(pool.t.signInWithKey(zoe.username, zoe.key)).rejects.toThrow();
    // Whatever another key has made is in the journal of enrolments, and nothing else is.
    const orphans = await new StationUnderTest(pool, folder).journal.orphans();
    const made = keys.filter((one) => one !== replacement).map((one) => one.id);
    expect(orphans.map(({ credentialId }) => credentialId).sort()).toEqual(made.sort());
    // Every act that was begun has an end in the case, and the log has what the case has.
    expect(await new CaseFiles(folder).open()).toEqual([]);
    for (const [index, { step, phase }] of file.entries.entries())
      if (phase === 'begun') expect(file.entries.slice(index + 1).some((entry) => entry.step === step)).toBe(true);
    for (const { audit: place, phase } of file.entries)
      if (place !== undefined) expect(audit[place - 1]?.result).toBe(phase === 'unknown' ? 'failed' : phase);
  }
}

describe('a program that is killed', () => {
  it('goes on without doing anything twice, whenever that was', async () => {
    const whole = new Loss(await pool.person());
    const writes = await whole.work();
    await whole.demandAllIsWell();
    expect(writes).toBeGreaterThan(15);
    const moments: readonly [number, Moment][] = Array.from({ length: writes }, (_, index) => index + 1).flatMap(
      (write) => [[write, 'before'] as const, [write, 'after'] as const],
    );
    for (const [write, moment] of moments) {
      const loss = new Loss(await pool.person());
      const when = `${moment} write ${write} of ${writes}`;
      await expect(loss.work(write, moment), when).rejects.toThrow(Killed);
      await loss.work().catch((error: unknown) => {
        throw new Error(when, { cause: error });
      });
      await loss.demandAllIsWell().catch((error: unknown) => {
        throw new Error(when, { cause: error });
      });
    }
  });
});
