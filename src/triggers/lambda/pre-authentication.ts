import { preAuthentication } from '../pre-authentication.js';
import { appClients, passwordIsFirstFactor, variable } from './environment.js';
import { logged } from './logged.js';
import { userPool } from './user-pool.js';

/** Entry of the function for PreAuthentication. */
export const handler = logged(
  'PreAuthentication',
  preAuthentication({
    clients: appClients(process.env),
    passwordIsFirstFactor: passwordIsFirstFactor(process.env),
    authFactorsOf: userPool(variable(process.env, 'USER_POOL_ID')).authFactorsOf,
  }),
);
