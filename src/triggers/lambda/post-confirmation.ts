import { postConfirmation } from '../sign-up/post-confirmation.js';
import { passwordIsFirstFactor, variable } from './environment.js';
import { logged } from './logged.js';
import { registryTable } from './registry-table.js';
import { userPool } from './user-pool.js';

/** Entry of the function for PostConfirmation. */
export const handler = logged(
  'PostConfirmation',
  postConfirmation({
    ...userPool(variable(process.env, 'USER_POOL_ID')),
    registry: registryTable(variable(process.env, 'REGISTRY_TABLE')),
    passwordIsFirstFactor: passwordIsFirstFactor(process.env),
  }),
);
