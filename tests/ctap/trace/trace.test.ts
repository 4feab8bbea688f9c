import { afterEach, describe, expect, it } from 'vitest';

import { Authenticator } from '../../../src/ctap/authenticator.js';
import { create } from '../../../src/ctap/client/create.js';
import { get } from '../../../src/ctap/client/get.js';
import { toBase64url, toHex } from '../../../src/ctap/codec/bytes.js';
import { encodePin } from '../../../src/ctap/pin/pin.js';
import type { PinUvAuthToken } from '../../../src/ctap/pin/token.js';
import { RecordingPort } from '../../../src/ctap/trace/recording-port.js';
import { type RecordedReport, ReplayError, ReplayPort } from '../../../src/ctap/trace/replay-port.js';
import { traceText } from '../../../src/ctap/trace/trace-text.js';
import type { TraceEntry } from '../../../src/ctap/trace/entry.js';
import type { DeviceInfo } from '../../../src/ctap/get-info.js';
import { TransportError } from '../../../src/ctap/errors.js';
import { MemoryPort } from '../../../src/softkey/ports/memory-port.js';
import { SoftKey } from '../../../src/softkey/soft-key.js';
import { autoPresence } from '../../../src/softkey/user-presence.js';
import { FakeKey } from '../fake-key.js';
import { creation, ORIGIN, PIN, request, RP_ID } from '../options.js';
import { Person } from '../person.js';

/** What a relying party has a secret derived from. */
const SALT = new TextEncoder().encode('a salt of the relying party');

const open: Authenticator[] = [];
afterEach(async () => {
  await Promise.all(open.splice(0).map((key) => key.close()));
});

async function recorded(softKey = new SoftKey({ profile: '2.1', presence: autoPresence })) {
  const entries: TraceEntry[] = [];
  const infos: DeviceInfo[] = [];
  const reports: RecordedReport[] = [];
  let clock = 1000;
  const port = new RecordingPort(new MemoryPort(softKey), {
    onEntry: (entry) => entries.push(entry),
    onInfo: (info) => infos.push(info),
    onReport: (direction, report) => reports.push({ direction, report: Uint8Array.from(report) }),
    now: () => clock++,
  });
  const authenticator = await Authenticator.open(port);
  open.push(authenticator);
  return { authenticator, entries, infos, reports };
}

describe('trace', () => {
  it('tells commands, subcommands, statuses and lengths in their order', async () => {
    const { authenticator, entries } = await recorded();
    await authenticator.clientPin?.setPin(encodePin(PIN));
    const told = entries.map(({ direction, hid, command, subcommand, status }) =>
      [direction, hid, command, subcommand, status].filter(Boolean).join(' '),
    );
    expect(told.filter((line) => !line.includes('KEEPALIVE'))).toEqual([
      'out INIT',
      'in INIT',
      'out CBOR GET_INFO',
      'in CBOR SUCCESS',
      'out CBOR CLIENT_PIN GET_KEY_AGREEMENT',
      'in CBOR SUCCESS',
      'out CBOR CLIENT_PIN SET_PIN',
      'in CBOR SUCCESS',
    ]);
    expect(entries[0]).toMatchObject({ at: 1, bytes: 8 });
    expect(entries[1]).toMatchObject({ bytes: 17 });
  });

  it('of setting a PIN, making and using a passkey holds none of the secrets, and not who or where', async () => {
    const softKey = new SoftKey({ profile: '2.3', presence: autoPresence });
    const { authenticator, entries, reports, infos } = await recorded(softKey);
    await authenticator.clientPin?.setPin(encodePin(PIN));
    await authenticator.refresh();
    const tokens: PinUvAuthToken[] = [];
    const token = await authenticator.clientPin?.tokenUsingPin(encodePin(PIN), { permissions: 4 });
    if (token) tokens.push(token);
    const context = { authenticator, interaction: new Person(PIN, PIN) };
    const made = await create(creation({ extensions: { prf: {} } }), ORIGIN, context);
    const allowCredentials = [{ id: made.id, type: 'public-key' }];
    const extensions = { prf: { eval: { first: toBase64url(SALT) } } };
    const used = await get(request({ allowCredentials, extensions }), ORIGIN, context);
    const { prf } = used.clientExtensionResults as { prf?: { results?: { first?: string } } };
    const derived = Uint8Array.from(Buffer.from(prf?.results?.first ?? '', 'base64url'));
    expect(derived).toHaveLength(32);

    const text = traceText({ startedAt: '2026-11-24T00:00:00Z', key: {}, entries });
    expect(tokens).toHaveLength(1);
    const secrets = [
      encodePin(PIN),
      ...tokens.map(({ bytes }) => bytes),
      Uint8Array.from(Buffer.from(made.id, 'base64url')),
      new TextEncoder().encode(RP_ID),
      SALT,
      derived,
    ];
    for (const secret of secrets)
      for (const form of [toHex(secret), toBase64url(secret), Buffer.from(secret).toString('latin1'), secret.join(',')])
        expect(text).not.toContain(form);
    // Nor any run of bytes that crossed the cable: eight in a row, in the forms in which programs print bytes.
    for (const { report } of reports)
      for (let at = 4; at + 8 <= report.length; at += 4) {
        const run = report.subarray(at, at + 8);
        if (run.every((byte) => byte === 0)) continue;
        expect(text).not.toContain(toHex(run));
        expect(text).not.toContain(Buffer.from(run).toString('base64').slice(0, 10));
      }
    expect(infos.length).toBeGreaterThan(0);
  });

  it('is JSON Lines under a header with a version', () => {
    const entries: TraceEntry[] = [{ at: 0.5, direction: 'out', hid: 'PING', bytes: 3 }];
    const lines = traceText({ startedAt: '2026-11-24T00:00:00Z', key: { model: 'X' }, entries })
      .trimEnd()
      .split('\n');
    expect(lines.map((line) => JSON.parse(line) as unknown)).toEqual([
      { trace: 1, startedAt: '2026-11-24T00:00:00Z', key: { model: 'X' } },
      { at: 0.5, direction: 'out', hid: 'PING', bytes: 3 },
    ]);
  });

  it('tells what is odd: unknown numbers, errors, another program, a cable that fails', async () => {
    const key = new FakeKey();
    const entries: TraceEntry[] = [];
    const port = new RecordingPort(key, { onEntry: (entry) => entries.push(entry), now: () => 0 });
    const pending = port.read(1000);
    // Another channel's keepalive, in one report: CID, command, length, state.
    const foreign = new Uint8Array(64);
    foreign.set([9, 9, 9, 9, 0xbb, 0, 1, 2]);
    key.report(foreign);
    await pending;
    expect(entries).toEqual([{ at: 0, direction: 'in', hid: 'KEEPALIVE', bytes: 1, foreign: true }]);
    key.remove();
    await expect(port.read(1000)).rejects.toBeInstanceOf(TransportError);
    expect(entries[1]).toMatchObject({ hid: 'CABLE', status: 'device-removed' });
  });
});

describe('replay', () => {
  it('answers as the key did, when it is asked the same', async () => {
    const { authenticator, reports } = await recorded();
    await authenticator.refresh();
    const port = new ReplayPort(reports, { match: 'bytes' });
    const again = await Authenticator.open(port);
    open.push(again);
    await again.refresh();
    expect(again.info).toEqual(authenticator.info);
    expect(port.left).toBe(0);
  });

  it('takes our random numbers for what they are when only the shape must be the same', async () => {
    const { authenticator, reports } = await recorded();
    await authenticator.clientPin?.setPin(encodePin(PIN));
    const bytes = await Authenticator.open(new ReplayPort(reports, { match: 'bytes' }));
    const shape = await Authenticator.open(new ReplayPort(reports, { match: 'shape' }));
    open.push(bytes, shape);
    await expect(shape.clientPin?.setPin(encodePin(PIN))).resolves.toBeUndefined();
    await expect(bytes.clientPin?.setPin(encodePin(PIN))).rejects.toBeInstanceOf(ReplayError);
  });

  it('refuses what was not asked then', async () => {
    const { reports } = await recorded();
    const again = await Authenticator.open(new ReplayPort(reports, { match: 'shape' }));
    open.push(again);
    await expect(again.ping(Uint8Array.of(1))).rejects.toBeInstanceOf(ReplayError);
  });
});
