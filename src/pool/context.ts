import type { PoolConfig } from './config.js';
import type { MacKey } from './keydesk-triggers/mac-key.js';
import type { LambdaFunction } from './lambda/invoke.js';
import type { Sessions } from './sessions.js';
import type { Store } from './store.js';
import type { After } from './timer.js';
import type { Tokens } from './tokens.js';
import type { Attempts } from './users/attempts.js';
import type { Mail } from './users/mail.js';
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
  /** The timer that goes with the clock. */
  readonly after: After;
  readonly mail: (mail: Mail) => void;
  /** Where SMS reaches only these numbers; undefined where it reaches all. */
  readonly smsSandbox: readonly string[] | undefined;
  /** The helpdesk's key in KMS; undefined where Keydesk's triggers are not installed. */
  readonly macKey: MacKey | undefined;
  /** The Lambda functions of the triggers, by name. */
  readonly functions: ReadonlyMap<string, LambdaFunction>;
}
