import { describe, expect, it } from 'vitest';

import { localMac } from '../../../src/triggers/local/mac.js';
import { UsedNonces } from '../../../src/triggers/local/used-nonces.js';
import { createAuthChallenge } from '../../../src/triggers/on-behalf/create-auth-challenge.js';
import { defineAuthChallenge } from '../../../src/triggers/on-behalf/define-auth-challenge.js';
import type { Permission } from '../../../src/triggers/on-behalf/message.js';
import { permissionBytes, writeAnswer } from '../../../src/triggers/on-behalf/message.js';
import type { OnBehalf } from '../../../src/triggers/on-behalf/rules.js';
import { verifyAuthChallengeResponse } from '../../../src/triggers/on-behalf/verify-auth-challenge-response.js';
import type { Notice } from '../../../src/triggers/on-behalf/notice.js';
import { CLIENTS, createSample, defineSample, POOL, SUB, verifySample } from '../event-samples.js';
import { afterTheDeadline, LET_DOWNS } from '../failing.js';

const NOW = 1_790_000_000_500;
const OURS = { challengeName: 'CUSTOM_CHALLENGE', challengeMetadata: 'keydesk-on-behalf' };
const mac = localMac(new Uint8Array(32).fill(7));

/** The three triggers on one clock, with the local MAC and memory of nonces. */
function desk(changes: Partial<OnBehalf> = {}) {
  const clock = { time: NOW };
  const now = () => clock.time;
  const notices: Notice[] = [];
  const rules: OnBehalf = {
    clients: CLIENTS,
    now,
    newNonce: () => 'bm9uY2U',
    verifyMac: mac.verifyMac,
    useOnce: new UsedNonces(now).useOnce,
    notify: (notice) => {
      notices.push(notice);
      return Promise.resolve();
    },
    ...changes,
  };
  return {
    clock,
    notices,
    define: defineAuthChallenge(rules),
    create: createAuthChallenge(rules),
    verify: verifyAuthChallengeResponse(rules),
  };
}

const PARAMETERS = { nonce: 'bm9uY2U', expiresAt: '1790000300' };
const PERMISSION: Permission = {
  userPoolId: POOL,
  clientId: 'helpdeskclient',
  account: SUB,
  operator: 'bea',
  nonce: 'bm9uY2U',
  expiresAt: 1_790_000_300,
};
const answerTo = (permission: Permission, operator = permission.operator) =>
  writeAnswer({ operator, mac: mac.generateMac(permissionBytes(permission)) });

describe('a sign-in on behalf of a person', () => {
  it('is one challenge, one answer, and open', async () => {
    const { define, create, verify } = desk();
    await expect(define(defineSample([]))).resolves.toMatchObject({
      response: { challengeName: 'CUSTOM_CHALLENGE', issueTokens: false, failAuthentication: false },
    });
    await expect(create(createSample())).resolves.toMatchObject({
      response: {
        publicChallengeParameters: PARAMETERS,
        privateChallengeParameters: PARAMETERS,
        challengeMetadata: 'keydesk-on-behalf',
      },
    });
    await expect(verify(verifySample(PARAMETERS, answerTo(PERMISSION)))).resolves.toMatchObject({
      response: { answerCorrect: true },
    });
    await expect(define(defineSample([{ ...OURS, challengeResult: true }]))).resolves.toMatchObject({
      response: { issueTokens: true, failAuthentication: false },
    });
  });

  it.each([
    ['a wrong answer', [{ ...OURS, challengeResult: false }]],
    [
      'a right answer after a wrong one',
      [
        { ...OURS, challengeResult: false },
        { ...OURS, challengeResult: true },
      ],
    ],
    [
      'two right answers',
      [
        { ...OURS, challengeResult: true },
        { ...OURS, challengeResult: true },
      ],
    ],
    ['SRP first', [{ challengeName: 'SRP_A', challengeResult: true }]],
    ['a right password', [{ challengeName: 'PASSWORD_VERIFIER', challengeResult: true }]],
    ['somebody else’s custom challenge', [{ challengeName: 'CUSTOM_CHALLENGE', challengeResult: true }]],
  ])('fails after %s', async (_, session) => {
    await expect(desk().define(defineSample(session))).resolves.toMatchObject({
      response: { issueTokens: false, failAuthentication: true },
    });
  });

  it.each([[undefined], [null], ['[]'], [[{ challengeName: 'CUSTOM_CHALLENGE' }]]])(
    'is refused when the rounds played are %j',
    async (session) => {
      await expect(desk().define(defineSample(session))).rejects.toMatchObject({ code: 'malformed-event' });
    },
  );

  it('is for the helpdesk’s client only', async () => {
    const { define, create, verify } = desk();
    for (const client of ['passkeyclient', 'passwordclient', 'another']) {
      await expect(define(defineSample([], {}, client))).rejects.toMatchObject({ code: 'unknown-client' });
      await expect(create(createSample({}, client))).rejects.toMatchObject({ code: 'unknown-client' });
      const answer = answerTo({ ...PERMISSION, clientId: client });
      await expect(verify(verifySample(PARAMETERS, answer, {}, client))).rejects.toMatchObject({
        code: 'unknown-client',
      });
    }
  });

  it('is challenged once', async () => {
    await expect(desk().create(createSample({ session: [{ ...OURS, challengeResult: false }] }))).rejects.toMatchObject(
      {
        code: 'malformed-event',
      },
    );
    await expect(desk().create(createSample({ challengeName: 'SMS_MFA' }))).rejects.toMatchObject({
      code: 'malformed-event',
    });
  });
});

describe('an answer', () => {
  it('is good once', async () => {
    const { verify } = desk();
    const event = verifySample(PARAMETERS, answerTo(PERMISSION));
    await expect(verify(event)).resolves.toMatchObject({ response: { answerCorrect: true } });
    await expect(verify(event)).resolves.toMatchObject({ response: { answerCorrect: false } });
  });

  it('is good for five minutes', async () => {
    const { verify, clock } = desk();
    clock.time = 1_790_000_299_999;
    await expect(verify(verifySample(PARAMETERS, answerTo(PERMISSION)))).resolves.toMatchObject({
      response: { answerCorrect: true },
    });
    const late = desk();
    late.clock.time = 1_790_000_300_000;
    await expect(late.verify(verifySample(PARAMETERS, answerTo(PERMISSION)))).resolves.toMatchObject({
      response: { answerCorrect: false },
    });
  });

  it.each([
    ['another person', answerTo({ ...PERMISSION, account: 'somebody-else' })],
    ['another challenge', answerTo({ ...PERMISSION, nonce: 'b3RoZXI' })],
    ['another pool', answerTo({ ...PERMISSION, userPoolId: 'eu-central-1_OTHER' })],
    ['another client', answerTo({ ...PERMISSION, clientId: 'passkeyclient' })],
    ['a later end', answerTo({ ...PERMISSION, expiresAt: 1_790_000_900 })],
    ['another operator', answerTo(PERMISSION, 'mallory')],
  ])('for %s is wrong, and uses nothing up', async (_, answer) => {
    const { verify } = desk();
    await expect(verify(verifySample(PARAMETERS, answer))).resolves.toMatchObject({
      response: { answerCorrect: false },
    });
    await expect(verify(verifySample(PARAMETERS, answerTo(PERMISSION)))).resolves.toMatchObject({
      response: { answerCorrect: true },
    });
  });

  it.each([undefined, null, '', 'bea', 7, { operator: 'bea' }])('that is %j is wrong', async (answer) => {
    await expect(desk().verify(verifySample(PARAMETERS, answer))).resolves.toMatchObject({
      response: { answerCorrect: false },
    });
  });

  it('for somebody who does not exist is wrong, after the same look at the MAC', async () => {
    let looks = 0;
    const { verify, define, create } = desk({
      verifyMac: () => {
        looks += 1;
        return Promise.resolve(true);
      },
    });
    const nobody = { userNotFound: true, userAttributes: {} };
    await expect(create(createSample(nobody))).resolves.toMatchObject({
      response: { publicChallengeParameters: PARAMETERS },
    });
    await expect(verify(verifySample(PARAMETERS, answerTo(PERMISSION), nobody))).resolves.toMatchObject({
      response: { answerCorrect: false },
    });
    expect(looks).toBe(1);
    await expect(define(defineSample([{ ...OURS, challengeResult: true }], nobody))).resolves.toMatchObject({
      response: { issueTokens: false, failAuthentication: true },
    });
  });

  it.each([null, {}, { nonce: 'bm9uY2U' }, { nonce: 'bm9uY2U', expiresAt: 'never' }, { nonce: '', expiresAt: '1' }])(
    'to a challenge that is %j is refused',
    async (parameters) => {
      await expect(desk().verify(verifySample(parameters, answerTo(PERMISSION)))).rejects.toMatchObject({
        code: 'malformed-event',
      });
    },
  );

  it.each(Object.entries(LET_DOWNS))('is not right when MAC or memory %s', async (_, act) => {
    for (const change of [{ verifyMac: act }, { useOnce: act }]) {
      const { verify } = desk(change);
      // The clock of the rules stands; only the deadline's moves.
      const ended = await afterTheDeadline(() => verify(verifySample(PARAMETERS, answerTo(PERMISSION))));
      expect(ended).not.toMatchObject({ value: { response: { answerCorrect: true } } });
    }
  });
});

describe('the person', () => {
  const right = (request: Readonly<Record<string, unknown>> = {}) =>
    verifySample(PARAMETERS, answerTo(PERMISSION), request);
  const because = (reason: unknown) => right({ clientMetadata: { reason } });

  it('is told who opened the account, when and why, and what to do about it', async () => {
    const { verify, notices } = desk();
    await expect(verify(right())).resolves.toMatchObject({ response: { answerCorrect: true } });
    expect(notices).toMatchObject([
      { to: 'ann@example.com', username: SUB, subject: 'The helpdesk has opened your account' },
    ]);
    const lines = notices[0]?.text.split('\n');
    expect(lines).toContain('Who: bea');
    expect(lines).toContain('When: 2026-09-21 14:13 UTC');
    expect(lines).toContain('Why, as told by the helpdesk: key lost on the train');
    expect(notices[0]?.text).toContain('call your helpdesk at once');
    expect(notices[0]?.text).not.toMatch(/https?:|www\./);
  });

  it('is not told of what does not open', async () => {
    const { verify, notices } = desk();
    await verify(verifySample(PARAMETERS, answerTo(PERMISSION, 'mallory')));
    await verify(verifySample(PARAMETERS, answerTo(PERMISSION), { userNotFound: true, userAttributes: {} }));
    expect(notices).toEqual([]);
    await verify(right());
    await verify(right());
    expect(notices).toHaveLength(1);
  });

  it.each([undefined, '', ' \n\t', '\u202e\u200b', '...', 7])('is owed a reason, which %j is not', async (reason) => {
    const { verify, notices } = desk();
    await expect(verify(because(reason))).rejects.toMatchObject({ code: 'no-reason' });
    await expect(verify(right({ clientMetadata: null }))).rejects.toMatchObject({ code: 'no-reason' });
    // Nothing was used up by it.
    await expect(verify(right())).resolves.toMatchObject({ response: { answerCorrect: true } });
    expect(notices).toHaveLength(1);
  });

  it.each([{ email_verified: 'false' }, { email_verified: undefined }, { email: undefined }, { email: '' }])(
    'has to have a proved address: %j is refused, and uses nothing up',
    async (change) => {
      const { verify, notices } = desk();
      const userAttributes = { sub: SUB, email: 'ann@example.com', email_verified: 'true', ...change };
      await expect(verify(right({ userAttributes }))).rejects.toMatchObject({ code: 'nobody-to-tell' });
      expect(notices).toEqual([]);
      await expect(verify(right())).resolves.toMatchObject({ response: { answerCorrect: true } });
    },
  );

  it('is not told without a right MAC whether there is an address', async () => {
    const userAttributes = { sub: SUB };
    const wrong = verifySample(PARAMETERS, answerTo(PERMISSION, 'mallory'), { userAttributes });
    await expect(desk().verify(wrong)).resolves.toMatchObject({ response: { answerCorrect: false } });
  });

  it.each(['hangs', 'throws', 'throws at once'])('is not passed over when the mail %s', async (way) => {
    const { verify } = desk({ ...(LET_DOWNS[way] && { notify: LET_DOWNS[way] }) });
    const ended = await afterTheDeadline(() => verify(right()));
    expect(ended).toMatchObject({ error: { code: 'unavailable' } });
    await expect(desk().verify(right())).resolves.toBeDefined();
  });
});
