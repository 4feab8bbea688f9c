import { execFile } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';

import type { Page } from '@playwright/test';

import type { Approval } from '../../src/approval/approval.js';
import { relyingPartyOf } from '../../src/main/relying-party.js';
import { expect, test } from './kiosk.js';
import { type KioskStation, tapIn } from './kiosk-station.js';

test.use({ rules: { mayChange: true, idleSeconds: 600 } });

/** The code of docs/approvals.md. */
type Verify = (
  approval: Approval,
  expected: { credentialId: string; publicKey: string; rpId: string; origin: string; now: number },
) => Promise<Approval['request']>;

/** Runs the built command line. */
function keydesk(station: string, rpId: string, ...args: string[]): Promise<{ status: number; said: string }> {
  const env = { ...process.env, KEYDESK_STATION: station, KEYDESK_POOL: JSON.stringify({ rpId }) };
  return new Promise((resolve) => {
    execFile(process.execPath, [join('out', 'node', 'cli.js'), ...args], { env }, (error, stdout, stderr) => {
      resolve({ status: error ? Number(error.code) : 0, said: stdout + stderr });
    });
  });
}

/** As far as the signature: what is asked is read, the PIN entered, and the key touched twice, by itself. */
async function approveDeletion(window: Page, { pin }: { pin: string }): Promise<string> {
  await window.getByRole('button', { name: /^Delete / }).first().click(); // prettier-ignore
  const text = await window.locator('blockquote bdi').innerText();
  await window.getByRole('button', { name: 'Continue with my key' }).click();
  await window.getByLabel(/^PIN of /).fill(pin);
  await window.getByRole('button', { name: 'Continue', exact: true }).click();
  return text;
}

/** How the command line says no. */
const refused = (code: string) => ({ status: 1, said: expect.stringContaining(code) as unknown });

const approvalsOf = ({ userData }: KioskStation) =>
  readdirSync(join(userData, 'approvals')).map((name) => join(userData, 'approvals', name));

const auditOf = ({ userData }: KioskStation) =>
  readFileSync(join(userData, 'audit', 'audit.jsonl'), 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as { action?: string; result?: string; approver?: { username: string } });

test('what somebody approves at the kiosk is verified by others: as it is, once, with their key, and then it is done', async ({
  kiosk,
}) => {
  const { rpId } = kiosk.pool;
  const { origin } = relyingPartyOf(rpId);
  const ana = kiosk.guest('ana');
  kiosk.remember(ana.record);
  const { window } = await kiosk.launch();
  await tapIn(window, ana);
  const before = kiosk.network.calls.length;
  const text = await approveDeletion(window, ana);
  expect(text).toBe('Delete the passkey “Blue key” from the account “ana”. It can no longer be used to sign in.');
  await expect(window.getByRole('heading', { name: 'No passkey yet' })).toBeVisible();
  const calls = kiosk.network.calls.slice(before).filter((name) => !name.startsWith('List'));
  expect(calls).toEqual(['InitiateAuth', 'RespondToAuthChallenge', 'DeleteWebAuthnCredential']);

  const [file = ''] = approvalsOf(kiosk);
  expect(statSync(file).mode & 0o777).toBe(0o600);
  // Written by this very program.
  const approval = JSON.parse(readFileSync(file, 'utf8')) as Approval;
  expect(approval.request).toMatchObject({ action: 'passkey.delete', text, approver: { username: 'ana' } });
  const audit = auditOf(kiosk).map(({ action = '', result = '' }) => `${action} ${result}`);
  expect(audit.slice(-3)).toEqual(['kiosk.approval begun', 'kiosk.approval done', 'passkey.delete done']);

  const elsewhere = mkdtempSync(join(tmpdir(), 'keydesk-auditor-'));
  try {
    // The kiosk has forgotten the passkey with its record: whoever checks has the public key from the enrolment.
    const key = join(elsewhere, 'ana.key');
    writeFileSync(key, ana.record.publicKey ?? '');
    const othersKey = join(elsewhere, 'ben.key');
    writeFileSync(othersKey, kiosk.guest('ben').record.publicKey ?? '');
    const altered = join(elsewhere, 'altered.approval.json');
    const request = { ...approval.request, text: text.replace('Blue key', 'Green key') };
    writeFileSync(altered, JSON.stringify({ ...approval, request }));

    const run = (...args: string[]) => keydesk(elsewhere, rpId, 'approval', ...args);
    const verified = await run('verify', file, '--public-key', key);
    expect(verified).toMatchObject({ status: 0 });
    expect(verified.said).toContain(text);
    expect(await run('verify', altered, '--public-key', key)).toMatchObject(refused('approval/altered'));
    expect(await run('verify', file, '--public-key', othersKey)).toMatchObject(refused('approval/bad-signature'));
    expect(await run('use', file, '--public-key', key)).toMatchObject({ status: 0 });
    expect(await run('use', file, '--public-key', key)).toMatchObject(refused('approval/replayed'));
    // At the kiosk it was used when it was made.
    const here = await keydesk(kiosk.userData, rpId, 'approval', 'use', file, '--public-key', key);
    expect(here).toMatchObject(refused('approval/replayed'));

    // A program of its own, without Keydesk.
    const { verify } = (await import(pathToFileURL(resolve('docs/verify-approval.js')).href)) as { verify: Verify };
    const { credentialId } = approval;
    const expected = { credentialId, publicKey: ana.record.publicKey ?? '', rpId, origin, now: Date.now() };
    await expect(verify(approval, expected)).resolves.toMatchObject({ text });
    await expect(verify({ ...approval, request }, expected)).rejects.toThrow();
    await expect(verify(approval, { ...expected, now: Date.now() + 300_000 })).rejects.toThrow();
    const another = { ...expected, publicKey: kiosk.guest('ben').record.publicKey ?? '' };
    await expect(verify(approval, another)).rejects.toThrow();
  } finally {
    rmSync(elsewhere, { recursive: true });
  }
});

test('a station that does not know the public key says so, and keeps the approval for whoever does', async ({
  kiosk,
}) => {
  const ana = kiosk.guest('ana');
  const { window } = await kiosk.launch();
  await tapIn(window, ana);
  // The pool lets nobody in for the second time: what was signed stays on the screen, and nothing is deleted.
  kiosk.network.fate = (operation) => (operation === 'InitiateAuth' ? 'hang' : 'pass');
  await approveDeletion(window, ana);
  await expect(window.getByText('This station does not know the public key of your passkey')).toBeVisible();
  expect(approvalsOf(kiosk)).toHaveLength(1);
  ana.key.unplug();
  await kiosk.nextWindow(window);
  expect(kiosk.network.calls).not.toContain('DeleteWebAuthnCredential');
});

test('main makes no passkey without an approval, whatever the window asks', async ({ kiosk }) => {
  const { window } = await kiosk.launch();
  const ana = kiosk.guest('ana');
  await tapIn(window, ana);
  const ask = (name: string, input?: unknown) =>
    window.evaluate(
      ([called, given]) =>
        // The page's own world, in which preload has put it.
        (
          globalThis as unknown as { keydesk: { request: (name: string, input?: unknown) => Promise<unknown> } }
        ).keydesk.request(called, given),
      [name, input] as const,
    );
  const keys = (await ask('keys.list')) as { value: { id: string }[] };
  const options = {
    rp: { id: kiosk.pool.rpId, name: 'x' },
    user: { id: Buffer.from(ana.record.sub ?? '').toString('base64url'), name: 'ana', displayName: 'ana' },
    challenge: 'AAECAwQFBgcICQoLDA0ODw',
    pubKeyCredParams: [{ type: 'public-key', alg: -7 }],
  };
  const create = { ceremonyId: crypto.randomUUID(), keyId: keys.value[0]?.id, options };
  expect(await ask('keys.create', create)).toMatchObject({ ok: false, error: { code: 'kiosk/not-approved' } });
  const approve = { ceremonyId: crypto.randomUUID(), requestId: crypto.randomUUID() };
  expect(await ask('kiosk.approve', approve)).toMatchObject({ ok: false, error: { code: 'kiosk/not-approved' } });
  const other = { action: 'person.disable', text: 'Hello.' };
  expect(await ask('kiosk.ask', other)).toMatchObject({ ok: false, error: { code: 'ipc/bad-input' } });
});
