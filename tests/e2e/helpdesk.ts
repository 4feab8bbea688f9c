import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';

import {
  AdminAddUserToGroupCommand,
  CognitoIdentityProviderClient,
  CreateGroupCommand,
} from '@aws-sdk/client-cognito-identity-provider';
import { test as base } from '@playwright/test';

import type { AuditEntry } from '../../src/audit/entry.js';
import { connect, type Connection } from '../../src/cognito/connection.js';
import { answerCode, startSignIn } from '../../src/cognito/sign-in.js';
import type { Tokens } from '../../src/cognito/tokens.js';
import { type RunningPool, startPool } from '../../src/pool/pool.js';
import type { Mail } from '../../src/pool/users/mail.js';
import { MemoryPort } from '../../src/softkey/ports/memory-port.js';
import { listenUdp } from '../../src/softkey/ports/udp-server.js';
import { SoftKey } from '../../src/softkey/soft-key.js';
import { AskPresence } from '../../src/softkey/user-presence.js';
import { enrolPasskey, signInWithKey } from '../passkey.js';
import { launchKeydesk, type Launched, type LaunchOptions } from './launch.js';

const GROUP = 'helpdesk';
/** Of 50 ms each: machines are shared, and what is waited for may take its time. */
const TOUCH_WAITS = 600;

/** Somebody with a key on which they have a passkey of the pool. */
export interface Member {
  readonly username: string;
  readonly pin: string;
  readonly key: SoftKey;
  /** Puts a finger on the key, once it waits for one. */
  readonly touch: () => Promise<void>;
}

interface HelpdeskStationOptions {
  /** In the group of operators. */
  readonly operators: readonly string[];
  readonly people: readonly string[];
}

/** A helpdesk, a pool with Keydesk's triggers that others run, operators and people with keys, and new keys in a drawer. */
export class HelpdeskStation {
  readonly pool: RunningPool;
  readonly userData: string;
  readonly mails: Mail[];
  readonly #members = new Map<string, Member>();
  readonly #keys: SoftKey[] = [];
  readonly #closers: (() => Promise<void>)[] = [];
  #ports: readonly number[] = [];
  #spare: Member | undefined;

  private constructor(pool: RunningPool, userData: string, mails: Mail[]) {
    this.pool = pool;
    this.userData = userData;
    this.mails = mails;
  }

  static async open({ operators, people }: HelpdeskStationOptions): Promise<HelpdeskStation> {
    const userData = mkdtempSync(join(tmpdir(), 'keydesk-helpdesk-'));
    const registryPath = join(userData, 'registry.json');
    writeFileSync(registryPath, '[]');
    const mails: Mail[] = [];
    const names = [...operators, ...people];
    const users = names.map((username) => ({ username, email: `${username}@example.com`, password: `Practice-${username}-1` })); // prettier-ignore
    const pool = await startPool({ users, triggers: { registryPath }, onMail: (mail) => mails.push(mail) });
    const station = new HelpdeskStation(pool, userData, mails);
    const { region, userPoolId, clientId, rpId, helpdesk } = pool;
    if (!helpdesk) throw new Error('the pool has no helpdesk');
    writeFileSync(join(userData, 'settings.json'), JSON.stringify({ pool: { region, userPoolId, clientId, rpId } }));
    const rules = { group: GROUP, clientId: helpdesk.clientId, kmsKeyId: helpdesk.kmsKeyId };
    writeFileSync(join(userData, 'policy.json'), JSON.stringify({ mode: 'helpdesk', helpdesk: rules }));
    try {
      for (const username of names) await station.#invite(username);
      await station.#promote(operators);
      station.#spare = { username: 'ana', pin: 'pin-of-the-new-key', ...(await station.#newKey()) };
    } catch (error) {
      await station.close();
      throw error;
    }
    return station;
  }

  member(username: string): Member {
    const member = this.#members.get(username);
    if (!member) throw new Error(`${username} was not invited`);
    return member;
  }

  /** A key from the drawer, which nobody has used, for ana. */
  get spare(): Member {
    if (!this.#spare) throw new Error('the drawer is empty');
    return this.#spare;
  }

  /** As people come to the pool by themselves. */
  get connection(): Connection {
    const { region, userPoolId, clientId, endpoint } = this.pool;
    return connect({ region, userPoolId, clientId, endpoint });
  }

  /** One that is not plugged in, and is touched when somebody says so. */
  async #newKey(): Promise<Pick<Member, 'key' | 'touch'>> {
    const presence = new AskPresence();
    const key = new SoftKey({ profile: '2.1', presence });
    key.unplug();
    const udp = await listenUdp(key, { host: '127.0.0.1', port: 0 });
    this.#ports = [...this.#ports, udp.port];
    this.#keys.push(key);
    this.#closers.unshift(() => udp.close());
    const touch = async () => {
      for (let waits = 0; !presence.waiting; waits += 1) {
        if (waits === TOUCH_WAITS) throw new Error('no touch is wanted of this key');
        await setTimeout(50);
      }
      presence.press();
    };
    return { key, touch };
  }

  /** Leaves only these keys plugged in. */
  plug(...keys: SoftKey[]): void {
    for (const key of this.#keys) {
      if (!keys.includes(key)) key.unplug();
      else if (!key.plugged) key.replug();
    }
  }

  /** Somebody signs in with their key, as they would at their own desk. */
  async signIn({ key, touch, ...member }: Member, allowed?: readonly string[]): Promise<Tokens> {
    const isOut = !key.plugged;
    if (isOut) key.replug();
    const [tokens] = await Promise.all([
      signInWithKey(this.connection, { port: new MemoryPort(key), ...member }, allowed),
      touch(),
    ]);
    if (isOut) key.unplug();
    return tokens;
  }

  /** The code that was mailed to somebody last. */
  codeFor(username: string): string {
    const code = this.mails.findLast((mail) => mail.username === username && mail.code !== undefined)?.code;
    if (code === undefined) throw new Error(`no code was sent to ${username}`);
    return code;
  }

  /** Starts the app, which finds AWS credentials as every program does. */
  async launch(options: LaunchOptions = {}): Promise<Launched> {
    const { endpoint, helpdesk } = this.pool;
    const env = {
      KEYDESK_POOL_ENDPOINT: endpoint,
      KEYDESK_KEYS: this.#ports.map((port) => `udp:127.0.0.1:${port}`).join(','),
      AWS_ACCESS_KEY_ID: helpdesk?.accessKeyId ?? '',
      AWS_SECRET_ACCESS_KEY: helpdesk?.secretAccessKey ?? '',
    };
    const launched = await launchKeydesk({ ...options, env, userData: this.userData });
    this.#closers.unshift(() => launched.close());
    return launched;
  }

  /** Entries of the audit log, once `keydesk audit` has verified it. */
  audit(): AuditEntry[] {
    const env = { ...process.env, KEYDESK_STATION: this.userData };
    const keydesk = (...args: string[]) =>
      execFileSync(process.execPath, [join('out', 'node', 'cli.js'), 'audit', ...args], { encoding: 'utf8', env });
    keydesk('verify');
    const lines = keydesk('export', '--format', 'jsonl').trim().split('\n');
    return lines.map((line) => JSON.parse(line) as AuditEntry); // its own lines, just verified
  }

  async close(): Promise<void> {
    for (const close of this.#closers) await close();
    await this.pool.close();
    rmSync(this.userData, { recursive: true, force: true, maxRetries: 5 });
  }

  /** Enrols them as people do who have no passkey yet: after a code by e-mail. */
  async #invite(username: string): Promise<void> {
    const { connection } = this;
    const pin = `pin-of-${username}`.slice(0, 40);
    const asked = await startSignIn(connection, username, { prefer: 'email-code' });
    if (asked.step !== 'email-code') throw new Error(`the pool asks for ${asked.step}`);
    const state = await answerCode(connection, asked, this.codeFor(username));
    if (state.step !== 'signed-in') throw new Error(`the pool asks for ${state.step}`);
    const { key, touch } = await this.#newKey();
    key.replug();
    await Promise.all([
      enrolPasskey(connection, state.tokens, { port: new MemoryPort(key), pin, rpId: this.pool.rpId }),
      touch(),
    ]);
    key.unplug();
    this.#members.set(username, { username, pin, key, touch });
  }

  async #promote(operators: readonly string[]): Promise<void> {
    const { endpoint, region, adminKey: credentials, userPoolId: UserPoolId } = this.pool;
    const admin = new CognitoIdentityProviderClient({ endpoint, region, credentials });
    await admin.send(new CreateGroupCommand({ UserPoolId, GroupName: GROUP }));
    for (const Username of operators)
      await admin.send(new AdminAddUserToGroupCommand({ UserPoolId, Username, GroupName: GROUP }));
    admin.destroy();
  }
}

export const test = base.extend<{ station: HelpdeskStation }>({
  // Playwright reads the names of fixtures that this one needs: there is none.
  // eslint-disable-next-line no-empty-pattern
  station: async ({}, use) => {
    const station = await HelpdeskStation.open({ operators: ['olga', 'otto'], people: ['ana', 'ben'] });
    await use(station);
    await station.close();
  },
});

export { expect } from '@playwright/test';
