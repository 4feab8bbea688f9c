import type { CeremonyContext } from '../client/ceremony-context.js';
import type { Verification } from '../client/user-verification.js';
import type { ExtensionResultsJSON } from '../client/webauthn-json.js';
import type { CborMap } from '../codec/cbor.js';
import type { CredentialDescriptor } from '../credentials.js';
import type { SharedSecret } from '../pin/client-pin.js';
import type { CallOptions } from '../transport.js';
import { credBlob } from './cred-blob.js';
import { credProps } from './cred-props.js';
import { credProtect } from './cred-protect.js';
import type { AssertionCall, CreationCall, Extension, ExtensionPart } from './extension.js';
import { prf } from './hmac-secret.js';
import { largeBlob } from './large-blob.js';
import { minPinLength } from './min-pin-length.js';

/** Every extension that this client knows. Inputs of others are ignored, as WebAuthn wants it (Level 3 §9). */
const EXTENSIONS: readonly Extension[] = [credProps, credProtect, credBlob, minPinLength, prf, largeBlob];

const USUAL_ROOM = 64;

/** What a ceremony's request and answer came to, for the extensions to read. */
interface Answered {
  readonly outputs: CborMap | undefined;
  readonly largeBlobKey: Uint8Array | undefined;
}

/** The extensions of one ceremony, all together. */
export class CeremonyExtensions {
  readonly #parts: readonly ExtensionPart[];

  private constructor(parts: readonly (ExtensionPart | undefined)[]) {
    this.#parts = parts.filter((part) => part !== undefined);
  }

  /** @throws ClientError `bad-options`, `unsupported` */
  static ofCreation(call: CreationCall): CeremonyExtensions {
    return new CeremonyExtensions(EXTENSIONS.map(({ creation }) => creation?.(call)));
  }

  /** @throws ClientError `bad-options`, `unsupported` */
  static ofAssertion(call: AssertionCall): CeremonyExtensions {
    return new CeremonyExtensions(EXTENSIONS.map(({ assertion }) => assertion?.(call)));
  }

  /** About how many bytes the inputs take in the request. */
  get room(): number {
    return this.#parts.reduce((sum, { request, room = USUAL_ROOM }) => sum + (request ? room : 0), 0);
  }

  get needsVerification(): boolean {
    return this.#parts.some((part) => part.needsVerification);
  }

  /** Whether the request must be for one credential, found beforehand. */
  get perCredential(): boolean {
    return this.#parts.some((part) => part.perCredential);
  }

  /** Bits of `Permission` besides the ceremony's own. */
  get permissions(): number {
    return this.#parts.reduce((all, { permissions = 0 }) => all | permissions, 0);
  }

  /**
   * Runs the ceremony's request with the extensions' inputs, and turns the answer into client extension results.
   * @param request sends the inputs with `guard` among its call options, and checks the answer. Called again when another
   *   program came in between before anything was sent
   */
  async run<T extends Answered>(
    { authenticator, signal }: CeremonyContext,
    { verification, only }: { verification: Verification; only?: CredentialDescriptor | undefined },
    request: (inputs: CborMap, guard: Pick<CallOptions, 'epoch'>) => Promise<T>,
  ): Promise<{ answer: T; results: ExtensionResultsJSON }> {
    const { ctap, info, clientPin } = authenticator;
    const withSecret = async (shared: SharedSecret | undefined, guard: Pick<CallOptions, 'epoch'>) => {
      const inputs = new Map(this.#parts.flatMap((part) => part.request?.({ shared, only }) ?? []));
      const answer = await request(inputs, guard);
      const { outputs = new Map<never, never>(), largeBlobKey } = answer;
      const { token } = verification;
      let results: ExtensionResultsJSON = {};
      for (const part of this.#parts) {
        const more = await part.result?.({ outputs, largeBlobKey, shared, ctap, info, token, signal });
        results = { ...results, ...more };
      }
      return { answer, results };
    };
    const needsSecret = this.#parts.some((part) => part.needsSecret);
    if (!needsSecret || !clientPin) return withSecret(undefined, {});
    return clientPin.withSharedSecret((shared, { epoch }) => withSecret(shared, { epoch }), { signal });
  }
}
