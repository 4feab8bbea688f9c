import { beforeEach, describe, expect, it } from 'vitest';

import { Authenticator } from '../../src/ctap/authenticator.js';
import { tokenByPin } from '../../src/ctap/client/token-by-pin.js';
import { concat, fromHex, toHex, utf8 } from '../../src/ctap/codec/bytes.js';
import { type CborKey, type CborValue, encode } from '../../src/ctap/codec/cbor.js';
import { CtapCommand, Permission } from '../../src/ctap/commands.js';
import { isBlobEntry, parseArray, sealBlob, serializeArray } from '../../src/ctap/large-blob-array.js';
import { LargeBlobs } from '../../src/ctap/large-blobs.js';
import { encodePin } from '../../src/ctap/pin/pin.js';
import { CtapStatus } from '../../src/ctap/status.js';
import { MemoryPort } from '../../src/softkey/ports/memory-port.js';
import { SoftKey } from '../../src/softkey/soft-key.js';
import { MemoryStore } from '../../src/softkey/store/credential-store.js';
import { blankState } from '../../src/softkey/store/key-state.js';
import { PIN } from './options.js';
import { Person } from './person.js';
import { type Asked, infoOf, openScripted, type Reply, sha256, textMap } from './scripted-key.js';

const ADA = new Uint8Array(32).fill(1);
const BOB = new Uint8Array(32).fill(2);
const GONE = new Uint8Array(32).fill(3);
/** What other programs may keep there: no entry of the specification, and not even CBOR that CTAP allows. */
const FOREIGN = [fromHex('fb3ff199999999999a'), fromHex('bf616101ff'), fromHex('a202010100')];
/** Data that hardly shrinks. */
const noise = (length: number) => Uint8Array.from({ length }, (_, index) => ((index * index * 31) % 251) ^ index);

let store: MemoryStore;
const kept = () => store.initial?.largeBlobs ?? new Uint8Array();

async function open(entries: readonly Uint8Array[] = []) {
  await store.save({ ...blankState(new Uint8Array(32)), largeBlobs: serializeArray(entries) });
  const authenticator = await Authenticator.open(new MemoryPort(new SoftKey({ profile: '2.1', store })));
  return { authenticator, blobs: new LargeBlobs(authenticator.ctap, authenticator.info) };
}

beforeEach(() => {
  store = new MemoryStore();
});

describe('large blobs', () => {
  it('are written, read, replaced and deleted, each for its credential', async () => {
    const { blobs } = await open();
    expect(await blobs.read(ADA)).toBeUndefined();
    await blobs.write(ADA, utf8('Ada'));
    await blobs.write(BOB, utf8('Bob'));
    await blobs.write(ADA, utf8('Ada again'));
    expect(await blobs.read(ADA)).toEqual(utf8('Ada again'));
    expect(await blobs.read(BOB)).toEqual(utf8('Bob'));
    expect(parseArray(kept())).toHaveLength(2);
    expect(await blobs.delete(ADA)).toBe(true);
    expect(await blobs.delete(ADA)).toBe(false);
    expect(await blobs.read(ADA)).toBeUndefined();
    expect(await blobs.read(BOB)).toEqual(utf8('Bob'));
  });

  it('longer than a message come and go in fragments', async () => {
    const { blobs } = await open();
    const data = noise(1500);
    await blobs.write(ADA, data);
    expect(kept().length).toBeGreaterThan(1200);
    expect(await blobs.read(ADA)).toEqual(data);
  });

  it('of a key that claims room without end, and gives fragments without end, are refused', async () => {
    const info = infoOf({ 1: ['FIDO_2_1'], 4: textMap({ largeBlobs: true }), 5: 64, 11: 2 ** 40 });
    const { authenticator, asked } = await openScripted(info, ({ parameters }) => {
      const length = parameters.get(1);
      return new Map([[1, new Uint8Array(typeof length === 'number' ? length : 0)]]);
    });
    const read = new LargeBlobs(authenticator.ctap, authenticator.info).read(ADA);
    await expect(read).rejects.toMatchObject({ name: 'ResponseError' });
    expect(asked.length).toBeLessThan(1200);
  });

  it('leave what is not theirs as it is, byte for byte', async () => {
    const bob = sealBlob(BOB, utf8('Bob'));
    const { blobs } = await open([...FOREIGN, bob]);
    await blobs.write(ADA, utf8('Ada'));
    expect(parseArray(kept()).map(toHex).slice(0, 4)).toEqual([...FOREIGN, bob].map(toHex));
    await blobs.delete(BOB);
    expect(parseArray(kept()).map(toHex).slice(0, 3)).toEqual(FOREIGN.map(toHex));
    expect(await blobs.read(ADA)).toEqual(utf8('Ada'));
  });

  it('are tidied: entries that no credential opens go, foreign ones stay', async () => {
    const [ada, gone] = [sealBlob(ADA, utf8('Ada')), sealBlob(GONE, utf8('gone'))];
    const { blobs } = await open([gone, ...FOREIGN, ada, sealBlob(GONE, utf8('too'))]);
    expect(await blobs.survey([ADA, BOB])).toMatchObject({ sizes: [3, undefined], orphans: 2, foreign: 3, room: 2048 });
    expect(await blobs.collectGarbage([ADA, BOB])).toBe(2);
    expect(parseArray(kept()).map(toHex)).toEqual([...FOREIGN, ada].map(toHex));
    expect(await blobs.collectGarbage([ADA, BOB])).toBe(0);
    expect(FOREIGN.some(isBlobEntry)).toBe(false);
  });

  it('that do not fit are refused before anything is written', async () => {
    const { blobs } = await open([sealBlob(BOB, utf8('Bob'))]);
    const before = kept();
    await expect(blobs.write(ADA, noise(2100))).rejects.toMatchObject({ status: CtapStatus.LARGE_BLOB_STORAGE_FULL });
    expect(kept()).toBe(before);
  });

  it('need a token on a key with a PIN', async () => {
    const { authenticator } = await open();
    const { clientPin } = authenticator;
    if (!clientPin) throw new Error('No PIN');
    await clientPin.setPin(encodePin(PIN));
    const info = await authenticator.refresh();
    const { ctap } = authenticator;
    await expect(new LargeBlobs(ctap, info).write(ADA, utf8('x'))).rejects.toMatchObject({ status: 0x36 });
    const context = { authenticator, interaction: new Person(PIN) };
    const token = await tokenByPin(context, clientPin, { permissions: Permission.LARGE_BLOB_WRITE });
    await new LargeBlobs(ctap, info, token).write(ADA, noise(1400));
    expect(await new LargeBlobs(ctap, info).read(ADA)).toEqual(noise(1400));
  });
});

/** A key that keeps an array as a test wants it to. */
async function scripted(onWrite: (array: Uint8Array, count: number) => Reply, initial = serializeArray([])) {
  const state = { array: initial as Uint8Array, writes: 0, offsets: [] as CborValue[] };
  let received: Uint8Array = new Uint8Array();
  let total = 0;
  const reply = ({ command, parameters }: Asked): Reply => {
    if (command !== CtapCommand.LARGE_BLOBS) return CtapStatus.INVALID_COMMAND;
    const offset = Number(parameters.get(3));
    const fragment = parameters.get(2);
    if (!(fragment instanceof Uint8Array))
      return new Map([[1, state.array.slice(offset, offset + Number(parameters.get(1)))]]);
    state.offsets.push(offset);
    received = offset === 0 ? fragment : concat(received, fragment);
    if (offset === 0) state.writes++;
    total = Number(parameters.get(4) ?? total);
    if (received.length < total) return new Map();
    const answer = onWrite(received, state.writes);
    if (typeof answer !== 'number') state.array = received;
    return answer;
  };
  const members: Record<number, CborValue> = { 4: textMap({ largeBlobs: true }), 5: 1024, 11: 4096 };
  const { authenticator } = await openScripted(infoOf(members), reply);
  return { state, blobs: new LargeBlobs(authenticator.ctap, authenticator.info) };
}

describe('faults', () => {
  it('an array that came broken to the key is made anew once, from what is there then', async () => {
    const bob = sealBlob(BOB, utf8('Bob'));
    const { state, blobs } = await scripted((_, count) => {
      if (count > 1) return new Map();
      state.array = serializeArray([bob]); // another program has written in between
      return CtapStatus.INTEGRITY_FAILURE;
    });
    await blobs.write(ADA, utf8('Ada'));
    expect(state.writes).toBe(2);
    expect(await blobs.read(BOB)).toEqual(utf8('Bob'));
    expect(await blobs.read(ADA)).toEqual(utf8('Ada'));
  });

  it('twice is an error', async () => {
    const { state, blobs } = await scripted(() => CtapStatus.INTEGRITY_FAILURE);
    await expect(blobs.write(ADA, utf8('Ada'))).rejects.toMatchObject({ status: CtapStatus.INTEGRITY_FAILURE });
    expect(state.writes).toBe(2);
  });

  it('a key that says yes and does nothing is not believed', async () => {
    const { state, blobs } = await scripted(() => {
      queueMicrotask(() => (state.array = serializeArray([])));
      return new Map();
    });
    await expect(blobs.write(ADA, utf8('Ada'))).rejects.toMatchObject({ name: 'ResponseError' });
  });

  it('a key that sends without end is stopped', async () => {
    const endless = new Map<CborKey, CborValue>([[1, new Uint8Array(960)]]);
    const { authenticator } = await openScripted(infoOf({ 4: textMap({ largeBlobs: true }) }), () => endless);
    const reading = new LargeBlobs(authenticator.ctap, authenticator.info).read(ADA);
    await expect(reading).rejects.toMatchObject({ name: 'ResponseError', member: 'largeBlobArray' });
  });

  it('a key that sends more than asked for is refused', async () => {
    const much = new Map<CborKey, CborValue>([[1, new Uint8Array(961)]]);
    const { authenticator } = await openScripted(infoOf({ 4: textMap({ largeBlobs: true }) }), () => much);
    const reading = new LargeBlobs(authenticator.ctap, authenticator.info).read(ADA);
    await expect(reading).rejects.toMatchObject({ name: 'ResponseError', member: 'config' });
  });

  it('an array that is whole and no list is not written over', async () => {
    const { state, blobs } = await scripted(() => new Map(), arrayOf(encode(new Map())));
    await expect(blobs.write(ADA, utf8('Ada'))).rejects.toMatchObject({ name: 'ResponseError' });
    expect(state.writes).toBe(0);
  });

  it('fragments are as long as the key takes them', async () => {
    const { state, blobs } = await scripted(() => new Map());
    await blobs.write(ADA, noise(2000));
    expect(state.offsets).toEqual([0, 960, 1920]);
  });

  it('a key without large blobs is not asked', async () => {
    const { authenticator } = await openScripted(infoOf());
    expect(() => new LargeBlobs(authenticator.ctap, authenticator.info)).toThrow('INVALID_COMMAND');
  });
});

/** A list, or what pretends to be one, with its hash. */
function arrayOf(list: Uint8Array): Uint8Array<ArrayBuffer> {
  return concat(list, sha256(list).subarray(0, 16));
}
