import { signOut } from '../cognito/account.js';
import type { CallOptions } from '../cognito/call.js';
import type { Connection } from '../cognito/connection.js';
import { CognitoError } from '../cognito/errors.js';
import { isTextList } from '../cognito/json.js';
import { answerPasskey, startSignIn } from '../cognito/sign-in.js';
import { FailureError } from '../failures/failure-error.js';
import type { AuthenticationResponseJSON, PublicKeyCredentialRequestOptionsJSON } from '../shared/webauthn-json.js';
import type { AuditPerson } from '../audit/entry.js';
import { clockDifference, demandFresh } from './pool-clock.js';

/** Has an operator touch their own key. The relying party is for it to check. Rejects as ceremonies do. */
export type OperatorKey = (
  options: PublicKeyCredentialRequestOptionsJSON,
  signal: AbortSignal | undefined,
) => Promise<AuthenticationResponseJSON>;

/** Somebody of the helpdesk. No token is kept of them: what they may do they prove by a touch, each time. */
export interface Operator extends AuditPerson {
  /** How much later it is at this computer than in the pool, in milliseconds. */
  readonly clockDifferenceMs: number;
}

export interface OperatorDesk {
  /** To the passkey client of the pool. */
  readonly connection: Connection;
  /** The pool's group of operators. */
  readonly group: string;
  /** Told what failed besides: a sign-in that could not be ended at the pool ends there by itself. */
  readonly onFault: (error: unknown) => void;
}

/** Who was there, as the ID token says. */
interface Presence extends AuditPerson {
  /** Seconds since the epoch, by the pool's clock. */
  readonly authTime: number;
  /** When the answer was there, milliseconds since the epoch by ours. */
  readonly at: number;
}

/**
 * Signs an operator in with their own key.
 * @throws FailureError `helpdesk/operator-without-passkey`, `helpdesk/not-an-operator`, `helpdesk/clock-differs`; CognitoError;
 *   whatever `key` throws
 */
export async function signInOperator(
  desk: OperatorDesk,
  username: string,
  key: OperatorKey,
  options: CallOptions = {},
): Promise<Operator> {
  const { sub, username: name, authTime, at } = await presence(desk, username, key, options);
  return { sub, username: name, clockDifferenceMs: clockDifference(authTime, at) };
}

/**
 * Has the operator who is signed in confirm one change with a fresh touch: a new sign-in with the passkey, of the same
 * person, still in the group, and not older than the action.
 * @param began when the action began, by this computer's clock
 * @throws FailureError `helpdesk/another-operator`, `helpdesk/not-fresh`, `helpdesk/clock-changed` and as `signInOperator`
 */
export async function confirm(
  desk: OperatorDesk,
  operator: Operator,
  began: number,
  key: OperatorKey,
  options: CallOptions = {},
): Promise<void> {
  const { sub, authTime, at } = await presence(desk, operator.username, key, options);
  if (sub !== operator.sub) throw new FailureError({ code: 'helpdesk/another-operator' });
  demandFresh({ authTime, began, now: at }, operator.clockDifferenceMs);
}

/**
 * Has a second operator prove that they are there: somebody else than the first, in the group, since the request was made.
 * @throws FailureError `helpdesk/same-operator` and as `confirm`
 */
export async function secondOperator(
  desk: OperatorDesk,
  first: Operator,
  { username, key, since }: { readonly username: string; readonly key: OperatorKey; readonly since: number },
  options: CallOptions = {},
): Promise<AuditPerson> {
  const { sub, username: name, authTime, at } = await presence(desk, username, key, options);
  if (sub === first.sub) throw new FailureError({ code: 'helpdesk/same-operator' });
  // One computer and one pool: the difference of their clocks is the same for both.
  demandFresh({ authTime, began: since, now: at }, first.clockDifferenceMs);
  return { sub, username: name };
}

/** One sign-in with a passkey, whose tokens are verified, read and revoked at once: nothing here is done with them. */
async function presence(
  { connection, group, onFault }: OperatorDesk,
  username: string,
  key: OperatorKey,
  options: CallOptions,
): Promise<Presence> {
  const asked = await startSignIn(connection, username, options);
  if (asked.step !== 'passkey')
    throw new FailureError({ code: 'helpdesk/operator-without-passkey', detail: `the pool asks for ${asked.step}` });
  const answered = await answerPasskey(connection, asked, await key(asked.options, options.signal), options);
  if (answered.step !== 'signed-in')
    throw new FailureError({ code: 'helpdesk/operator-without-passkey', detail: `the pool asks for ${answered.step}` });
  const at = connection.now();
  const { tokens } = answered;
  await signOut(connection, tokens).catch((error: unknown) => {
    if (!(error instanceof CognitoError)) throw error;
    onFault(error);
  });
  // Of the ID token, verified once more, as its reader keeps no groups.
  const { 'cognito:groups': groups = [] } = await connection.verifyToken(tokens.idToken, 'id', at);
  if (!isTextList(groups) || !groups.includes(group))
    throw new FailureError({ code: 'helpdesk/not-an-operator', detail: `not in the group ${group}` });
  const { sub, username: name, authTime } = tokens.identity;
  return { sub, username: name, authTime, at };
}
