import type { DeviceInfo } from '../ctap/get-info.js';
import type { KeyPassport, Refusal, Verdict } from '../shared/passport.js';
import { reaches } from './certification.js';
import type { Policy, PolicyState } from './policy.js';

/**
 * What the policy says to a key, before anybody touches it: every reason, so that a person need not try twice.
 * That the key is what it says is proved later, by the attestation of the passkey that it makes.
 */
export function verdictOn(passport: KeyPassport, info: DeviceInfo, state: PolicyState): Verdict {
  if (state.state === 'none') return { allowed: true, refusals: [] };
  const refusals = state.state === 'locked' ? [locked(state.error.reason)] : refusalsOf(passport, info, state.policy);
  return { allowed: refusals.length === 0, refusals };
}

function locked(detail: string): Refusal {
  return { reason: 'policy/locked', detail };
}

function refusalsOf(passport: KeyPassport, info: DeviceInfo, policy: Policy): Refusal[] {
  const { allowedAaguids, minPinLength, requireUserVerification } = policy;
  const { certification, aaguid, pin } = passport;
  const canVerify = pin.state !== 'unsupported' || passport.builtInUv !== 'unsupported';
  const isShort = minPinLength !== undefined && pin.state !== 'unsupported' && pin.minLength < minPinLength;
  return [
    ...(allowedAaguids && !allowedAaguids.includes(aaguid)
      ? [{ reason: 'policy/key-not-allowed' as const, detail: aaguid }]
      : []),
    // A model with a known fault is refused under every policy: nobody has to think of asking for that.
    ...certification.disqualifications.map((detail) => ({ reason: 'policy/compromised' as const, detail })),
    ...certificationRefusals(passport, policy),
    ...(requireUserVerification && !canVerify ? [{ reason: 'policy/no-user-verification' as const }] : []),
    ...(isShort ? [{ reason: 'policy/pin-too-short' as const, detail: pinDetail(info, minPinLength) }] : []),
  ];
}

function certificationRefusals({ certification }: KeyPassport, { minimumCertification }: Policy): Refusal[] {
  if (minimumCertification === undefined) return [];
  const { level, source } = certification;
  if (source !== 'metadata') return [{ reason: 'policy/certification-unproved', detail: minimumCertification }];
  if (reaches(level, minimumCertification)) return [];
  return [{ reason: 'policy/certification-too-low', detail: `${level}, ${minimumCertification} is the least` }];
}

/** Whether the key can be told to insist on longer PINs (CTAP 2.1 §6.11.4), so that the person knows what helps. */
function pinDetail({ minPinLength, options }: DeviceInfo, least: number): string {
  const canRaise = options.get('setMinPINLength') === true;
  return `the key takes PINs of ${minPinLength}, ${least} is the least; ${canRaise ? 'its minimum can be raised' : 'its minimum cannot be changed'}`;
}
