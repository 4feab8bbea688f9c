import { afterEach, describe, expect, it } from 'vitest';

import { Authenticator } from '../../../src/ctap/authenticator.js';
import { create } from '../../../src/ctap/client/create.js';
import { silentHandle } from '../../../src/ctap/client/silent-handle.js';
import { toBase64url, utf8 } from '../../../src/ctap/codec/bytes.js';
import { CtapCommand } from '../../../src/ctap/commands.js';
import { TransportError } from '../../../src/ctap/errors.js';
import { encodePin } from '../../../src/ctap/pin/pin.js';
import { MemoryPort } from '../../../src/softkey/ports/memory-port.js';
import { SoftKey, type SoftKeyOptions } from '../../../src/softkey/soft-key.js';
import { AskPresence } from '../../../src/softkey/user-presence.js';
import { creation, ORIGIN, PIN, RP_ID } from '../options.js';
import { Person } from '../person.js';
import { SpyPort } from '../spy-port.js';

const open: Authenticator[] = [];
afterEach(async () => {
  await Promise.all(open.splice(0).map((key) => key.close()));
});

/** A key with a PIN and a passkey for each of these people. */
async function keyOf(people: readonly string[], options: SoftKeyOptions, wishes = {}) {
  const key = new SoftKey(options);
  const spy = new SpyPort(new MemoryPort(key), true);
  const authenticator = await Authenticator.open(spy);
  open.push(authenticator);
  await authenticator.clientPin?.setPin(encodePin(PIN));
  await authenticator.refresh();
  for (const name of people) {
    const user = { id: toBase64url(utf8(name)), name, displayName: name };
    const interaction = new Person(PIN);
    if (options.presence instanceof AskPresence) {
      const { presence } = options;
      interaction.onTouch = () => {
        presence.press();
      };
    }
    await create(creation({ user, ...wishes }), ORIGIN, { authenticator, interaction });
  }
  spy.forget();
  return { key, authenticator, spy };
}

describe('asked in silence whose it is', () => {
  it.each(['2.0', '2.1-pre', '2.1', '2.3'] as const)('a key of CTAP %s says so by one command', async (profile) => {
    const { authenticator, spy } = await keyOf(['ana'], { profile });
    expect(await silentHandle({ authenticator }, RP_ID)).toEqual(utf8('ana'));
    expect(spy.commands).toEqual([CtapCommand.GET_ASSERTION]);
  });

  it('a key of nobody, of several, or of U2F says nothing', async () => {
    for (const people of [[], ['ana', 'ben']]) {
      const { authenticator } = await keyOf(people, { profile: '2.1' });
      expect(await silentHandle({ authenticator }, RP_ID)).toBeUndefined();
    }
    const u2f = await Authenticator.open(new MemoryPort(new SoftKey({ profile: 'u2f' })));
    open.push(u2f);
    expect(await silentHandle({ authenticator: u2f }, RP_ID)).toBeUndefined();
  });

  it('a key says nothing of passkeys that it hides, or that are another relying party’s', async () => {
    const extensions = { credentialProtectionPolicy: 'userVerificationRequired' };
    const { authenticator } = await keyOf(['ana'], { profile: '2.1' }, { extensions });
    expect(await silentHandle({ authenticator }, RP_ID)).toBeUndefined();
    const other = await keyOf(['ana'], { profile: '2.1' });
    expect(await silentHandle({ authenticator: other.authenticator }, 'other.example')).toBeUndefined();
  });

  it('a key that wants a touch for it is left alone at once', async () => {
    const presence = new AskPresence();
    const { authenticator } = await keyOf(['ana'], { profile: '2.1', presence, quirks: { 'no-silence': 1 } });
    expect(await silentHandle({ authenticator }, RP_ID)).toBeUndefined();
    expect(presence.waiting).toBeUndefined();
    await expect(authenticator.refresh()).resolves.not.toThrow(); // idle again
  });

  it('a key that is not there any more is an error of the cable, for whoever wants to know', async () => {
    const { key, authenticator } = await keyOf(['ana'], { profile: '2.1' });
    key.unplug();
    await expect(silentHandle({ authenticator }, RP_ID)).rejects.toBeInstanceOf(TransportError);
  });

  it('ends with the ceremony', async () => {
    const { authenticator, spy } = await keyOf(['ana'], { profile: '2.1' });
    await expect(silentHandle({ authenticator, signal: AbortSignal.abort() }, RP_ID)).rejects.toThrow();
    expect(spy.commands).toEqual([]);
  });
});
