import type { LambdaConfigType } from '@aws-sdk/client-cognito-identity-provider';

/**
 * The triggers that passkeys-only rests on, besides settings, and that a pool does not call: PreAuthentication sees the
 * first step of a sign-in, PreTokenGeneration the refreshes and the passkeys that were enrolled meanwhile
 * (docs/adr/0013-passkey-only.md).
 */
export function missingGuards(triggers: LambdaConfigType = {}): string[] {
  const { PreAuthentication, PreTokenGeneration, PreTokenGenerationConfig } = triggers;
  return [
    ...(PreAuthentication === undefined ? ['PreAuthentication'] : []),
    ...((PreTokenGenerationConfig?.LambdaArn ?? PreTokenGeneration) === undefined ? ['PreTokenGeneration'] : []),
  ];
}
