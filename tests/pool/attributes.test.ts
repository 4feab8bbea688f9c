import {
  DeleteUserAttributesCommand,
  DeleteUserCommand,
  GetUserAttributeVerificationCodeCommand,
  GetUserCommand,
  UpdateUserAttributesCommand,
  VerifyUserAttributeCommand,
} from '@aws-sdk/client-cognito-identity-provider';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';

import { PoolUnderTest } from './people.js';

// A new pool makes two RSA keys, which takes seconds on a busy machine.
vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

let t: PoolUnderTest;
beforeAll(async () => {
  t = await PoolUnderTest.start({ smsSandbox: ['+15550100'] });
});
afterAll(() => t.stop());

const newcomer = async (username: string, pool = t) => {
  await pool.addUser(username);
  return (await pool.signInWithPassword(username)).accessToken;
};
const update = (AccessToken: string, attributes: Record<string, string>, pool = t) =>
  pool.sdk.send(
    new UpdateUserAttributesCommand({
      AccessToken,
      UserAttributes: Object.entries(attributes).map(([Name, Value]) => ({ Name, Value })),
    }),
  );
const verify = (AccessToken: string, AttributeName: string, Code: string, pool = t) =>
  pool.sdk.send(new VerifyUserAttributeCommand({ AccessToken, AttributeName, Code }));
const attributesOf = async (AccessToken: string, pool = t) => {
  const { UserAttributes = [] } = await pool.sdk.send(new GetUserCommand({ AccessToken }));
  return Object.fromEntries(UserAttributes.map(({ Name = '', Value = '' }) => [Name, Value]));
};

describe('attributes', () => {
  it('are changed and deleted by their user, as far as they are the user’s', async () => {
    const token = await newcomer('ann');
    await update(token, { name: 'Ann', 'custom:desk': 'north' });
    expect(await attributesOf(token)).toMatchObject({ name: 'Ann', 'custom:desk': 'north', email_verified: 'true' });
    await t.sdk.send(new DeleteUserAttributesCommand({ AccessToken: token, UserAttributeNames: ['custom:desk'] }));
    expect((await attributesOf(token))['custom:desk']).toBeUndefined();
    await expect(update(token, { email_verified: 'true' })).rejects.toMatchObject({ name: 'NotAuthorizedException' });
    for (const UserAttributeNames of [['sub'], ['shoe-size']])
      await expect(
        t.sdk.send(new DeleteUserAttributesCommand({ AccessToken: token, UserAttributeNames })),
      ).rejects.toMatchObject({ name: 'InvalidParameterException' });
  });

  it('that are addresses are proven anew', async () => {
    const token = await newcomer('bob');
    const { CodeDeliveryDetailsList } = await update(token, { email: 'robert@example.org' });
    expect(CodeDeliveryDetailsList).toEqual([
      { AttributeName: 'email', DeliveryMedium: 'EMAIL', Destination: 'r***@e***' },
    ]);
    expect((await attributesOf(token))['email_verified']).toBeUndefined();
    expect(t.mail.at(-1)).toMatchObject({ to: 'robert@example.org', purpose: 'verify-attribute' });
    await expect(verify(token, 'email', 'wrong')).rejects.toMatchObject({ name: 'CodeMismatchException' });
    await verify(token, 'email', t.lastCode());
    expect(await attributesOf(token)).toMatchObject({ email: 'robert@example.org', email_verified: 'true' });
    expect((await update(token, { email: 'robert@example.org' })).CodeDeliveryDetailsList).toEqual([]);
  });

  it('stay as they were until the new one is proven, where the pool has it so', async () => {
    const careful = await PoolUnderTest.start({
      userPool: { UserAttributeUpdateSettings: { AttributesRequireVerificationBeforeUpdate: ['email'] } },
    });
    try {
      const token = await newcomer('ann', careful);
      await update(token, { email: 'new@example.org', name: 'Ann' }, careful);
      const before = await attributesOf(token, careful);
      expect(before).toMatchObject({ email: 'ann@example.com', email_verified: 'true', name: 'Ann' });
      expect(careful.mail.at(-1)?.to).toBe('new@example.org');
      await verify(token, 'email', careful.lastCode(), careful);
      expect(await attributesOf(token, careful)).toMatchObject({ email: 'new@example.org', email_verified: 'true' });
    } finally {
      await careful.stop();
    }
  });

  it('that are addresses are proven when the user asks', async () => {
    const token = await newcomer('cat');
    const ask = (AttributeName: string) =>
      t.sdk.send(new GetUserAttributeVerificationCodeCommand({ AccessToken: token, AttributeName }));
    await expect(ask('name')).rejects.toMatchObject({ name: 'InvalidParameterException' });
    await expect(ask('phone_number')).rejects.toMatchObject({ name: 'InvalidParameterException' });
    await update(token, { phone_number: '+15550100' });
    const { CodeDeliveryDetails } = await ask('phone_number');
    expect(CodeDeliveryDetails).toMatchObject({ DeliveryMedium: 'SMS', Destination: '+*******0100' });
    const code = t.lastCode();
    await expect(verify(token, 'email', code)).rejects.toMatchObject({ name: 'ExpiredCodeException' });
    await verify(token, 'phone_number', code);
    expect((await attributesOf(token))['phone_number_verified']).toBe('true');
    for (let codes = 0; codes < 3; codes += 1) await ask('phone_number');
    await expect(ask('phone_number')).rejects.toMatchObject({ name: 'LimitExceededException' });
  });
});

describe('an SMS sandbox', () => {
  it('answers as if it had sent, and sends nothing to numbers it does not know', async () => {
    const token = await newcomer('dan');
    await update(token, { phone_number: '+15550199' });
    const sent = t.mail.length;
    const { CodeDeliveryDetails } = await t.sdk.send(
      new GetUserAttributeVerificationCodeCommand({ AccessToken: token, AttributeName: 'phone_number' }),
    );
    expect(CodeDeliveryDetails).toMatchObject({ DeliveryMedium: 'SMS', Destination: '+*******0199' });
    expect(t.mail).toHaveLength(sent);
  });
});

it('users delete themselves, and their tokens are then nobody’s', async () => {
  const token = await newcomer('eve');
  await t.sdk.send(new DeleteUserCommand({ AccessToken: token }));
  await expect(attributesOf(token)).rejects.toMatchObject({ name: 'UserNotFoundException' });
  await t.addUser('eve');
});
