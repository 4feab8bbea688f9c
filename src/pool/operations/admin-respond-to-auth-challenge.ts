import { respond, RespondInput } from '../challenges/respond.js';
import { ClientId } from '../input.js';
import { adminOperation, callingClient } from '../operation.js';

/** https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_AdminRespondToAuthChallenge.html */
export const adminRespondToAuthChallenge = adminOperation({ ClientId, ...RespondInput }, (pool, input) =>
  respond(pool, callingClient(pool, input.ClientId, input.ChallengeResponses['SECRET_HASH']), input),
);
