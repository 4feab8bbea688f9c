import { randomUUID } from 'node:crypto';
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { AdminUpdateUserAttributesCommand } from '@aws-sdk/client-cognito-identity-provider';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';

import { Authenticator } from '../../src/ctap/authenticator.js';
import { create } from '../../src/ctap/client/create.js';
import type { Receipt } from '../../src/shared/helpdesk.js';
import { MemoryPort } from '../../src/softkey/ports/memory-port.js';
import { Person } from '../ctap/person.js';
import { HelpdeskPool } from '../helpdesk/station.js';
import { temporaryFolder } from '../main/temporary-folder.js';
import { type Ended, json, Run, run, type SimulatedKey, simulatedKey } from './harness.js';

// A new pool makes two RSA keys, which takes seconds on a busy machine.
vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

const PIN = '4711';

let pool: HelpdeskPool;
let olga: SimulatedKey;
let otto: SimulatedKey;
let pia: SimulatedKey;
beforeAll(async () => {
  pool = await HelpdeskPool.start({ now: Date.now });
  [olga, otto, pia] = await Promise.all([newKey(), newKey(), newKey()]);
  await enrolled('olga', olga);
  await enrolled('otto', otto);
  await enrolled('pia', pia);
  await pool.promote('olga');
  await pool.promote('otto');
});
afterAll(async () => {
  await Promise.all([olga, otto, pia].map((key) => key.close()));
  await pool.stop();
});

const newKey = () => simulatedKey('2.1');

/** A person whose key has a PIN and a passkey of the pool. @returns its credential ID */
async function enrolled(name: string, { key }: SimulatedKey): Promise<string> {
  await pool.t.addUser(name);
  const { accessToken } = await pool.byCode(name);
  const options = await pool.t.creationOptions(accessToken);
  const authenticator = await Authenticator.open(new MemoryPort(key));
  const authenticatorSelection = { ...options.authenticatorSelection, userVerification: 'required' };
  const interaction = new Person(PIN);
  const made = await create({ ...options, authenticatorSelection }, 'http://localhost', { authenticator, interaction });
  await authenticator.close();
  await pool.t.complete(accessToken, made);
  return made.id;
}

let folder: string;
let env: Record<string, string>;
beforeEach(async () => {
  const { endpoint, region, userPoolId, clientId, rpId, helpdesk } = pool.t.pool;
  folder = temporaryFolder();
  const policy = join(folder, 'policy.json');
  const rules = { group: 'helpdesk', clientId: helpdesk?.clientId, kmsKeyId: helpdesk?.kmsKeyId };
  await writeFile(policy, JSON.stringify({ mode: 'helpdesk', helpdesk: rules, requireUserVerification: true }));
  const KEYDESK_POOL = JSON.stringify({ endpoint, region, userPoolId, clientId, rpId });
  env = { KEYDESK_POOL, KEYDESK_POLICY: policy, KEYDESK_STATION: folder };
  vi.stubEnv('AWS_ACCESS_KEY_ID', helpdesk?.accessKeyId);
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', helpdesk?.secretAccessKey);
});
afterEach(() => {
  vi.unstubAllEnvs();
});

/** By olga, who gives her PIN as often as she is asked for it. */
function helpdesk(args: readonly string[], lines: readonly string[] = [PIN, PIN]): Promise<Ended> {
  const staff = ['--operator', 'olga', '--operator-key', olga.id];
  return run(['--json', 'helpdesk', ...args, ...staff], { env, lines });
}

describe('keydesk helpdesk', () => {
  it('finds people', async () => {
    await pool.t.addUser('quirin');
    const ended = await helpdesk(['find', 'qui']);
    expect(ended).toMatchObject({ status: 0 });
    expect(json(ended)).toMatchObject({ people: [{ username: 'quirin', enabled: true, isFederated: false }] });
    const details = json(await helpdesk(['find', 'quirin@example.com', '--factors']));
    expect(details).toMatchObject({
      person: { username: 'quirin', groups: [], keys: [] },
      factors: expect.arrayContaining(['EMAIL_OTP']) as string[],
    });
  });

  it('is closed to whoever is not in the group, and to a station whose policy has no helpdesk', async () => {
    const args = ['--json', 'helpdesk', 'cases', '--operator', 'pia', '--operator-key', pia.id];
    expect(json(await run(args, { env, lines: [PIN] }))).toMatchObject({ error: { code: 'helpdesk/not-an-operator' } });
    await writeFile(join(folder, 'policy.json'), '{}');
    expect(json(await helpdesk(['cases']))).toMatchObject({ error: { code: 'helpdesk/no-rules' } });
  });

  it('tells what it would do, and does it when it is told to', async () => {
    await pool.t.addUser('rosa');
    const before = pool.t.pool.requests.get('AdminDisableUser') ?? 0;
    const plan = json(await helpdesk(['safe', 'rosa', '--disable', '--dry-run']));
    expect(plan).toMatchObject({
      plan: {
        steps: expect.arrayContaining([expect.objectContaining({ step: 'disable', isNeeded: true })]) as object[],
      },
    });
    expect(pool.t.pool.requests.get('AdminDisableUser') ?? 0).toBe(before);
    expect(json(await helpdesk(['cases']))).toEqual({ cases: [] });

    const ended = await helpdesk(['safe', 'rosa', '--disable', '--reason', 'left it in the train']);
    expect(json(ended)).toMatchObject({ case: { isEnabled: false, isDisabledHere: true } });
    expect(json(await helpdesk(['cases']))).toMatchObject({
      cases: [{ reason: 'left it in the train', isBusy: false }],
    });
    expect(json(await helpdesk(['enable', 'rosa']))).toMatchObject({ case: { isEnabled: true } });
    expect(json(await helpdesk(['end', 'rosa']))).toMatchObject({ case: { endedAt: expect.any(String) as string } });
    expect(json(await helpdesk(['cases']))).toEqual({ cases: [] });
  });

  it('knows the case of a person by any name that it takes', async () => {
    const sub = await pool.t.addUser('tina');
    await helpdesk(['safe', 'tina@example.com', '--reason', 'lost\nReceipt\u202e of']);
    for (const name of ['tina@example.com', sub, 'tina'])
      expect(json(await helpdesk(['safe', name]))).toMatchObject({ case: { person: { sub } } });
    const { cases } = json(await helpdesk(['cases'])) as { cases: { id: string; reason: string }[] };
    expect(cases).toMatchObject([{ reason: 'lost Receipt of' }]);
    expect(json(await helpdesk(['end', 'tina@example.com']))).toMatchObject({ case: { person: { sub } } });
    expect(json(await helpdesk(['end', 'tina@example.com']))).toMatchObject({ error: { code: 'helpdesk/no-case' } });
    expect(json(await helpdesk(['safe', 'tina', '--reason', '\u202e']))).toMatchObject({
      error: { code: 'helpdesk/reason-needed' },
    });
  });

  it.each([
    ['changed', (path: string) => writeFile(path, '{ "mode": "helpdesk", "minPinLength": 8 }')],
    ['damaged', (path: string) => writeFile(path, '{ "mode": "helpdesk", ')],
    ['removed', (path: string) => rm(path)],
    ['made unreadable', (path: string) => rm(path).then(() => mkdir(path))],
  ])('changes nothing more when the policy is %s meanwhile', async (_, change) => {
    const name = `u-${randomUUID().slice(0, 8)}`;
    await pool.t.addUser(name);
    const staff = ['--operator', 'olga', '--operator-key', olga.id];
    const run = new Run(['helpdesk', 'safe', name, ...staff], env, { rawModes: [] });
    await run.answers('PIN', PIN);
    await run.says(`Signing in as olga`);
    const signOuts = () => pool.t.pool.requests.get('AdminUserGlobalSignOut') ?? 0;
    const before = signOuts();
    await vi.waitFor(async () => {
      expect(await readdir(join(folder, 'cases', 'open'))).toHaveLength(1);
    });
    await change(join(folder, 'policy.json'));
    run.stdin.write(`${PIN}\r`);
    const { status, stderr } = await run.ended;
    expect([status, stderr]).toEqual([1, expect.stringContaining('policy/changed')]);
    expect(signOuts()).toBe(before);
  });

  it('is none at a station whose policy is for another desk', async () => {
    const path = join(folder, 'policy.json');
    const policy = JSON.parse(await readFile(path, 'utf8')) as object;
    await writeFile(path, JSON.stringify({ ...policy, mode: 'kiosk' }));
    expect(json(await helpdesk(['cases']))).toMatchObject({
      error: { code: 'helpdesk/no-rules', detail: 'the policy is for kiosk' },
    });
  });

  it('is stopped by the second operator, who may say no', async () => {
    await pool.t.addUser('vera');
    const staff = ['--operator', 'olga', '--operator-key', olga.id, '--approver', 'otto', '--approver-key', otto.id];
    const args = ['helpdesk', 'session', 'vera', '--way', 'on-behalf', '--reason', 'Abroad', ...staff];
    const opened = pool.t.pool.requests.get('GenerateMac') ?? 0;
    const run = new Run(args, env, { rawModes: [] });
    await run.answers('PIN', PIN);
    await vi.waitFor(() => {
      expect(run.told.match(/PIN/g)?.length).toBeGreaterThan(1);
    });
    run.stdin.write(`${PIN}\r`);
    await run.says('olga asks for vera: "Abroad". Do you approve?');
    run.stdin.write('no\n');
    await run.says('Why not');
    run.stdin.write('she sits next to me\n');
    const { status, stderr } = await run.ended;
    expect([status, stderr]).toEqual([1, expect.stringContaining('helpdesk/approval-refused')]);
    expect(pool.t.pool.requests.get('GenerateMac') ?? 0).toBe(opened);
    const log = await readFile(join(folder, 'audit', 'audit.jsonl'), 'utf8');
    expect(log).toContain('refused: she sits next to me');
    expect(log).not.toContain('session.open');
  });

  it('takes a changed address over when it is told to, and tells it', async () => {
    await pool.t.addUser('wilma');
    await helpdesk(['safe', 'wilma']);
    await pool.t.sdk.send(
      new AdminUpdateUserAttributesCommand({
        UserPoolId: pool.t.pool.userPoolId,
        Username: 'wilma',
        UserAttributes: [
          { Name: 'email', Value: 'mallory@example.com' },
          { Name: 'email_verified', Value: 'true' },
        ],
      }),
    );
    await helpdesk(['enable', 'wilma']);
    expect(json(await helpdesk(['passkeys', 'wilma']))).toMatchObject({ error: { code: 'helpdesk/person-changed' } });
    const ended = await helpdesk(['safe', 'wilma', '--take-over']);
    expect(ended.stderr).toContain('mallory@example.com');
    expect(json(ended)).toMatchObject({ case: { email: 'mallory@example.com' } });
  });

  it('replaces a lost key on behalf of its person; log, receipt and mail say so', async () => {
    const [lost, replacement] = await Promise.all([newKey(), newKey()]);
    const id = await enrolled('sara', lost);
    const onBehalf = [
      '--way',
      'on-behalf',
      '--approver',
      'otto',
      '--approver-key',
      otto.id,
      '--reason',
      'Lost, and abroad',
    ];
    // Signing in, asking, approving, enrolling and the new key's PIN, deleting, ending.
    const lines = [PIN, PIN, PIN, PIN, '0815', PIN, PIN];
    const work = ['--enrol', 'New key', '--key', replacement.id, '--delete', id, '--end'];
    const ended = await helpdesk(['session', 'sara', ...onBehalf, ...work], lines);
    expect(json(ended)).toMatchObject({ case: { deleted: [id], endedAt: expect.any(String) as string } });
    expect(pool.t.mail.at(-1)).toMatchObject({ username: 'sara', purpose: 'notice' });

    const { case: over } = json(ended) as { case: { id: string; enrolled: string[] } };
    const page = join(folder, 'receipt.html');
    const receipt = json(await helpdesk(['receipt', over.id, '--html', page])) as { receipt: Receipt };
    // Each act of the receipt is the line of the log that it names.
    const log = (await readFile(join(folder, 'audit', 'audit.jsonl'), 'utf8')).trim().split('\n');
    expect(receipt.receipt.acts.map(({ step }) => step)).toEqual(
      expect.arrayContaining(['request', 'session', 'enrol', 'delete', 'close', 'sign-out', 'end']),
    );
    for (const { audit = 0, result, operator } of receipt.receipt.acts)
      expect(JSON.parse(log[audit - 1] ?? '')).toMatchObject({ seq: audit, result, caseId: over.id, operator });
    expect(await readFile(page, 'utf8')).toContain('New key');
    expect(json(await run(['--json', 'audit', 'verify'], { env }))).toMatchObject({ intact: true });

    const signIn = (key: SimulatedKey, pin: string) =>
      run(['--json', 'sign-in', '--user', 'sara', '--key', key.id], { env, lines: [pin] });
    expect(json(await signIn(replacement, '0815'))).toMatchObject({ username: 'sara' });
    expect((await signIn(lost, PIN)).status).toBe(1);
    expect(json(await run(['--json', 'passkeys', 'orphans'], { env }))).toEqual({ orphans: [] });
    await Promise.all([lost.close(), replacement.close()]);
  });

  it('prepares a key for the next person', async () => {
    const key = await newKey();
    const args = ['reset', '--no-reset', '--key', key.id, '--min-pin-length', '6', '--always-uv'];
    const ended = await helpdesk(args, [PIN, PIN, '081500']);
    expect(json(ended)).toMatchObject({
      prepared: { isPinSet: true, mustChangePin: true, minPinLength: 6, alwaysUv: true },
    });
    await key.close();
  });
});
