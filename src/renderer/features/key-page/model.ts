import type { KeySummary } from '../../../shared/ipc.js';

/** Vendor and model where they are known, else what the device says of its maker. */
export function modelOf({ manufacturer, details }: KeySummary): string {
  const { vendor, model } = details?.passport ?? {};
  return [vendor, model].filter(Boolean).join(' ') || manufacturer;
}
