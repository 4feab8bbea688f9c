import type { UserPoolType } from '@aws-sdk/client-cognito-identity-provider';

import type { DesiredPool } from '../../shared/desired-pool.js';
import { canonical, type Change, changesBetween } from './changes.js';
import type { AppClient, MfaConfig, PoolState, Snapshot } from './pool-state.js';
import { effectiveRpId } from './relying-party-id.js';
import { rules } from './rules.js';
import { secondFactorsAtRisk } from './second-factors.js';
import { settled, settledSnapshot } from './settled.js';

/** What somebody has to say yes to by name: `orphan-passkeys` loses every passkey there is, `accept-costs` is paid for. */
export type Consent = 'orphan-passkeys' | 'accept-costs';

/** One call that changes something, with the whole that it makes of its part. */
export type PlannedCall = { readonly changes: readonly Change[] } & (
  | { readonly operation: 'UpdateUserPool'; readonly from: UserPoolType; readonly to: UserPoolType }
  | { readonly operation: 'SetUserPoolMfaConfig'; readonly from: MfaConfig; readonly to: MfaConfig }
  | { readonly operation: 'UpdateUserPoolClient'; readonly from: AppClient; readonly to: AppClient }
);

/** How a pool becomes what it ought to be. */
export interface Plan {
  /** Names the pool as it is and the calls: another pool, or another wish, has another. */
  readonly id: string;
  readonly calls: readonly PlannedCall[];
  readonly needs: readonly Consent[];
  /** Members of the MFA configuration that the calls may lose, and may leave: no call can send them. */
  readonly mayLose: readonly Change[];
  /** Members of the parts to be written that this version does not know. With any, nothing can be applied. */
  readonly unread: readonly string[];
  /** The pool as it is, and as it will be. */
  readonly before: Snapshot;
  readonly after: Snapshot;
}

/** Plans the fewest calls, in an order that the service takes. */
export async function planFor(before: Snapshot, desired: DesiredPool): Promise<Plan> {
  let after = before;
  for (const { judge } of rules) {
    // Each rule sees what those before it have mended.
    const { mended } = judge(after, desired);
    if (mended) after = withParts(after, mended);
  }
  const calls = callsBetween(before, after);
  const content = [
    before.userPoolId,
    settledSnapshot(before),
    calls.map(({ operation, to }) => [operation, settled(to)]),
  ];
  return {
    id: await fingerprint(canonical(content)),
    calls,
    needs: consentsFor(before, after),
    mayLose: lossesOf(before, calls),
    unread: unreadOf(before, calls),
    before,
    after,
  };
}

function withParts(snapshot: Snapshot, { pool, mfa, client }: Partial<PoolState>): Snapshot {
  return {
    ...snapshot,
    ...(pool && { pool: { ...snapshot.pool, isSeen: true, value: pool, unread: [] } }),
    ...(mfa && { mfa: { ...snapshot.mfa, isSeen: true, value: mfa, unread: [] } }),
    ...(client && { client: { ...snapshot.client, isSeen: true, value: client, unread: [] } }),
  };
}

/**
 * The MFA configuration comes first: with MFA on, the service takes passkeys as a choice only once they count as both
 * factors. But it takes nothing about passkeys on the Lite plan, so leaving that comes before all. The app client comes
 * last: it opens a way in, to a pool that is then set up.
 */
function callsBetween(before: Snapshot, after: Snapshot): PlannedCall[] {
  const calls: PlannedCall[] = [];
  const add = (call: PlannedCall | undefined) => {
    if (call && call.changes.length > 0) calls.push(call);
  };
  let pool = valueOf(before.pool);
  const [poolAfter, mfa, mfaAfter] = [valueOf(after.pool), valueOf(before.mfa), valueOf(after.mfa)];
  const setMfa = mfa && mfaAfter && { operation: 'SetUserPoolMfaConfig' as const, ...between(mfa, mfaAfter) };
  if (pool?.UserPoolTier === 'LITE' && poolAfter?.UserPoolTier !== undefined && setMfa && setMfa.changes.length > 0) {
    const outOfLite: UserPoolType = { ...pool, UserPoolTier: poolAfter.UserPoolTier };
    add({ operation: 'UpdateUserPool', ...between(pool, outOfLite) });
    pool = outOfLite;
  }
  add(setMfa);
  if (pool && poolAfter) add({ operation: 'UpdateUserPool', ...between(pool, poolAfter) });
  const [client, clientAfter] = [valueOf(before.client), valueOf(after.client)];
  if (client && clientAfter) add({ operation: 'UpdateUserPoolClient', ...between(client, clientAfter) });
  return calls;
}

function between<T extends object>(from: T, to: T): { from: T; to: T; changes: Change[] } {
  return { from, to, changes: changesBetween(settled(from), settled(to)) };
}

function consentsFor(before: Snapshot, after: Snapshot): Consent[] {
  const consents: Consent[] = [];
  const [rpId, rpIdAfter] = [rpIdOf(before), rpIdOf(after)];
  if (rpId !== undefined && rpId !== rpIdAfter) consents.push('orphan-passkeys');
  if (valueOf(before.pool)?.UserPoolTier !== valueOf(after.pool)?.UserPoolTier) consents.push('accept-costs');
  return consents;
}

/** An app client's update has nothing to do with MFA; each of the others may lose what cannot be sent. */
function lossesOf(before: Snapshot, calls: readonly PlannedCall[]): Change[] {
  const mfa = valueOf(before.mfa);
  return mfa && calls.some(({ operation }) => PART_OF[operation] !== 'client') ? secondFactorsAtRisk(mfa) : [];
}

function rpIdOf(snapshot: Snapshot): string | undefined {
  const [pool, mfa, region] = [valueOf(snapshot.pool), valueOf(snapshot.mfa), valueOf(snapshot.region)];
  return pool && mfa && region !== undefined ? effectiveRpId({ pool, mfa, region }) : undefined;
}

const PART_OF = { UpdateUserPool: 'pool', SetUserPoolMfaConfig: 'mfa', UpdateUserPoolClient: 'client' } as const;

function unreadOf(before: Snapshot, calls: readonly PlannedCall[]): string[] {
  const parts = new Set(calls.map(({ operation }) => PART_OF[operation]));
  return [...parts].flatMap((part) => {
    const look = before[part];
    return look.isSeen ? look.unread : [];
  });
}

const valueOf = <T>(look: { isSeen: true; value: T } | { isSeen: false }): T | undefined =>
  look.isSeen ? look.value : undefined;

/** SHA-256, its first 16 hexadecimal digits: enough to tell plans from each other, and to type. */
async function fingerprint(text: string): Promise<string> {
  const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(text));
  return Array.from(new Uint8Array(digest).subarray(0, 8), (byte) => byte.toString(16).padStart(2, '0')).join('');
}
