import { randomUUID } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import {
  AdminAddUserToGroupCommand,
  CognitoIdentityProviderClient,
  CreateGroupCommand,
} from '@aws-sdk/client-cognito-identity-provider';

import { administer, type AdministrationSettings } from '../../src/cognito/admin/administration.js';
import { connect } from '../../src/cognito/connection.js';
import { openOnBehalf } from '../../src/cognito/on-behalf.js';
import type { AuditEvent } from '../../src/audit/entry.js';
import type { Audit } from '../../src/helpdesk/audit.js';
import { CaseFiles } from '../../src/helpdesk/case-files.js';
import type { HelpdeskOptions, MakePasskey } from '../../src/helpdesk/desk.js';
import { Helpdesk } from '../../src/helpdesk/helpdesk.js';
import type { OperatorKey } from '../../src/helpdesk/operator.js';
import { kmsMac } from '../../src/helpdesk/kms-mac.js';
import type { PoolOptions, RunningPool } from '../../src/pool/pool.js';
import { type Journal, stationJournal } from '../../src/station/journal.js';
import type { KeptPasskey } from '../../src/station/passkey-records.js';
import { PoolUnderTest } from '../pool/people.js';
import { TestKey } from '../pool/test-key.js';

const GROUP = 'helpdesk';

/** As much of a pool as a station is connected to. */
export interface PoolOfStation {
  readonly t: {
    readonly pool: Pick<RunningPool, 'region' | 'userPoolId' | 'endpoint' | 'clientId' | 'helpdesk'>;
    /** Milliseconds since 1970. */
    readonly now: number;
  };
}

/** Somebody of the helpdesk, with a key. */
export interface Staff {
  readonly username: string;
  readonly sub: string;
  readonly key: TestKey;
}

/** A local pool with Keydesk's triggers, and the people that a helpdesk has to do with. */
export class HelpdeskPool {
  readonly t: PoolUnderTest;
  readonly #folder: string;

  private constructor(t: PoolUnderTest, folder: string) {
    this.t = t;
    this.#folder = folder;
  }

  static async start(options: PoolOptions = {}): Promise<HelpdeskPool> {
    const folder = await mkdtemp(join(tmpdir(), 'keydesk-helpdesk-'));
    const registryPath = join(folder, 'registry.json');
    await writeFile(registryPath, '[]');
    const t = await PoolUnderTest.start({ triggers: { registryPath }, ...options });
    await t.sdk.send(new CreateGroupCommand({ UserPoolId: t.pool.userPoolId, GroupName: GROUP }));
    return new HelpdeskPool(t, folder);
  }

  async stop(): Promise<void> {
    await this.t.stop();
    await rm(this.#folder, { recursive: true });
  }

  /** A person with a passkey, enrolled as people do who have none: after a code by e-mail. */
  async person(name = `p-${randomUUID().slice(0, 8)}`): Promise<Staff> {
    const sub = await this.t.addUser(name);
    const key = new TestKey();
    const { accessToken } = await this.byCode(name);
    await this.t.register(accessToken, key);
    return { username: name, sub, key };
  }

  async operator(name = `op-${randomUUID().slice(0, 8)}`): Promise<Staff> {
    const staff = await this.person(name);
    await this.promote(name);
    return staff;
  }

  /** Makes somebody an operator. */
  async promote(name: string): Promise<void> {
    const { userPoolId: UserPoolId } = this.t.pool;
    await this.t.sdk.send(new AdminAddUserToGroupCommand({ UserPoolId, Username: name, GroupName: GROUP }));
  }

  /** Signs somebody in by a code from a mail. */
  async byCode(name: string): Promise<{ accessToken: string }> {
    const question = await this.t.initiate(name, { PREFERRED_CHALLENGE: 'EMAIL_OTP' });
    const code = this.t.mail.findLast(({ username }) => username === name)?.code ?? '';
    const answer = await this.t.answer(question, name, { EMAIL_OTP_CODE: code });
    return { accessToken: answer.AuthenticationResult?.AccessToken ?? '' };
  }
}

export const keyOf =
  ({ key }: Pick<Staff, 'key'>): OperatorKey =>
  (options) =>
    Promise.resolve(key.get(options));

/** A station of the helpdesk: everything of it that a program has in memory, over a folder that outlives it. */
export class StationUnderTest {
  readonly helpdesk: Helpdesk;
  readonly audit: AuditEvent[];
  readonly faults: unknown[] = [];
  readonly timers: { readonly milliseconds: number; readonly act: () => void }[] = [];
  readonly options: HelpdeskOptions;
  readonly folder: string;
  /** Sent to the pool so far. */
  requests = 0;
  /** The request, from 1, whose answer never arrives. */
  loseAnswerOf = 0;
  /** False once the process is gone: nothing goes to pool, disk or log any more. */
  isAlive = true;
  /** Added to the pool's clock, as it is at this computer. */
  clockOffsetMs = 0;

  /**
   * @param folder the station's
   * @param audit the log, which outlives the process
   */
  constructor(
    pool: PoolOfStation,
    folder: string,
    { audit = [], log, cases = new CaseFiles(folder), pid = process.pid }: StationOptions = {},
  ) {
    this.folder = folder;
    this.audit = audit;
    const { region, userPoolId, endpoint, clientId, helpdesk } = pool.t.pool;
    if (!helpdesk) throw new Error('The pool has no helpdesk');
    // Allowed what the helpdesk's policy allows, and no more.
    const { accessKeyId, secretAccessKey, kmsKeyId: keyId } = helpdesk;
    const credentials = { accessKeyId, secretAccessKey };
    const now = () => pool.t.now + this.clockOffsetMs;
    const real = new CognitoIdentityProviderClient({ region }).config.requestHandler as Handler; // the SDK's own way
    const handle: Handler['handle'] = async (request, options) => {
      this.demandAlive();
      this.requests += 1;
      const answer = await real.handle(request, options);
      // The pool has done it, and the cable is pulled before it can say so.
      if (this.requests === this.loseAnswerOf) throw Object.assign(new Error('socket hang up'), { code: 'ECONNRESET' });
      this.demandAlive();
      return answer;
    };
    // The SDK takes any object that handles requests; its own does nothing else that is needed here.
    const requestHandler = { handle } as unknown as NonNullable<AdministrationSettings['requestHandler']>;
    const wayTo = (client: string) => connect({ region, userPoolId, endpoint, clientId: client, now, requestHandler });
    const connection = wayTo(clientId);
    const deskConnection = wayTo(helpdesk.clientId);
    const mac = kmsMac({ region, endpoint, keyId, credentials });
    this.options = {
      connection,
      group: GROUP,
      administration: administer({ region, userPoolId, endpoint, credentials, requestHandler }),
      onBehalf: {
        connection: deskConnection,
        open: (request, call) => {
          this.demandAlive();
          return openOnBehalf(deskConnection, { ...request, mac }, call);
        },
      },
      audit: {
        append: (event) => {
          this.demandAlive();
          return log ? log.append(event) : Promise.resolve(this.audit.push(event));
        },
      },
      cases,
      enrolments: this.#enrolments(),
      now,
      pid,
      isRunning: (other) => other === 4711,
      later: (milliseconds, act) => {
        const timer = { milliseconds, act };
        this.timers.push(timer);
        return () => this.timers.splice(this.timers.indexOf(timer), 1);
      },
      onFault: (error) => this.faults.push(error),
    };
    this.helpdesk = new Helpdesk(this.options);
  }

  demandAlive(): void {
    if (!this.isAlive) throw new Killed();
  }

  get journal(): Journal {
    return stationJournal(this.folder);
  }

  readonly records: KeptPasskey[] = [];

  /** Has a key make a passkey, as app and command line do. @param onMade told when it is on the key, whatever becomes of it */
  make(key: TestKey, onMade: () => void = () => undefined): MakePasskey {
    return async (creation) => {
      const { journal } = this;
      const id = randomUUID();
      const entry = {
        id,
        rpId: creation.rp.id ?? '',
        userId: creation.user.id,
        userName: creation.user.name,
        keyProduct: 'Test key',
        aaguid: '00000000-0000-0000-0000-000000000000',
        createdAt: new Date().toISOString(),
      };
      await journal.begin(entry);
      this.demandAlive();
      const response = key.create(creation);
      onMade();
      await journal.made(id, response.id);
      return { enrolmentId: id, response };
    };
  }

  #enrolments(): HelpdeskOptions['enrolments'] {
    return {
      confirm: async (id, nickname) => {
        this.demandAlive();
        const { credentialId = '', keyProduct, aaguid, createdAt, userId } = await this.journal.get(id);
        const sub = Buffer.from(userId, 'base64url').toString();
        this.records.push({ credentialId, nickname, keyProduct, aaguid, createdAt, sub });
        await this.journal.close(id);
      },
      abandon: async (id) => {
        this.demandAlive();
        await this.journal.abandon(id);
      },
      orphans: () => this.journal.orphans(),
      records: () => Promise.resolve(this.records),
    };
  }
}

interface StationOptions {
  readonly audit?: AuditEvent[];
  /** A log on the disk in its place. */
  readonly log?: Audit;
  readonly cases?: CaseFiles;
  readonly pid?: number;
}

/** What the SDK uses to carry requests. */
interface Handler {
  handle(request: unknown, options?: unknown): Promise<{ response: unknown }>;
}

/** The process is gone. */
class Killed extends Error {}
