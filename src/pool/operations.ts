import type { Operation } from './operation.js';
import { adminCreateUser } from './operations/admin-create-user.js';
import { adminDeleteUser } from './operations/admin-delete-user.js';
import { adminGetUser } from './operations/admin-get-user.js';
import { adminGetUserAuthFactors } from './operations/admin-get-user-auth-factors.js';
import { adminSetUserPassword } from './operations/admin-set-user-password.js';
import { adminUserGlobalSignOut } from './operations/admin-user-global-sign-out.js';
import { completeWebAuthnRegistration } from './operations/complete-web-authn-registration.js';
import { confirmSignUp } from './operations/confirm-sign-up.js';
import { deleteWebAuthnCredential } from './operations/delete-web-authn-credential.js';
import { describeUserPoolClient } from './operations/describe-user-pool-client.js';
import { describeUserPoolDomain } from './operations/describe-user-pool-domain.js';
import { describeUserPool } from './operations/describe-user-pool.js';
import { getTokensFromRefreshToken } from './operations/get-tokens-from-refresh-token.js';
import { getUserPoolMfaConfig } from './operations/get-user-pool-mfa-config.js';
import { getUser } from './operations/get-user.js';
import { getUserAuthFactors } from './operations/get-user-auth-factors.js';
import { globalSignOut } from './operations/global-sign-out.js';
import { initiateAuth } from './operations/initiate-auth.js';
import { listUserPoolClients } from './operations/list-user-pool-clients.js';
import { listWebAuthnCredentials } from './operations/list-web-authn-credentials.js';
import { resendConfirmationCode } from './operations/resend-confirmation-code.js';
import { respondToAuthChallenge } from './operations/respond-to-auth-challenge.js';
import { revokeToken } from './operations/revoke-token.js';
import { setUserPoolMfaConfig } from './operations/set-user-pool-mfa-config.js';
import { signUp } from './operations/sign-up.js';
import { startWebAuthnRegistration } from './operations/start-web-authn-registration.js';
import { updateUserPoolClient } from './operations/update-user-pool-client.js';
import { updateUserPool } from './operations/update-user-pool.js';

/** Every operation the pool implements, by its name in the API. One file each; a new one is a line here. */
export const operations: ReadonlyMap<string, Operation> = new Map([
  ['AdminCreateUser', adminCreateUser],
  ['AdminDeleteUser', adminDeleteUser],
  ['AdminGetUser', adminGetUser],
  ['AdminGetUserAuthFactors', adminGetUserAuthFactors],
  ['AdminSetUserPassword', adminSetUserPassword],
  ['AdminUserGlobalSignOut', adminUserGlobalSignOut],
  ['CompleteWebAuthnRegistration', completeWebAuthnRegistration],
  ['ConfirmSignUp', confirmSignUp],
  ['DeleteWebAuthnCredential', deleteWebAuthnCredential],
  ['DescribeUserPool', describeUserPool],
  ['DescribeUserPoolClient', describeUserPoolClient],
  ['DescribeUserPoolDomain', describeUserPoolDomain],
  ['GetTokensFromRefreshToken', getTokensFromRefreshToken],
  ['GetUser', getUser],
  ['GetUserAuthFactors', getUserAuthFactors],
  ['GetUserPoolMfaConfig', getUserPoolMfaConfig],
  ['GlobalSignOut', globalSignOut],
  ['InitiateAuth', initiateAuth],
  ['ListUserPoolClients', listUserPoolClients],
  ['ListWebAuthnCredentials', listWebAuthnCredentials],
  ['ResendConfirmationCode', resendConfirmationCode],
  ['RespondToAuthChallenge', respondToAuthChallenge],
  ['RevokeToken', revokeToken],
  ['SetUserPoolMfaConfig', setUserPoolMfaConfig],
  ['SignUp', signUp],
  ['StartWebAuthnRegistration', startWebAuthnRegistration],
  ['UpdateUserPool', updateUserPool],
  ['UpdateUserPoolClient', updateUserPoolClient],
]);
