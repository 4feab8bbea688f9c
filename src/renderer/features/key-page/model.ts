import type { KeySummary } from '../../../shared/keys.js';

/** Whether it is a key from before FIDO2: a second factor beside a password, and nothing to manage. */
export function isU2fOnly({ details }: KeySummary): boolean {
  return details?.passport.versions.every((version) => version.startsWith('U2F_')) ?? false;
}

/** Vendor and model where they are known, else what the device says of its maker. */
export function modelOf({ manufacturer, details }: KeySummary): string {
  const { vendor, model } = details?.passport ?? {};
  return [vendor, model].filter(Boolean).join(' ') || manufacturer;
}
