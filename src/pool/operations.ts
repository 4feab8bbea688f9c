import type { Operation } from './operation.js';
import { adminAddUserToGroup } from './operations/admin-add-user-to-group.js';
import { adminConfirmSignUp } from './operations/admin-confirm-sign-up.js';
import { adminCreateUser } from './operations/admin-create-user.js';
import { adminDeleteSoftwareToken } from './operations/admin-delete-software-token.js';
import { adminDeleteUser } from './operations/admin-delete-user.js';
import { adminDeleteUserAttributes } from './operations/admin-delete-user-attributes.js';
import { adminDisableUser } from './operations/admin-disable-user.js';
import { adminEnableUser } from './operations/admin-enable-user.js';
import { adminGetUser } from './operations/admin-get-user.js';
import { adminGetUserAuthFactors } from './operations/admin-get-user-auth-factors.js';
import { adminInitiateAuth } from './operations/admin-initiate-auth.js';
import { adminListGroupsForUser } from './operations/admin-list-groups-for-user.js';
import { adminRemoveUserFromGroup } from './operations/admin-remove-user-from-group.js';
import { adminResetUserPassword } from './operations/admin-reset-user-password.js';
import { adminRespondToAuthChallenge } from './operations/admin-respond-to-auth-challenge.js';
import { adminSetUserMfaPreference } from './operations/admin-set-user-mfa-preference.js';
import { adminSetUserPassword } from './operations/admin-set-user-password.js';
import { adminUpdateUserAttributes } from './operations/admin-update-user-attributes.js';
import { adminUserGlobalSignOut } from './operations/admin-user-global-sign-out.js';
import { associateSoftwareToken } from './operations/associate-software-token.js';
import { changePassword } from './operations/change-password.js';
import { completeWebAuthnRegistration } from './operations/complete-web-authn-registration.js';
import { confirmForgotPassword } from './operations/confirm-forgot-password.js';
import { confirmSignUp } from './operations/confirm-sign-up.js';
import { createGroup } from './operations/create-group.js';
import { createUserPoolClient } from './operations/create-user-pool-client.js';
import { createUserPoolDomain } from './operations/create-user-pool-domain.js';
import { deleteGroup } from './operations/delete-group.js';
import { deleteUser } from './operations/delete-user.js';
import { deleteUserAttributes } from './operations/delete-user-attributes.js';
import { deleteUserPoolClient } from './operations/delete-user-pool-client.js';
import { deleteUserPoolDomain } from './operations/delete-user-pool-domain.js';
import { deleteWebAuthnCredential } from './operations/delete-web-authn-credential.js';
import { describeUserPool } from './operations/describe-user-pool.js';
import { describeUserPoolClient } from './operations/describe-user-pool-client.js';
import { describeUserPoolDomain } from './operations/describe-user-pool-domain.js';
import { forgotPassword } from './operations/forgot-password.js';
import { getGroup } from './operations/get-group.js';
import { getTokensFromRefreshToken } from './operations/get-tokens-from-refresh-token.js';
import { getUser } from './operations/get-user.js';
import { getUserAttributeVerificationCode } from './operations/get-user-attribute-verification-code.js';
import { getUserAuthFactors } from './operations/get-user-auth-factors.js';
import { getUserPoolMfaConfig } from './operations/get-user-pool-mfa-config.js';
import { globalSignOut } from './operations/global-sign-out.js';
import { initiateAuth } from './operations/initiate-auth.js';
import { listGroups } from './operations/list-groups.js';
import { listTagsForResource } from './operations/list-tags-for-resource.js';
import { listUserPoolClients } from './operations/list-user-pool-clients.js';
import { listUserPools } from './operations/list-user-pools.js';
import { listUsers } from './operations/list-users.js';
import { listUsersInGroup } from './operations/list-users-in-group.js';
import { listWebAuthnCredentials } from './operations/list-web-authn-credentials.js';
import { resendConfirmationCode } from './operations/resend-confirmation-code.js';
import { respondToAuthChallenge } from './operations/respond-to-auth-challenge.js';
import { revokeToken } from './operations/revoke-token.js';
import { setUserMfaPreference } from './operations/set-user-mfa-preference.js';
import { setUserPoolMfaConfig } from './operations/set-user-pool-mfa-config.js';
import { signUp } from './operations/sign-up.js';
import { startWebAuthnRegistration } from './operations/start-web-authn-registration.js';
import { tagResource } from './operations/tag-resource.js';
import { untagResource } from './operations/untag-resource.js';
import { updateGroup } from './operations/update-group.js';
import { updateUserAttributes } from './operations/update-user-attributes.js';
import { updateUserPool } from './operations/update-user-pool.js';
import { updateUserPoolClient } from './operations/update-user-pool-client.js';
import { updateUserPoolDomain } from './operations/update-user-pool-domain.js';
import { verifySoftwareToken } from './operations/verify-software-token.js';
import { verifyUserAttribute } from './operations/verify-user-attribute.js';

/** Every operation the pool implements, by its name in the API. One file each; a new one is a line here. */
export const operations: ReadonlyMap<string, Operation> = new Map([
  ['AdminAddUserToGroup', adminAddUserToGroup],
  ['AdminConfirmSignUp', adminConfirmSignUp],
  ['AdminCreateUser', adminCreateUser],
  ['AdminDeleteSoftwareToken', adminDeleteSoftwareToken],
  ['AdminDeleteUser', adminDeleteUser],
  ['AdminDeleteUserAttributes', adminDeleteUserAttributes],
  ['AdminDisableUser', adminDisableUser],
  ['AdminEnableUser', adminEnableUser],
  ['AdminGetUser', adminGetUser],
  ['AdminGetUserAuthFactors', adminGetUserAuthFactors],
  ['AdminInitiateAuth', adminInitiateAuth],
  ['AdminListGroupsForUser', adminListGroupsForUser],
  ['AdminRemoveUserFromGroup', adminRemoveUserFromGroup],
  ['AdminResetUserPassword', adminResetUserPassword],
  ['AdminRespondToAuthChallenge', adminRespondToAuthChallenge],
  ['AdminSetUserMFAPreference', adminSetUserMfaPreference],
  ['AdminSetUserPassword', adminSetUserPassword],
  ['AdminUpdateUserAttributes', adminUpdateUserAttributes],
  ['AdminUserGlobalSignOut', adminUserGlobalSignOut],
  ['AssociateSoftwareToken', associateSoftwareToken],
  ['ChangePassword', changePassword],
  ['CompleteWebAuthnRegistration', completeWebAuthnRegistration],
  ['ConfirmForgotPassword', confirmForgotPassword],
  ['ConfirmSignUp', confirmSignUp],
  ['CreateGroup', createGroup],
  ['CreateUserPoolClient', createUserPoolClient],
  ['CreateUserPoolDomain', createUserPoolDomain],
  ['DeleteGroup', deleteGroup],
  ['DeleteUser', deleteUser],
  ['DeleteUserAttributes', deleteUserAttributes],
  ['DeleteUserPoolClient', deleteUserPoolClient],
  ['DeleteUserPoolDomain', deleteUserPoolDomain],
  ['DeleteWebAuthnCredential', deleteWebAuthnCredential],
  ['DescribeUserPool', describeUserPool],
  ['DescribeUserPoolClient', describeUserPoolClient],
  ['DescribeUserPoolDomain', describeUserPoolDomain],
  ['ForgotPassword', forgotPassword],
  ['GetGroup', getGroup],
  ['GetTokensFromRefreshToken', getTokensFromRefreshToken],
  ['GetUser', getUser],
  ['GetUserAttributeVerificationCode', getUserAttributeVerificationCode],
  ['GetUserAuthFactors', getUserAuthFactors],
  ['GetUserPoolMfaConfig', getUserPoolMfaConfig],
  ['GlobalSignOut', globalSignOut],
  ['InitiateAuth', initiateAuth],
  ['ListGroups', listGroups],
  ['ListTagsForResource', listTagsForResource],
  ['ListUserPoolClients', listUserPoolClients],
  ['ListUserPools', listUserPools],
  ['ListUsers', listUsers],
  ['ListUsersInGroup', listUsersInGroup],
  ['ListWebAuthnCredentials', listWebAuthnCredentials],
  ['ResendConfirmationCode', resendConfirmationCode],
  ['RespondToAuthChallenge', respondToAuthChallenge],
  ['RevokeToken', revokeToken],
  ['SetUserMFAPreference', setUserMfaPreference],
  ['SetUserPoolMfaConfig', setUserPoolMfaConfig],
  ['SignUp', signUp],
  ['StartWebAuthnRegistration', startWebAuthnRegistration],
  ['TagResource', tagResource],
  ['UntagResource', untagResource],
  ['UpdateGroup', updateGroup],
  ['UpdateUserAttributes', updateUserAttributes],
  ['UpdateUserPool', updateUserPool],
  ['UpdateUserPoolClient', updateUserPoolClient],
  ['UpdateUserPoolDomain', updateUserPoolDomain],
  ['VerifySoftwareToken', verifySoftwareToken],
  ['VerifyUserAttribute', verifyUserAttribute],
]);
