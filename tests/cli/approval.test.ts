import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { beforeAll, beforeEach, describe, expect, it } from 'vitest';

import type { Approval } from '../../src/approval/approval.js';
import { newRequest } from '../../src/approval/request.js';
import { Approver, NOW, requestOf, RP_ID, SUB, WISH } from '../approval/approver.js';
import { temporaryFolder } from '../main/temporary-folder.js';
import { json, run } from './harness.js';

const AT = new Date(NOW + 60_000).toISOString();

let ana: Approver;
let approval: Approval;
let folder: string;
let station: string;

beforeAll(async () => {
  ana = await Approver.enrol();
  approval = await ana.approve(requestOf());
});

beforeEach(() => {
  folder = temporaryFolder();
  station = join(folder, 'station');
  mkdirSync(station);
});

function file(name: string, content: unknown): string {
  const path = join(folder, name);
  writeFileSync(path, typeof content === 'string' ? content : JSON.stringify(content, undefined, 2));
  return path;
}

/** What the station has kept of Ana's enrolment. */
function record(changes: object = {}): object {
  return {
    credentialId: ana.credentialId,
    nickname: 'Blue key',
    keyProduct: 'Test key',
    aaguid: '00000000-0000-0000-0000-000000000000',
    createdAt: '2026-11-23T10:00:00.000Z',
    publicKey: ana.publicKey,
    sub: SUB,
    ...changes,
  };
}

function remember(...records: object[]): void {
  writeFileSync(join(station, 'passkeys.json'), JSON.stringify(records));
}

const approving = (command: string, given: unknown, ...more: string[]) =>
  run(['approval', command, file('one.approval.json', given), ...more], {
    env: { KEYDESK_STATION: station, KEYDESK_POOL: JSON.stringify({ rpId: RP_ID }) },
  });
const verifying = (given: unknown, ...more: string[]) => approving('verify', given, '--at', AT, ...more);

describe('keydesk approval verify', () => {
  it('says what was approved, by whom, when and with which key, by the records of the station', async () => {
    remember(record());
    const ended = await verifying(approval);
    expect(ended).toMatchObject({ status: 0, stderr: '' });
    for (const said of [WISH.text, 'person.sign-out', 'zoe', `ana (${SUB})`, '2026-11-24T09:00:00.000Z', '"Blue key"'])
      expect(ended.stdout).toContain(said);
    expect(json(await verifying(approval, '--json'))).toEqual({
      verified: true,
      at: AT,
      request: approval.request,
      credentialId: ana.credentialId,
      keyFrom: '"Blue key" in the records of this station',
    });
  });

  it('takes the public key from a file, and the relying party and origin from options', async () => {
    const key = file('key', `${ana.publicKey}\n`);
    expect(await verifying(approval, '--public-key', key, '--rp-id', RP_ID)).toMatchObject({ status: 0 });
    const elsewhere = await verifying(approval, '--public-key', key, '--origin', 'https://example.com', '--json');
    expect(elsewhere).toMatchObject({ status: 1 });
    expect(json(elsewhere)).toMatchObject({ error: { code: 'approval/other-origin' } });
    const other = await verifying(
      approval,
      '--public-key',
      key,
      '--rp-id',
      'example.com',
      '--origin',
      `https://${RP_ID}`,
    );
    expect(other).toMatchObject({ status: 1, stdout: '' });
    expect(other.stderr).toContain('approval/other-rp');
  });

  it('fails for an approval that is altered, unreadable or not of that time', async () => {
    remember(record());
    const { request } = approval;
    const cases: [unknown, string, string?][] = [
      [{ ...approval, request: { ...request, station: 'Back desk' } }, 'approval/altered'],
      [{ ...approval, request: { ...request, text: 'Pay 1\u202e00' } }, 'approval/unshowable'],
      [{ ...approval, note: '\u202e' }, 'approval/malformed'],
      ['{"request":', 'approval/malformed'],
      [JSON.stringify(approval).replace('{', '{"request":{},'), 'approval/malformed'],
      [' '.repeat(2 ** 21), 'approval/malformed'],
      [approval, 'approval/stale', '2026-11-24T09:05:00Z'],
      [approval, 'approval/stale', '2026-11-24T08:59:59Z'],
    ];
    for (const [given, code, at = AT] of cases) {
      const ended = await approving('verify', given, '--at', at, '--json');
      expect(ended).toMatchObject({ status: 1 });
      expect(json(ended)).toMatchObject({ error: { code } });
    }
    // Without --at it is now, and the five minutes of this approval were others.
    expect(json(await approving('verify', approval, '--json'))).toMatchObject({ error: { code: 'approval/stale' } });
  });

  it('fails soon for a file without an end, and for one of nothing but lines', async () => {
    if (existsSync('/dev/zero'))
      expect(
        json(await run(['approval', 'verify', '/dev/zero', '--rp-id', 'login.example.com', '--json'])),
      ).toMatchObject({ error: { code: 'approval/malformed' } });
    const lines = `[${'0,\n'.repeat(200_000)}0]`;
    expect(json(await approving('verify', lines, '--json'))).toMatchObject({ error: { code: 'approval/malformed' } });
  });

  it('fails where the record is somebody else’s, has no public key, or is not there', async () => {
    const verdict = async () => json(await verifying(approval, '--json'));
    remember(record({ sub: '11111111-2222-4333-8444-555555555555' }));
    expect(await verdict()).toMatchObject({ error: { code: 'approval/other-person' } });
    remember(record({ publicKey: undefined }));
    expect(await verdict()).toMatchObject({ error: { code: 'approval/no-key' } });
    remember();
    expect(await verdict()).toMatchObject({ error: { code: 'approval/no-key' } });
  });

  it('writes nothing that turns what the person reads', async () => {
    const name = 'x\u202e\u001b[2K.approval.json';
    const ended = await run(['approval', 'verify', join(folder, name)], {
      env: { KEYDESK_STATION: station, KEYDESK_POOL: JSON.stringify({ rpId: RP_ID }) },
    });
    expect(ended).toMatchObject({ status: 2 });
    // eslint-disable-next-line no-control-regex -- an escape is what must not be there
    expect((await verifying(`{"a\u202e\\u001b":1,"a\u202e\\u001b":1}`)).stderr).not.toMatch(/[\u202e\u001b]/);
  });

  it('is wrong usage without a relying party, with a time that is none, or without the file', async () => {
    const path = file('one.approval.json', approval);
    const env = { KEYDESK_STATION: station };
    expect(await run(['approval', 'verify', path], { env })).toMatchObject({ status: 2 });
    expect(await verifying(approval, '--at', 'yesterday')).toMatchObject({ status: 2 });
    expect(await run(['approval', 'show', `${path}.not`], { env })).toMatchObject({ status: 2 });
  });

  it('looks at a station whose policy locks it, which uses nothing up', async () => {
    remember(record());
    writeFileSync(join(station, 'policy.json'), '{');
    expect(await verifying(approval)).toMatchObject({ status: 0 });
    expect(json(await approving('use', approval, '--json'))).toMatchObject({ error: { code: 'policy/locked' } });
  });
});

describe('keydesk approval use', () => {
  it('takes an approval once', async () => {
    remember(record());
    const fresh = await ana.approve(newRequest(WISH, { now: Date.now() - 1000, lifetimeMs: 60_000 }));
    expect(await approving('use', fresh)).toMatchObject({ status: 0 });
    const again = await approving('use', fresh, '--json');
    expect(again).toMatchObject({ status: 1 });
    expect(json(again)).toMatchObject({ error: { code: 'approval/replayed' } });
    expect(readdirSync(join(station, 'used-approvals'))).toEqual([fresh.request.id]);
  });

  it('uses nothing up that does not hold', async () => {
    remember(record());
    expect(await approving('use', approval)).toMatchObject({ status: 1 });
    expect(readdirSync(station)).toEqual(['passkeys.json']);
  });
});

describe('keydesk approval show', () => {
  it('shows one that does not hold as well, and says that it was not verified', async () => {
    const altered = { ...approval, request: { ...approval.request, station: 'Back desk' } };
    const ended = await approving('show', altered);
    expect(ended).toMatchObject({ status: 0, stderr: '' });
    expect(ended.stdout).toMatch(/^Not verified/);
    expect(ended.stdout).toContain('Back desk');
    expect(json(await approving('show', altered, '--json'))).toEqual({ verified: false, ...altered });
  });
});
