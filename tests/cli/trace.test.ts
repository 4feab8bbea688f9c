import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { run, type SimulatedKey, simulatedKey } from './harness.js';

let folder: string;
let key: SimulatedKey;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'keydesk-trace-'));
  key = await simulatedKey('2.1');
});
afterEach(async () => {
  await key.close();
  await rm(folder, { recursive: true });
});

describe('--trace', () => {
  it('saves what went over the cable without what was in it', async () => {
    const file = join(folder, 'trace.jsonl');
    const ended = await run(['pin', 'set', '--key', key.id, '--trace', file], { lines: ['correct-horse'] });
    expect(ended.status).toBe(0);
    const text = await readFile(file, 'utf8');
    expect(text).toContain('"passport"');
    expect(text).toContain('"command":"CLIENT_PIN","subcommand":"SET_PIN"');
    expect(text).not.toContain('correct-horse');
  });

  it('saves it also when the command fails', async () => {
    const file = join(folder, 'trace.jsonl');
    const ended = await run(['pin', 'change', '--key', key.id, '--trace', file], { lines: ['1234', '5678'] });
    expect(ended.status).toBe(1);
    expect(await readFile(file, 'utf8')).toContain('"command":"GET_INFO"');
  });

  it('says when it cannot be saved', async () => {
    const ended = await run(['info', '--key', key.id, '--trace', join(folder, 'missing', 'trace.jsonl')]);
    expect(ended.stderr).toContain('The trace cannot be saved');
  });
});
