import type {
  InitiateAuthCommandOutput,
  RespondToAuthChallengeCommandOutput,
} from '@aws-sdk/client-cognito-identity-provider';
import type { createSrpSession } from 'cognito-srp-helper';
import { signSrpSession, wrapAuthChallenge } from 'cognito-srp-helper';

/** One side of an SRP exchange, by a library that is neither the pool's nor Keydesk's. */
export type SrpClient = ReturnType<typeof createSrpSession>;

/** What the library answers PASSWORD_VERIFIER with. */
export function proofOf(
  client: SrpClient,
  { ChallengeParameters }: Pick<InitiateAuthCommandOutput | RespondToAuthChallengeCommandOutput, 'ChallengeParameters'>,
): Record<string, string> {
  const signed = signSrpSession(client, { ChallengeParameters });
  const { ChallengeResponses } = wrapAuthChallenge(signed, {
    ClientId: undefined,
    ChallengeName: 'PASSWORD_VERIFIER',
    ChallengeResponses: { USERNAME: ChallengeParameters?.['USERNAME'] ?? '' },
  });
  return ChallengeResponses;
}
