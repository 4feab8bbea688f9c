import { concat } from '../../ctap/codec/bytes.js';
import type { CborMap } from '../../ctap/codec/cbor.js';
import { CtapStatus } from '../../ctap/status.js';
import type { CommandContext } from '../commands/command.js';
import type { SigningKey } from '../credentials/signing-key.js';
import { refuse } from '../fields.js';
import { type AttestationIdentity, deviceIdentity, modelIdentity } from './identity.js';

/** Values of makeCredential's enterpriseAttestation (CTAP 2.2 §6.1.3). */
const Enterprise = { VENDOR_FACILITATED: 1, PLATFORM_MANAGED: 2 } as const;

/** What a new credential is attested with. */
export interface Attestation {
  readonly format: 'packed' | 'none';
  /** Whether it names this very key. */
  readonly isEnterprise: boolean;
  /** Undefined: the credential's own key signs. */
  readonly identity: AttestationIdentity | undefined;
}

/** What makeCredential's parameters say about attestation. */
export interface AttestationWish {
  readonly rpId: string;
  readonly enterprise: number | undefined;
  /** Formats that the platform would like, the preferred one first. */
  readonly formats: readonly string[] | undefined;
}

/**
 * Chooses how a credential will be attested (CTAP 2.2 §6.1.2 steps 9 and 19). Refuses an enterprise attestation that
 * this key does not have, or that nobody has enabled (INVALID_PARAMETER), and kinds that there are not (INVALID_OPTION).
 */
export function chooseAttestation({ profile, memory }: CommandContext, wish: AttestationWish): Attestation {
  const { aaguid, attestationFormats } = profile;
  if (isEnterprise(wish, profile.enterpriseRpIds, memory.state.config.enterpriseAttestation)) {
    const identity = deviceIdentity(aaguid, memory.state.deviceSecret);
    return { format: 'packed', isEnterprise: true, identity };
  }
  const preferred = attestationFormats && wish.formats?.find((format) => attestationFormats.includes(format));
  if (preferred === 'none') return { format: 'none', isEnterprise: false, identity: undefined };
  const identity = profile.attestation === 'basic' ? modelIdentity(aaguid) : undefined;
  return { format: 'packed', isEnterprise: false, identity };
}

function isEnterprise({ enterprise, rpId }: AttestationWish, rpIds: readonly string[] | undefined, isEnabled: boolean) {
  if (enterprise === undefined) return false;
  if (!rpIds || !isEnabled) refuse(CtapStatus.INVALID_PARAMETER);
  switch (enterprise) {
    case Enterprise.VENDOR_FACILITATED:
      return rpIds.includes(rpId);
    case Enterprise.PLATFORM_MANAGED:
      return true; // the platform has looked at the relying party
    default:
      return refuse(CtapStatus.INVALID_OPTION);
  }
}

/** The attestation statement over `data`, of the format that was chosen (WebAuthn Level 3 §8.2 and §8.7). */
export function attestationStatement(
  { format, identity }: Attestation,
  credentialKey: SigningKey,
  authData: Uint8Array,
  clientDataHash: Uint8Array,
): CborMap {
  if (format === 'none') return new Map();
  const key = identity?.key ?? credentialKey;
  return new Map<string, number | Uint8Array | readonly Uint8Array[]>([
    ['alg', key.algorithm],
    ['sig', key.sign(concat(authData, clientDataHash))],
    ...(identity ? ([['x5c', [identity.certificate]]] as const) : []),
  ]);
}
