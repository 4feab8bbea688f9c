import { Authenticator } from '../../../src/ctap/authenticator.js';
import { create } from '../../../src/ctap/client/create.js';
import { get } from '../../../src/ctap/client/get.js';
import type {
  CreationExtensionsJSON,
  CreationOptionsJSON,
  RequestExtensionsJSON,
  RequestOptionsJSON,
} from '../../../src/ctap/client/webauthn-json.js';
import { encodePin } from '../../../src/ctap/pin/pin.js';
import { MemoryPort } from '../../../src/softkey/ports/memory-port.js';
import { SoftKey, type SoftKeyOptions } from '../../../src/softkey/soft-key.js';
import { creation, ORIGIN, PIN, request } from '../options.js';
import { Person } from '../person.js';

/** A software key with a PIN, and somebody who knows it: ceremonies as a relying party asks for them. */
export async function keyWithPin(options: Partial<SoftKeyOptions> = {}) {
  const softKey = new SoftKey({ profile: '2.3', ...options });
  const authenticator = await Authenticator.open(new MemoryPort(softKey));
  await authenticator.clientPin?.setPin(encodePin(PIN));
  await authenticator.refresh();
  return {
    softKey,
    authenticator,
    register: async (extensions: CreationExtensionsJSON, changes: Partial<CreationOptionsJSON> = {}) =>
      create(creation({ extensions, ...changes }), ORIGIN, { authenticator, interaction: new Person(PIN) }),
    signIn: async (extensions: RequestExtensionsJSON, changes: Partial<RequestOptionsJSON> = {}) =>
      get(request({ extensions, ...changes }), ORIGIN, { authenticator, interaction: new Person(PIN) }),
  };
}

/** What `allowCredentials` has for a credential. */
export const allow = (...ids: readonly string[]) => ({
  allowCredentials: ids.map((id) => ({ id, type: 'public-key' })),
});

export const UNVERIFIED = { userVerification: 'discouraged' } as const;
export const NOT_DISCOVERABLE = {
  authenticatorSelection: { residentKey: 'discouraged', userVerification: 'required' },
} as const;
