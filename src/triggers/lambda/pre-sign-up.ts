import { preSignUp } from '../sign-up/gate.js';
import { appClients, variable } from './environment.js';
import { logged } from './logged.js';
import { registryTable } from './registry-table.js';

/** Entry of the function for PreSignUp. */
export const handler = logged(
  'PreSignUp',
  preSignUp({
    clients: appClients(process.env),
    registry: registryTable(variable(process.env, 'REGISTRY_TABLE')),
  }),
);
