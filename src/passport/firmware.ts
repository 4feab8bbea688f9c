import type { DeviceInfo } from '../ctap/get-info.js';
import { YUBICO } from './models.js';

/**
 * The firmware as the vendor writes it. Vendors form the number of getInfo as they like (CTAP 2.1 §6.4): Yubico's is a byte each of
 * major, minor and patch; of others the number is given as it is, because a wrong version is worse than an ugly one.
 */
export function firmwareText({ firmwareVersion: version }: DeviceInfo, vendor: string | undefined): string | undefined {
  if (version === undefined) return undefined;
  if (vendor !== YUBICO || version > 0xffffff) return version.toString();
  return [(version >> 16) & 0xff, (version >> 8) & 0xff, version & 0xff].join('.');
}
