import { Authenticator } from '../../src/ctap/authenticator.js';
import { create } from '../../src/ctap/client/create.js';
import { get } from '../../src/ctap/client/get.js';
import type { Interaction } from '../../src/ctap/client/interaction.js';
import { encodePin } from '../../src/ctap/pin/pin.js';
import { MemoryPort } from '../../src/softkey/ports/memory-port.js';
import { listenUdp } from '../../src/softkey/ports/udp-server.js';
import { SoftKey } from '../../src/softkey/soft-key.js';
import { AskPresence } from '../../src/softkey/user-presence.js';

const CHALLENGE = 'AAECAwQFBgcICQoLDA0ODw';
const ES256 = [{ type: 'public-key', alg: -7 }];
const LONG = 'Wolfeschlegelsteinhausenbergerdorff-Featherstonehaugh-Cholmonde';

/** A key as designs forget it: with rules of its own for PINs, long names, data beside passkeys, and a window that is always missed. */
export async function hardKey() {
  const presence = new AskPresence(() => {
    queueMicrotask(() => {
      presence.press();
    });
  });
  const pinPolicy = {
    minLength: 6,
    complexity: true,
    complexityUrl: 'https://support.example.com/security-keys/choosing-a-pin-that-is-not-too-simple?language=en',
  };
  const key = new SoftKey({ profile: '2.3', presence, pinPolicy, resetWindowMs: -1 });
  const udp = await listenUdp(key, { host: '127.0.0.1', port: 0 });
  return {
    id: `udp:127.0.0.1:${udp.port}`,
    key,
    close: () => udp.close(),
    /** Puts passkeys with long names on it, one with data beside it. */
    fill: (pin: string) => using(key, (authenticator) => fill(authenticator, pin)),
    /** Somebody enters a wrong PIN elsewhere. */
    mistype: (times: number) =>
      using(key, async ({ clientPin }) => {
        for (let time = 0; time < times; time++)
          await clientPin?.changePin(encodePin('not the PIN'), encodePin('any other')).catch(() => undefined);
      }),
  };
}

async function using(key: SoftKey, work: (authenticator: Authenticator) => Promise<void>): Promise<void> {
  const authenticator = await Authenticator.open(new MemoryPort(key));
  await work(authenticator).finally(() => authenticator.close());
}

async function fill(authenticator: Authenticator, pin: string): Promise<void> {
  const rpId = 'accounts.department-of-administrative-affairs.example.com';
  const origin = `https://${rpId}`;
  const interaction: Interaction = {
    touch: () => undefined,
    fingerprint: () => undefined,
    wait: () => undefined,
    pin: () => Promise.resolve(encodePin(pin)),
    newPin: () => Promise.reject(new Error('it has a PIN')),
    account: () => Promise.resolve(0),
  };
  const selection = { residentKey: 'required', userVerification: 'required' };
  let withData = '';
  for (const name of [LONG, 'ana', 'ben', 'carla']) {
    const options = {
      rp: { id: rpId, name: rpId },
      user: { id: Buffer.from(name).toString('base64url'), name, displayName: `${name} (${name})` },
      challenge: CHALLENGE,
      pubKeyCredParams: ES256,
      authenticatorSelection: selection,
      extensions: { largeBlob: { support: 'required' } },
    };
    const { id } = await create(options, origin, { authenticator, interaction });
    withData ||= id;
  }
  const request = {
    challenge: CHALLENGE,
    rpId,
    userVerification: 'required',
    allowCredentials: [{ id: withData, type: 'public-key' }],
    extensions: { largeBlob: { write: Buffer.alloc(1700, 7).toString('base64url') } },
  };
  await get(request, origin, { authenticator, interaction });
}
