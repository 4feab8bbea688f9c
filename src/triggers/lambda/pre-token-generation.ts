import { preTokenGeneration } from '../pre-token-generation.js';
import { appClients, passwordIsFirstFactor, variable } from './environment.js';
import { logged } from './logged.js';
import { registryTable } from './registry-table.js';
import { userPool } from './user-pool.js';

/** Entry of the function for PreTokenGeneration. */
export const handler = logged(
  'PreTokenGeneration',
  preTokenGeneration(
    {
      clients: appClients(process.env),
      passwordIsFirstFactor: passwordIsFirstFactor(process.env),
      authFactorsOf: userPool(variable(process.env, 'USER_POOL_ID')).authFactorsOf,
    },
    { registry: registryTable(variable(process.env, 'REGISTRY_TABLE')) },
  ),
);
