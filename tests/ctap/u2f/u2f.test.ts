import { createHash, createPublicKey, verify, X509Certificate } from 'node:crypto';

import { describe, expect, it } from 'vitest';

import { concat, fromHex, toBase64url, utf8 } from '../../../src/ctap/codec/bytes.js';
import { HidCommand, KeepaliveStatus } from '../../../src/ctap/hid/constants.js';
import { HidChannel } from '../../../src/ctap/hid/channel.js';
import type { Transport } from '../../../src/ctap/transport.js';
import { encodeAnswer, StatusWord } from '../../../src/ctap/u2f/apdu.js';
import { registrationMessage, U2f } from '../../../src/ctap/u2f/u2f.js';
import { MemoryPort } from '../../../src/softkey/ports/memory-port.js';
import { SoftKey, type SoftKeyOptions } from '../../../src/softkey/soft-key.js';
import { AskPresence, neverPresence } from '../../../src/softkey/user-presence.js';

const POLL_MS = 1;
const parameters = { challenge: sha256('a challenge'), application: sha256('example.com') };

function sha256(text: string): Uint8Array {
  return Uint8Array.from(createHash('sha256').update(text).digest());
}

async function plug(options: Partial<SoftKeyOptions> = {}) {
  const channel = await HidChannel.open(new MemoryPort(new SoftKey({ profile: 'u2f', ...options })));
  return new U2f(channel, POLL_MS);
}

/** A transport that answers with status words and data, one after the other. */
function answering(...answers: Uint8Array[]): { transport: Transport; sent: Uint8Array[] } {
  const sent: Uint8Array[] = [];
  const transport: Transport = {
    call: (command, payload) => {
      expect(command).toBe(HidCommand.MSG);
      sent.push(payload);
      return Promise.resolve(answers.shift() ?? encodeAnswer(StatusWord.CONDITIONS_NOT_SATISFIED));
    },
    epoch: 0,
    hearsOthers: false,
    close: () => Promise.resolve(),
  };
  return { transport, sent };
}

describe('a key of U2F', () => {
  it('says its version', async () => {
    await expect((await plug()).version()).resolves.toBe('U2F_V2');
  });

  it('makes a credential that its certificate vouches for, and signs with it', async () => {
    const u2f = await plug();
    const registration = await u2f.register(parameters);
    const { publicKey: attesting, subject } = new X509Certificate(registration.certificate);
    expect(subject).toContain('Keydesk software key U2F batch');
    expect(verify('sha256', registrationMessage(parameters, registration), attesting, registration.signature)).toBe(
      true,
    );

    const { userPresence, counter, signature } = await u2f.authenticate(parameters, registration.keyHandle);
    const [x, y] = [registration.publicKey.subarray(1, 33), registration.publicKey.subarray(33)].map(toBase64url);
    const key = createPublicKey({ key: { kty: 'EC', crv: 'P-256', x: x ?? '', y: y ?? '' }, format: 'jwk' });
    const count = Buffer.alloc(4);
    count.writeUInt32BE(counter);
    const signed = concat(parameters.application, Uint8Array.of(userPresence), count, parameters.challenge);
    expect([userPresence, verify('sha256', signed, key, signature)]).toEqual([1, true]);
    const again = await u2f.authenticate(parameters, registration.keyHandle);
    expect(again.counter).toBeGreaterThan(counter);
  });

  it('knows its own key handles without a touch, for their application only', async () => {
    const presence = new AskPresence((waiting) => {
      if (waiting) queueMicrotask(() => { presence.press(); }); // prettier-ignore
    });
    const u2f = await plug({ presence });
    const { keyHandle } = await u2f.register(parameters);
    await expect(u2f.knows(parameters.application, keyHandle)).resolves.toBe(true);
    await expect(u2f.knows(sha256('other.example'), keyHandle)).resolves.toBe(false);
    await expect(u2f.knows(parameters.application, utf8('somebody else made this one'))).resolves.toBe(false);
    await expect((await plug()).knows(parameters.application, keyHandle)).resolves.toBe(false);
  });

  it('is asked again until it is touched, and the person is told once', async () => {
    const presence = new AskPresence();
    const u2f = await plug({ presence });
    const told: number[] = [];
    const registered = u2f.register(parameters, {
      onKeepalive: (status) => {
        told.push(status);
        presence.press();
      },
    });
    await expect(registered).resolves.toMatchObject({ keyHandle: expect.any(Uint8Array) as Uint8Array });
    expect(told).toEqual([KeepaliveStatus.UPNEEDED]);
    expect(presence.waiting).toBeUndefined();
  });

  it('is asked no more when somebody cancels', async () => {
    const u2f = await plug({ presence: neverPresence });
    const stop = new AbortController();
    const reason = new Error('changed my mind');
    const registered = u2f.register(parameters, {
      signal: stop.signal,
      onKeepalive: () => {
        stop.abort(reason);
      },
    });
    await expect(registered).rejects.toBe(reason);
    await expect(u2f.version()).resolves.toBe('U2F_V2');
  });
});

describe('whatever a key answers', () => {
  it.each([
    ['another status word', encodeAnswer(StatusWord.INS_NOT_SUPPORTED), { name: 'U2fError', status: 0x6d00 }],
    ['no status word', Uint8Array.of(0x90), { name: 'ResponseError' }],
    ['nothing in a success', encodeAnswer(StatusWord.NO_ERROR), { name: 'ResponseError' }],
    [
      'no certificate',
      encodeAnswer(0x9000, concat(Uint8Array.of(5), new Uint8Array(65), fromHex('01ff 0500'))),
      { name: 'ResponseError' },
    ],
    [
      'a certificate longer than the answer',
      encodeAnswer(0x9000, concat(Uint8Array.of(5), new Uint8Array(65), fromHex('01ff 30820100 00'))),
      { name: 'ResponseError' },
    ],
    [
      'a certificate of impossible length',
      encodeAnswer(0x9000, concat(Uint8Array.of(5), new Uint8Array(65), fromHex('01ff 3084ffffffff 00'))),
      { name: 'ResponseError' },
    ],
  ])('(%s), registering ends with a typed error', async (_what, answer, error) => {
    await expect(new U2f(answering(answer).transport).register(parameters)).rejects.toMatchObject(error);
  });

  it('a signature that is cut off is a typed error', async () => {
    const { transport } = answering(encodeAnswer(0x9000, fromHex('0100')));
    await expect(new U2f(transport).authenticate(parameters, Uint8Array.of(1))).rejects.toMatchObject({
      name: 'ResponseError',
    });
  });

  it.each([0x6a80, 0x6984, 0x6d00, 0x6f00])('0x%x to a check is: not mine', async (status) => {
    await expect(
      new U2f(answering(encodeAnswer(status)).transport).knows(parameters.application, Uint8Array.of(1)),
    ).resolves.toBe(false);
  });
});
