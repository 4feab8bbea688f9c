import { createHash } from 'node:crypto';

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { concat, toHex, utf8 } from '../../../src/ctap/codec/bytes.js';
import { CtapCommand } from '../../../src/ctap/commands.js';
import { HidCommand, HidErrorCode } from '../../../src/ctap/hid/constants.js';
import { decodeAnswer, encodeCommand, U2fControl, U2fInstruction } from '../../../src/ctap/u2f/apdu.js';
import { MemoryStore } from '../../../src/softkey/store/credential-store.js';
import { blankState, FACTORY_CONFIG } from '../../../src/softkey/store/key-state.js';
import { AskPresence, neverPresence } from '../../../src/softkey/user-presence.js';
import { making, made, type Platform, plug, RP_ID } from '../platform.js';

const { REGISTER, AUTHENTICATE, VERSION } = U2fInstruction;
const CHALLENGE = new Uint8Array(32).fill(1);
const APPLICATION = Uint8Array.from(createHash('sha256').update(RP_ID).digest());

async function send(platform: Platform, apdu: Uint8Array) {
  await platform.send(HidCommand.MSG, apdu);
  const { command, payload } = await platform.message();
  if (command !== HidCommand.MSG) throw new Error(`CTAPHID command ${command}: ${payload[0]}`);
  const answer = decodeAnswer(payload);
  return { status: answer?.status.toString(16), data: answer?.data ?? new Uint8Array() };
}

const register = (platform: Platform) => send(platform, encodeCommand(REGISTER, 0, concat(CHALLENGE, APPLICATION)));
const authenticate = (platform: Platform, control: number, id: Uint8Array, application = APPLICATION) =>
  send(platform, encodeCommand(AUTHENTICATE, control, concat(CHALLENGE, application, Uint8Array.of(id.length), id)));

it('says U2F_V2, byte for byte', async () => {
  const { platform } = await plug({ profile: 'u2f' });
  const { status, data } = await send(platform, encodeCommand(VERSION, 0, new Uint8Array()));
  expect([status, toHex(data)]).toEqual(['9000', toHex(utf8('U2F_V2'))]);
});

it('is not there on a key of CTAP 2.3, and CTAP2 not on a key of U2F', async () => {
  const modern = await plug({ profile: '2.3' });
  await modern.platform.send(HidCommand.MSG, encodeCommand(VERSION, 0, new Uint8Array()));
  expect(await modern.platform.message()).toEqual({ command: HidCommand.ERROR, payload: Uint8Array.of(HidErrorCode.INVALID_CMD) }); // prettier-ignore
  const old = await plug({ profile: 'u2f' });
  await old.platform.send(HidCommand.CBOR, Uint8Array.of(CtapCommand.GET_INFO));
  expect(await old.platform.message()).toEqual({ command: HidCommand.ERROR, payload: Uint8Array.of(HidErrorCode.INVALID_CMD) }); // prettier-ignore
});

describe('a touch', () => {
  it('is asked for again and again, and serves one request', async () => {
    const presence = new AskPresence();
    const { platform } = await plug({ profile: 'u2f', presence });
    expect((await register(platform)).status).toBe('6985');
    expect(presence.waiting).toEqual({ command: CtapCommand.MAKE_CREDENTIAL });
    presence.press();
    expect((await register(platform)).status).toBe('9000');
    expect((await register(platform)).status).toBe('6985');
  });

  it('is not waited for any more once the key was without power', async () => {
    const presence = new AskPresence();
    const { platform, key } = await plug({ profile: 'u2f', presence });
    await register(platform);
    key.powerCycle();
    expect(presence.waiting).toBeUndefined();
  });

  it('is not needed for a check, nor to sign where none is wanted', async () => {
    const { platform } = await plug({ profile: '2.1' });
    const { id } = made(await platform.success(CtapCommand.MAKE_CREDENTIAL, making()));
    expect((await authenticate(platform, U2fControl.CHECK_ONLY, id)).status).toBe('6985');
    const { status, data } = await authenticate(platform, U2fControl.DONT_ENFORCE_USER_PRESENCE, id);
    expect([status, data[0]]).toEqual(['9000', 0]);
    expect((await authenticate(platform, U2fControl.ENFORCE_USER_PRESENCE, id)).data[0]).toBe(1);
  });
});

describe('credentials', () => {
  it('of another application, another key, or from before a reset are not known', async () => {
    const { platform } = await plug({ profile: '2.1' });
    const { id } = made(await platform.success(CtapCommand.MAKE_CREDENTIAL, making()));
    expect((await authenticate(platform, U2fControl.CHECK_ONLY, id, CHALLENGE)).status).toBe('6a80');
    expect((await authenticate((await plug()).platform, U2fControl.CHECK_ONLY, id)).status).toBe('6a80');
    await platform.success(CtapCommand.RESET);
    expect((await authenticate(platform, U2fControl.CHECK_ONLY, id)).status).toBe('6a80');
  });

  it('of another algorithm, or hidden without user verification, cannot be used', async () => {
    const { platform } = await plug({ profile: '2.1' });
    const eddsa = made(await platform.success(CtapCommand.MAKE_CREDENTIAL, making({ algorithms: [-8] })));
    expect((await authenticate(platform, U2fControl.CHECK_ONLY, eddsa.id)).status).toBe('6a80');
    const request = new Map(making()).set(6, new Map([['credProtect', 3]]));
    const hidden = made(await platform.success(CtapCommand.MAKE_CREDENTIAL, request));
    expect((await authenticate(platform, U2fControl.CHECK_ONLY, hidden.id)).status).toBe('6a80');
  });
});

it('is refused, and not offered, by a key that always wants user verification', async () => {
  const store = new MemoryStore();
  await store.save({ ...blankState(new Uint8Array(32)), config: { ...FACTORY_CONFIG, alwaysUv: true } });
  const { platform } = await plug({ profile: '2.1', store });
  expect((await platform.success(CtapCommand.GET_INFO)).get(1)).toEqual(['FIDO_2_0', 'FIDO_2_1']);
  expect((await register(platform)).status).toBe('6986');
});

describe('bad input', () => {
  it.each([
    ['another class', '80030000000000', '6e00'],
    ['another instruction', '00400000000000', '6d00'],
    ['half a registration', '0001000000000161', '6700'],
    ['lengths that do not fit', '00010000000040', '6700'],
    ['a key handle longer than the message', `00020700000041${'00'.repeat(64)}ff`, '6700'],
  ])('%s is refused', async (_what, apdu, status) => {
    const { platform } = await plug({ profile: 'u2f', presence: neverPresence });
    expect((await send(platform, Uint8Array.from(Buffer.from(apdu, 'hex')))).status).toBe(status);
  });

  it('of whatever kind gets a status word', async () => {
    const { platform } = await plug({ profile: 'u2f', presence: neverPresence });
    const anything = fc.asyncProperty(fc.uint8Array({ minLength: 1, maxLength: 200 }), async (bytes) => {
      expect((await send(platform, bytes)).status).toMatch(/^[69]/);
    });
    await fc.assert(anything, { numRuns: 50 });
  });
});
