import { FailureError } from '../failures/failure-error.js';

/** The relying party of the connected pool: the only one that keys are ever asked about, and the origin that main vouches for. */
export interface RelyingParty {
  readonly id: string;
  readonly origin: string;
}

/** Browsers know no https on localhost in development; everywhere else it is the rule. */
export function relyingPartyOf(rpId: string): RelyingParty {
  return { id: rpId, origin: rpId === 'localhost' ? 'http://localhost' : `https://${rpId}` };
}

/**
 * A native program attests its own origin, so phishing resistance rests here: whatever RP ID a server or the window
 * sends, only the configured pool's is taken.
 * @throws FailureError `rp/not-allowed`
 */
export function pinRelyingParty(configured: RelyingParty | undefined, asked: string | undefined): RelyingParty {
  if (configured && (asked ?? configured.id) === configured.id) return configured;
  throw new FailureError({ code: 'rp/not-allowed', detail: asked ?? 'no RP ID' });
}
