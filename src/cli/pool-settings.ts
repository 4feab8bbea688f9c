import { readFile } from 'node:fs/promises';

import { z } from 'zod';

import { isLoopback } from '../shared/loopback.js';
import type { Context } from './context.js';
import { type Problem, usage } from './problem.js';
import type { PoolOptions } from './sign-in-options.js';

/** Passwords and codes travel to it: without TLS only within this machine. */
const Endpoint = z.url().refine((text) => {
  const { protocol } = new URL(text);
  return protocol === 'https:' || (protocol === 'http:' && isLoopback(text));
}, 'expected an https address, or http on this machine');

/** What `keydesk pool` prints, or the same for a pool at AWS: further members, such as practice users, are left aside. */
const PoolSettings = z.object({
  endpoint: Endpoint.optional(),
  region: z.string().min(1),
  userPoolId: z.string().min(1),
  clientId: z.string().min(1),
  rpId: z.string().min(1),
});
export type PoolSettings = z.infer<typeof PoolSettings>;

const NAMES: Readonly<Record<string, string>> = {
  endpoint: '--endpoint',
  region: '--region',
  userPoolId: '--user-pool-id',
  clientId: '--client-id',
  rpId: '--rp-id',
};

/**
 * The pool that a command is for: the options, and for what they leave out KEYDESK_POOL.
 * @throws Problem `usage` that names what is missing or wrong
 */
export async function poolSettings(options: PoolOptions, { env, signal }: Context): Promise<PoolSettings> {
  const { endpoint, region, userPoolId, clientId, rpId } = options;
  const given = Object.entries({ endpoint, region, userPoolId, clientId, rpId }).filter(
    ([, value]) => value !== undefined,
  );
  const kept = await fromEnvironment(env['KEYDESK_POOL'], signal);
  // A pool at AWS is a region without an address: the address of another pool must not be mixed in.
  if (region !== undefined) delete kept['endpoint'];
  const parsed = PoolSettings.safeParse({ ...kept, ...Object.fromEntries(given) });
  if (parsed.success) return parsed.data;
  const names = parsed.error.issues.map(({ path }) => NAMES[String(path[0])] ?? String(path[0]));
  throw usage(
    `The user pool is not described completely: ${[...new Set(names)].join(', ')}.`,
    'Give these options, or set KEYDESK_POOL to what `keydesk pool` prints.',
  );
}

async function fromEnvironment(text: string | undefined, signal: AbortSignal): Promise<Record<string, unknown>> {
  if (text === undefined || text === '') return {};
  const json = text.trimStart().startsWith('{') ? text : await contentOf(text, signal);
  try {
    return z.looseObject({}).parse(JSON.parse(json));
  } catch (error) {
    if (error instanceof SyntaxError || error instanceof z.ZodError) throw badEnvironment('it holds no JSON object');
    throw error;
  }
}

async function contentOf(path: string, signal: AbortSignal): Promise<string> {
  try {
    return await readFile(path, { encoding: 'utf8', signal });
  } catch (error) {
    signal.throwIfAborted();
    throw badEnvironment(error instanceof Error ? error.message : String(error));
  }
}

function badEnvironment(reason: string): Problem {
  return usage(
    `KEYDESK_POOL cannot be used: ${reason}.`,
    'Set it to what `keydesk pool` prints, or to a file with that.',
  );
}
