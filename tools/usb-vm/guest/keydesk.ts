import { strict as assert } from 'node:assert';

import { z } from 'zod';

import { Running, type RunOptions } from './running.js';

const CLI = 'cli.js';

/** What commands print with --json, as far as it is looked at here. */
export const KeyList = z.object({
  keys: z.array(
    z.object({
      id: z.string(),
      product: z.string(),
      manufacturer: z.string(),
      serial: z.string(),
      problem: z.object({ code: z.string(), next: z.string() }).optional(),
    }),
  ),
});

export const KeyInfo = z.object({
  info: z.object({
    aaguid: z.string(),
    versions: z.array(z.string()),
    extensions: z.array(z.string()),
    options: z.record(z.string(), z.boolean()),
    pinUvAuthProtocols: z.array(z.number()),
    maxMsgSize: z.number(),
  }),
});

export const CredentialList = z.object({
  credentials: z.array(z.object({ credentialId: z.string(), rpId: z.string(), userName: z.string() })),
});

export const Registration = z.object({ id: z.string(), response: z.object({ publicKey: z.string() }) });
export type Registration = z.infer<typeof Registration>;

export const Assertion = z.object({
  id: z.string(),
  response: z.object({ clientDataJSON: z.string(), authenticatorData: z.string(), signature: z.string() }),
});
export type Assertion = z.infer<typeof Assertion>;

const Failure = z.object({
  error: z.object({ code: z.string(), next: z.string(), retries: z.number().optional() }),
});

/** The command line as it is built, run as a user runs it. */
export function keydesk(args: readonly string[], options?: RunOptions): Running {
  return new Running('node', [CLI, '--json', ...args], options);
}

/** The result of a command that has to succeed. */
export async function resultOf<T>(command: Running, shape: z.ZodType<T>): Promise<T> {
  const { code, stdout, stderr } = await command.ended();
  assert.equal(code, 0, `ended with ${code}: ${stdout}${stderr}`);
  return shape.parse(JSON.parse(stdout));
}

/** The one error of a command that has to fail by itself. */
export async function errorOf(command: Running): Promise<z.infer<typeof Failure>['error']> {
  const { code, stdout, stderr } = await command.ended();
  assert.ok(typeof code === 'number' && code > 0, `ended with ${code}: ${stdout}${stderr}`);
  return Failure.parse(JSON.parse(stdout)).error;
}
