import { readFile } from 'node:fs/promises';

import { z } from 'zod';

import { DesiredPool } from '../shared/desired-pool.js';
import { isLoopback } from '../shared/loopback.js';
import type { Context } from './context.js';
import { fromEnvironment } from './pool-settings.js';
import { printable } from './printable.js';
import { usage } from './problem.js';

/** Options that say which pool is administered, and how it ought to be. */
export interface SetupOptions extends Partial<
  Pick<DesiredPool, 'rpId' | 'userVerification' | 'enforcePasskeys' | 'passwordFlows' | 'signUp'>
> {
  readonly userPoolId?: string;
  readonly region?: string;
  readonly clientId?: string;
  readonly profile?: string;
  readonly endpoint?: string;
  readonly desired?: string;
  readonly sessionMinutes?: number;
  readonly tokenRotation?: DesiredPool['refreshTokenRotation'];
  readonly allowDeletion?: boolean;
  readonly trigger?: Readonly<Record<string, string>>;
}

/** A pool and the app client in it, as an administrator names them. */
export interface AdministeredPool {
  readonly userPoolId: string;
  readonly region: string;
  readonly clientId: string | undefined;
  readonly endpoint: string | undefined;
  readonly profile: string | undefined;
}

const Kept = z.object({
  userPoolId: z.string().optional(),
  clientId: z.string().optional(),
  endpoint: z.string().optional(),
  rpId: z.string().optional(),
});

/**
 * The pool that the options name, or KEYDESK_POOL, and how it ought to be: the defaults, the file of --desired, and the
 * options, each before the one named before it. The domain of the passkeys in KEYDESK_POOL is wanted, too.
 * @throws Problem `usage` that says what is missing or wrong
 */
export async function administeredPool(
  options: SetupOptions,
  { env, signal }: Context,
): Promise<{ pool: AdministeredPool; desired: DesiredPool }> {
  const all = Kept.parse(await fromEnvironment(env['KEYDESK_POOL'], signal));
  // What is kept of one pool says nothing of another.
  const kept = options.userPoolId === undefined || options.userPoolId === all.userPoolId ? all : {};
  const userPoolId = options.userPoolId ?? kept.userPoolId;
  if (userPoolId === undefined)
    throw usage('Which user pool?', 'Name it with --user-pool-id, or set KEYDESK_POOL to what `keydesk pool` prints.');
  const pool = {
    userPoolId,
    region: regionOf(userPoolId, options.region),
    clientId: options.clientId ?? kept.clientId,
    endpoint: endpointOf(options.endpoint ?? kept.endpoint),
    profile: options.profile,
  };
  return { pool, desired: await desiredOf(options, kept.rpId || undefined, signal) };
}

/** The region that the pool's ID begins with. */
function regionOf(userPoolId: string, given: string | undefined): string {
  const [, region] = /^([\w-]+)_[0-9a-zA-Z]+$/.exec(userPoolId) ?? [];
  if (region === undefined)
    throw usage(`${printable(userPoolId)} is no ID of a user pool.`, 'It looks like eu-west-1_AbCdEfGhI.');
  if (given !== undefined && given !== region)
    throw usage(`The pool is in ${region}, not in ${printable(given)}.`, 'Leave --region out, or correct one of them.');
  return region;
}

/** Signed requests go to AWS, or to this machine: anything between could only be somebody who collects them. */
function endpointOf(endpoint: string | undefined): string | undefined {
  if (endpoint === undefined || (URL.canParse(endpoint) && isLoopback(endpoint))) return endpoint;
  throw usage(`${printable(endpoint)} is not on this machine.`, 'Leave --endpoint out for a pool at AWS.');
}

async function desiredOf(
  options: SetupOptions,
  keptRpId: string | undefined,
  signal: AbortSignal,
): Promise<DesiredPool> {
  const file = options.desired === undefined ? {} : await contentOf(options.desired, signal);
  const { rpId, userVerification, enforcePasskeys, passwordFlows } = options;
  const { sessionMinutes, tokenRotation, signUp, allowDeletion, trigger } = options;
  const given = Object.entries({
    rpId: rpId ?? file['rpId'] ?? keptRpId,
    userVerification,
    enforcePasskeys,
    passwordFlows,
    authSessionMinutes: sessionMinutes,
    refreshTokenRotation: tokenRotation,
    signUp,
    triggers: trigger,
    deletionProtection: allowDeletion === true ? false : undefined,
  }).filter(([, value]) => value !== undefined);
  const desired = DesiredPool.safeParse({ ...file, ...Object.fromEntries(given) });
  if (desired.success) return desired.data;
  const [issue] = desired.error.issues;
  const where = issue === undefined || issue.path.length === 0 ? '' : `${issue.path.join('.')}: `;
  throw usage(
    `The pool cannot be wanted so: ${printable(`${where}${issue?.message ?? ''}`)}.`,
    'docs/pool-setup.md lists what can be wanted.',
  );
}

async function contentOf(path: string, signal: AbortSignal): Promise<Record<string, unknown>> {
  try {
    return z.looseObject({}).parse(JSON.parse(await readFile(path, { encoding: 'utf8', signal })));
  } catch (error) {
    signal.throwIfAborted();
    const reason = error instanceof z.ZodError ? 'it holds no JSON object' : String(error);
    throw usage(`${printable(path)} cannot be used: ${printable(reason)}.`, 'docs/pool-setup.md describes the file.');
  }
}
