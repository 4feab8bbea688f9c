import fc from 'fast-check';
import { expect, it } from 'vitest';

import { concat } from '../../src/ctap/codec/bytes.js';
import { type CborMap, type CborValue, encode, numbered } from '../../src/ctap/codec/cbor.js';
import { CoseAlgorithm } from '../../src/ctap/codec/cose.js';
import { CtapCommand } from '../../src/ctap/commands.js';
import { BROADCAST_CID, HidCommand, REPORT_SIZE } from '../../src/ctap/hid/constants.js';
import { toReports } from '../../src/ctap/hid/framing.js';
import { CtapStatus } from '../../src/ctap/status.js';
import { Authenticator } from '../../src/softkey/authenticator.js';
import { sensorInButton } from '../../src/softkey/fingerprint-sensor.js';
import { MemoryPort } from '../../src/softkey/ports/memory-port.js';
import { profileOf } from '../../src/softkey/profile.js';
import { SoftKey } from '../../src/softkey/soft-key.js';
import { MemoryStore } from '../../src/softkey/store/credential-store.js';
import type { KeyState } from '../../src/softkey/store/key-state.js';
import { stateFromJson, stateToJson } from '../../src/softkey/store/state-json.js';
import { autoPresence } from '../../src/softkey/user-presence.js';
import { descriptor, getting, HASH, making, Platform, textMap } from './platform.js';

// Without RSA, whose keys take long to make.
const algorithms = [CoseAlgorithm.ES256, CoseAlgorithm.EDDSA];

/** Values of CBOR, four levels deep at most when inside a map. */
const cbor = (depth: number): fc.Arbitrary<CborValue> => {
  const plain = fc.oneof(
    fc.integer({ min: -300, max: 300 }),
    fc.bigInt({ min: -(2n ** 63n), max: 2n ** 64n - 1n }).filter((value) => value < -(2n ** 32n) || value >= 0n),
    fc.boolean(),
    fc.constant(null),
    fc.string(),
    fc.constantFrom('public-key', 'id', 'example.com'),
    fc.uint8Array({ maxLength: 70 }),
    fc.constantFrom(HASH, new Uint8Array(16), new Uint8Array(64)),
  );
  if (depth === 0) return plain;
  const key = fc.oneof(fc.integer({ min: -3, max: 12 }), fc.constantFrom('id', 'type', 'alg', 'rk', 'up', 'name'));
  const item = cbor(depth - 1);
  const entries = fc.uniqueArray(fc.tuple(key, item), { maxLength: 5, selector: ([name]) => name });
  return fc.oneof(
    { weight: 3, arbitrary: plain },
    fc.array(item, { maxLength: 3 }),
    entries.map((list): CborMap => new Map(list)),
  );
};

/** Requests that are right, and so worth being spoilt. */
const RIGHT: [number, CborMap][] = [
  [CtapCommand.MAKE_CREDENTIAL, making({ algorithms, options: { rk: true }, exclude: [HASH] })],
  [CtapCommand.MAKE_CREDENTIAL, making({ algorithms, extensions: textMap({ credProtect: 2 }) })],
  [CtapCommand.GET_ASSERTION, getting({ allow: [HASH], options: { up: true } })],
  [CtapCommand.GET_ASSERTION, getting({ proof: { param: HASH, version: 2 } })],
  [CtapCommand.CLIENT_PIN, numbered(2, 2)],
  [CtapCommand.CLIENT_PIN, numbered(2, 9, textMap({}), HASH, HASH, HASH)],
  [CtapCommand.CREDENTIAL_MANAGEMENT, numbered(6, new Map([[2, descriptor(HASH)]]), 2, HASH)],
  [CtapCommand.CLIENT_PIN, numbered(2, 6, textMap({}))],
  [CtapCommand.BIO_ENROLLMENT, numbered(1, 2, numbered(HASH, undefined, 5), 1, HASH)],
  [CtapCommand.BIO_ENROLLMENT_PREVIEW, numbered(1, 5, numbered(HASH, 'name'), 1, HASH)],
  [CtapCommand.CREDENTIAL_MANAGEMENT, numbered(4, numbered(HASH), 1, HASH)],
];

const anyCommand = fc.oneof(fc.constantFrom(...Object.values(CtapCommand)), fc.nat(255));

const request: fc.Arbitrary<Uint8Array> = fc.oneof(
  fc
    .tuple(anyCommand, fc.uint8Array({ maxLength: 100 }))
    .map(([command, rest]) => concat(Uint8Array.of(command), rest)),
  fc.tuple(anyCommand, cbor(3)).map(([command, value]) => concat(Uint8Array.of(command), encode(value))),
  // A right request with one member replaced …
  fc
    .tuple(fc.constantFrom(...RIGHT), fc.integer({ min: 1, max: 11 }), cbor(3))
    .map(([[command, params], key, value]) =>
      concat(Uint8Array.of(command), encode(new Map([...params, [key, value]]))),
    ),
  // … or with one byte changed, or cut off.
  fc.tuple(fc.constantFrom(...RIGHT), fc.nat(500), fc.nat(255)).map(([[command, params], at, byte]) => {
    const bytes = concat(Uint8Array.of(command), encode(params));
    bytes[1 + (at % (bytes.length - 1))] = byte;
    return bytes;
  }),
  fc.tuple(fc.constantFrom(...RIGHT), fc.nat(500)).map(([[command, params], at]) => {
    const bytes = concat(Uint8Array.of(command), encode(params));
    return bytes.subarray(0, at % bytes.length);
  }),
);

it('any request gets a status, none is a fault, and what is kept stays readable', { timeout: 60_000 }, async () => {
  const statuses = new Set<number>(Object.values(CtapStatus));
  for (const name of ['2.0', '2.1-pre', '2.1', '2.3'] as const) {
    const store = new MemoryStore();
    const faults: unknown[] = [];
    let checked: KeyState | undefined;
    const authenticator = new Authenticator({
      profile: profileOf(name, { algorithms, fingerprints: name !== '2.0' }),
      store,
      presence: autoPresence,
      sensor: sensorInButton(autoPresence),
      capacity: 5,
      touchTimeoutMs: 1000,
      now: () => 0,
      onFault: (error) => faults.push(error),
    });
    const call = { channel: 1, signal: new AbortController().signal, onTouchNeeded: () => undefined };
    await fc.assert(
      fc.asyncProperty(request, async (bytes) => {
        const answer = await authenticator.handle(bytes, call);
        expect(statuses).toContain(answer[0]);
        expect(faults).toEqual([]);
        if (!store.initial || store.initial === checked) return;
        checked = store.initial;
        expect(stateFromJson(stateToJson(checked))).toEqual(checked);
      }),
      { numRuns: 700 },
    );
    const info = await authenticator.handle(Uint8Array.of(CtapCommand.GET_INFO), call);
    expect(info[0]).toBe(CtapStatus.SUCCESS);
  }
});

const cid = fc.oneof(fc.integer({ min: 0, max: 5 }), fc.constant(BROADCAST_CID), fc.nat(BROADCAST_CID));
const hidCommand = fc.oneof(fc.constantFrom(...Object.values(HidCommand)), fc.nat(0x7f));
/** What a broken or malicious platform may send: single reports of any kind, and whole messages on any channel. */
const reports: fc.Arbitrary<Uint8Array[]> = fc.oneof(
  fc.uint8Array({ minLength: REPORT_SIZE, maxLength: REPORT_SIZE }).map((report) => [report]),
  fc.uint8Array({ maxLength: 100 }).map((report) => [report]),
  fc.tuple(cid, fc.nat(255), fc.nat(0x1fff), fc.uint8Array({ maxLength: 57 })).map(([channel, kind, length, data]) => {
    const report = new Uint8Array(REPORT_SIZE);
    new DataView(report.buffer).setUint32(0, channel);
    report[4] = kind;
    new DataView(report.buffer).setUint16(5, length);
    report.set(data, 7);
    return [report];
  }),
  fc
    .tuple(cid, hidCommand, fc.uint8Array({ maxLength: 300 }))
    .map(([channel, command, payload]) => [...toReports(channel, command, payload)]),
  fc.tuple(cid, request).map(([channel, payload]) => [...toReports(channel, HidCommand.CBOR, payload)]),
);

it(
  'any reports leave a key that a new program can use at once after resynchronising',
  { timeout: 60_000 },
  async () => {
    const faults: unknown[] = [];
    await fc.assert(
      fc.asyncProperty(fc.array(reports, { maxLength: 30 }), fc.boolean(), async (messages, reboot) => {
        const onFault = (error: unknown) => faults.push(error);
        const key = new SoftKey({ profile: '2.1', algorithms, onFault, messageTimeoutMs: 1000 });
        const sizes = new Set<number>();
        key.attach({ onReport: (report) => sizes.add(report.length), onUnplug: () => undefined });
        await Platform.open(new MemoryPort(key)); // so that channel 1 is there
        for (const report of messages.flat()) key.receive(report);
        const port = new MemoryPort(key);
        const platform = await Platform.open(port);
        if (reboot) key.powerCycle();
        else for (let channel = 1; channel < platform.cid; channel++) await resynchronise(port, channel);
        const fresh = await Platform.open(port);
        expect((await fresh.ctap(CtapCommand.GET_INFO)).status).toBe('SUCCESS');
        expect(faults).toEqual([]);
        expect([...sizes]).toEqual([REPORT_SIZE]);
      }),
      { numRuns: 200 },
    );
  },
);

async function resynchronise(port: MemoryPort, channel: number): Promise<void> {
  for (const report of toReports(channel, HidCommand.INIT, new Uint8Array(8))) await port.write(report);
}

it('a store that cannot write costs an OTHER and a message, and changes nothing', async () => {
  const faults: unknown[] = [];
  let isFull = false;
  const kept = new MemoryStore();
  const store = {
    initial: undefined,
    save: (state: Parameters<MemoryStore['save']>[0]) =>
      isFull ? Promise.reject(new Error('disk full')) : kept.save(state),
  };
  const key = new SoftKey({ profile: '2.1', store, onFault: (error) => faults.push(error) });
  const platform = await Platform.open(new MemoryPort(key));
  await platform.success(CtapCommand.MAKE_CREDENTIAL, making({ options: { rk: true } }));
  const before = kept.initial;
  isFull = true;
  for (const [command, params] of [
    [CtapCommand.MAKE_CREDENTIAL, making({ options: { rk: true } })],
    [CtapCommand.GET_ASSERTION, getting()],
    [CtapCommand.RESET, undefined],
  ] as const) {
    expect((await platform.ctap(command, params)).status).toBe('OTHER');
  }
  expect(faults).toEqual([1, 2, 3].map(() => new Error('disk full')));
  expect(kept.initial).toEqual(before);
  isFull = false;
  const answer = await platform.success(CtapCommand.GET_ASSERTION, getting());
  expect(answer.get(2)).toBeInstanceOf(Uint8Array);
});
