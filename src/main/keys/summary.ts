import type { PluggedKey } from './plugged-key.js';
import type { Authenticator } from '../../ctap/authenticator.js';
import { managesCredentials } from '../../ctap/credential-management.js';
import { ResponseError } from '../../ctap/errors.js';
import type { DeviceInfo } from '../../ctap/get-info.js';
import { aaguidText } from '../../passport/aaguid.js';
import { KeyId, KeySummary, type PinState } from '../../shared/ipc.js';
import type { ErrorCode } from '../../shared/result.js';

/** What the window shows of a key that cannot be used as it is. */
export function summaryOfProblem(found: PluggedKey, problem: ErrorCode): KeySummary {
  return { ...identityOf(found), problem };
}

/**
 * What the window shows of a key, asked of the key itself: no PIN, no touch.
 * Rejects with ResponseError for a key that says what cannot be: it must not get as far as the window.
 */
export async function summaryOf(found: PluggedKey, authenticator: Authenticator): Promise<KeySummary> {
  const { info } = authenticator;
  const summary = KeySummary.safeParse({
    ...identityOf(found),
    details: {
      aaguid: aaguidText(info.aaguid),
      versions: [...info.versions],
      firmware: firmwareOf(authenticator),
      pin: await pinStateOf(authenticator),
      builtInUv: info.options.get('uv'),
      slotsLeft: info.remainingDiscoverableCredentials,
      managesPasskeys: managesCredentials(info),
    },
  });
  if (summary.success) return summary.data;
  throw new ResponseError(summary.error.issues[0]?.path.join('.') ?? 'info', 'is out of range');
}

function identityOf({ id, product, manufacturer, serial, connection }: PluggedKey) {
  return { id: KeyId.parse(id), product, manufacturer, serial, connection };
}

async function pinStateOf({ info, clientPin }: Authenticator): Promise<PinState> {
  const rules = { minLength: info.minPinLength, maxLength: info.maxPinLength, changeRequired: info.forcePinChange };
  const isSet = info.options.get('clientPin');
  if (isSet === undefined || !clientPin) return { state: 'unsupported', replugNeeded: false, ...rules };
  if (!isSet) return { state: 'unset', replugNeeded: false, ...rules };
  const { retries, powerCycleState } = await clientPin.pinRetries();
  return { state: 'set', retries, replugNeeded: powerCycleState ?? false, ...rules };
}

/** Since 2.1 a number that vendors form as they like, often a byte each of major, minor and patch; before, only the HID device's version. */
function firmwareOf({
  info,
  deviceVersion,
}: {
  info: DeviceInfo;
  deviceVersion: readonly number[];
}): string | undefined {
  const { firmwareVersion: version } = info;
  const parts = version === undefined ? deviceVersion : [(version >> 16) & 0xff, (version >> 8) & 0xff, version & 0xff];
  return parts.some((part) => part > 0) ? parts.join('.') : version?.toString();
}
