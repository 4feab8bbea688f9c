import type { PoolConfig } from './config.js';
import type { Sessions } from './sessions.js';
import type { Store } from './store.js';
import type { Tokens } from './tokens.js';
import type { Attempts } from './users/attempts.js';
import type { Mail } from './users/codes.js';
import type { Quotas } from './users/quotas.js';
import type { RegistrationChallenges } from './webauthn/registration-challenges.js';

/** All that an operation may use. Built once, in pool.ts. */
export interface Pool {
  readonly config: PoolConfig;
  readonly store: Store;
  readonly sessions: Sessions;
  readonly registrations: RegistrationChallenges;
  readonly attempts: Attempts;
  readonly quotas: Quotas;
  readonly tokens: Tokens;
  /** Milliseconds since the epoch; the only clock there is. */
  readonly now: () => number;
  readonly mail: (mail: Mail) => void;
}
