import { describe, expect, it } from 'vitest';

import { concat, toHex, utf8 } from '../../../src/ctap/codec/bytes.js';
import { type CborMap, type CborValue, encode } from '../../../src/ctap/codec/cbor.js';
import { CtapCommand, Permission } from '../../../src/ctap/commands.js';
import { bytes, PinClient, Platform, plug, sha256 } from '../platform.js';

const { LARGE_BLOBS } = CtapCommand;
const INITIAL = '8076be8b528d0075f7aae98d6fa57a6d3c';
const PIN = '1234';
/** maxMsgSize of the profile, less the 64 bytes that are not for the fragment. */
const MOST = 1200 - 64;

const request = (members: Record<number, CborValue>): CborMap =>
  new Map(Object.entries(members).map(([key, value]) => [Number(key), value]));
const array = (length: number) => {
  const list = encode([new Uint8Array(length)]);
  return concat(list, sha256(list).subarray(0, 16));
};
const read = async (platform: Platform) => {
  const first = bytes(await platform.success(LARGE_BLOBS, request({ 1: MOST, 3: 0 })), 1);
  if (first.length < MOST) return first;
  return concat(first, bytes(await platform.success(LARGE_BLOBS, request({ 1: MOST, 3: MOST })), 1));
};
const write = async (platform: Platform, members: Record<number, CborValue>) =>
  (await platform.ctap(LARGE_BLOBS, request(members))).status;

describe('authenticatorLargeBlobs', () => {
  it('begins with an array without entries', async () => {
    const { platform } = await plug();
    expect(toHex(await read(platform))).toBe(INITIAL);
  });

  it('puts an array in force with its last fragment, and not before', async () => {
    const { platform } = await plug();
    const whole = array(1500);
    const rest = whole.subarray(MOST);
    expect(await write(platform, { 2: whole.subarray(0, MOST), 3: 0, 4: whole.length })).toBe('SUCCESS');
    expect(toHex(await read(platform))).toBe(INITIAL);
    expect(await write(platform, { 2: rest, 3: MOST + 1 })).toBe('INVALID_SEQ');
    expect(await write(platform, { 2: rest, 3: MOST })).toBe('SUCCESS');
    expect(await read(platform)).toEqual(whole);
    expect(await write(platform, { 2: rest, 3: MOST })).toBe('INVALID_SEQ');
  });

  it('keeps the old array when the hash of the new one is wrong', async () => {
    const { platform } = await plug();
    const broken = array(20).with(-1, 0);
    expect(await write(platform, { 2: broken, 3: 0, 4: broken.length })).toBe('INTEGRITY_FAILURE');
    expect(toHex(await read(platform))).toBe(INITIAL);
  });

  it.each<[string, Record<number, CborValue>, string]>([
    ['no offset', { 1: 10 }, 'INVALID_PARAMETER'],
    ['neither get nor set', { 3: 0 }, 'INVALID_PARAMETER'],
    ['get and set', { 1: 10, 2: array(4), 3: 0 }, 'INVALID_PARAMETER'],
    ['get with a length', { 1: 10, 3: 0, 4: 17 }, 'INVALID_PARAMETER'],
    ['get with a proof', { 1: 10, 3: 0, 5: new Uint8Array(32) }, 'INVALID_PARAMETER'],
    ['get beyond the end', { 1: 10, 3: 18 }, 'INVALID_PARAMETER'],
    ['get of more than a fragment', { 1: MOST + 1, 3: 0 }, 'INVALID_LENGTH'],
    ['set of more than a fragment', { 2: new Uint8Array(MOST + 1), 3: 0, 4: MOST + 1 }, 'INVALID_LENGTH'],
    ['set at the start without length', { 2: array(4), 3: 0 }, 'INVALID_PARAMETER'],
    ['set later with a length', { 2: array(4), 3: 9, 4: 30 }, 'INVALID_PARAMETER'],
    ['set later without a start', { 2: array(4), 3: 9 }, 'INVALID_SEQ'],
    ['set of more than there is room for', { 2: array(4), 3: 0, 4: 2049 }, 'LARGE_BLOB_STORAGE_FULL'],
    ['set of less than an array', { 2: new Uint8Array(4), 3: 0, 4: 16 }, 'INVALID_PARAMETER'],
    ['a fragment beyond the length', { 2: array(40), 3: 0, 4: 20 }, 'INVALID_PARAMETER'],
  ])('refuses %s', async (_, members, status) => {
    const { platform } = await plug();
    expect(await write(platform, members)).toBe(status);
    expect(toHex(await read(platform))).toBe(INITIAL);
  });

  it('at its end gives nothing', async () => {
    const { platform } = await plug();
    expect(bytes(await platform.success(LARGE_BLOBS, request({ 1: 10, 3: 17 })), 1)).toHaveLength(0);
  });

  it('wants a token with its permission for each fragment, once there is a PIN', async () => {
    const { platform } = await plug();
    const pin = new PinClient(platform);
    await pin.setPin(PIN);
    const whole = array(4);
    const members = { 2: whole, 3: 0, 4: whole.length };
    // CTAP 2.2 §6.10.2: 32 × 0xff, 0x0c 0x00, the offset in four bytes, SHA-256 of the fragment
    const message = concat(new Uint8Array(32).fill(0xff), Uint8Array.of(0x0c, 0, 0, 0, 0, 0), sha256(whole));
    const proven = async (permission: number, over = message) => {
      const { param, version } = pin.prove(await pin.token(PIN, permission), over);
      return write(platform, { ...members, 5: param, 6: version });
    };
    expect(await write(platform, members)).toBe('PUAT_REQUIRED');
    expect(await write(platform, { ...members, 5: new Uint8Array(32) })).toBe('MISSING_PARAMETER');
    expect(await proven(Permission.CREDENTIAL_MANAGEMENT)).toBe('PIN_AUTH_INVALID');
    expect(await proven(Permission.LARGE_BLOB_WRITE, utf8('something else'))).toBe('PIN_AUTH_INVALID');
    expect(await proven(Permission.LARGE_BLOB_WRITE)).toBe('SUCCESS');
    expect(await read(platform)).toEqual(whole);
  });

  it('forgets half an array without power, and all of it at a reset', async () => {
    const { key, platform } = await plug();
    const whole = array(40);
    await write(platform, { 2: whole.subarray(0, 20), 3: 0, 4: whole.length });
    key.powerCycle();
    const after = await Platform.open(platform.port);
    expect(await write(after, { 2: whole.subarray(20), 3: 20 })).toBe('INVALID_SEQ');
    await write(after, { 2: whole, 3: 0, 4: whole.length });
    await after.success(CtapCommand.RESET);
    expect(toHex(await read(after))).toBe(INITIAL);
  });

  it('is no command of a key of CTAP 2.0', async () => {
    const { platform } = await plug({ profile: '2.0' });
    expect(await write(platform, { 1: 10, 3: 0 })).toBe('INVALID_COMMAND');
  });
});
