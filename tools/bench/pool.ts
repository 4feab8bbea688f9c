import { randomBytes, randomUUID } from 'node:crypto';
import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

import {
  AdminUpdateUserAttributesCommand,
  CognitoIdentityProviderClient,
  ListUsersCommand,
} from '@aws-sdk/client-cognito-identity-provider';

import type { RunningPool } from '../../src/pool/pool.js';
import { startPool } from '../../src/pool/pool.js';
import type { User } from '../../src/pool/state.js';
import { loadState } from '../../src/pool/storage/load-state.js';
import { StateFile } from '../../src/pool/storage/state-file.js';
import { Store } from '../../src/pool/store.js';

const USERS = 100_000;
const PAGE = 60;
/** How often each request is sent: the middle one counts. */
const TIMES = 9;
const MIB = 1024 * 1024;

/** The local pool with 100,000 users, each with a password and a passkey: how long it takes to start, to list, to change one. */
export async function measurePool() {
  const folder = await mkdtemp(join(tmpdir(), 'keydesk-bench-'));
  const statePath = join(folder, 'pool.log');
  try {
    const writtenAnewMs = await fill(statePath);
    const fileBytes = (await stat(statePath)).size;
    const heapBefore = heap();
    const started = performance.now();
    const pool = await startPool({ statePath, users: [], requestRates: { UserList: Infinity, UserUpdate: Infinity } });
    const startMs = performance.now() - started;
    try {
      const requests = await measureRequests(pool, statePath);
      return {
        users: USERS,
        fileMiB: round(fileBytes / MIB),
        writtenAnewMs: round(writtenAnewMs),
        startMs: round(startMs),
        heapMiB: round((heap() - heapBefore) / MIB),
        ...requests,
      };
    } finally {
      await pool.close();
    }
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** Writes a state file of many users; returns how long that took, in milliseconds. */
async function fill(statePath: string): Promise<number> {
  const empty = await startPool({ statePath, users: [] });
  await empty.close();
  const known = await loadState(statePath);
  if (!known) throw new Error('A pool that was closed has a state file');
  const store = new Store({ ...known.state, users: Array.from({ length: USERS }, (_, index) => userNumber(index)) });
  const file = new StateFile(statePath, store, known.state, undefined);
  const started = performance.now();
  await file.save();
  return performance.now() - started;
}

function userNumber(index: number): User {
  const username = `user-${index.toString().padStart(6, '0')}`;
  return {
    username,
    sub: randomUUID(),
    status: 'CONFIRMED',
    enabled: true,
    createdAt: index,
    modifiedAt: index,
    attributes: { email: `${username}@example.com`, email_verified: 'true', name: `Person ${index}` },
    password: { salt: text(16), hash: text(32), srp: { salt: text(16), verifier: text(384) } },
    temporaryUntil: null,
    codes: {},
    pendingAttributes: {},
    passkeys: [
      {
        id: text(48),
        publicKey: text(77),
        counter: 1,
        rpId: 'localhost',
        name: 'Roaming passkey',
        attachment: 'cross-platform',
        transports: ['usb'],
        createdAt: index,
      },
    ],
    mfa: { enabled: [], preferred: null, webAuthn: false },
    softwareToken: null,
    pendingSoftwareToken: null,
    groups: [],
  };
}

async function measureRequests(pool: RunningPool, statePath: string) {
  const sdk = new CognitoIdentityProviderClient({
    endpoint: pool.endpoint,
    region: pool.region,
    credentials: pool.adminKey,
  });
  const UserPoolId = pool.userPoolId;
  const list = (PaginationToken?: string, Filter?: string) =>
    sdk.send(new ListUsersCommand({ UserPoolId, Limit: PAGE, PaginationToken, Filter }));
  const begun = performance.now();
  await list();
  const firstListMs = performance.now() - begun;
  const tokens: (string | undefined)[] = [undefined];
  for (let token = (await list()).PaginationToken; token !== undefined; token = (await list(token)).PaginationToken)
    tokens.push(token);
  const before = (await stat(statePath)).size;
  let changes = 0;
  const changeMs = await typical(async () => {
    const UserAttributes = [{ Name: 'name', Value: `Person ${++changes}` }];
    await sdk.send(new AdminUpdateUserAttributesCommand({ UserPoolId, Username: 'user-050000', UserAttributes }));
  });
  const changeBytes = ((await stat(statePath)).size - before) / changes;
  const result = {
    pages: tokens.length,
    firstListMs: round(firstListMs),
    firstPageMs: await typical(() => list()),
    middlePageMs: await typical(() => list(tokens[Math.floor(tokens.length / 2)])),
    lastPageMs: await typical(() => list(tokens.at(-1))),
    byEmailMs: await typical(() => list(undefined, 'email = "user-099999@example.com"')),
    byBeginningMs: await typical(() => list(undefined, 'name ^= "Person 99999"')),
    changeMs,
    changeBytes: round(changeBytes),
  };
  sdk.destroy();
  return result;
}

/** The middle of several times, in milliseconds. */
async function typical(act: () => Promise<unknown>): Promise<number> {
  const times: number[] = [];
  for (let time = 0; time < TIMES; time += 1) {
    const started = performance.now();
    await act();
    times.push(performance.now() - started);
  }
  return round(times.sort((a, b) => a - b)[Math.floor(TIMES / 2)] ?? NaN);
}

/** What is in use, in bytes: garbage, of which filling the file makes much, is taken out before it is looked at. */
function heap(): number {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void; // V8's own function
  collect();
  return process.memoryUsage().heapUsed;
}

const text = (bytes: number): string => randomBytes(bytes).toString('base64url');
const round = (value: number): number => Number(value.toFixed(1));
