/** The limits that WebAuthn gives for a relying party's wish, in ms, and what is taken where it has none (Level 3 §5.1.3, step 4). */
const LEAST = 15_000;
const MOST = 600_000;
const USUAL = 300_000;

/** Ends a ceremony when somebody cancels it, or when the relying party's time is up. `timeout` is in milliseconds. */
export function ceremonySignal(cancel: AbortSignal, timeout: number = USUAL): AbortSignal {
  return AbortSignal.any([cancel, AbortSignal.timeout(Math.min(MOST, Math.max(LEAST, timeout)))]);
}
