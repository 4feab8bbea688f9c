import { verifyAuthChallengeResponse } from '../on-behalf/verify-auth-challenge-response.js';
import { appClients, variable } from './environment.js';
import { logged } from './logged.js';
import { macKey } from './mac-key.js';
import { nonceTable } from './nonce-table.js';
import { noticeMail } from './notice-mail.js';

/** Entry of the function for VerifyAuthChallengeResponse. */
export const handler = logged(
  'VerifyAuthChallengeResponse',
  verifyAuthChallengeResponse({
    clients: appClients(process.env),
    now: Date.now,
    ...macKey(variable(process.env, 'MAC_KEY_ID')),
    ...nonceTable(variable(process.env, 'NONCE_TABLE')),
    ...noticeMail(variable(process.env, 'NOTICE_FROM')),
  }),
);
