import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { verifyAuthenticationResponse, verifyRegistrationResponse } from '@simplewebauthn/server';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';

import type { AuthenticationJSON, RegistrationJSON } from '../../src/ctap/client/webauthn-json.js';
import { neverPresence } from '../../src/softkey/user-presence.js';
import { CHALLENGE, creation, ORIGIN, PIN, request, RP_ID } from '../ctap/options.js';
import { Fido2Server, hasFido2Server } from '../interop/fido2-server.js';
import { AskPresence, json, Run, run, type SimulatedKey, simulatedKey } from './harness.js';

let folder: string;
let key: SimulatedKey;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'keydesk-webauthn-'));
});
afterAll(() => rm(folder, { recursive: true }));
beforeEach(async () => {
  key = await simulatedKey();
  await run(['pin', 'set', '--key', key.id], { lines: [PIN] });
});
afterEach(() => key.close());

/** Writes options to a file, and returns its name. */
async function file(options: unknown): Promise<string> {
  const path = join(folder, 'options.json');
  await writeFile(path, typeof options === 'string' ? options : JSON.stringify(options));
  return path;
}

const webauthn = (name: 'create' | 'get', source: string, lines: readonly string[], ...more: string[]) =>
  run(['webauthn', name, source, '--origin', ORIGIN, '--key', key.id, ...more], { lines });

/** The output is what a relying party gets: the caller names the form, and the relying party looks at it. */
const registered = async (options: unknown = creation()) =>
  json(await webauthn('create', await file(options), [PIN])) as RegistrationJSON;
const signedIn = async (options: unknown = request()) =>
  json(await webauthn('get', await file(options), [PIN], '--json')) as AuthenticationJSON;

describe('what keydesk webauthn prints', () => {
  it('is accepted by @simplewebauthn/server', async () => {
    const expected = { expectedChallenge: CHALLENGE, expectedOrigin: ORIGIN, expectedRPID: RP_ID };
    // It types the extension results as the browser's objects, not as their JSON, and looks at none of them.
    const registration = await registered();
    const { verified, registrationInfo } = await verifyRegistrationResponse({
      ...expected,
      response: { ...registration, clientExtensionResults: {} },
    });
    expect(verified).toBe(true);
    if (!registrationInfo) throw new Error('Verified without what was verified');
    const response = await signedIn();
    expect(
      await verifyAuthenticationResponse({
        ...expected,
        response: { ...response, clientExtensionResults: {} },
        credential: registrationInfo.credential,
      }),
    ).toMatchObject({ verified: true, authenticationInfo: { userVerified: true } });
  });

  it.skipIf(!hasFido2Server)("is accepted by python-fido2's Fido2Server (needs Debian's python3-fido2)", async () => {
    const server = new Fido2Server();
    const expected = { rpId: RP_ID, origin: ORIGIN, challenge: CHALLENGE } as const;
    const registration = await registered(creation({ attestation: 'direct' }));
    const answer = await server.verify({
      ...expected,
      verify: 'registration',
      attestation: 'direct',
      response: registration,
    });
    expect(answer).toMatchObject({ ok: true });
    const credential = answer.ok ? answer.credential : '';
    const response = await signedIn();
    expect(await server.verify({ ...expected, verify: 'authentication', credential, response })).toMatchObject({
      ok: true,
    });
    await server.close();
  });
});

describe('the options', () => {
  it('may come from standard input, over several lines, with the PIN on the next one', async () => {
    const ended = await webauthn('create', '-', [...JSON.stringify(creation(), undefined, 2).split('\n'), PIN]);
    expect(ended.status).toBe(0);
    expect(json(ended)).toMatchObject({ type: 'public-key' });
  });

  it.each([
    ['no JSON', '{"challenge":'],
    ['an empty file', ''],
    ['something else', '[]'],
  ])('are refused when they are %s', async (_, text) => {
    const ended = await webauthn('get', await file(text), [], '--json');
    expect(ended.status).toBe(1);
    expect(json(ended)).toMatchObject({ error: { code: 'ceremony/bad-options' } });
  });

  it('are refused with the name of the member that is wrong', async () => {
    const ended = await webauthn('create', await file({ ...creation(), challenge: 'not base64url!' }), [], '--json');
    expect(json(ended)).toMatchObject({
      error: { code: 'ceremony/bad-options', detail: expect.stringContaining('challenge') as unknown },
    });
  });

  it('must be in a file that is there', async () => {
    expect(await webauthn('get', join(folder, 'nowhere.json'), [])).toMatchObject({ status: 2 });
  });

  it('of another relying party than the origin are refused', async () => {
    const ended = await webauthn('get', await file(request({ rpId: 'bank.example' })), [PIN], '--json');
    expect(json(ended)).toMatchObject({ error: { code: 'rp/not-allowed' } });
  });
});

describe('a ceremony', () => {
  it('asks for the touch on standard error, and prints nothing but the result on standard output', async () => {
    const ended = await webauthn('create', await file(creation()), [PIN], '--json');
    expect(ended.stderr).toBe('Touch the key now.\n');
    expect(ended.stdout.trimEnd().split('\n')).toHaveLength(1);
  });

  it('ends at a wrong PIN with the tries left, and does not take the next line for another try', async () => {
    const ended = await webauthn('get', await file(request()), ['0000', PIN, PIN], '--json');
    expect(ended.status).toBe(1);
    expect(json(ended)).toMatchObject({ error: { code: 'pin/wrong', retries: 7 } });
  });

  it('asks a person again after a wrong PIN, and says how many tries are left', async () => {
    await registered();
    const program = new Run(
      ['webauthn', 'get', await file(request()), '--origin', ORIGIN, '--key', key.id],
      {},
      {
        rawModes: [],
      },
    );
    await program.answers('PIN: ', '0000');
    await program.answers('Wrong PIN. 7 tries left.\nPIN: ', PIN);
    expect(await program.ended).toMatchObject({ status: 0 });
  });

  it('says when none of the passkeys is on the key', async () => {
    expect(json(await webauthn('get', await file(request()), [PIN], '--json'))).toMatchObject({
      error: { code: 'key/no-passkey' },
    });
  });

  it('lets the person choose among several accounts', async () => {
    await registered();
    const bob = creation({ user: { id: 'Ym9i', name: 'bob@example.com', displayName: 'Bob' } });
    await registered(bob);
    const program = new Run(
      ['webauthn', 'get', await file(request()), '--origin', ORIGIN, '--key', key.id, '--json'],
      {},
      {
        rawModes: [],
      },
    );
    await program.answers('PIN: ', PIN);
    await program.says('Which one, 1 to 2? ');
    const listed = (await listOf(program)).indexOf('bob@example.com');
    program.stdin.write(`${listed + 1}\n`);
    expect(json(await program.ended)).toMatchObject({ response: { userHandle: 'Ym9i' } });
  });

  it('is refused when the person refuses on the key', async () => {
    const presence = new AskPresence(() => {
      queueMicrotask(() => {
        presence.deny();
      });
    });
    const refusing = await simulatedKey('2.1', presence);
    const options = creation({ authenticatorSelection: { userVerification: 'discouraged' } });
    const ended = await run([
      'webauthn',
      'create',
      await file(options),
      '--origin',
      ORIGIN,
      '--key',
      refusing.id,
      '--json',
    ]);
    expect(json(ended)).toMatchObject({ error: { code: 'key/denied' } });
    await refusing.close();
  });
});

describe('Ctrl-C while the key waits for a touch', () => {
  it('ends with 130, and the key is idle', async () => {
    const presence = new AskPresence();
    const waiting = await simulatedKey('2.1', presence);
    const options = creation({ authenticatorSelection: { userVerification: 'discouraged' } });
    const program = new Run([
      'webauthn',
      'create',
      await file(options),
      '--origin',
      ORIGIN,
      '--key',
      waiting.id,
      '--json',
    ]);
    await program.says('Touch the key now.');
    expect(presence.waiting).toBeDefined();
    program.interrupt();
    const ended = await program.ended;
    expect(ended.status).toBe(130);
    expect(json(ended)).toMatchObject({ error: { code: 'cancelled' } });
    expect(presence.waiting).toBeUndefined();
    await waiting.close();
  });

  it('leaves a key that another program can use at once', async () => {
    const waiting = await simulatedKey('2.1', neverPresence);
    const options = creation({ authenticatorSelection: { userVerification: 'discouraged' } });
    const program = new Run(['webauthn', 'create', await file(options), '--origin', ORIGIN, '--key', waiting.id]);
    await program.says('Touch the key now.');
    program.interrupt();
    await program.ended;
    expect(await run(['info', '--key', waiting.id])).toMatchObject({ status: 0 });
    await waiting.close();
  });
});

/** The names of the accounts that a program has listed, in order. */
async function listOf(program: Run): Promise<string[]> {
  await program.says('several accounts');
  return [...program.told.matchAll(/^ {2}\d {2}(.*)$/gm)].map(([, name]) => name ?? '');
}
