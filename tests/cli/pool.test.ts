import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';

import { connect } from '../../src/cognito/connection.js';
import { startSignIn } from '../../src/cognito/sign-in.js';
import { Run, run } from './harness.js';

// A new pool makes two RSA keys, which takes seconds on a busy machine.
vi.setConfig({ testTimeout: 60_000 });

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'keydesk-pool-command-'));
});
afterAll(() => rm(folder, { recursive: true }));

describe('keydesk pool', () => {
  it('prints one line when it is ready, mails on standard error, and stops when told to', async () => {
    const pool = new Run(['pool', '--state', join(folder, 'new.json')]);
    await pool.says('}\n');
    // A run shows what it printed once it has ended; the second one listens where this test says.
    pool.interrupt();
    const { status, stdout } = await pool.ended;
    expect(status).toBe(0);
    const described = JSON.parse(stdout) as Record<string, unknown>;
    expect(Object.keys(described)).toEqual(['endpoint', 'region', 'userPoolId', 'clientId', 'rpId', 'users']);

    const [port, { userPoolId, clientId, region }] = [await freePort(), described];
    const again = new Run(['pool', '--port', String(port), '--state', join(folder, 'new.json')]);
    await again.says(String(userPoolId));
    const endpoint = `http://127.0.0.1:${port}`;
    const connection = connect({
      region: String(region),
      clientId: String(clientId),
      userPoolId: String(userPoolId),
      endpoint,
    });
    await startSignIn(connection, 'ana', { prefer: 'email-code' });
    await again.says('{"mail":{"to":"ana@example.com"');
    again.interrupt();
    expect((await again.ended).status).toBe(0);
  });

  it('prints what the helpdesk works with where it has triggers', async () => {
    const registry = join(folder, 'registry.json');
    await writeFile(registry, '[]');
    const pool = new Run(['pool', '--triggers', registry]);
    await pool.says('}\n');
    pool.interrupt();
    const { helpdesk } = JSON.parse((await pool.ended).stdout) as { helpdesk: Record<string, unknown> };
    expect(helpdesk).toEqual({
      clientId: 'localhelpdeskclient',
      kmsKeyId: expect.stringMatching(/^arn:aws:kms:local:000000000000:key\/[0-9a-f-]{36}$/) as string,
      accessKeyId: 'KEYDESKHELPDESK',
      secretAccessKey: expect.any(String) as string,
    });
  });

  it.each(['65536', '-1', '80x', ''])('refuses the port %j', async (port) => {
    expect((await run(['pool', `--port=${port}`])).stderr).toContain('A port is a number from 0 to 65535.');
  });

  it('says that the port is taken', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    await once(other, 'listening');
    const { port } = other.address() as AddressInfo; // of a TCP server that listens
    const { status, stderr } = await run(['pool', '--port', String(port)]);
    expect(status).toBeGreaterThan(0);
    expect(stderr).toContain(`The local pool cannot listen on 127.0.0.1:${port}.`);
    other.close();
  });

  it('says that the state file is damaged', async () => {
    const file = join(folder, 'damaged.json');
    await writeFile(file, '{');
    const { status, stderr } = await run(['pool', '--state', file]);
    expect(status).toBeGreaterThan(0);
    expect(stderr).toContain(`The state file ${file} is damaged and no JSON; it was left as it is.`);
  });
});

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo; // of a TCP server that listens
  server.close();
  await once(server, 'close');
  return port;
}
