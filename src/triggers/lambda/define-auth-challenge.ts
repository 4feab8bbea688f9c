import { defineAuthChallenge } from '../on-behalf/define-auth-challenge.js';
import { appClients } from './environment.js';
import { logged } from './logged.js';

/** Entry of the function for DefineAuthChallenge. */
export const handler = logged('DefineAuthChallenge', defineAuthChallenge({ clients: appClients(process.env) }));
