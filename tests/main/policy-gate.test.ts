import { describe, expect, it } from 'vitest';

import { AuthenticatorConfig } from '../../src/ctap/authenticator-config.js';
import type { Handlers } from '../../src/shared/ipc.js';
import { requests, type Request } from '../../src/shared/ipc.js';
import { lockedToViewing, PolicyGate } from '../../src/main/policy-gate.js';
import { answerRequest } from '../../src/main/answer-request.js';
import { policyState } from '../../src/passport/policy.js';
import { creationOptions, KEY, newCeremony, openDesk, RP } from './desk.js';
import { temporaryFolder } from './temporary-folder.js';

const OTHER_MODEL = 'cb69481e-8ff7-4039-93ec-0a2729a154a8';

describe('a policy that the key does not meet', () => {
  it('refuses an enrolment before the key is asked for anything, and journals nothing', async () => {
    const policy = policyState(JSON.stringify({ allowedAaguids: [OTHER_MODEL], minPinLength: 8 }));
    const desk = await openDesk({ folder: temporaryFolder(), policy });
    const made = desk.enrolment.create({ ceremonyId: newCeremony(), keyId: KEY, options: creationOptions() }, RP);
    await expect(made).rejects.toMatchObject({
      failure: {
        code: 'policy/key-not-allowed',
        detail: expect.stringContaining('policy/pin-too-short') as string,
      },
    });
    expect(desk.needs).toEqual([]);
    expect(await desk.journal.orphans()).toEqual([]);
  });
});

describe('the practice key', () => {
  it('is nobody’s: every policy lets it be practised with, and a real key of the same model not', async () => {
    const desk = await openDesk({ folder: temporaryFolder() });
    const gate = new PolicyGate({
      policy: policyState(JSON.stringify({ allowedAaguids: [OTHER_MODEL] })),
      now: () => 0,
    });
    await desk.registry.use(KEY, ({ info }, found) => {
      expect(gate.examine({ ...found, connection: 'practice' }, info).verdict.allowed).toBe(true);
      expect(gate.examine(found, info).verdict.allowed).toBe(false);
      return Promise.resolve();
    });
  });
});

describe('a policy that cannot be read', () => {
  const gate = new PolicyGate({ policy: policyState('{\n "minPinLenght": 6 }'), now: () => 0 });

  it('is told to the window with line and reason', () => {
    expect(gate.status).toMatchObject({
      state: 'locked',
      line: 2,
      reason: expect.stringContaining('minPinLenght') as string,
    });
  });

  it('refuses every request that changes something, and only those', async () => {
    const asked: string[] = [];
    const names = Object.keys(requests) as Request[];
    // One function for every key of the table: the compiler cannot see that none is missing.
    const handlers = Object.fromEntries(names.map((name) => [name, () => asked.push(name)])) as unknown as Handlers;
    const locked = lockedToViewing(handlers, () => gate.status);
    for (const name of names) {
      try {
        await (locked[name] as () => unknown)();
      } catch (error) {
        expect(error).toMatchObject({ failure: { code: 'policy/locked' } });
      }
    }
    expect(asked).toContain('keys.list');
    for (const change of [
      'keys.create',
      'keys.get',
      'keys.setPin',
      'keys.changePin',
      'onKey.delete',
      'orphans.remove',
      'pool.connect',
    ])
      expect(asked).not.toContain(change);
    expect(await answerRequest(locked, 'pool.practise', undefined)).toMatchObject({
      ok: false,
      error: { code: 'policy/locked', detail: expect.stringMatching(/^line 2: /) as string },
    });
  });
});

describe('a policy that changes while the app runs', () => {
  it('locks when it is damaged, and lets people go on when it is mended', async () => {
    const gate = new PolicyGate({ policy: { state: 'none' }, now: () => 0 });
    const names = Object.keys(requests) as Request[];
    const handlers = Object.fromEntries(names.map((name) => [name, () => undefined])) as unknown as Handlers; // as above
    const served = lockedToViewing(handlers, () => gate.status);
    const change = () => answerRequest(served, 'orphans.dismiss', { orphanId: crypto.randomUUID() });
    expect(await change()).toMatchObject({ ok: true });
    gate.replace({ policy: policyState('{') });
    expect(await change()).toMatchObject({ ok: false, error: { code: 'policy/locked' } });
    gate.replace({ policy: policyState('{}') });
    expect(await change()).toMatchObject({ ok: true });
  });

  it('judges the keys that are plugged in anew, without asking them', async () => {
    const desk = await openDesk({ folder: temporaryFolder() });
    expect(desk.registry.summary(KEY).details?.verdict.allowed).toBe(true);
    desk.gate.replace({ policy: policyState(JSON.stringify({ allowedAaguids: [OTHER_MODEL] })) });
    desk.key.unplug();
    desk.registry.examineAgain();
    expect(desk.changes.at(-1)).toMatchObject([{ details: { verdict: { allowed: false } } }]);
  });
});

describe('a passkey that does not prove what the policy wants', () => {
  it('is refused, and left in the journal as an orphan', async () => {
    const policy = policyState(JSON.stringify({ requireAttestation: true }));
    const desk = await openDesk({ folder: temporaryFolder(), policy });
    const ceremonyId = newCeremony();
    const made = desk.enrolment.create({ ceremonyId, keyId: KEY, options: creationOptions() }, RP);
    made.catch(() => undefined); // looked at below
    await desk.need('new-pin');
    desk.answer(ceremonyId, { kind: 'new-pin', pin: '2580-desk' });
    await desk.need('touch');
    desk.presence.press();
    await expect(made).rejects.toMatchObject({ failure: { code: 'policy/attestation-unproved' } });
    expect(await desk.journal.orphans()).toMatchObject([
      { userName: 'ana', credentialId: expect.any(String) as string },
    ]);
  });
});

describe('enterprise attestation', () => {
  /** Whether a new passkey names the very key to a relying party that asks for it. */
  async function namesTheKey(enterpriseRpIds: readonly string[]): Promise<boolean> {
    const policy = policyState(JSON.stringify({ enterpriseRpIds }));
    const desk = await openDesk({ folder: temporaryFolder(), policy });
    await desk.registry.use(KEY, (authenticator) =>
      new AuthenticatorConfig(authenticator, undefined).enableEnterpriseAttestation(),
    );
    const ceremonyId = newCeremony();
    const options = { ...creationOptions(), attestation: 'enterprise' };
    const made = desk.enrolment.create({ ceremonyId, keyId: KEY, options }, RP);
    await desk.need('new-pin');
    desk.answer(ceremonyId, { kind: 'new-pin', pin: '2580-desk' });
    await desk.need('touch');
    desk.presence.press();
    const { response } = await made;
    // The key's own certificate, which has its serial number, comes in place of a self attestation.
    return Buffer.from(response.response.attestationObject, 'base64url').includes('x5c');
  }

  it('is given to relying parties that the policy names, and to no others', async () => {
    expect(await namesTheKey([RP.id])).toBe(true);
    expect(await namesTheKey(['other.example.com'])).toBe(false);
  });
});
