import { z } from 'zod';

import { respond, RespondInput } from '../challenges/respond.js';
import { ClientId } from '../input.js';
import { callingClient, openOperation } from '../operation.js';

const Input = z.object({ ClientId, ...RespondInput });

/** https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_RespondToAuthChallenge.html */
export const respondToAuthChallenge = openOperation(Input, (pool, input) =>
  respond(pool, callingClient(pool, input.ClientId, input.ChallengeResponses['SECRET_HASH']), input),
);
