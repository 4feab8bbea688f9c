import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import * as cognito from '@aws-sdk/client-cognito-identity-provider';
import { CognitoIdentityProviderClient } from '@aws-sdk/client-cognito-identity-provider';
import { GenerateMacCommand, KMSClient } from '@aws-sdk/client-kms';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';

import { administer } from '../../../src/cognito/admin/administration.js';
import { HELPDESK_ACTIONS } from '../../../src/pool/keydesk-triggers/helpdesk-access.js';
import { PoolUnderTest } from '../people.js';

// A new pool makes two RSA keys, which takes seconds on a busy machine.
vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

const LIMITED = {
  accessKeyId: 'LIMITED',
  secretAccessKey: 'limited',
  user: 'lea',
  actions: ['cognito-idp:ListUsers'],
};

let folder: string;
let t: PoolUnderTest;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'keydesk-permission-'));
  await writeFile(join(folder, 'registry.json'), '[]');
  t = await PoolUnderTest.start({
    triggers: { registryPath: join(folder, 'registry.json') },
    adminKeys: [{ accessKeyId: 'ALL', secretAccessKey: 'all' }, LIMITED],
  });
  await t.addUser('ann');
});
afterAll(async () => {
  await t.stop();
  await rm(folder, { recursive: true });
});

const as = (credentials: { accessKeyId: string; secretAccessKey: string }) => {
  const { endpoint, region } = t.pool;
  return new CognitoIdentityProviderClient({ endpoint, region, credentials, maxAttempts: 1 });
};
const ann = () => ({ UserPoolId: t.pool.userPoolId, Username: 'ann' });

describe('an access key with a policy', () => {
  it('may do what it says', async () => {
    const { Users } = await as(LIMITED).send(new cognito.ListUsersCommand({ UserPoolId: t.pool.userPoolId }));
    expect(Users?.map(({ Username }) => Username)).toContain('ann');
  });

  it('may do nothing else, and is told so in the words of the service', async () => {
    const refused = as(LIMITED).send(new cognito.AdminDisableUserCommand(ann()));
    await expect(refused).rejects.toMatchObject({
      name: 'AccessDeniedException',
      message: `User: arn:aws:iam::000000000000:user/lea is not authorized to perform: cognito-idp:AdminDisableUser on resource: arn:aws:cognito-idp:local:000000000000:userpool/${t.pool.userPoolId} because no identity-based policy allows the cognito-idp:AdminDisableUser action`,
      $metadata: { httpStatusCode: 400 },
    });
    const { Enabled } = await t.sdk.send(new cognito.AdminGetUserCommand(ann()));
    expect(Enabled).toBe(true);
    expect(t.pool.calls()).not.toContain('AdminDisableUser');
  });

  it('is not asked for what needs no signature', async () => {
    const client = as(LIMITED);
    const begin = { ClientId: t.pool.clientId, AuthFlow: 'USER_AUTH', AuthParameters: { USERNAME: 'ann' } } as const;
    await expect(client.send(new cognito.InitiateAuthCommand(begin))).resolves.toBeDefined();
  });

  it('is told to Keydesk’s own client of administrators, with the permission that is missing', async () => {
    const { endpoint, region, userPoolId } = t.pool;
    const administration = administer({ endpoint, region, userPoolId, credentials: LIMITED });
    await expect(administration.read(new cognito.AdminGetUserCommand(ann()))).rejects.toMatchObject({
      code: 'not-permitted',
      detail: expect.stringContaining('cognito-idp:AdminGetUser') as string,
    });
  });
});

describe('the helpdesk’s access key', () => {
  const helpdesk = () => {
    if (!t.pool.helpdesk) throw new Error('The pool has no triggers');
    return t.pool.helpdesk;
  };

  it('does the helpdesk’s work', async () => {
    const client = as(helpdesk());
    await client.send(new cognito.ListUsersCommand({ UserPoolId: t.pool.userPoolId }));
    await client.send(new cognito.AdminGetUserCommand(ann()));
    await client.send(new cognito.AdminGetUserAuthFactorsCommand(ann()));
    await client.send(new cognito.AdminListGroupsForUserCommand(ann()));
    await client.send(new cognito.AdminUserGlobalSignOutCommand(ann()));
    await client.send(new cognito.AdminDisableUserCommand(ann()));
    await client.send(new cognito.AdminEnableUserCommand(ann()));
    const { endpoint, region } = t.pool;
    const kms = new KMSClient({ endpoint, region, credentials: helpdesk() });
    const message = new TextEncoder().encode('m');
    await kms.send(
      new GenerateMacCommand({ KeyId: helpdesk().kmsKeyId, MacAlgorithm: 'HMAC_SHA_256', Message: message }),
    );
  });

  it('does nothing else', async () => {
    const client = as(helpdesk());
    const { userPoolId: UserPoolId } = t.pool;
    const refused = [
      client.send(new cognito.AdminSetUserPasswordCommand({ ...ann(), Password: 'Correct-horse-2' })),
      client.send(new cognito.AdminDeleteUserCommand(ann())),
      client.send(new cognito.AdminAddUserToGroupCommand({ ...ann(), GroupName: 'helpdesk' })),
      client.send(new cognito.DescribeUserPoolCommand({ UserPoolId })),
    ];
    await Promise.all(refused.map((call) => expect(call).rejects.toMatchObject({ name: 'AccessDeniedException' })));
    // These are all that there are.
    expect(HELPDESK_ACTIONS).toHaveLength(8);
  });
});
