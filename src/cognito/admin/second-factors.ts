import type { Change } from './changes.js';
import { isRecord } from './is-record.js';
import type { MfaConfig } from './pool-state.js';

/** The members that set second factors up. That of passkeys is none of them: it is taken whether MFA is on or off. */
const SECOND_FACTORS = [
  'SmsMfaConfiguration',
  'SoftwareTokenMfaConfiguration',
  'EmailMfaConfiguration',
] as const satisfies readonly (keyof MfaConfig)[];

/** Whether nobody is asked for a second factor. */
export const isMfaOff = ({ MfaConfiguration }: Pick<MfaConfig, 'MfaConfiguration'>): boolean =>
  (MfaConfiguration ?? 'OFF') === 'OFF';

/** Whether a member says no more than its absence would: the service tells of an authenticator app that is off, or does not. */
export const isUnsetSecondFactor = (name: string, member: unknown): boolean =>
  name === 'SoftwareTokenMfaConfiguration' &&
  isRecord(member) &&
  Object.entries(member).every(([inner, value]) => inner === 'Enabled' && value === false);

/** MFA settings as SetUserPoolMfaConfig takes them: with MFA off it refuses every second factor, even one that it told of. */
export function withoutRefused(mfa: MfaConfig): MfaConfig {
  if (!isMfaOff(mfa)) return mfa;
  const refused: readonly string[] = SECOND_FACTORS;
  return Object.fromEntries(Object.entries(mfa).filter(([name]) => !refused.includes(name)));
}

/**
 * What an update may lose of second factors that the service tells of while MFA is off, as no update can send them back.
 * SetUserPoolMfaConfig has been seen to drop an authenticator app; what else goes with it, or with UpdateUserPool, is not
 * known (docs/live-checks.md), so whoever counts on neither is right with both.
 */
export function secondFactorsAtRisk(mfa: MfaConfig): Change[] {
  if (!isMfaOff(mfa)) return [];
  return SECOND_FACTORS.filter((name) => mfa[name] !== undefined && !isUnsetSecondFactor(name, mfa[name])).map(
    (path) => ({ path, from: mfa[path], to: undefined }),
  );
}

/** Whether a change is one of these losses, whole or in part. */
export const isForetold = ({ path, to }: Change, losses: readonly Change[]): boolean =>
  to === undefined && losses.some((loss) => path === loss.path || path.startsWith(`${loss.path}.`));
