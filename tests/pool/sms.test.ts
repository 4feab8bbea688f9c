import { SignUpCommand } from '@aws-sdk/client-cognito-identity-provider';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';

import { PoolUnderTest, tokensOf } from './people.js';

// A new pool makes two RSA keys, which takes seconds on a busy machine.
vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

let t: PoolUnderTest;
beforeAll(async () => {
  t = await PoolUnderTest.start({
    firstFactors: ['PASSWORD', 'EMAIL_OTP', 'SMS_OTP'],
    userPool: { AutoVerifiedAttributes: ['email', 'phone_number'] },
  });
});
afterAll(() => t.stop());

it('a code by SMS confirms a sign-up before one by mail, and signs in without a password', async () => {
  const made = await t.sdk.send(
    new SignUpCommand({
      ClientId: t.pool.clientId,
      Username: 'ann',
      UserAttributes: [
        { Name: 'email', Value: 'ann@example.com' },
        { Name: 'phone_number', Value: '+15550100' },
      ],
    }),
  );
  expect(made.CodeDeliveryDetails).toEqual({
    AttributeName: 'phone_number',
    DeliveryMedium: 'SMS',
    Destination: '+*******0100',
  });
  const choice = await t.initiate('ann');
  expect(choice.AvailableChallenges).toEqual(['EMAIL_OTP', 'SMS_OTP']);
  const question = await t.answer(choice, 'ann', { ANSWER: 'SMS_OTP' });
  expect(question).toMatchObject({
    ChallengeName: 'SMS_OTP',
    ChallengeParameters: { CODE_DELIVERY_DELIVERY_MEDIUM: 'SMS', CODE_DELIVERY_DESTINATION: '+*******0100' },
  });
  expect(t.mail.at(-1)).toMatchObject({ to: '+15550100', medium: 'SMS', purpose: 'sign-in' });
  await expect(t.answer(question, 'ann', { EMAIL_OTP_CODE: t.lastCode() })).rejects.toMatchObject({
    name: 'InvalidParameterException',
  });
  tokensOf(await t.answer(question, 'ann', { SMS_OTP_CODE: t.lastCode() }));
});

it('a user who does not exist may seem to have a phone, and no code fits', async () => {
  let asked = 0;
  for (const name of Array.from({ length: 12 }, (_, index) => `ghost-${index}`)) {
    const question = await t.initiate(name, { PREFERRED_CHALLENGE: 'SMS_OTP' });
    if (question.ChallengeName !== 'SMS_OTP') continue;
    asked += 1;
    expect(question.ChallengeParameters?.['CODE_DELIVERY_DESTINATION']).toMatch(/^\+\*{7}[0-9]{4}$/);
    await expect(t.answer(question, name, { SMS_OTP_CODE: '12345678' })).rejects.toMatchObject({
      name: 'CodeMismatchException',
    });
  }
  expect(asked).toBeGreaterThan(0);
  expect(asked).toBeLessThan(12);
});
