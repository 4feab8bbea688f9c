import { expect, it } from 'vitest';

import { Authenticator } from '../../src/ctap/authenticator.js';
import { encodePin } from '../../src/ctap/pin/pin.js';
import { prepareKey } from '../../src/helpdesk/prepare-key.js';
import { MemoryPort } from '../../src/softkey/ports/memory-port.js';
import { SoftKey, type SoftKeyOptions } from '../../src/softkey/soft-key.js';

const open = (options: SoftKeyOptions) => Authenticator.open(new MemoryPort(new SoftKey(options)));
const wish = () => ({ pin: encodePin('081500'), forcePinChange: true, minPinLength: 6, alwaysUv: true });

it('sets a PIN that must be changed, the shortest PIN, and verification always, and reads that again', async () => {
  const authenticator = await open({ profile: '2.1' });
  const prepared = await prepareKey(authenticator, wish());
  expect(prepared).toEqual({ isPinSet: true, mustChangePin: true, minPinLength: 6, alwaysUv: true });
  expect(authenticator.info.forcePinChange).toBe(true);
});

it('changes nothing on a key that lacks some of it', async () => {
  const authenticator = await open({ profile: '2.0' });
  await expect(prepareKey(authenticator, wish())).rejects.toMatchObject({ code: 'unsupported' });
  expect((await authenticator.refresh()).options.get('clientPin')).toBe(false);
  const plain = { pin: encodePin('0815'), forcePinChange: false, alwaysUv: false };
  await expect(prepareKey(authenticator, plain)).resolves.toMatchObject({ isPinSet: true, mustChangePin: false });
});

it('leaves a key alone that has a PIN', async () => {
  const authenticator = await open({ profile: '2.1' });
  await prepareKey(authenticator, { ...wish(), alwaysUv: false });
  await expect(prepareKey(authenticator, wish())).rejects.toMatchObject({ code: 'unsupported' });
});
