import * as sdk from '@aws-sdk/client-cognito-identity-provider';
import type {
  SetUserPoolMfaConfigRequest,
  UpdateUserPoolClientRequest,
  UpdateUserPoolRequest,
} from '@aws-sdk/client-cognito-identity-provider';
import { describe, expect, expectTypeOf, it } from 'vitest';

import {
  CLIENT_MEMBERS,
  clientInput,
  MFA_MEMBERS,
  mfaInput,
  POOL_MEMBERS,
  poolInput,
} from '../../../src/cognito/admin/update-inputs.js';

type Sent<T> = { [M in keyof T]: T[M] extends 'sent' ? M : never }[keyof T];

const sentOf = (members: Readonly<Record<string, string>>) =>
  Object.keys(members).filter((name) => members[name] === 'sent');

/** The names of a structure's members in the model that the installed SDK carries. */
function membersOf(structure: unknown): string[] {
  const names: unknown = Array.isArray(structure) ? structure[4] : undefined;
  if (!Array.isArray(names) || names.length === 0) throw new Error('The SDK describes its model in another way');
  return names.map(String);
}

describe('the members of the API', () => {
  it('are those of the types that the SDK has: each update is sent everything that it takes', () => {
    expectTypeOf<Sent<typeof POOL_MEMBERS> | 'UserPoolId' | 'PoolName'>().toEqualTypeOf<keyof UpdateUserPoolRequest>();
    expectTypeOf<Sent<typeof MFA_MEMBERS> | 'UserPoolId'>().toEqualTypeOf<keyof SetUserPoolMfaConfigRequest>();
    expectTypeOf<Sent<typeof CLIENT_MEMBERS>>().toEqualTypeOf<keyof UpdateUserPoolClientRequest>();
  });

  it.each([
    [sdk.UserPoolType$, POOL_MEMBERS, []],
    [sdk.GetUserPoolMfaConfigResponse$, MFA_MEMBERS, []],
    [sdk.UserPoolClientType$, CLIENT_MEMBERS, ['ClientSecret']],
  ])('that are returned all have a fate', (structure, members, leftOut) => {
    const here = Object.keys(members).filter((name) => name !== 'hasSecret');
    expect([...here, ...leftOut].sort()).toEqual(membersOf(structure).sort());
  });

  it.each([
    [sdk.UpdateUserPoolRequest$, [...sentOf(POOL_MEMBERS), 'UserPoolId', 'PoolName']],
    [sdk.SetUserPoolMfaConfigRequest$, [...sentOf(MFA_MEMBERS), 'UserPoolId']],
    [sdk.UpdateUserPoolClientRequest$, sentOf(CLIENT_MEMBERS)],
  ])('that an update takes are all sent', (structure, sent) => {
    expect([...sent].sort()).toEqual(membersOf(structure).sort());
  });
});

describe('the input of an update', () => {
  it('is what was returned, less what the update does not take', () => {
    const input = poolInput(
      {
        Id: 'local_a',
        Name: 'People',
        Arn: 'arn:aws:cognito-idp:local:000000000000:userpool/local_a',
        UserPoolTags: { a: 'b' },
        EstimatedNumberOfUsers: 7,
        Policies: { PasswordPolicy: { TemporaryPasswordValidityDays: 3 } },
        AdminCreateUserConfig: { AllowAdminCreateUserOnly: true, UnusedAccountValidityDays: 3 },
      },
      'local_a',
    );
    expect(input).toEqual({
      UserPoolId: 'local_a',
      PoolName: 'People',
      UserPoolTags: { a: 'b' },
      Policies: { PasswordPolicy: { TemporaryPasswordValidityDays: 3 } },
      AdminCreateUserConfig: { AllowAdminCreateUserOnly: true },
    });
  });

  it('of a pool leaves MFA off by saying nothing of it, and says that it is on', () => {
    expect(poolInput({ MfaConfiguration: 'OFF' }, 'local_a')).toEqual({ UserPoolId: 'local_a' });
    for (const MfaConfiguration of ['ON', 'OPTIONAL'] as const)
      expect(poolInput({ MfaConfiguration }, 'local_a')).toEqual({ UserPoolId: 'local_a', MfaConfiguration });
  });

  it('names no method of MFA while MFA is off, and every one while it is on', () => {
    const methods = { SmsMfaConfiguration: {}, SoftwareTokenMfaConfiguration: { Enabled: false } };
    const passkeys = { WebAuthnConfiguration: { UserVerification: 'required' } } as const;
    const off = { MfaConfiguration: 'OFF', ...passkeys } as const;
    expect(mfaInput({ ...methods, ...off }, 'local_a')).toEqual({ UserPoolId: 'local_a', ...off });
    const on = { ...methods, ...passkeys, MfaConfiguration: 'ON' } as const;
    expect(mfaInput(on, 'local_a')).toEqual({ UserPoolId: 'local_a', ...on });
  });

  it('of an app client has its settings, and nothing of its secret', () => {
    const client = {
      ClientId: 'c',
      ClientName: 'Desk',
      hasSecret: true,
      ClientType: 'REGULAR',
      IdTokenValidity: 5,
    } as const;
    expect(clientInput(client, 'local_a')).toEqual({
      UserPoolId: 'local_a',
      ClientId: 'c',
      ClientName: 'Desk',
      IdTokenValidity: 5,
    });
  });
});
