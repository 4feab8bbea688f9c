import type { MadeCredential } from '../ctap/client/ceremony-context.js';
import type { KeyPassport, Refusal } from '../shared/passport.js';
import {
  AttestationError,
  type AttestationFindings,
  type AttestationSources,
  verifyAttestation,
} from './attestation.js';
import type { Policy, PolicyState } from './policy.js';

/**
 * What the policy says to a passkey that a key has just made, in the light of its attestation. Without a policy nothing is demanded,
 * and nothing verified: the relying party has its own rules. A passkey that is refused exists all the same: the caller must see
 * to it that nobody keeps it unawares.
 */
export function refusalsOfMade(
  made: MadeCredential,
  passport: KeyPassport,
  state: PolicyState,
  sources: AttestationSources,
): Refusal[] {
  if (state.state === 'none') return [];
  if (state.state === 'locked') return [{ reason: 'policy/locked', detail: state.error.reason }];
  let findings: AttestationFindings;
  try {
    findings = verifyAttestation(made, sources);
  } catch (error) {
    if (!(error instanceof AttestationError)) throw error;
    return [{ reason: 'policy/attestation-failed', detail: error.message }];
  }
  return [
    ...(findings.aaguid === passport.aaguid
      ? []
      : [
          {
            reason: 'policy/attestation-failed' as const,
            detail: `the key said ${passport.aaguid}, the passkey ${findings.aaguid}`,
          },
        ]),
    ...(needsProof(state.policy, findings, sources) && !findings.isProved
      ? [{ reason: 'policy/attestation-unproved' as const, detail: `${findings.format}, ${findings.kind}` }]
      : []),
  ];
}

/** A list of models is proved as far as the metadata reaches: for a model whose maker's certificates it has, nothing less will do. */
function needsProof(policy: Policy, { aaguid }: AttestationFindings, { metadata }: AttestationSources): boolean {
  if (policy.requireAttestation === true || policy.minimumCertification !== undefined) return true;
  const types = metadata?.entries.get(aaguid)?.metadataStatement?.attestationTypes ?? [];
  return policy.allowedAaguids !== undefined && types.includes('basic_full') && !types.includes('basic_surrogate');
}
