import { describe, expect, it } from 'vitest';

import { concat, utf8 } from '../../../src/ctap/codec/bytes.js';
import type { CborMap } from '../../../src/ctap/codec/cbor.js';
import { CtapCommand, Permission, PinSubcommand } from '../../../src/ctap/commands.js';
import { Ctap2 } from '../../../src/ctap/ctap2.js';
import { ClientPin } from '../../../src/ctap/pin/client-pin.js';
import { KeyAgreement } from '../../../src/ctap/pin/key-agreement.js';
import { type PinProtocol, protocolOne, protocolTwo } from '../../../src/ctap/pin/protocol.js';
import { CtapStatus } from '../../../src/ctap/status.js';
import { EpochChanged } from '../../../src/ctap/transport.js';
import { ScriptedTransport } from '../scripted-transport.js';
import { sha256 } from '../scripted-key.js';

const PIN = utf8('1234');
const NEW_PIN = utf8('567890');
const TOKEN = Uint8Array.from({ length: 32 }, (_, index) => index);
const { GET_RETRIES, GET_KEY_AGREEMENT, SET_PIN, CHANGE_PIN, GET_PIN_TOKEN, GET_TOKEN_USING_PIN, GET_TOKEN_USING_UV } =
  PinSubcommand;

/** A key that agrees and hands out a token, and a ClientPin that talks to it. */
function setUp(protocol: PinProtocol) {
  const theirs = new KeyAgreement();
  const secretOf = (parameters: CborMap) => theirs.agree(protocol, parameters.get(3) as CborMap);
  const transport = new ScriptedTransport(({ parameters }) => {
    const subcommand = parameters.get(2);
    if (subcommand === GET_KEY_AGREEMENT) return new Map([[1, theirs.publicKey()]]);
    if (subcommand === SET_PIN || subcommand === CHANGE_PIN) return new Map();
    return new Map([[2, protocol.encrypt(secretOf(parameters), TOKEN)]]);
  });
  const subcommands = () => transport.asked.map(({ parameters }) => parameters.get(2));
  const last = () => transport.asked.at(-1)?.parameters ?? new Map();
  return { transport, pin: new ClientPin(new Ctap2(transport), protocol), secretOf, subcommands, last };
}

function padded(pin: Uint8Array): Uint8Array {
  return concat(pin, new Uint8Array(64 - pin.length));
}

describe.each([protocolOne, protocolTwo])('authenticatorClientPIN with protocol $version', (protocol) => {
  it('setPIN: the padded PIN encrypted, and the MAC over that (CTAP 2.2 §6.5.5.5)', async () => {
    const { pin, last, secretOf, subcommands } = setUp(protocol);
    await pin.setPin(NEW_PIN);
    expect(subcommands()).toEqual([GET_KEY_AGREEMENT, SET_PIN]);
    const newPinEnc = last().get(5) as Uint8Array;
    expect(protocol.decrypt(secretOf(last()), newPinEnc)).toEqual(padded(NEW_PIN));
    expect(last().get(4)).toEqual(protocol.authenticate(secretOf(last()), newPinEnc));
    expect([...last().keys()]).toEqual([1, 2, 3, 4, 5]);
    expect(last().get(1)).toBe(protocol.version);
  });

  it('changePIN: also the hash of the old one, and the MAC over both (§6.5.5.6)', async () => {
    const { pin, last, secretOf } = setUp(protocol);
    await pin.changePin(PIN, NEW_PIN);
    const [newPinEnc, pinHashEnc] = [last().get(5) as Uint8Array, last().get(6) as Uint8Array];
    expect(protocol.decrypt(secretOf(last()), newPinEnc)).toEqual(padded(NEW_PIN));
    expect(protocol.decrypt(secretOf(last()), pinHashEnc)).toEqual(sha256(PIN).slice(0, 16));
    expect(last().get(4)).toEqual(protocol.authenticate(secretOf(last()), concat(newPinEnc, pinHashEnc)));
  });

  it('tokens: with permissions and RP ID for a PIN or a sensor, without for CTAP 2.0', async () => {
    const { pin, last, subcommands, secretOf } = setUp(protocol);
    const purpose = { permissions: Permission.MAKE_CREDENTIAL | Permission.GET_ASSERTION, rpId: 'example.com' };
    expect(await pin.tokenUsingPin(PIN, purpose)).toEqual({ protocol, bytes: TOKEN, permissions: 3 });
    expect([last().get(9), last().get(10)]).toEqual([3, 'example.com']);
    expect(protocol.decrypt(secretOf(last()), last().get(6) as Uint8Array)).toEqual(sha256(PIN).slice(0, 16));
    await pin.tokenUsingUv({ permissions: Permission.CREDENTIAL_MANAGEMENT });
    expect([...last().keys()]).toEqual([1, 2, 3, 9]);
    expect(await pin.legacyToken(PIN)).toEqual({ protocol, bytes: TOKEN, permissions: undefined });
    expect([...last().keys()]).toEqual([1, 2, 3, 6]);
    expect(subcommands()).toEqual([GET_KEY_AGREEMENT, GET_TOKEN_USING_PIN, GET_TOKEN_USING_UV, GET_PIN_TOKEN]);
  });

  it('a token of another length, or that cannot be decrypted, is a ResponseError', async () => {
    const { pin, transport, secretOf } = setUp(protocol);
    await pin.legacyToken(PIN);
    for (const encrypted of [
      new Uint8Array(5),
      protocol.encrypt(secretOf(transport.asked[1]?.parameters ?? new Map()), new Uint8Array(48)),
    ]) {
      // prettier-ignore
      await pin.legacyToken(PIN);
      transport.replyOnce(new Map([[2, encrypted]]));
      await expect(pin.legacyToken(PIN)).rejects.toMatchObject({ name: 'ResponseError', member: 'pinUvAuthToken' });
    }
  });
});

describe('the agreed secret', () => {
  it('serves again while nobody else is heard', async () => {
    const { pin, subcommands } = setUp(protocolTwo);
    for (let call = 0; call < 3; call++) await pin.legacyToken(PIN);
    expect(subcommands()).toEqual([GET_KEY_AGREEMENT, GET_PIN_TOKEN, GET_PIN_TOKEN, GET_PIN_TOKEN]);
  });

  it('is agreed anew each time where others cannot be heard', async () => {
    const { pin, transport, subcommands } = setUp(protocolTwo);
    transport.hearsOthers = false;
    await pin.legacyToken(PIN);
    await pin.legacyToken(PIN);
    expect(subcommands()).toEqual([GET_KEY_AGREEMENT, GET_PIN_TOKEN, GET_KEY_AGREEMENT, GET_PIN_TOKEN]);
  });

  it.each([CtapStatus.PIN_INVALID, CtapStatus.PIN_AUTH_INVALID, CtapStatus.OTHER])(
    'is agreed anew after status %i',
    async (status) => {
      const { pin, transport, subcommands } = setUp(protocolTwo);
      await pin.legacyToken(PIN);
      transport.replyOnce(status);
      await expect(pin.legacyToken(PIN)).rejects.toMatchObject({ status });
      await pin.legacyToken(PIN);
      expect(subcommands().slice(-2)).toEqual([GET_KEY_AGREEMENT, GET_PIN_TOKEN]);
    },
  );

  it('is agreed anew in a new epoch, and after being forgotten', async () => {
    const { pin, transport, subcommands } = setUp(protocolTwo);
    await pin.legacyToken(PIN);
    transport.epoch++;
    await pin.legacyToken(PIN);
    pin.forget();
    await pin.legacyToken(PIN);
    expect(subcommands().filter((subcommand) => subcommand === GET_KEY_AGREEMENT)).toHaveLength(3);
  });

  it('that is gone at the moment of sending costs no PIN try: nothing is sent with it', async () => {
    const { pin, transport, subcommands } = setUp(protocolTwo);
    await pin.legacyToken(PIN);
    transport.failOnce(new EpochChanged());
    await pin.legacyToken(PIN);
    expect(subcommands()).toEqual([GET_KEY_AGREEMENT, GET_PIN_TOKEN, GET_KEY_AGREEMENT, GET_PIN_TOKEN]);
  });

  it('that is gone again and again means that others keep using the key', async () => {
    const { pin, transport, subcommands } = setUp(protocolTwo);
    transport.onCall = ({ epoch }) => {
      if (epoch !== undefined) throw new EpochChanged();
    };
    await expect(pin.legacyToken(PIN)).rejects.toMatchObject({ name: 'TransportError', code: 'channel-busy' });
    expect(subcommands()).toEqual([GET_KEY_AGREEMENT, GET_KEY_AGREEMENT, GET_KEY_AGREEMENT]);
  });
});

describe('retries', () => {
  it('say how many tries are left, and whether the power must be cut first', async () => {
    const { pin, transport, last } = setUp(protocolOne);
    transport.replyOnce(new Map<number, number | boolean>([[3, 5], [4, true]])); // prettier-ignore
    expect(await pin.pinRetries()).toEqual({ retries: 5, powerCycleState: true });
    expect([...last()]).toEqual([[1, 1], [2, GET_RETRIES]]); // prettier-ignore
    transport.replyOnce(new Map([[3, 8]]));
    expect(await pin.pinRetries()).toEqual({ retries: 8, powerCycleState: undefined });
    transport.replyOnce(new Map([[5, 2]]));
    expect(await pin.uvRetries()).toBe(2);
    transport.replyOnce(new Map());
    await expect(pin.pinRetries()).rejects.toMatchObject({ name: 'ResponseError', member: 'pinRetries' });
    expect(transport.asked.every(({ command }) => command === CtapCommand.CLIENT_PIN)).toBe(true);
  });
});
