import { decodeAuthenticatorData } from '../../../src/ctap/codec/authenticator-data.js';
import type { CborMap, CborValue } from '../../../src/ctap/codec/cbor.js';
import { CtapCommand } from '../../../src/ctap/commands.js';
import type { SoftKeyOptions } from '../../../src/softkey/soft-key.js';
import { type Answer, bytes, getting, making, type Platform, plug, textMap } from '../platform.js';

/** What extensions have put into the authenticator data of an answer. */
export function signed(answer: CborMap): CborMap | undefined {
  return decodeAuthenticatorData(bytes(answer, 2)).extensions;
}

/** Makes a credential with extension inputs on a new key, of CTAP 2.3 unless said otherwise. */
export async function makingWith(
  inputs: Record<string, CborValue>,
  { rk = true, ...options }: Partial<SoftKeyOptions> & { readonly rk?: boolean } = {},
): Promise<{ platform: Platform; answer: Answer }> {
  const { platform } = await plug({ profile: '2.3', ...options });
  const request = making({ options: { rk }, extensions: textMap(inputs) });
  return { platform, answer: await platform.ctap(CtapCommand.MAKE_CREDENTIAL, request) };
}

/** Signs with that credential, with extension inputs of its own. */
export function signingWith(platform: Platform, inputs: Record<string, CborValue>): Promise<CborMap> {
  return platform.success(CtapCommand.GET_ASSERTION, new Map([...getting(), [4, textMap(inputs)]]));
}
