import type { CborMap, CborValue } from '../../ctap/codec/cbor.js';
import type { Credential } from '../credentials/lookup.js';
import type { Fields } from '../fields.js';
import { credBlob } from './cred-blob.js';
import { credProtect } from './cred-protect.js';
import type { AssertionCall, CreationCall, Extension, ExtensionOutput, Traits } from './extension.js';
import { hmacSecret, hmacSecretMc } from './hmac-secret.js';
import { largeBlobKey } from './large-blob.js';
import { minPinLength } from './min-pin-length.js';
import { thirdPartyPayment } from './third-party-payment.js';

/** The extensions that a software key can have; which of them it offers is for its profile to say. */
const EXTENSIONS: readonly Extension[] = [
  credBlob,
  credProtect,
  hmacSecret,
  hmacSecretMc,
  largeBlobKey,
  minPinLength,
  thirdPartyPayment,
];

/** What all extensions together answer. */
export interface ExtensionOutputs {
  /** For the authenticator data; undefined where there is none. */
  readonly signed: CborMap | undefined;
  readonly largeBlobKey: Uint8Array | undefined;
}

/** Runs the extensions that came with a makeCredential (§6.1.2 step 15); refuses wrong inputs. */
export function creationExtensions(
  call: Omit<CreationCall, 'inputs'>,
  inputs: Fields | undefined,
): { traits: Traits; outputs: (credentialId: Uint8Array) => ExtensionOutputs } {
  const parts = asked(call, inputs).flatMap(({ extension, inputs }) => {
    const part = extension.creation?.({ ...call, inputs });
    return part ? [{ name: extension.name, ...part }] : [];
  });
  const traits = parts.reduce<Traits>((all, part) => ({ ...all, ...part.traits }), {});
  return { traits, outputs: (id) => collect(parts.map(({ name, output }) => [name, output?.(id)])) };
}

/** The same for getAssertion (§6.2.2 step 10); the answer is for each credential that signs. */
export function assertionExtensions(
  call: Omit<AssertionCall, 'inputs'>,
  inputs: Fields | undefined,
): (credential: Credential) => ExtensionOutputs {
  const parts = asked(call, inputs).flatMap(({ extension, inputs }) => {
    const part = extension.assertion?.({ ...call, inputs });
    return part ? [{ name: extension.name, part }] : [];
  });
  return (credential) => collect(parts.map(({ name, part }) => [name, part(credential)]));
}

/** Extensions that are not offered are as if nobody had named them (§12). */
function asked(
  { context }: Pick<CreationCall, 'context'>,
  inputs: Fields | undefined,
): { extension: Extension; inputs: Fields }[] {
  if (!inputs) return [];
  return EXTENSIONS.filter(({ name }) => context.profile.extensions.includes(name) && inputs.has(name)).map(
    (extension) => ({ extension, inputs }),
  );
}

function collect(outputs: readonly (readonly [string, ExtensionOutput | undefined])[]): ExtensionOutputs {
  const signed = outputs.flatMap(([name, output]): [string, CborValue][] =>
    output?.signed === undefined ? [] : [[name, output.signed]],
  );
  return {
    signed: signed.length > 0 ? new Map(signed) : undefined,
    largeBlobKey: outputs.find(([, output]) => output?.largeBlobKey)?.[1]?.largeBlobKey,
  };
}
