import {
  DescribeUserPoolClientCommand,
  DescribeUserPoolCommand,
  GetUserPoolMfaConfigCommand,
  SetUserPoolMfaConfigCommand,
  UpdateUserPoolClientCommand,
  UpdateUserPoolCommand,
} from '@aws-sdk/client-cognito-identity-provider';

import type { PoolOptions } from '../../../src/pool/pool.js';
import { PoolUnderTest } from '../../pool/people.js';

export const PRE_SIGN_UP = 'arn:aws:lambda:local:000000000000:function:pre-sign-up';
const POST_CONFIRMATION = 'arn:aws:lambda:local:000000000000:function:post-confirmation';

/** A pool as somebody might have left it: ten mistakes, and beside them settings that nothing may touch. */
export async function poolWithMistakes(options: Pick<PoolOptions, 'statePath'> = {}): Promise<PoolUnderTest> {
  const t = await PoolUnderTest.start({ otherClientIds: ['bystander'], ...options });
  const { userPoolId: UserPoolId, clientId: ClientId } = t.pool;
  // The client first: it uses what the plan that is to come does not have.
  const client = {
    UserPoolId,
    ClientName: 'Desk',
    ExplicitAuthFlows: ['ALLOW_USER_PASSWORD_AUTH', 'ALLOW_REFRESH_TOKEN_AUTH'], // no choice-based sign-in; a password flow
    AuthSessionValidity: 3,
    PreventUserExistenceErrors: 'LEGACY',
    EnableTokenRevocation: false,
    // To be left alone:
    AccessTokenValidity: 20,
    TokenValidityUnits: { AccessToken: 'minutes', RefreshToken: 'hours' },
    RefreshTokenValidity: 12,
    ReadAttributes: ['email', 'given_name'],
    CallbackURLs: ['https://desk.example.com/b', 'https://desk.example.com/a'],
  } as const;
  await t.sdk.send(
    new UpdateUserPoolClientCommand({
      ...client,
      ClientId,
      ExplicitAuthFlows: [...client.ExplicitAuthFlows],
      ReadAttributes: [...client.ReadAttributes],
      CallbackURLs: [...client.CallbackURLs],
    }),
  );
  await t.sdk.send(
    new UpdateUserPoolClientCommand({
      UserPoolId,
      ClientId: 'bystander',
      ClientName: 'Bystander',
      ExplicitAuthFlows: ['ALLOW_USER_SRP_AUTH', 'ALLOW_REFRESH_TOKEN_AUTH'],
    }),
  );
  await t.sdk.send(
    new UpdateUserPoolCommand({
      UserPoolId,
      PoolName: 'People',
      UserPoolTier: 'LITE',
      Policies: {
        PasswordPolicy: { MinimumLength: 14, RequireSymbols: false, TemporaryPasswordValidityDays: 3 },
        SignInPolicy: { AllowedFirstAuthFactors: ['PASSWORD'] },
      },
      DeletionProtection: 'INACTIVE',
      // To be left alone:
      LambdaConfig: { PostConfirmation: POST_CONFIRMATION },
      AutoVerifiedAttributes: ['email'],
      UserPoolTags: { department: 'key desk' },
      AccountRecoverySetting: { RecoveryMechanisms: [{ Name: 'verified_email', Priority: 1 }] },
      EmailVerificationSubject: 'Your code',
      EmailVerificationMessage: 'It is {####}',
      UserAttributeUpdateSettings: { AttributesRequireVerificationBeforeUpdate: ['email'] },
      DeviceConfiguration: { ChallengeRequiredOnNewDevice: true, DeviceOnlyRememberedOnUserPrompt: true },
      EmailConfiguration: { EmailSendingAccount: 'COGNITO_DEFAULT', ReplyToEmailAddress: 'desk@example.com' },
      AdminCreateUserConfig: { AllowAdminCreateUserOnly: true, InviteMessageTemplate: { EmailSubject: 'Welcome' } },
    }),
  );
  await t.sdk.send(
    new SetUserPoolMfaConfigCommand({
      UserPoolId,
      MfaConfiguration: 'ON',
      SoftwareTokenMfaConfiguration: { Enabled: true },
      WebAuthnConfiguration: { UserVerification: 'preferred', FactorConfiguration: 'SINGLE_FACTOR' },
    }),
  );
  return t;
}

/** Everything that the service tells of the pool's settings. */
export async function dump(t: PoolUnderTest) {
  const { userPoolId: UserPoolId, clientId } = t.pool;
  const clientOf = async (ClientId: string) =>
    (await t.sdk.send(new DescribeUserPoolClientCommand({ UserPoolId, ClientId }))).UserPoolClient;
  const mfa = await t.sdk.send(new GetUserPoolMfaConfigCommand({ UserPoolId }));
  return {
    pool: (await t.sdk.send(new DescribeUserPoolCommand({ UserPoolId }))).UserPool,
    mfa: { ...mfa, $metadata: undefined },
    client: await clientOf(clientId),
    bystander: await clientOf('bystander'),
  };
}
