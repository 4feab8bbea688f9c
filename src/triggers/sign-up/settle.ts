import type { PasskeyOnly } from '../passkey-only.js';
import { Refusal } from '../refusal.js';
import { ACCOUNT_NUMBER, normalizeAccountNumber, normalizeEmail } from './details.js';
import type { Registration, Registry } from './registry.js';

/** What settling a sign-up may do. */
export interface SignUpDesk extends Pick<PasskeyOnly, 'passwordIsFirstFactor' | 'authFactorsOf'> {
  readonly registry: Registry;
  /** Gives the account a permanent password that nobody knows. */
  readonly replacePassword: (username: string, signal: AbortSignal) => Promise<void>;
  /** Disables the account. */
  readonly disable: (username: string, signal: AbortSignal) => Promise<void>;
}

/**
 * Binds a confirmed sign-up to its registration and makes a password chosen at sign-up worthless. May be called again.
 * Throws a Refusal; `registration-taken`, `password-at-sign-up` and `not-registered` after the account was disabled, since
 * an error of PostConfirmation does not take the confirmation back.
 */
export async function settleSignUp(
  desk: SignUpDesk,
  username: string,
  attributes: ReadonlyMap<string, string>,
  signal: AbortSignal,
): Promise<void> {
  try {
    const found = await findOwn(desk.registry, attributes, signal);
    if (found.bound) return;
    // Before the claim: once bound, an account counts as settled, and nobody would come back for the password.
    await settlePassword(desk, username, signal);
    await claim(desk.registry, found, signal);
  } catch (error) {
    if (error instanceof Refusal && error.code !== 'email-not-proved') await desk.disable(username, signal);
    throw error;
  }
}

/**
 * Throws a Refusal unless a registration is bound to the account. The safety net under PostConfirmation, whose errors leave
 * a confirmed account behind. It binds nothing itself: what PostConfirmation has not settled may still have the password
 * that somebody else chose at sign-up, and would count as settled from then on.
 */
export async function requireRegistration(
  { registry }: Pick<SignUpDesk, 'registry'>,
  attributes: ReadonlyMap<string, string>,
  signal: AbortSignal,
): Promise<void> {
  const { bound } = await findOwn(registry, attributes, signal);
  if (!bound) throw new Refusal('unsettled-sign-up');
}

interface Found {
  readonly registration: Registration;
  readonly account: string;
  readonly bound: boolean;
}

async function findOwn(
  registry: Registry,
  attributes: ReadonlyMap<string, string>,
  signal: AbortSignal,
): Promise<Found> {
  const account = attributes.get('sub');
  if (account === undefined || account === '') throw new Refusal('email-not-proved', { cause: 'No sub in the event' });
  const number = normalizeAccountNumber(attributes.get(ACCOUNT_NUMBER) ?? '');
  const registration = number === undefined ? undefined : await registry.find(number, signal);
  if (!registration) throw new Refusal('not-registered');
  // Once bound, people may move on to another address: the binding rests on the account, not on its mail.
  if (registration.account === account) return { registration, account, bound: true };
  if (registration.account !== undefined) throw new Refusal('registration-taken');
  if (registration.email !== normalizeEmail(attributes.get('email') ?? '')) throw new Refusal('not-registered');
  // AdminConfirmSignUp and a code by SMS confirm an account without proving its address.
  if (attributes.get('email_verified') !== 'true') throw new Refusal('email-not-proved');
  return { registration, account, bound: false };
}

async function claim(registry: Registry, { registration, account }: Found, signal: AbortSignal): Promise<void> {
  const claimed: unknown = await registry.claim(registration.accountNumber, account, signal);
  if (claimed !== true) throw new Refusal('registration-taken');
}

async function settlePassword(desk: SignUpDesk, username: string, signal: AbortSignal): Promise<void> {
  if (!desk.passwordIsFirstFactor) {
    // Also where none was chosen: who has no password may set one by ChangePassword without naming an old one.
    await desk.replacePassword(username, signal);
    return;
  }
  // There a password that nobody knows would still be PASSWORD beside WEB_AUTHN, and lock its owner out (passkey-only.ts).
  const factors: unknown = await desk.authFactorsOf(username, signal);
  if (!Array.isArray(factors)) throw new Error('The factors of the account are not known');
  if (factors.includes('PASSWORD')) throw new Refusal('password-at-sign-up');
}
