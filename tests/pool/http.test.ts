import { request as httpRequest } from 'node:http';
import type { IncomingHttpHeaders } from 'node:http';
import { text } from 'node:stream/consumers';

import { AdminGetUserCommand, CognitoIdentityProviderClient } from '@aws-sdk/client-cognito-identity-provider';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';

import { PoolUnderTest } from './people.js';

// Many requests each, which takes seconds on a busy machine.
vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

const faults: unknown[] = [];
let t: PoolUnderTest;
beforeAll(async () => {
  t = await PoolUnderTest.start({
    allowedOrigins: ['http://localhost:5173'],
    onFault: (fault) => faults.push(fault),
  });
});
afterAll(() => t.stop());

interface Sent {
  method?: string;
  path?: string;
  operation?: string;
  headers?: Record<string, string>;
  body?: string | Uint8Array;
}

/** A request byte by byte: fetch would not let a test choose Host and Origin. */
async function send({ method = 'POST', path = '/', operation, headers = {}, body = '{}' }: Sent) {
  const { hostname, port } = new URL(t.pool.endpoint);
  const target = operation === undefined ? {} : { 'x-amz-target': `AWSCognitoIdentityProviderService.${operation}` };
  return new Promise<{ status: number; headers: IncomingHttpHeaders; text: string }>((resolve, reject) => {
    const outgoing = httpRequest({ hostname, port, method, path, headers: { ...target, ...headers } }, (response) => {
      text(response).then((answer) => {
        resolve({ status: response.statusCode ?? 0, headers: response.headers, text: answer });
      }, reject);
    });
    outgoing.on('error', reject);
    outgoing.end(method === 'POST' ? body : undefined);
  });
}

const typeOf = (answer: { text: string }) => (JSON.parse(answer.text) as { __type: string }).__type;

describe('an error', () => {
  it('has its name in the body and in a header', async () => {
    const answer = await send({ operation: 'InitiateAuth' });
    expect(answer.status).toBe(400);
    expect(answer.headers['content-type']).toBe('application/x-amz-json-1.1');
    expect(answer.headers['x-amzn-errortype']).toBe('InvalidParameterException:');
    expect(answer.headers['x-amzn-requestid']).toMatch(/^[0-9a-f-]{36}$/);
    const body = JSON.parse(answer.text) as Record<string, string>;
    expect(Object.keys(body)).toEqual(['__type', 'message']);
    expect(answer.headers['x-amzn-errormessage']).toBe(body['message']);
  });

  it.each<[string, Sent, string]>([
    ['no JSON', { operation: 'GetUser', body: '{' }, 'SerializationException'],
    ['no UTF-8', { operation: 'GetUser', body: new Uint8Array([0x22, 0xff, 0x22]) }, 'SerializationException'],
    ['a list', { operation: 'GetUser', body: '[]' }, 'SerializationException'],
    ['nothing', { operation: 'GetUser', body: '' }, 'SerializationException'],
    ['a number for text', { operation: 'GetUser', body: '{"AccessToken":1}' }, 'SerializationException'],
    ['JSON too deep', { operation: 'GetUser', body: '['.repeat(9000) + ']'.repeat(9000) }, 'SerializationException'],
    [
      'objects too deep',
      { operation: 'GetUser', body: '{"a":'.repeat(99) + '1' + '}'.repeat(99) },
      'SerializationException',
    ],
    ['null for text', { operation: 'GetUser', body: '{"AccessToken":null}' }, 'InvalidParameterException'],
    ['too much', { operation: 'GetUser', body: 'x'.repeat(256 * 1024 + 1) }, 'RequestEntityTooLargeException'],
    ['another service', { headers: { 'x-amz-target': 'DynamoDB_20120810.ListTables' } }, 'UnknownOperationException'],
    ['no operation', {}, 'UnknownOperationException'],
    ['another path', { path: '/other', operation: 'GetUser' }, 'UnknownOperationException'],
    ['another method', { method: 'PUT' }, 'UnknownOperationException'],
    ['keys of another pool', { method: 'GET', path: '/x_y/.well-known/jwks.json' }, 'UnknownOperationException'],
  ])('names %s', async (_, sent, name) => {
    expect(typeOf(await send(sent))).toBe(name);
  });

  it('names the operation that is not implemented', async () => {
    const answer = await send({ operation: 'StartUserImportJob' });
    expect(typeOf(answer)).toBe('UnknownOperationException');
    expect(answer.text).toContain('StartUserImportJob');
    expect(t.pool.calls()).not.toContain('StartUserImportJob');
  });

  it('does not repeat what was sent', async () => {
    const body = { ClientId: t.pool.clientId, AuthFlow: 'USER_AUTH', AuthParameters: { PASSWORD: ['hunter2'] } };
    expect((await send({ operation: 'InitiateAuth', body: JSON.stringify(body) })).text).not.toContain('hunter2');
    const weak = { ClientId: t.pool.clientId, Username: 'x', Password: 'hunter2' };
    expect((await send({ operation: 'SignUp', body: JSON.stringify(weak) })).text).not.toContain('hunter2');
  });
});

describe('the gate', () => {
  const port = () => new URL(t.pool.endpoint).port;

  it('answers to its own two names only', async () => {
    expect(typeOf(await send({ headers: { host: `localhost:${port()}` } }))).toBe('UnknownOperationException');
    for (const host of ['evil.example', `evil.example:${port()}`, '127.0.0.1', `[::1]:${port()}`]) {
      const answer = await send({ headers: { host } });
      expect([answer.status, typeOf(answer)]).toEqual([403, 'ForbiddenException']);
    }
  });

  it('lets in the window and the pages it was told of', async () => {
    for (const origin of ['app://keydesk', 'http://localhost:5173']) {
      const answer = await send({ operation: 'GetUser', headers: { origin } });
      expect(answer.headers['access-control-allow-origin']).toBe(origin);
      expect(typeOf(answer)).toBe('InvalidParameterException');
    }
    for (const origin of ['https://evil.example', 'null', 'app://keydesk.evil', 'http://localhost:5174']) {
      const answer = await send({ operation: 'GetUser', headers: { origin } });
      expect(answer.headers['access-control-allow-origin']).toBeUndefined();
      expect(typeOf(answer)).toBe('ForbiddenException');
    }
  });

  it('answers a browser’s question about the SDK’s headers', async () => {
    const headers = {
      origin: 'app://keydesk',
      'access-control-request-method': 'POST',
      'access-control-request-headers':
        'amz-sdk-invocation-id,amz-sdk-request,content-type,x-amz-target,x-amz-user-agent',
    };
    const answer = await send({ method: 'OPTIONS', headers });
    expect(answer.status).toBe(204);
    const allowed = String(answer.headers['access-control-allow-headers']).split(', ');
    expect(allowed).toEqual(expect.arrayContaining(headers['access-control-request-headers'].split(',')));
    const refused = await send({ method: 'OPTIONS', headers: { ...headers, origin: 'https://evil.example' } });
    expect(refused.status).toBe(403);
  });
});

describe('signatures of administrators', () => {
  const command = () => new AdminGetUserCommand({ UserPoolId: t.pool.userPoolId, Username: 'ana' });
  const signer = (more: object) =>
    new CognitoIdentityProviderClient({
      endpoint: t.pool.endpoint,
      region: t.pool.region,
      credentials: t.pool.adminKey,
      maxAttempts: 1,
      ...more,
    });

  it('are needed', async () => {
    const answer = await send({ operation: 'AdminGetUser' });
    expect(typeOf(answer)).toBe('MissingAuthenticationTokenException');
    const bearer = await send({ operation: 'AdminGetUser', headers: { authorization: 'Bearer x' } });
    expect(typeOf(bearer)).toBe('IncompleteSignatureException');
  });

  it.each<[string, object, string]>([
    ['an unknown key', { credentials: { accessKeyId: 'X', secretAccessKey: 'x' } }, 'UnrecognizedClientException'],
    [
      'a wrong secret',
      { credentials: { accessKeyId: 'KEYDESKLOCAL', secretAccessKey: 'x' } },
      'InvalidSignatureException',
    ],
    ['another region', { region: 'eu-west-1' }, 'InvalidSignatureException'],
    ['yesterday’s date', { systemClockOffset: -86_400_000 }, 'InvalidSignatureException'],
  ])('are refused with %s', async (_, more, name) => {
    await expect(signer(more).send(command())).rejects.toMatchObject({ name });
  });

  it('let the SDK set its clock by the pool’s', async () => {
    const late = signer({ maxAttempts: 2, systemClockOffset: -3_600_000 });
    await expect(late.send(command())).resolves.toMatchObject({ Username: 'ana' });
  });

  it('cover the body', async () => {
    const signed = { authorization: '', 'x-amz-date': '' };
    const client = signer({});
    client.middlewareStack.add(
      (next) => (args) => {
        Object.assign(signed, (args.request as { headers: object }).headers);
        return next(args);
      },
      { step: 'finalizeRequest', priority: 'low', name: 'look at the signed headers' },
    );
    await client.send(command());
    const body = JSON.stringify({ UserPoolId: t.pool.userPoolId, Username: 'ana' });
    expect((await send({ operation: 'AdminGetUser', headers: signed, body })).status).toBe(200);
    const other = await send({ operation: 'AdminGetUser', headers: signed, body: body.replace('ana', 'ben') });
    expect(typeOf(other)).toBe('InvalidSignatureException');
  });
});

describe('anything at all', () => {
  const operation = fc.constantFrom(
    ...['SignUp', 'ConfirmSignUp', 'ResendConfirmationCode', 'InitiateAuth', 'RespondToAuthChallenge', 'RevokeToken'],
    ...['GetTokensFromRefreshToken', 'GetUser', 'GlobalSignOut', 'CompleteWebAuthnRegistration', 'AdminCreateUser'],
  );
  const member = fc.constantFrom(
    ...['ClientId', 'Username', 'Password', 'AuthFlow', 'AuthParameters', 'Session', 'ChallengeName', 'AccessToken'],
    ...['ChallengeResponses', 'Credential', 'UserAttributes', 'ConfirmationCode', 'Token', 'RefreshToken', '__proto__'],
  );
  const value = fc.oneof(
    fc.jsonValue({ maxDepth: 3 }),
    fc.string(),
    fc.constantFrom('USER_AUTH', 'REFRESH_TOKEN_AUTH', 'WEB_AUTHN', 'ana'),
    fc.dictionary(fc.constantFrom('USERNAME', 'PREFERRED_CHALLENGE', 'REFRESH_TOKEN', 'PASSWORD'), fc.string()),
  );
  const body = fc.oneof(
    fc.uint8Array({ maxLength: 200 }),
    fc.json(),
    fc.dictionary(member, value).map((object) => JSON.stringify(object)),
    // With a client of the pool, so that requests get further.
    fc.dictionary(member, value).map((object) => JSON.stringify({ ...object, ClientId: t.pool.clientId })),
  );

  it('gets an answer, and an error its name', async () => {
    await fc.assert(
      fc.asyncProperty(operation, body, async (name, sent) => {
        const answer = await send({ operation: name, body: sent });
        expect(answer.status).toBeLessThan(500);
        if (answer.status >= 400) expect(typeOf(answer)).toMatch(/^[A-Z]\w+Exception$/);
      }),
      { numRuns: 300 },
    );
    expect(faults).toEqual([]);
  });

  it('is no reason to stop', async () => {
    const { hostname, port } = new URL(t.pool.endpoint);
    const outgoing = httpRequest({ hostname, port, method: 'POST', headers: { 'content-length': '100' } });
    outgoing.on('error', () => undefined); // it is this test that hangs up
    await new Promise<void>((resolve) =>
      outgoing.write('{', () => {
        resolve();
      }),
    );
    outgoing.destroy();
    expect(typeOf(await send({ operation: 'GetUser' }))).toBe('InvalidParameterException');
  });
});
