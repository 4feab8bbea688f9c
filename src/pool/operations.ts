import type { Operation } from './operation.js';
import { adminCreateUser } from './operations/admin-create-user.js';
import { adminDeleteSoftwareToken } from './operations/admin-delete-software-token.js';
import { adminDeleteUser } from './operations/admin-delete-user.js';
import { adminGetUser } from './operations/admin-get-user.js';
import { adminGetUserAuthFactors } from './operations/admin-get-user-auth-factors.js';
import { adminInitiateAuth } from './operations/admin-initiate-auth.js';
import { adminResetUserPassword } from './operations/admin-reset-user-password.js';
import { adminRespondToAuthChallenge } from './operations/admin-respond-to-auth-challenge.js';
import { adminSetUserMfaPreference } from './operations/admin-set-user-mfa-preference.js';
import { adminSetUserPassword } from './operations/admin-set-user-password.js';
import { adminUserGlobalSignOut } from './operations/admin-user-global-sign-out.js';
import { associateSoftwareToken } from './operations/associate-software-token.js';
import { changePassword } from './operations/change-password.js';
import { completeWebAuthnRegistration } from './operations/complete-web-authn-registration.js';
import { confirmForgotPassword } from './operations/confirm-forgot-password.js';
import { confirmSignUp } from './operations/confirm-sign-up.js';
import { deleteUser } from './operations/delete-user.js';
import { deleteUserAttributes } from './operations/delete-user-attributes.js';
import { deleteWebAuthnCredential } from './operations/delete-web-authn-credential.js';
import { forgotPassword } from './operations/forgot-password.js';
import { getTokensFromRefreshToken } from './operations/get-tokens-from-refresh-token.js';
import { getUser } from './operations/get-user.js';
import { getUserAttributeVerificationCode } from './operations/get-user-attribute-verification-code.js';
import { getUserAuthFactors } from './operations/get-user-auth-factors.js';
import { globalSignOut } from './operations/global-sign-out.js';
import { initiateAuth } from './operations/initiate-auth.js';
import { listWebAuthnCredentials } from './operations/list-web-authn-credentials.js';
import { resendConfirmationCode } from './operations/resend-confirmation-code.js';
import { respondToAuthChallenge } from './operations/respond-to-auth-challenge.js';
import { revokeToken } from './operations/revoke-token.js';
import { setUserMfaPreference } from './operations/set-user-mfa-preference.js';
import { signUp } from './operations/sign-up.js';
import { startWebAuthnRegistration } from './operations/start-web-authn-registration.js';
import { updateUserAttributes } from './operations/update-user-attributes.js';
import { verifySoftwareToken } from './operations/verify-software-token.js';
import { verifyUserAttribute } from './operations/verify-user-attribute.js';

/** Every operation the pool implements, by its name in the API. One file each; a new one is a line here. */
export const operations: ReadonlyMap<string, Operation> = new Map([
  ['AdminCreateUser', adminCreateUser],
  ['AdminDeleteSoftwareToken', adminDeleteSoftwareToken],
  ['AdminDeleteUser', adminDeleteUser],
  ['AdminGetUser', adminGetUser],
  ['AdminGetUserAuthFactors', adminGetUserAuthFactors],
  ['AdminInitiateAuth', adminInitiateAuth],
  ['AdminResetUserPassword', adminResetUserPassword],
  ['AdminRespondToAuthChallenge', adminRespondToAuthChallenge],
  ['AdminSetUserMFAPreference', adminSetUserMfaPreference],
  ['AdminSetUserPassword', adminSetUserPassword],
  ['AdminUserGlobalSignOut', adminUserGlobalSignOut],
  ['AssociateSoftwareToken', associateSoftwareToken],
  ['ChangePassword', changePassword],
  ['CompleteWebAuthnRegistration', completeWebAuthnRegistration],
  ['ConfirmForgotPassword', confirmForgotPassword],
  ['ConfirmSignUp', confirmSignUp],
  ['DeleteUser', deleteUser],
  ['DeleteUserAttributes', deleteUserAttributes],
  ['DeleteWebAuthnCredential', deleteWebAuthnCredential],
  ['ForgotPassword', forgotPassword],
  ['GetTokensFromRefreshToken', getTokensFromRefreshToken],
  ['GetUser', getUser],
  ['GetUserAttributeVerificationCode', getUserAttributeVerificationCode],
  ['GetUserAuthFactors', getUserAuthFactors],
  ['GlobalSignOut', globalSignOut],
  ['InitiateAuth', initiateAuth],
  ['ListWebAuthnCredentials', listWebAuthnCredentials],
  ['ResendConfirmationCode', resendConfirmationCode],
  ['RespondToAuthChallenge', respondToAuthChallenge],
  ['RevokeToken', revokeToken],
  ['SetUserMFAPreference', setUserMfaPreference],
  ['SignUp', signUp],
  ['StartWebAuthnRegistration', startWebAuthnRegistration],
  ['UpdateUserAttributes', updateUserAttributes],
  ['VerifySoftwareToken', verifySoftwareToken],
  ['VerifyUserAttribute', verifyUserAttribute],
]);
