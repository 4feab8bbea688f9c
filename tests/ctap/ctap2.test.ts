import fc from 'fast-check';
import { expect, it } from 'vitest';

import { fromHex } from '../../src/ctap/codec/bytes.js';
import { CtapCommand } from '../../src/ctap/commands.js';
import { Ctap2 } from '../../src/ctap/ctap2.js';
import { CtapError, ResponseError } from '../../src/ctap/errors.js';
import { getAssertion, getNextAssertion } from '../../src/ctap/get-assertion.js';
import { getInfo } from '../../src/ctap/get-info.js';
import { makeCredential } from '../../src/ctap/make-credential.js';
import { reset } from '../../src/ctap/reset.js';
import { selection } from '../../src/ctap/selection.js';
import { CtapStatus } from '../../src/ctap/status.js';
import { ScriptedTransport } from './scripted-transport.js';

function setUp() {
  const transport = new ScriptedTransport(() => new Map());
  return { transport, ctap: new Ctap2(transport) };
}

it('commands without parameters are one byte; an answer without members is an empty map', async () => {
  const { transport, ctap } = setUp();
  await reset(ctap);
  await selection(ctap);
  expect(transport.asked.map(({ command }) => command)).toEqual([CtapCommand.RESET, CtapCommand.SELECTION]);
  transport.replyOnce(Uint8Array.of(0));
  expect(await ctap.send(CtapCommand.SELECTION)).toEqual(new Map());
});

it('any status but success is a CtapError that keeps it, known or not', async () => {
  const { transport, ctap } = setUp();
  for (const [status, name] of [
    [0x27, 'OPERATION_DENIED'],
    [0xf3, 'VENDOR_F3'],
    [0xe1, 'EXTENSION_E1'],
    [0x77, 'UNKNOWN_77'],
  ] as const) {
    // prettier-ignore
    transport.replyOnce(status);
    await expect(reset(ctap)).rejects.toMatchObject({ name: 'CtapError', status, command: CtapCommand.RESET });
    transport.replyOnce(status);
    await expect(reset(ctap)).rejects.toThrow(name);
  }
});

it('a cancelled command ends with the reason of the signal, one that was cancelled by others with the status', async () => {
  const { transport, ctap } = setUp();
  transport.replyOnce(CtapStatus.KEEPALIVE_CANCEL);
  await expect(reset(ctap, { signal: AbortSignal.abort(new Error('by us')) })).rejects.toThrow('by us');
  transport.replyOnce(CtapStatus.KEEPALIVE_CANCEL);
  await expect(reset(ctap)).rejects.toMatchObject({ status: CtapStatus.KEEPALIVE_CANCEL });
});

it('a request longer than the key takes is not sent', async () => {
  const { transport, ctap } = setUp();
  ctap.maxMessageSize = 20;
  const tooLarge = ctap.send(CtapCommand.CONFIG, new Map([[1, new Uint8Array(20)]]));
  await expect(tooLarge).rejects.toMatchObject({ status: CtapStatus.REQUEST_TOO_LARGE });
  expect(transport.asked).toEqual([]);
});

it('getInfo tells how long a request may be from then on', async () => {
  const { transport, ctap } = setUp();
  transport.replyOnce(new Map<number, number | string[] | Uint8Array>([[1, ['FIDO_2_1']], [3, new Uint8Array(16)], [5, 1200]])); // prettier-ignore
  await getInfo(ctap);
  expect(ctap.maxMessageSize).toBe(1200);
});

it.each(['', '00a1', '00a10203ff', '0083010203', '00a1f93c0001', '00ff'])(
  'an answer of the bytes "%s" is a ResponseError',
  async (hex) => {
    const { transport, ctap } = setUp();
    transport.replyOnce(fromHex(hex));
    await expect(ctap.send(CtapCommand.SELECTION)).rejects.toBeInstanceOf(ResponseError);
  },
);

it('whatever bytes a key answers, a command gives a value, a CtapError or a ResponseError', async () => {
  const { transport, ctap } = setUp();
  const hash = new Uint8Array(32);
  const commands = [
    () => getInfo(ctap),
    () => getNextAssertion(ctap),
    () => getAssertion(ctap, { rpId: 'example.com', clientDataHash: hash }),
    () =>
      makeCredential(ctap, { clientDataHash: hash, rp: { id: 'example.com' }, user: { id: hash }, algorithms: [-7] }),
  ];
  // A success with a map of a few small keys comes often enough to reach the members.
  const bytes = fc.uint8Array({ maxLength: 60 });
  const map = fc.tuple(fc.integer({ min: 1, max: 4 }), bytes).map(([count, rest]) => Uint8Array.of(0, 0xa0 + count, ...rest)); // prettier-ignore
  await fc.assert(
    fc.asyncProperty(fc.oneof(bytes, map), fc.nat({ max: commands.length - 1 }), async (answer, which) => {
      transport.replyOnce(answer);
      const outcome: unknown = await commands[which]?.().catch((error: unknown) => error);
      if (outcome instanceof Error) expect(outcome instanceof CtapError || outcome instanceof ResponseError).toBe(true);
    }),
    { numRuns: 2000 },
  );
});
