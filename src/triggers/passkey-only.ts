import type { AppClients, Purpose } from './app-clients.js';
import { Refusal } from './refusal.js';

/** The rule "who has a passkey does not sign in by password", and what it needs to know. docs/adr/0013 has the reasoning. */
export interface PasskeyOnly {
  readonly clients: AppClients;
  /**
   * Whether PASSWORD is among the pool's AllowedFirstAuthFactors. Where it is, USER_AUTH takes a password on every client
   * that has the flow, and no event tells; so there nobody is let in who has both.
   */
  readonly passwordIsFirstFactor: boolean;
  /** ConfiguredUserAuthFactors of AdminGetUserAuthFactors; undefined when there is nobody by that name. */
  readonly authFactorsOf: (username: string, signal: AbortSignal) => Promise<readonly string[] | undefined>;
}

/** Whether the rule has to know a person's factors at clients of this purpose. */
export const asksForFactors = (rule: PasskeyOnly, purpose: Purpose): boolean =>
  purpose === 'password' || (purpose === 'passkey' && rule.passwordIsFirstFactor);

/**
 * Throws Refusal `passkey-required` or `password-beside-passkey` when the rule forbids this person this client, and
 * `unavailable` when their factors are not known.
 */
export async function checkPasskeyOnly(
  rule: PasskeyOnly,
  purpose: Purpose,
  username: string,
  signal: AbortSignal,
): Promise<void> {
  if (!asksForFactors(rule, purpose)) return;
  const factors: unknown = await rule.authFactorsOf(username, signal);
  if (!Array.isArray(factors)) throw new Refusal('unavailable', { cause: 'The factors of the account are not known' });
  if (!factors.includes('WEB_AUTHN')) return;
  if (purpose === 'password') throw new Refusal('passkey-required');
  if (factors.includes('PASSWORD')) throw new Refusal('password-beside-passkey');
}
