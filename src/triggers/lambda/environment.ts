import type { AppClients } from '../app-clients.js';
import { readAppClients } from '../app-clients.js';

/**
 * The variables of the functions' environment, set by resources/cognito/template.yaml. A function that lacks one fails when it
 * is loaded, and Cognito with it refuses whatever it was asked: there are no defaults.
 */
type Variable =
  | 'PASSKEY_CLIENTS'
  | 'PASSWORD_CLIENTS'
  | 'HELPDESK_CLIENTS'
  | 'PASSWORD_IS_FIRST_FACTOR'
  | 'USER_POOL_ID'
  | 'REGISTRY_TABLE'
  | 'NONCE_TABLE'
  | 'MAC_KEY_ID'
  | 'NOTICE_FROM';

type Environment = Readonly<Record<string, string | undefined>>;

/** A variable's value. Throws TypeError when it is not set. */
export function variable(environment: Environment, name: Variable): string {
  const value = environment[name];
  if (value === undefined) throw new TypeError(`The variable ${name} is not set`);
  return value;
}

/** PASSKEY_CLIENTS, PASSWORD_CLIENTS, HELPDESK_CLIENTS: client ids, comma-separated. Throws TypeError or RangeError. */
export const appClients = (environment: Environment): AppClients =>
  readAppClients({
    passkey: variable(environment, 'PASSKEY_CLIENTS'),
    password: variable(environment, 'PASSWORD_CLIENTS'),
    helpdesk: variable(environment, 'HELPDESK_CLIENTS'),
  });

/** PASSWORD_IS_FIRST_FACTOR: `true` or `false`. Throws TypeError or RangeError. */
export function passwordIsFirstFactor(environment: Environment): boolean {
  const value = variable(environment, 'PASSWORD_IS_FIRST_FACTOR');
  if (value !== 'true' && value !== 'false') throw new RangeError('PASSWORD_IS_FIRST_FACTOR is true or false');
  return value === 'true';
}
