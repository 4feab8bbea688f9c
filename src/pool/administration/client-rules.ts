import { invalidParameter, ServiceError } from '../errors.js';
import type { ClientSettings } from '../settings.js';
import { lifetimesOf } from '../settings.js';

const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;
const TEN_YEARS_MS = 3_650 * DAY_MS;

/**
 * Throws unless these settings of an app client can be together: InvalidParameterException, or InvalidOAuthFlowException.
 * https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_UpdateUserPoolClient.html
 */
export function checkClient(settings: ClientSettings): void {
  const { accessToken, idToken, refreshToken } = lifetimesOf({ settings });
  if (accessToken < 5 * MINUTE_MS || accessToken > DAY_MS)
    throw invalidParameter('Invalid range for token validity: AccessTokenValidity is 5 minutes to 1 day.');
  if (idToken < 5 * MINUTE_MS || idToken > DAY_MS)
    throw invalidParameter('Invalid range for token validity: IdTokenValidity is 5 minutes to 1 day.');
  if (refreshToken < 60 * MINUTE_MS || refreshToken > TEN_YEARS_MS)
    throw invalidParameter('Invalid range for token validity: RefreshTokenValidity is 60 minutes to 10 years.');
  if (refreshToken < Math.max(accessToken, idToken))
    throw invalidParameter('A refresh token cannot end before the tokens that come with it.');

  const { RefreshTokenRotation, ExplicitAuthFlows } = settings;
  if (RefreshTokenRotation?.Feature === 'ENABLED' && ExplicitAuthFlows.includes('ALLOW_REFRESH_TOKEN_AUTH'))
    throw invalidParameter('ALLOW_REFRESH_TOKEN_AUTH cannot be used where refresh tokens are rotated.');
  if (settings.EnablePropagateAdditionalUserContextData === true)
    throw invalidParameter('EnablePropagateAdditionalUserContextData needs a client with a secret.');

  const flows = settings.AllowedOAuthFlows ?? [];
  if (flows.includes('client_credentials'))
    throw new ServiceError(
      'InvalidOAuthFlowException',
      flows.length > 1
        ? 'client_credentials flow can not be selected along with code flow or implicit flow'
        : 'client_credentials flow can not be selected if client does not have a client secret.',
    );
  const redirect = settings.DefaultRedirectURI;
  if (redirect !== undefined && settings.CallbackURLs?.includes(redirect) !== true)
    throw invalidParameter('DefaultRedirectURI must be one of CallbackURLs.');
}
