import { afterEach, describe, expect, it, vi } from 'vitest';

import { Authenticator } from '../../../src/ctap/authenticator.js';
import { create } from '../../../src/ctap/client/create.js';
import { get } from '../../../src/ctap/client/get.js';
import { utf8 } from '../../../src/ctap/codec/bytes.js';
import { encodePin } from '../../../src/ctap/pin/pin.js';
import { PinSession } from '../../../src/ctap/pin/pin-session.js';
import { protocolOne } from '../../../src/ctap/pin/protocol.js';
import { MemoryPort } from '../../../src/softkey/ports/memory-port.js';
import { SoftKey } from '../../../src/softkey/soft-key.js';
import { creation, ORIGIN, PIN, request, RP_ID } from '../options.js';
import { Person } from '../person.js';
import { SpyPort } from '../spy-port.js';

const HALF_A_MINUTE = 30_000;
const OTHER_PIN = '97531-other';

const open: Authenticator[] = [];
afterEach(async () => {
  vi.useRealTimers();
  await Promise.all(open.splice(0).map((key) => key.close()));
});

describe('the token that a session keeps', () => {
  const token = (permissions?: number) => ({ protocol: protocolOne, bytes: utf8('a token of 16 b.'), permissions });

  it('is copied in and out, so that callers may zero theirs', () => {
    const session = new PinSession(RP_ID, { epoch: 1 });
    const given = token();
    session.keep(given, RP_ID);
    given.bytes.fill(0);
    session.token(RP_ID)?.bytes.fill(0);
    expect(session.token(RP_ID)).toEqual(token());
    session.end();
  });

  it('is for one relying party, and of the kind that serves again', () => {
    const session = new PinSession(RP_ID, { epoch: 1 });
    session.keep(token(), 'other.example');
    expect(session.token(RP_ID)).toBeUndefined();
    session.keep(token(3), RP_ID);
    expect(session.token(RP_ID)).toBeUndefined();
    session.keep(token(), RP_ID);
    expect(session.token('other.example')).toBeUndefined();
    expect(session.token(undefined)).toBeUndefined();
    expect(session.token(RP_ID)).toBeDefined();
    session.end();
  });

  it('is gone in a new epoch, and after the end nothing is kept', () => {
    const transport = { epoch: 1 };
    const session = new PinSession(RP_ID, transport);
    session.keep(token(), RP_ID);
    transport.epoch++;
    expect(session.token(RP_ID)).toBeUndefined();
    session.keep(token(), RP_ID);
    session.end();
    expect(session.token(RP_ID)).toBeUndefined();
    session.keep(token(), RP_ID);
    expect(session.token(RP_ID)).toBeUndefined();
  });

  it('is gone half a minute after its last use', () => {
    vi.useFakeTimers();
    const session = new PinSession(RP_ID, { epoch: 1 });
    session.keep(token(), RP_ID);
    vi.advanceTimersByTime(HALF_A_MINUTE - 1);
    expect(session.token(RP_ID)).toBeDefined();
    vi.advanceTimersByTime(HALF_A_MINUTE - 1);
    expect(session.token(RP_ID)).toBeDefined();
    vi.advanceTimersByTime(HALF_A_MINUTE);
    expect(session.token(RP_ID)).toBeUndefined();
  });
});

describe('a session on a key of CTAP 2.0', () => {
  async function session() {
    const softKey = new SoftKey({ profile: '2.0' });
    const authenticator = await Authenticator.open(new SpyPort(new MemoryPort(softKey), false));
    open.push(authenticator);
    await authenticator.clientPin?.setPin(encodePin(PIN));
    await authenticator.refresh();
    const begun = authenticator.clientPin?.openSession(RP_ID);
    const make = async (...pins: string[]) => {
      const interaction = new Person(...pins);
      await create(creation(), ORIGIN, { authenticator, interaction, session: begun });
      return interaction.asked.length;
    };
    const retries = async () => (await authenticator.clientPin?.pinRetries())?.retries;
    return { softKey, authenticator, begun, make, retries };
  }

  it('asks for the PIN once, and again when it is over', async () => {
    const { begun, make } = await session();
    expect(await make(PIN)).toBe(1);
    expect(await make()).toBe(0);
    begun?.end();
    expect(await make(PIN)).toBe(1);
    expect(await make(PIN)).toBe(1);
  });

  it('serves only requests that are made in it', async () => {
    const { authenticator, make } = await session();
    await make(PIN);
    const interaction = new Person(PIN);
    await get(request(), ORIGIN, { authenticator, interaction });
    expect(interaction.asked).toHaveLength(1);
  });

  it('ends with the next one, and keeps nothing over a PIN that is changed or wrong', async () => {
    const { authenticator, make } = await session();
    await make(PIN);
    await authenticator.clientPin?.changePin(encodePin(PIN), encodePin(OTHER_PIN));
    expect(await make(OTHER_PIN)).toBe(1);
    await expect(authenticator.clientPin?.changePin(encodePin(PIN), encodePin('1111'))).rejects.toThrow();
    expect(await make(OTHER_PIN)).toBe(1);
    authenticator.clientPin?.openSession(RP_ID);
    expect(await make(OTHER_PIN)).toBe(1);
  });

  it('asks again, and spends no try, when the key has another PIN by now', async () => {
    const { softKey, make, retries } = await session();
    await make(PIN);
    const other = await Authenticator.open(new MemoryPort(softKey));
    open.push(other);
    await other.clientPin?.changePin(encodePin(PIN), encodePin(OTHER_PIN));
    expect(await make(OTHER_PIN)).toBe(1);
    expect(await retries()).toBe(8);
  });

  it('asks again, and spends no try, after a loss of power', async () => {
    const { softKey, make, retries } = await session();
    await make(PIN);
    softKey.powerCycle();
    expect(await make(PIN)).toBe(1);
    expect(await retries()).toBe(8);
  });

  it('keeps nothing once the key is closed', async () => {
    const { authenticator, begun, make } = await session();
    await make(PIN);
    expect(begun?.token(RP_ID)).toBeDefined();
    await authenticator.close();
    expect(begun?.token(RP_ID)).toBeUndefined();
  });
});
