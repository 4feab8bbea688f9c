import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { CtapError } from '../../src/ctap/errors.js';
import { CtapCommand } from '../../src/ctap/commands.js';
import { CtapStatus } from '../../src/ctap/status.js';
import { answerRequest } from '../../src/main/answer-request.js';
import { FailureError } from '../../src/failures/failure-error.js';
import { type Handlers, type Request, requests } from '../../src/shared/ipc.js';

/** Handlers of which every one must not be reached, but those given. */
function handlers(given: Partial<Handlers>): Handlers {
  const unreached = Object.fromEntries(
    Object.keys(requests).map((name) => [
      name,
      () => {
        throw new Error(`${name} was reached`);
      },
    ]),
  );
  return { ...unreached, ...given } as Handlers;
}

const CEREMONY = '1c2a5b60-0000-4000-8000-000000000001';

describe('a request of the window', () => {
  it('is answered with what the handler gives', async () => {
    const answer = await answerRequest(
      handlers({ 'station.get': () => ({ version: '1.0.0', mode: 'desk', policy: { state: 'none' } }) }),
      'station.get',
      undefined,
    );
    expect(answer).toEqual({ ok: true, value: { version: '1.0.0', mode: 'desk', policy: { state: 'none' } } });
  });

  it('whose input is not the contract’s never reaches the handler, and its values are not repeated', async () => {
    const raw = { keyId: 'usb:1', pin: '123' };
    const answer = await answerRequest(handlers({}), 'keys.setPin', raw);
    expect(answer).toEqual({ ok: false, error: { code: 'ipc/bad-input', detail: 'keys.setPin pin' } });
    expect(JSON.stringify(answer)).not.toContain('123"');
  });

  it('whose answer is not the contract’s is an internal failure: main is checked as well', async () => {
    const wrong = { 'keys.list': () => [{ secret: true }] } as unknown as Partial<Handlers>; // what a bug would do
    expect(await answerRequest(handlers(wrong), 'keys.list', undefined)).toMatchObject({
      ok: false,
      error: { code: 'internal' },
    });
  });

  it('that fails is answered with a code', async () => {
    const throwing = (error: unknown) =>
      answerRequest(
        handlers({
          'ceremony.cancel': () => {
            throw error;
          },
        }),
        'ceremony.cancel',
        { ceremonyId: CEREMONY },
      );
    expect(await throwing(new FailureError({ code: 'pin/wrong', retries: 5 }))).toEqual({
      ok: false,
      error: { code: 'pin/wrong', retries: 5 },
    });
    expect(await throwing(new CtapError(CtapStatus.KEY_STORE_FULL, CtapCommand.MAKE_CREDENTIAL))).toMatchObject({
      error: { code: 'key/full' },
    });
    const unforeseen = await throwing(new Error('secret'));
    expect(unforeseen).toMatchObject({ ok: false, error: { code: 'internal' } });
    expect(JSON.stringify(unforeseen)).not.toContain('secret');
  });

  it('of any content is answered, never thrown', async () => {
    const quiet = handlers(Object.fromEntries(Object.keys(requests).map((name) => [name, () => undefined])));
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...(Object.keys(requests) as Request[])), fc.anything(), async (name, raw) => {
        expect(await answerRequest(quiet, name, raw)).toHaveProperty('ok');
      }),
    );
  });
});
