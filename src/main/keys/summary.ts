import type { PluggedKey } from './plugged-key.js';
import type { Authenticator } from '../../ctap/authenticator.js';
import { configState } from '../../ctap/authenticator-config.js';
import { managesFingerprints } from '../../ctap/bio-enrollment.js';
import { managesCredentials } from '../../ctap/credential-management.js';
import { ResponseError } from '../../ctap/errors.js';
import type { DeviceInfo } from '../../ctap/get-info.js';
import { canBeRecognised } from '../../ctap/persistent-token.js';
import { pinComplexity } from '../../ctap/pin/pin-complexity.js';
import { KeyId, KeySummary, type PinState } from '../../shared/keys.js';
import type { ErrorCode } from '../../shared/result.js';
import type { PolicyGate } from '../policy-gate.js';

/** Who knows what a key is, and what the station thinks of it. */
export type Examiner = Pick<PolicyGate, 'examine'>;

/** What the window shows of a key that cannot be used as it is. */
export function summaryOfProblem(found: PluggedKey, problem: ErrorCode): KeySummary {
  return { ...identityOf(found), problem };
}

/**
 * What the window shows of a key, asked of the key itself: no PIN, no touch.
 * Rejects with ResponseError for a key that says what cannot be: it must not get as far as the window.
 */
export async function summaryOf(
  found: PluggedKey,
  authenticator: Authenticator,
  policy: Examiner,
): Promise<KeySummary> {
  const { info } = authenticator;
  const summary = KeySummary.safeParse({
    ...identityOf(found),
    details: {
      ...policy.examine(found, info),
      deviceVersion: deviceVersionOf(authenticator),
      pin: await pinStateOf(authenticator),
      settings: settingsOf(info),
      managesFingerprints: managesFingerprints(info),
      managesPasskeys: managesCredentials(info),
      renamesPasskeys: info.options.get('credMgmt') === true,
      canRemember: canBeRecognised(info),
    },
  });
  if (summary.success) return summary.data;
  throw new ResponseError(summary.error.issues[0]?.path.join('.') ?? 'info', 'is out of range');
}

function identityOf({ id, product, manufacturer, serial, connection }: PluggedKey) {
  return { id: KeyId.parse(id), product, manufacturer, serial, connection };
}

async function pinStateOf({ info, clientPin }: Authenticator): Promise<PinState> {
  const lengths = { minLength: info.minPinLength, maxLength: info.maxPinLength };
  const rules = { ...lengths, ...pinComplexity(info), changeRequired: info.forcePinChange };
  const isSet = info.options.get('clientPin');
  if (isSet === undefined || !clientPin) return { state: 'unsupported', replugNeeded: false, ...rules };
  if (!isSet) return { state: 'unset', replugNeeded: false, ...rules };
  const { retries, powerCycleState } = await clientPin.pinRetries();
  return { state: 'set', retries, replugNeeded: powerCycleState ?? false, ...rules };
}

/** Settings that the key does not have are undefined here, and absent for the window. */
function settingsOf(info: DeviceInfo) {
  const { alwaysUv, enterpriseAttestation, longTouchForReset, minPinLength, maxRpIds } = configState(info);
  return { alwaysUv, enterpriseAttestation, longTouchForReset, minPinLength, maxRpIds: maxRpIds || undefined };
}

/** Of the device: keys before CTAP 2.1 say nothing of their firmware. */
function deviceVersionOf({ deviceVersion }: Authenticator): string | undefined {
  return deviceVersion.some((part) => part > 0) ? deviceVersion.join('.') : undefined;
}
