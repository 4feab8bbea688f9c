import type { ExplicitAuthFlowsType } from '@aws-sdk/client-cognito-identity-provider';

import type { AppClient } from '../pool-state.js';
import { missingGuards } from './passkey-only-guards.js';
import { ok, rule } from './rule.js';

const CONSOLE = 'Applications → App clients → the client → Edit';

/** What a client without flows of its own allows. */
const DEFAULT_FLOWS: readonly ExplicitAuthFlowsType[] = [
  'ALLOW_REFRESH_TOKEN_AUTH',
  'ALLOW_USER_SRP_AUTH',
  'ALLOW_CUSTOM_AUTH',
];

/** Flows that take a password without choice-based sign-in, by their names of today and of before. */
const PASSWORD_FLOWS: ReadonlySet<ExplicitAuthFlowsType> = new Set([
  'ALLOW_USER_PASSWORD_AUTH',
  'ALLOW_USER_SRP_AUTH',
  'ALLOW_ADMIN_USER_PASSWORD_AUTH',
  'USER_PASSWORD_AUTH',
  'ADMIN_NO_SRP_AUTH',
]);

/** Custom challenges, by the names of today and of before. */
export const CUSTOM_FLOWS: ReadonlySet<ExplicitAuthFlowsType> = new Set(['ALLOW_CUSTOM_AUTH', 'CUSTOM_AUTH_FLOW_ONLY']);

export const flowsOf = ({ ExplicitAuthFlows }: AppClient): readonly ExplicitAuthFlowsType[] =>
  ExplicitAuthFlows ?? DEFAULT_FLOWS;

const passwordFlowsOf = (client: AppClient): ExplicitAuthFlowsType[] =>
  flowsOf(client).filter((flow) => PASSWORD_FLOWS.has(flow));

/** Keydesk cannot keep a secret. */
export const clientSecret = rule({
  id: 'client-secret',
  title: 'Client secret',
  why: 'A program on a desktop cannot keep a secret from the person at it, and Keydesk sends none: a client that has one refuses every sign-in.',
  console: 'Applications → App clients → Create app client → without a client secret',
  needs: ['client'],
  judge: ({ client }) =>
    client.hasSecret
      ? {
          state: 'problem',
          found: 'The app client has a secret.',
          fix: 'Make another app client without one for Keydesk: a secret cannot be taken off a client.',
        }
      : ok('None'),
});

/** The flow that passkeys come by. */
export const choiceBasedSignIn = rule({
  id: 'choice-based-sign-in',
  title: 'Choice-based sign-in (ALLOW_USER_AUTH)',
  why: 'It is the only flow in which the service takes a passkey.',
  console: CONSOLE,
  needs: ['client'],
  judge: ({ client }) => {
    const flows = flowsOf(client);
    if (flows.includes('ALLOW_USER_AUTH')) return ok('Allowed');
    return {
      state: 'problem',
      found: `Not allowed; the client has ${flows.join(', ')}`,
      fix: 'Allow it.',
      mended: { client: { ...client, ExplicitAuthFlows: [...modern(flows), 'ALLOW_USER_AUTH'] } },
    };
  },
});

/** Ways in by password beside it. */
export const passwordFlows = rule({
  id: 'password-flows',
  title: 'Password flows of the app client',
  why: 'A flow that takes a password goes around whatever choice-based sign-in offers, so passkeys are no rule while one is open. Keydesk uses none of them.',
  console: CONSOLE,
  needs: ['client'],
  judge: ({ client }, desired) => {
    const open = passwordFlowsOf(client);
    if (open.length === 0) return ok('Closed');
    if (desired.passwordFlows === 'keep' && !desired.enforcePasskeys) return ok(`${open.join(', ')}, as is wanted`);
    return {
      state: desired.enforcePasskeys ? 'problem' : 'warning',
      found: open.join(', '),
      fix: 'Close them. Where another program signs in with this client, give it one of its own first.',
      mended: { client: { ...client, ExplicitAuthFlows: flowsOf(client).filter((flow) => !PASSWORD_FLOWS.has(flow)) } },
    };
  },
});

/** Ways in by password through another client of the same pool. */
export const otherClients = rule({
  id: 'other-clients',
  title: 'Other app clients',
  why: 'The people of a pool may sign in through each of its app clients: where passkeys are the rule, no other client may take a password.',
  console: 'Applications → App clients',
  needs: ['pool', 'otherClients'],
  judge: (seen, { enforcePasskeys }) => {
    // A custom sign-in may begin with a password, by SRP: whether it does is up to its functions.
    const takesOne = (client: AppClient) =>
      passwordFlowsOf(client).length > 0 || (enforcePasskeys && flowsOf(client).some((flow) => CUSTOM_FLOWS.has(flow)));
    const open = seen.otherClients.filter(takesOne);
    const named = open.map(({ ClientName, ClientId }) => ClientName ?? ClientId ?? '').join(', ');
    if (open.length === 0) return ok(seen.otherClients.length === 0 ? 'None' : 'None of them takes a password.');
    if (!enforcePasskeys) return ok(`${named}: take passwords, as nobody objects`);
    if (missingGuards(seen.pool.LambdaConfig).length === 0)
      return {
        state: 'warning',
        found: `${named}: take passwords, or may by custom challenges; the triggers for passkeys only are set`,
        fix: 'Make sure that the triggers refuse a password of whoever has a passkey at these clients.',
      };
    return {
      state: 'problem',
      found: `${named}: take passwords, or may by custom challenges`,
      fix: 'Close the password and custom flows of these clients, or delete the clients. They are other programs, so that is left to you.',
    };
  },
});

/** How long a sign-in may take. */
export const sessionValidity = rule({
  id: 'session-validity',
  title: 'Time for a sign-in',
  why: 'The steps of one sign-in share this time: a PIN that is typed twice, a touch and a key that must be plugged in again do not fit into three minutes.',
  console: `${CONSOLE} → Authentication flow session duration`,
  needs: ['client'],
  judge: ({ client }, { authSessionMinutes }) => {
    const minutes = client.AuthSessionValidity ?? 3;
    if (minutes >= authSessionMinutes) return ok(`${minutes} minutes`);
    return {
      state: 'warning',
      found: `${minutes} minutes`,
      fix: `Allow ${authSessionMinutes} minutes.`,
      mended: { client: { ...client, AuthSessionValidity: authSessionMinutes } },
    };
  },
});

/** Whether strangers learn who has an account. */
export const userExistence = rule({
  id: 'user-existence',
  title: 'Errors that tell who exists',
  why: 'Otherwise anybody can find out by trying whether a name has an account.',
  console: `${CONSOLE} → Prevent user existence errors`,
  needs: ['client'],
  judge: ({ client }) => {
    if (client.PreventUserExistenceErrors === 'ENABLED') return ok('Prevented');
    return {
      state: 'problem',
      found: 'A sign-in tells that a name is unknown.',
      fix: 'Prevent them.',
      mended: { client: { ...client, PreventUserExistenceErrors: 'ENABLED' } },
    };
  },
});

/** Old names of flows cannot be mixed with new ones. */
const MODERN: Partial<Record<ExplicitAuthFlowsType, ExplicitAuthFlowsType>> = {
  ADMIN_NO_SRP_AUTH: 'ALLOW_ADMIN_USER_PASSWORD_AUTH',
  CUSTOM_AUTH_FLOW_ONLY: 'ALLOW_CUSTOM_AUTH',
  USER_PASSWORD_AUTH: 'ALLOW_USER_PASSWORD_AUTH',
};
const modern = (flows: readonly ExplicitAuthFlowsType[]): ExplicitAuthFlowsType[] =>
  flows.map((flow) => MODERN[flow] ?? flow);
