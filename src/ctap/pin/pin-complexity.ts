import type { DeviceInfo } from '../get-info.js';

/** What a key says of its PIN rules beyond length (getInfo members pinComplexityPolicy and its URL, CTAP 2.2 §6.4). */
export interface PinComplexity {
  /** Whether it has any, which only it can judge; absent where it does not say. */
  readonly complexityPolicy?: boolean;
  /** Where its maker explains them. */
  readonly complexityUrl?: string;
}

/** More than an address that a person would read or copy. */
const MOST_URL_BYTES = 400;

/** Decodes both. A URL that is none of the web is as good as absent: it is there to be shown to people. */
export function pinComplexity({
  pinComplexityPolicy: complexityPolicy,
  pinComplexityPolicyUrl: bytes,
}: Pick<DeviceInfo, 'pinComplexityPolicy' | 'pinComplexityPolicyUrl'>): PinComplexity {
  const complexityUrl = bytes && webAddress(bytes);
  return {
    ...(complexityPolicy !== undefined && { complexityPolicy }),
    ...(complexityUrl !== undefined && { complexityUrl }),
  };
}

function webAddress(bytes: Uint8Array): string | undefined {
  const text = new TextDecoder().decode(bytes);
  if (bytes.length > MOST_URL_BYTES || !URL.canParse(text)) return undefined;
  const { protocol, href } = new URL(text); // `href` has no control characters left
  return protocol === 'https:' || protocol === 'http:' ? href : undefined;
}
