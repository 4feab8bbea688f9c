import { describe, expect, it } from 'vitest';

import { CtapCommand } from '../../src/ctap/commands.js';
import { HidCommand, KeepaliveStatus } from '../../src/ctap/hid/constants.js';
import { MemoryPort } from '../../src/softkey/ports/memory-port.js';
import { AskPresence, delayedPresence, neverPresence } from '../../src/softkey/user-presence.js';
import { getting, made, making, Platform, plug, RP_ID } from './platform.js';

const { SELECTION, MAKE_CREDENTIAL, GET_ASSERTION, GET_INFO } = CtapCommand;

describe('a button that somebody presses', () => {
  it('is told what for, answers the request, and lets go', async () => {
    const waits: unknown[] = [];
    const presence = new AskPresence((waiting) => {
      waits.push(waiting);
      if (waiting) queueMicrotask(() => { presence.press(); }); // prettier-ignore
    });
    const { platform } = await plug({ presence });
    expect((await platform.ctap(SELECTION)).status).toBe('SUCCESS');
    made(await platform.success(MAKE_CREDENTIAL, making()));
    expect(waits).toEqual([{ command: SELECTION }, undefined, { command: MAKE_CREDENTIAL, rpId: RP_ID }, undefined]);
    expect(presence.waiting).toBeUndefined();
  });

  it('refuses', async () => {
    const presence = new AskPresence((waiting) => {
      if (waiting) queueMicrotask(() => { presence.deny(); }); // prettier-ignore
    });
    const { platform } = await plug({ presence });
    expect((await platform.ctap(SELECTION)).status).toBe('OPERATION_DENIED');
  });

  it('pressed too early means nothing', async () => {
    const presence = new AskPresence();
    presence.press();
    const { platform } = await plug({ presence, touchTimeoutMs: 10 });
    expect((await platform.ctap(SELECTION)).status).toBe('USER_ACTION_TIMEOUT');
    expect(presence.waiting).toBeUndefined();
  });
});

describe('waiting', () => {
  it('ends by CANCEL: the request is answered KEEPALIVE_CANCEL, and nothing was made', async () => {
    const presence = new AskPresence();
    const { platform } = await plug({ presence });
    await platform.send(HidCommand.CBOR, Uint8Array.of(SELECTION));
    expect(await platform.message()).toEqual({
      command: HidCommand.KEEPALIVE,
      payload: Uint8Array.of(KeepaliveStatus.UPNEEDED),
    });
    await platform.send(HidCommand.CANCEL);
    expect((await platform.answer()).status).toBe('KEEPALIVE_CANCEL');
    expect(presence.waiting).toBeUndefined();
    expect((await platform.ctap(GET_INFO)).status).toBe('SUCCESS');
  });

  it('a cancel after the touch comes too late: the credential exists, and the platform is told so', async () => {
    const { platform } = await plug({ presence: delayedPresence(1) });
    const credential = made(await platform.success(MAKE_CREDENTIAL, making({ options: { rk: true } })));
    await platform.send(HidCommand.CANCEL);
    const probe = getting({ allow: [credential.id], options: { up: false } });
    expect((await platform.ctap(GET_ASSERTION, probe)).status).toBe('SUCCESS');
  });

  it('keeps other programs waiting too, until it ends', async () => {
    const { key, platform } = await plug({ presence: neverPresence });
    const other = await Platform.open(new MemoryPort(key));
    await platform.send(HidCommand.CBOR, Uint8Array.of(SELECTION));
    await other.send(HidCommand.CBOR, Uint8Array.of(GET_INFO));
    expect(await other.message()).toEqual({ command: HidCommand.ERROR, payload: Uint8Array.of(6) });
    await platform.send(HidCommand.CANCEL);
    expect((await platform.answer()).status).toBe('KEEPALIVE_CANCEL');
    expect((await other.ctap(GET_INFO)).status).toBe('SUCCESS');
  });

  it('ends without an answer when the key is unplugged, and the button is let go', async () => {
    const presence = new AskPresence();
    const { key, platform } = await plug({ presence });
    await platform.send(HidCommand.CBOR, Uint8Array.of(SELECTION));
    await platform.message();
    const next = platform.message();
    key.unplug();
    await expect(next).rejects.toMatchObject({ code: 'device-removed' });
    expect(presence.waiting).toBeUndefined();
  });
});

it('selection is a command of CTAP 2.1', async () => {
  const { platform } = await plug({ profile: '2.0' });
  expect((await platform.ctap(SELECTION)).status).toBe('INVALID_COMMAND');
});
