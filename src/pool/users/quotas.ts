import { ServiceError } from '../errors.js';

const HOUR_MS = 3_600_000;

/** What one user may ask for in an hour. https://docs.aws.amazon.com/cognito/latest/developerguide/quotas.html */
const PER_HOUR = {
  ChangePassword: 5,
  ConfirmForgotPassword: 15,
  ConfirmSignUp: 15,
  ForgotPassword: 5,
  GetUserAttributeVerificationCode: 5,
  ResendConfirmationCode: 5,
  VerifyUserAttribute: 15,
} as const;

/** Counts, per user and action, over the hour that starts with the first call. */
export class Quotas {
  readonly #used = new Map<string, { count: number; until: number }>();
  readonly #now: () => number;

  constructor(now: () => number) {
    this.#now = now;
  }

  /** Counts one call. Throws LimitExceededException once the hour's calls are used up. */
  use(action: keyof typeof PER_HOUR, sub: string): void {
    for (const [key, { until }] of this.#used) if (until <= this.#now()) this.#used.delete(key);
    const key = `${action} ${sub}`;
    const used = this.#used.get(key) ?? { count: 0, until: this.#now() + HOUR_MS };
    if (used.count >= PER_HOUR[action])
      throw new ServiceError('LimitExceededException', 'Attempt limit exceeded, please try after some time.');
    this.#used.set(key, { ...used, count: used.count + 1 });
  }
}
