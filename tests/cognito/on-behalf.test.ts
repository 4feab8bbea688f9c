import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import {
  AdminDisableUserCommand,
  AdminUpdateUserAttributesCommand,
  GetTokensFromRefreshTokenCommand,
} from '@aws-sdk/client-cognito-identity-provider';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';

import type { Connection } from '../../src/cognito/connection.js';
import { connect } from '../../src/cognito/connection.js';
import { openOnBehalf } from '../../src/cognito/on-behalf.js';
import type { OnBehalfRequest } from '../../src/cognito/on-behalf.js';
import { ON_BEHALF_MESSAGES } from '../../src/cognito/on-behalf-error.js';
import { listPasskeys } from '../../src/cognito/passkeys.js';
import { kmsMac } from '../../src/helpdesk/kms-mac.js';
import type { LambdaFunction } from '../../src/pool/lambda/invoke.js';
import { HELPDESK_CLIENT } from '../../src/pool/keydesk-triggers/settings.js';
import { createAuthChallenge } from '../../src/triggers/on-behalf/create-auth-challenge.js';
import { permissionBytes, writeAnswer } from '../../src/triggers/on-behalf/message.js';
import { PoolUnderTest } from '../pool/people.js';
import { ScriptedService } from './scripted-service.js';

// A new pool makes two RSA keys, which takes seconds on a busy machine.
vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

const MINUTE = 60_000;

let folder: string;
let t: PoolUnderTest;
let ann: string;

/** A pool with Keydesk's triggers, and the helpdesk's client and key. */
const start = async (functions: Record<string, LambdaFunction> = {}) =>
  PoolUnderTest.start({ triggers: { registryPath: join(folder, 'registry.json') }, functions });

const helpdeskOf = ({ pool }: PoolUnderTest) => {
  if (!pool.helpdesk) throw new Error('The pool has no triggers');
  return pool.helpdesk;
};

const connectionTo = (to: PoolUnderTest, now: () => number = to.clock.now): Connection => {
  const { region, userPoolId, endpoint } = to.pool;
  return connect({ region, userPoolId, endpoint, clientId: helpdeskOf(to).clientId, now });
};

/** The real KMS client with the helpdesk's credentials; it sets its clock by the pool's, which tests move. */
const macOf = (to: PoolUnderTest): OnBehalfRequest['mac'] => {
  const { kmsKeyId: keyId, accessKeyId, secretAccessKey } = helpdeskOf(to);
  const { region, endpoint } = to.pool;
  return kmsMac({ region, endpoint, keyId, credentials: { accessKeyId, secretAccessKey } });
};

const request = (changes: Partial<OnBehalfRequest> = {}): OnBehalfRequest => ({
  username: 'ann',
  account: ann,
  operator: 'bea',
  reason: 'key lost on the train',
  mac: macOf(t),
  ...changes,
});

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'keydesk-on-behalf-'));
  await writeFile(join(folder, 'registry.json'), '[]');
  t = await start();
  ann = await t.addUser('ann');
});
afterAll(async () => {
  await t.stop();
  await rm(folder, { recursive: true });
});

describe('a session on behalf of a person', () => {
  it('is opened with a permission that KMS signs, and can do what the person can', async () => {
    const connection = connectionTo(t);
    const tokens = await openOnBehalf(connection, request());
    expect(tokens.identity).toMatchObject({ sub: ann, username: 'ann' });
    await expect(listPasskeys(connection, tokens)).resolves.toEqual([]);
    const refresh = new GetTokensFromRefreshTokenCommand({
      ClientId: connection.clientId,
      RefreshToken: tokens.refreshToken,
    });
    await expect(t.sdk.send(refresh)).rejects.toMatchObject({ name: 'UserLambdaValidationException' });
  });

  it('is told to the person by mail', async () => {
    t.mail.length = 0;
    await openOnBehalf(connectionTo(t), request({ reason: 'lost\u202e\n key' }));
    expect(t.mail).toMatchObject([{ to: 'ann@example.com', username: 'ann', medium: 'EMAIL', purpose: 'notice' }]);
    expect(t.mail[0]?.text).toContain('Who: bea\n');
    expect(t.mail[0]?.text).toContain('Why, as told by the helpdesk: lost key\n');
    expect(t.mail[0]).not.toHaveProperty('code');
  });

  it.each<[string, (to: PoolUnderTest) => OnBehalfRequest['mac']]>([
    [
      'for another operator',
      (to) => (message, signal) => {
        const other = new TextDecoder().decode(message).replace('\nbea\n', '\nmallory\n');
        return macOf(to)(new TextEncoder().encode(other), signal);
      },
    ],
    ['with another key', () => () => Promise.resolve(new Uint8Array(32).fill(1))],
    ['that is too short', () => () => Promise.resolve(new Uint8Array(31))],
  ])('is not opened with a permission %s, and nobody is told', async (_, mac) => {
    t.mail.length = 0;
    await expect(openOnBehalf(connectionTo(t), request({ mac: mac(t) }))).rejects.toMatchObject({
      name: 'OnBehalfError',
      code: 'answer-refused',
    });
    expect(t.mail).toEqual([]);
  });

  it('is for the account that was permitted', async () => {
    await t.addUser('emma');
    await expect(openOnBehalf(connectionTo(t), request({ username: 'emma' }))).rejects.toMatchObject({
      code: 'answer-refused',
    });
  });

  it('is refused for somebody who does not exist, in the words for a wrong permission', async () => {
    await expect(openOnBehalf(connectionTo(t), request({ username: 'nobody' }))).rejects.toMatchObject({
      code: 'answer-refused',
    });
  });

  it('is refused for somebody whose account is disabled, before anything is signed', async () => {
    const account = await t.addUser('dan');
    await t.sdk.send(new AdminDisableUserCommand({ UserPoolId: t.pool.userPoolId, Username: 'dan' }));
    const before = t.pool.requests.get('GenerateMac');
    await expect(openOnBehalf(connectionTo(t), request({ username: 'dan', account }))).rejects.toMatchObject({
      code: 'person-refused',
    });
    expect(t.pool.requests.get('GenerateMac')).toBe(before);
  });

  it('is refused for somebody who was disabled in the meantime', async () => {
    const account = await t.addUser('dora');
    const mac: OnBehalfRequest['mac'] = async (message, signal) => {
      await t.sdk.send(new AdminDisableUserCommand({ UserPoolId: t.pool.userPoolId, Username: 'dora' }));
      return macOf(t)(message, signal);
    };
    await expect(openOnBehalf(connectionTo(t), request({ username: 'dora', account, mac }))).rejects.toMatchObject({
      code: 'answer-refused',
    });
  });

  it('is refused, by the pool and with a reason, for somebody without a proved address', async () => {
    const account = await t.addUser('finn');
    const unproved = { UserPoolId: t.pool.userPoolId, Username: 'finn' };
    await t.sdk.send(
      new AdminUpdateUserAttributesCommand({
        ...unproved,
        UserAttributes: [{ Name: 'email_verified', Value: 'false' }],
      }),
    );
    await expect(openOnBehalf(connectionTo(t), request({ username: 'finn', account }))).rejects.toMatchObject({
      code: 'refused-by-trigger',
      detail: expect.stringContaining('no proved e-mail address') as string,
    });
  });

  it.each([
    [{ reason: ' \u200b\n' }, 'no-reason'],
    [{ operator: 'bea\nmallory' }, 'operator-unnameable'],
    [{ operator: '' }, 'operator-unnameable'],
  ])('is not asked for with %j', async (change, code) => {
    const before = t.pool.calls().length;
    await expect(openOnBehalf(connectionTo(t), request(change))).rejects.toMatchObject({ code });
    expect(t.pool.calls()).toHaveLength(before);
  });

  it('ends with the wait for the key when it is cancelled', async () => {
    const cancel = new AbortController();
    const mac: OnBehalfRequest['mac'] = (_, signal) =>
      new Promise((_resolve, reject) => {
        signal.addEventListener('abort', () => {
          reject(new Error('ended'));
        });
        cancel.abort();
      });
    await expect(openOnBehalf(connectionTo(t), request({ mac }), { signal: cancel.signal })).rejects.toMatchObject({
      code: 'aborted',
    });
  });
});

describe('time', () => {
  it('is up after five minutes, and then the permission is not sent', async () => {
    const mac: OnBehalfRequest['mac'] = async (message, signal) => {
      const signed = await macOf(t)(message, signal);
      t.pass(5 * MINUTE);
      return signed;
    };
    const before = t.pool.requests.get('RespondToAuthChallenge') ?? 0;
    await expect(openOnBehalf(connectionTo(t), request({ mac }))).rejects.toMatchObject({ code: 'challenge-expired' });
    expect(t.pool.requests.get('RespondToAuthChallenge') ?? 0).toBe(before);
  });

  it('is up by the pool’s clock, too', async () => {
    const here = t.now;
    const mac: OnBehalfRequest['mac'] = async (message, signal) => {
      const signed = await macOf(t)(message, signal);
      t.pass(5 * MINUTE);
      return signed;
    };
    await expect(
      openOnBehalf(
        connectionTo(t, () => here),
        request({ mac }),
      ),
    ).rejects.toMatchObject({
      code: 'answer-refused',
    });
  });

  it.each([
    ['behind', -6 * MINUTE],
    ['ahead', 6 * MINUTE],
  ])('on this machine may not be far %s: nothing is signed', async (_, off) => {
    const mac = vi.fn<OnBehalfRequest['mac']>();
    await expect(
      openOnBehalf(
        connectionTo(t, () => t.now + off),
        request({ mac }),
      ),
    ).rejects.toMatchObject({ name: 'CognitoError', code: 'clock-differs' });
    expect(mac).not.toHaveBeenCalled();
  });

  it('may be off by a few minutes', async () => {
    await openOnBehalf(
      connectionTo(t, () => t.now - 4 * MINUTE),
      request(),
    );
  });
});

describe('an answer that was given before', () => {
  it('does not open a session again, nor another challenge', async () => {
    const { userPoolId } = t.pool;
    const ask = () => t.initiate('ann', {}, 'CUSTOM_AUTH', HELPDESK_CLIENT);
    const answerTo = async ({ ChallengeParameters: parameters = {} }: Awaited<ReturnType<typeof ask>>) => {
      const { nonce = '', expiresAt = '' } = parameters;
      const permission = {
        userPoolId,
        clientId: HELPDESK_CLIENT,
        account: ann,
        operator: 'bea',
        nonce,
        expiresAt: Number(expiresAt),
      };
      const mac = await macOf(t)(permissionBytes(permission), new AbortController().signal);
      return writeAnswer({ operator: 'bea', mac });
    };
    // Without a reason it is refused, and its session spent with it.
    const first = await ask();
    const ANSWER = await answerTo(first);
    await expect(t.answer(first, 'ann', { ANSWER }, HELPDESK_CLIENT)).rejects.toMatchObject({
      name: 'UserLambdaValidationException',
    });
    for (const again of [first, await ask()])
      await expect(t.answer(again, 'ann', { ANSWER }, HELPDESK_CLIENT)).rejects.toMatchObject({
        name: 'NotAuthorizedException',
      });
  });

  it('is wrong even where two challenges have one nonce', async () => {
    // As if randomness had failed: CreateAuthChallenge with one nonce for all.
    const CreateAuthChallenge: LambdaFunction = (event) =>
      createAuthChallenge({
        clients: { passkey: [], password: [], helpdesk: [HELPDESK_CLIENT] },
        now: Date.now,
        newNonce: () => 'bm9uY2U',
      })(event);
    const twice = await start({ CreateAuthChallenge });
    const account = await twice.addUser('ann');
    const open = (to: PoolUnderTest) => openOnBehalf(connectionTo(to), request({ account, mac: macOf(to) }));
    await open(twice);
    await expect(open(twice)).rejects.toMatchObject({ code: 'answer-refused' });
    expect(twice.mail).toHaveLength(1);
    await twice.stop();
  });
});

describe('a pool that asks for something else', () => {
  it.each([
    [{ ChallengeName: 'PASSWORD_VERIFIER', Session: 's'.repeat(20), ChallengeParameters: {} }, 'PASSWORD_VERIFIER'],
    [
      { ChallengeName: 'CUSTOM_CHALLENGE', Session: 's'.repeat(20), ChallengeParameters: { question: 'pet?' } },
      'CUSTOM_CHALLENGE',
    ],
    [
      {
        ChallengeName: 'CUSTOM_CHALLENGE',
        Session: 's'.repeat(20),
        ChallengeParameters: { nonce: 'bm9uY2U', expiresAt: 'soon' },
      },
      'CUSTOM_CHALLENGE',
    ],
  ])('gets no permission: %j', async (json, detail) => {
    const service = await ScriptedService.start({ json });
    const mac = vi.fn<OnBehalfRequest['mac']>();
    await expect(openOnBehalf(connect(service.settings), request({ mac }))).rejects.toMatchObject({
      code: 'other-challenge',
      detail,
    });
    expect(mac).not.toHaveBeenCalled();
    await service.stop();
  });

  it('or gives tokens of somebody else, opens nothing', async () => {
    const service = await ScriptedService.start();
    const expiresAt = String(Math.floor(Date.now() / 1000) + 300);
    service.replyWith(
      {
        json: {
          ChallengeName: 'CUSTOM_CHALLENGE',
          Session: 's'.repeat(20),
          ChallengeParameters: { nonce: 'bm9uY2U', expiresAt, USERNAME: 'ann' },
        },
      },
      { json: { AuthenticationResult: await service.tokens(), ChallengeParameters: {} } },
    );
    const mac = () => Promise.resolve(new Uint8Array(32));
    await expect(openOnBehalf(connect(service.settings), request({ mac }))).rejects.toMatchObject({
      code: 'bad-answer',
      detail: 'sub',
    });
    expect(service.asked[1]?.body).toMatchObject({
      ChallengeResponses: { USERNAME: 'ann' },
      ClientMetadata: { reason: 'key lost on the train' },
    });
    await service.stop();
  });
});

it('there is a sentence for whatever can go wrong', () => {
  for (const { sentence, next } of Object.values(ON_BEHALF_MESSAGES)) {
    expect(sentence).toMatch(/^[A-Z].*\.$/);
    expect(next).toMatch(/^[A-Z].*\.$/);
  }
});
