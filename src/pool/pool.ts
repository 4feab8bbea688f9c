import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';

import { isRelyingPartyId } from './administration/relying-party-id.js';
import type { AdminKey } from './config.js';
import { configOf } from './config.js';
import type { Pool } from './context.js';
import { PoolError } from './errors.js';
import type { RateCategory } from './http/request-rates.js';
import { REQUEST_RATES, RequestRates } from './http/request-rates.js';
import { serve } from './http/serve.js';
import type { TriggerSetUp } from './keydesk-triggers/functions.js';
import { checkRegistry, keydeskFunctions } from './keydesk-triggers/functions.js';
import { HELPDESK_CREDENTIALS, HELPDESK_KEY } from './keydesk-triggers/helpdesk-access.js';
import { macKeyOf } from './keydesk-triggers/mac-key.js';
import {
  callsKeydeskTriggers,
  HELPDESK_CLIENT,
  PASSWORD_CLIENT,
  withKeydeskTriggers,
} from './keydesk-triggers/settings.js';
import type { LambdaFunction } from './lambda/invoke.js';
import type { StartSettings } from './new-settings.js';
import { newClient, newClientId, newSettings, withClients, withStartSettings } from './new-settings.js';
import { randomName } from './random-name.js';
import { Sessions } from './sessions.js';
import type { Settings } from './settings.js';
import type { State, UserStatus } from './state.js';
import { loadState } from './storage/load-state.js';
import { StateFile } from './storage/state-file.js';
import { Store } from './store.js';
import type { After } from './timer.js';
import { after } from './timer.js';
import { newSigningKeys, Tokens } from './tokens.js';
import { Attempts } from './users/attempts.js';
import type { Mail } from './users/mail.js';
import { Quotas } from './users/quotas.js';
import type { ReadyUser } from './users/ready-users.js';
import { DEFAULT_USERS, presentUsers, seedUsers } from './users/ready-users.js';
import { RegistrationChallenges } from './webauthn/registration-challenges.js';

/** Settings that are said here are set in a pool that is there already, too; what is not said stays as it is. */
export interface PoolOptions extends StartSettings {
  /** 0, the default, takes any free port. The address is always 127.0.0.1. */
  port?: number | undefined;
  /** A file that keeps users, passkeys, keys and sign-ins from run to run. Without it they end with the pool. */
  statePath?: string | undefined;
  region?: string | undefined;
  /** Pages that may call the pool, besides the window's `app://keydesk`. */
  allowedOrigins?: readonly string[] | undefined;
  /** App clients besides the first. */
  otherClientIds?: readonly string[] | undefined;
  /** Keys whose signatures the Admin operations take, each within its policy; the helpdesk's comes with the triggers. */
  adminKeys?: readonly AdminKey[] | undefined;
  /** Users that a new pool begins with; an old state file keeps its own. */
  users?: readonly ReadyUser[] | undefined;
  /** Requests a second, by category of operations, where they are not to be the service's; Infinity counts none. */
  requestRates?: Partial<Record<RateCategory, number>> | undefined;
  /** The clock, milliseconds since the epoch. */
  now?: (() => number) | undefined;
  /** The timer of the clock. */
  after?: After | undefined;
  /** Lambda functions by name: those that the ARNs in LambdaConfig name are run in this process. */
  functions?: Readonly<Record<string, LambdaFunction>> | undefined;
  /** Installs Keydesk's own triggers, for the people of this registry; a pool that has them once keeps them. */
  triggers?: Pick<TriggerSetUp, 'registryPath'> | undefined;
  /** The numbers that SMS reaches, as in the sandbox of a new AWS account; without it SMS reaches all. */
  smsSandbox?: readonly string[] | undefined;
  /** Gets every message that a real pool would send, by e-mail or SMS; without it they are lost. */
  onMail?: ((mail: Mail) => void) | undefined;
  /** Gets errors of the pool itself; without it they are printed as warnings of the process. */
  onFault?: ((fault: unknown) => void) | undefined;
}

export interface RunningPool {
  readonly endpoint: string;
  readonly region: string;
  readonly userPoolId: string;
  readonly clientId: string;
  /** The passkeys' domain at the start. */
  readonly rpId: string;
  /** The ready-made users whose password, at the start, was still the one they were made with. */
  readonly users: readonly { username: string; email: string; password: string; status: UserStatus }[];
  /** A key that the Admin operations take. */
  readonly adminKey: AdminKey;
  /** What the helpdesk works with, where Keydesk's triggers are installed. */
  readonly helpdesk: Helpdesk | undefined;
  /** How often each operation was called. */
  readonly requests: ReadonlyMap<string, number>;
  /** The operations called, by name, in order; the last 10,000. */
  calls(): string[];
  close(): Promise<void>;
}

/** The helpdesk at a local pool: what its policy at a real one names, and whose signature it works with. */
interface Helpdesk {
  /** Its app client, for sessions on behalf of a person. */
  readonly clientId: string;
  /** ARN of the key that permits them. */
  readonly kmsKeyId: string;
  /** Allowed what HelpdeskPolicy of resources/cognito/template.yaml allows. */
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
}

/** The key of whoever runs a local pool. It opens nothing but that pool. */
const LOCAL_KEY: AdminKey = { accessKeyId: 'KEYDESKLOCAL', secretAccessKey: 'keydesk-local-secret' };
const WINDOW_ORIGIN = 'app://keydesk';
const CALLS_KEPT = 10_000;

/**
 * Starts a local user pool on loopback. Throws PoolError: `state-unreadable` or `state-damaged` (the file is left as it
 * is), `port-unavailable`, `bad-options`.
 */
export async function startPool(options: PoolOptions = {}): Promise<RunningPool> {
  const { region = 'local' } = options;
  const now = options.now ?? Date.now;
  const [adminKey, ...otherKeys] = options.adminKeys ?? [LOCAL_KEY];
  if (!adminKey) throw new PoolError('bad-options', 'A pool needs at least one admin key');
  if (options.firstFactors?.every((factor) => factor === 'WEB_AUTHN'))
    throw new PoolError('bad-options', 'WEB_AUTHN must be accompanied by at least one other first factor');
  if (options.rpId !== undefined && !isRelyingPartyId(options.rpId))
    throw new PoolError('bad-options', `Passkeys cannot be bound to ${options.rpId}: it is no registrable domain`);

  if (options.triggers) await checkRegistry(options.triggers.registryPath);

  const known = options.statePath === undefined ? undefined : await loadState(options.statePath);
  const state = known?.state ?? (await newState(region, now()));
  const store = new Store(state);
  const started = withClients(startSettings(state.settings, options), options.otherClientIds ?? [], now());
  const settings = options.triggers ? withKeydeskTriggers(started, region, now()) : started;
  if (!options.triggers && callsKeydeskTriggers(settings))
    throw new PoolError('bad-options', "This pool has Keydesk's triggers: give the registry of who may sign up");
  store.setSettings(settings);
  const clientId = started.clients[0].id;
  const readyUsers = options.users ?? DEFAULT_USERS;
  if (!known) await seedUsers({ store, now }, state.userPoolId, readyUsers);
  const file = new StateFile(options.statePath, store, state, known?.log);
  await file.save();
  const users = await presentUsers(store, readyUsers);

  const server = createServer();
  const port = await listen(server, options.port ?? 0);
  const endpoint = `http://127.0.0.1:${port}`;
  const { userPoolId, secret, createdAt } = state;
  const issuer = `${endpoint}/${userPoolId}`;
  const adminKeys = [adminKey, ...otherKeys, ...(options.triggers ? [HELPDESK_KEY] : [])];
  const config = configOf({ region, userPoolId, issuer, secret, createdAt, adminKeys }, () => store.settings);
  const macKey = options.triggers && macKeyOf(secret, region);
  const ownFunctions = () => {
    if (!options.triggers || !macKey) return {};
    const clients = { passkey: [clientId], password: [PASSWORD_CLIENT], helpdesk: [HELPDESK_CLIENT] };
    return keydeskFunctions(() => pool, macKey, { ...options.triggers, clients }, now);
  };
  const pool: Pool = {
    config,
    store,
    sessions: new Sessions(now),
    registrations: new RegistrationChallenges(now),
    attempts: new Attempts(now),
    quotas: new Quotas(now),
    tokens: new Tokens(config, state.signingKeys, now, (user) => store.groupsOf(user)),
    now,
    after: options.after ?? after,
    smsSandbox: options.smsSandbox,
    macKey,
    functions: new Map(Object.entries({ ...ownFunctions(), ...options.functions })),
    mail: options.onMail ?? (() => undefined),
  };
  const calls: string[] = [];
  const requests = new Map<string, number>();
  server.on(
    'request',
    serve({
      pool,
      gate: {
        hosts: [`127.0.0.1:${port}`, `localhost:${port}`],
        origins: [WINDOW_ORIGIN, ...(options.allowedOrigins ?? [])],
      },
      rates: new RequestRates({ ...REQUEST_RATES, ...options.requestRates }, now),
      onCall: (operation) => {
        if (calls.length === CALLS_KEPT) calls.shift();
        calls.push(operation);
        requests.set(operation, (requests.get(operation) ?? 0) + 1);
      },
      save: () => file.save(),
      onFault:
        options.onFault ??
        ((fault) => {
          process.emitWarning(fault instanceof Error ? fault : String(fault));
        }),
    }),
  );

  return {
    endpoint,
    region,
    userPoolId,
    clientId,
    rpId: config.rpId ?? '',
    users,
    adminKey,
    helpdesk: macKey && { clientId: HELPDESK_CLIENT, kmsKeyId: macKey.arn, ...HELPDESK_CREDENTIALS },
    requests,
    calls: () => [...calls],
    close: async () => {
      if (server.listening) {
        server.close();
        server.closeAllConnections();
        await once(server, 'close');
      }
      await file.save();
    },
  };
}

function startSettings(settings: Settings, options: PoolOptions): Settings {
  try {
    return withStartSettings(settings, options);
  } catch (error) {
    throw new PoolError('bad-options', 'A setting of the pool is none that the service takes', { cause: error });
  }
}

/** What a program prints when its pool is ready: one line of JSON. */
export function describePool({ endpoint, region, userPoolId, clientId, rpId, users, helpdesk }: RunningPool): string {
  return JSON.stringify({ endpoint, region, userPoolId, clientId, rpId, users, helpdesk });
}

async function newState(region: string, now: number): Promise<State> {
  return {
    userPoolId: `${region}_${randomName(9)}`,
    createdAt: now,
    settings: { ...newSettings(now), clients: [newClient(newClientId(), now)] },
    secret: randomBytes(32).toString('base64url'),
    signingKeys: await newSigningKeys(),
    users: [],
    groups: [],
    grants: [],
  };
}

async function listen(server: ReturnType<typeof createServer>, port: number): Promise<number> {
  try {
    server.listen(port, '127.0.0.1');
    await once(server, 'listening');
  } catch (error) {
    throw new PoolError('port-unavailable', `The local pool cannot listen on 127.0.0.1:${port}`, { cause: error });
  }
  const address = server.address();
  if (address === null || typeof address === 'string') throw new TypeError('A TCP server has an address and a port');
  return address.port;
}
