import { CtapCommand } from './commands.js';
import type { Ctap2 } from './ctap2.js';
import { CoseAlgorithm } from './codec/cose.js';
import { CtapError } from './errors.js';
import { makeCredentialParameters } from './make-credential.js';
import { CtapStatus } from './status.js';
import type { CallOptions } from './transport.js';

/** authenticatorSelection (CTAP 2.2 §6.9): resolves once this authenticator, among several, is touched. Since CTAP 2.1. */
export async function selection(ctap: Ctap2, options?: CallOptions): Promise<void> {
  await ctap.send(CtapCommand.SELECTION, undefined, options);
}

/** A credential that is not discoverable and that nobody asked for: of a domain that cannot be. */
const NOBODYS = {
  clientDataHash: new Uint8Array(32),
  rp: { id: 'selection.invalid', name: 'selection' },
  user: { id: Uint8Array.of(0), name: 'selection', displayName: 'selection' },
  algorithms: [CoseAlgorithm.ES256],
};
const PIN_UV_AUTH_PARAM = 0x08;
const PIN_UV_AUTH_PROTOCOL = 0x09;
/** How keys say that they were touched, each in its way. */
const TOUCHED: ReadonlySet<number> = new Set([
  CtapStatus.PIN_INVALID,
  CtapStatus.PIN_AUTH_INVALID,
  CtapStatus.PIN_NOT_SET,
]);

/**
 * The same before CTAP 2.1: makeCredential with an empty pinUvAuthParam, which waits for a touch and then only tells
 * whether there is a PIN (CTAP 2.2 §6.1.2, step 1). A key without any PIN makes a credential that is kept nowhere.
 * @param protocol a PIN/UV auth protocol of the key: some refuse, or count a wrong PIN, where it is missing; undefined without a PIN
 */
export async function selectionBefore21(
  ctap: Ctap2,
  protocol: number | undefined,
  options?: CallOptions,
): Promise<void> {
  const parameters = new Map(makeCredentialParameters(NOBODYS));
  if (protocol !== undefined) {
    parameters.set(PIN_UV_AUTH_PARAM, new Uint8Array());
    parameters.set(PIN_UV_AUTH_PROTOCOL, protocol);
  }
  try {
    await ctap.send(CtapCommand.MAKE_CREDENTIAL, parameters, options);
  } catch (error) {
    if (!(error instanceof CtapError && TOUCHED.has(error.status))) throw error;
  }
}
