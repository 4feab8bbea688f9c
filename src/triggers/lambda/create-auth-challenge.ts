import { createAuthChallenge } from '../on-behalf/create-auth-challenge.js';
import { newNonce } from '../random.js';
import { appClients } from './environment.js';
import { logged } from './logged.js';

/** Entry of the function for CreateAuthChallenge. */
export const handler = logged(
  'CreateAuthChallenge',
  createAuthChallenge({
    clients: appClients(process.env),
    now: Date.now,
    newNonce,
  }),
);
