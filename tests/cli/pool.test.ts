import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';

import { poolCommand } from '../../src/cli/commands/pool.js';
import { startPool } from '../../src/pool/pool.js';

// A new pool makes two RSA keys, which takes seconds on a busy machine.
vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'keydesk-pool-command-'));
});
afterAll(() => rm(folder, { recursive: true }));

/** Runs `keydesk pool` to its refusal, and returns what it prints on standard error. */
async function refused(...args: string[]): Promise<{ code: string; printed: string }> {
  let printed = '';
  const command = poolCommand()
    .exitOverride()
    .configureOutput({ writeErr: (text) => (printed += text) });
  const error: unknown = await command.parseAsync(args, { from: 'user' }).catch((reason: unknown) => reason);
  return { code: String((error as { code?: unknown }).code), printed };
}

describe('keydesk pool', () => {
  it.each(['65536', '-1', '80x', ''])('refuses the port %j', async (port) => {
    expect((await refused('--port', port)).printed).toContain('A port is a number from 0 to 65535.');
  });

  it('says that the port is taken', async () => {
    const pool = await startPool();
    const { port } = new URL(pool.endpoint);
    const { code, printed } = await refused('--port', port);
    expect(code).toBe('port-unavailable');
    expect(printed).toBe(`pool: The local pool cannot listen on 127.0.0.1:${port}\n`);
    await pool.close();
  });

  it('says that the state file is damaged', async () => {
    const file = join(folder, 'state.json');
    await writeFile(file, '{');
    const { code, printed } = await refused('--state', file);
    expect(code).toBe('state-damaged');
    expect(printed).toBe(`pool: The state file ${file} is not JSON; it was left as it is\n`);
  });
});
