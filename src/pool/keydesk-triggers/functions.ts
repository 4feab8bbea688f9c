import type { AppClients } from '../../triggers/app-clients.js';
import { RegistryFile } from '../../triggers/local/registry-file.js';
import { localMac } from '../../triggers/local/mac.js';
import { UsedNonces } from '../../triggers/local/used-nonces.js';
import { createAuthChallenge } from '../../triggers/on-behalf/create-auth-challenge.js';
import { defineAuthChallenge } from '../../triggers/on-behalf/define-auth-challenge.js';
import type { OnBehalf } from '../../triggers/on-behalf/rules.js';
import { verifyAuthChallengeResponse } from '../../triggers/on-behalf/verify-auth-challenge-response.js';
import { preAuthentication } from '../../triggers/pre-authentication.js';
import { preTokenGeneration } from '../../triggers/pre-token-generation.js';
import { newNonce, unknownPassword } from '../../triggers/random.js';
import { preSignUp } from '../../triggers/sign-up/gate.js';
import { postConfirmation } from '../../triggers/sign-up/post-confirmation.js';
import type { SignUpDesk } from '../../triggers/sign-up/settle.js';
import type { Pool } from '../context.js';
import { PoolError } from '../errors.js';
import type { LambdaFunction } from '../lambda/invoke.js';
import type { TriggerName } from '../lambda/triggers.js';
import { requireUser } from '../operation.js';
import { configuredFactors } from '../users/auth-factors.js';
import { setPassword } from '../users/set-password.js';
import type { MacKey } from './mac-key.js';

/** Keydesk's own triggers, in the order in which a person meets them. */
export const KEYDESK_TRIGGERS = [
  'PreSignUp',
  'PostConfirmation',
  'PreAuthentication',
  'PreTokenGeneration',
  'DefineAuthChallenge',
  'CreateAuthChallenge',
  'VerifyAuthChallengeResponse',
] as const satisfies readonly TriggerName[];

export interface TriggerSetUp {
  /** What each app client is there for. */
  readonly clients: AppClients;
  /** A JSON file of who may sign up (triggers/local/registry-file.ts). */
  readonly registryPath: string;
}

/**
 * The decisions of src/triggers on this pool, as Lambda functions by the name of their trigger: what resources/cognito
 * installs at a real pool, with a file for the table. They ask the pool directly what the real ones ask through the API, and
 * what these send by mail goes where the pool's own messages go.
 * @param pool gives the pool, which is complete only once it has its functions
 * @param macKey the helpdesk's, which the pool also answers for as KMS
 */
export function keydeskFunctions(
  pool: () => Pool,
  macKey: MacKey,
  { clients, registryPath }: TriggerSetUp,
  now: () => number,
): Record<(typeof KEYDESK_TRIGGERS)[number], LambdaFunction> {
  const registry = new RegistryFile(registryPath);
  const desk: SignUpDesk = {
    registry,
    passwordIsFirstFactor: false,
    authFactorsOf: (username) => {
      const { store } = pool();
      const user = store.userNamed(username) ?? store.userBySub(username);
      return Promise.resolve(user && configuredFactors(user));
    },
    replacePassword: (username) => setPassword(pool(), requireUser(pool(), username), unknownPassword()),
    disable: (username) => {
      const { store } = pool();
      const user = requireUser(pool(), username);
      Object.assign(user, { enabled: false, modifiedAt: now() });
      store.touch(user);
      store.revokeAllOf(user);
      return Promise.resolve();
    },
  };
  const onBehalf: OnBehalf = {
    clients,
    now,
    newNonce,
    verifyMac: localMac(macKey.material).verifyMac,
    useOnce: new UsedNonces(now).useOnce,
    notify: ({ to, username, subject, text }) => {
      pool().mail({ to, medium: 'EMAIL', username, purpose: 'notice', subject, text });
      return Promise.resolve();
    },
  };
  const rule = { clients, passwordIsFirstFactor: desk.passwordIsFirstFactor, authFactorsOf: desk.authFactorsOf };
  return {
    PreSignUp: preSignUp({ clients, registry }),
    PostConfirmation: postConfirmation(desk),
    PreAuthentication: preAuthentication(rule),
    PreTokenGeneration: preTokenGeneration(rule, desk),
    DefineAuthChallenge: defineAuthChallenge(onBehalf),
    CreateAuthChallenge: createAuthChallenge(onBehalf),
    VerifyAuthChallengeResponse: verifyAuthChallengeResponse(onBehalf),
  };
}

/** Throws PoolError `bad-options` when the registry cannot be read: nobody could sign up, and nobody would know why. */
export async function checkRegistry(registryPath: string): Promise<void> {
  try {
    await new RegistryFile(registryPath).find('');
  } catch (error) {
    throw new PoolError('bad-options', error instanceof Error ? error.message : String(error), { cause: error });
  }
}
